"""eSpeak NG, if this machine has it: a program of its own (GPL-3), which reads over a hundred languages.

It is no part of this package and is never imported: text goes in by a pipe and a WAV comes out.
"""

from __future__ import annotations

import shutil
import subprocess

import numpy as np

from .synth import Sound

NAME = "eSpeak NG, a separate program (GPL-3)"
PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 165
PITCH = {"low": 28, "middle": 45, "high": 72}
PATIENCE = 30.0  # seconds


def found() -> str | None:
    """Where the program is, or None."""
    return shutil.which(PROGRAM)


def speak(program: str, text: str, language: str, voice: str, pace: float) -> tuple[Sound, int] | None:
    """One channel and its rate; None if the program does not know the language or fails.

    Args:
        language: a code as ``en``.
        pace: 1 is normal, 2 twice as fast.
    """
    speed, pitch = str(round(WORDS_A_MINUTE * pace)), str(PITCH[voice])
    command = [program, "--stdin", "--stdout", "-b", "1", "-v", language, "-s", speed, "-p", pitch]
    try:
        # A process each time: only the first thing it says is the same every time.
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=PATIENCE)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else _opened(done.stdout)


def _opened(wav: bytes) -> tuple[Sound, int] | None:
    """Samples of a WAV whose sizes may be unknown, as it was written to a pipe."""
    start = wav.find(b"data", 12)
    if not wav.startswith(b"RIFF") or start < 0:
        return None
    rate = int.from_bytes(wav[24:28], "little")
    body = wav[start + 8 :]
    samples = np.frombuffer(body[: len(body) // 2 * 2], "<i2").astype(np.float32) / np.float32(32_768)
    return (samples, rate) if len(samples) and 8000 <= rate <= 48_000 else None
