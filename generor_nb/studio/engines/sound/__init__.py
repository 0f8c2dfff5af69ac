"""Speech, music and sound effects, computed from words with numpy alone.

| module | what it holds |
|---|---|
| ``speech`` ``music`` ``effects`` | the engines: a job in, a file and its facts out |
| ``asking`` | what a job asks for, in the words all three read |
| ``synth`` | noise, tones, envelopes, echo: what every sound is built of |
| ``nature`` ``things`` ``machines`` ``people`` | the recipes of sound effects |
| ``score`` ``band`` | a piece as notes, and the instruments that play them |
| ``english`` ``korean`` ``spanish`` ``phones`` ``voice`` ``espeak`` | letters to sounds, sounds to a voice |
| ``loudness`` ``flac`` ``waveform`` | the level, the file, the small picture |
"""
