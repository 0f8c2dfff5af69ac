"""What every room stands on: errors, secrets, settings, the event loop, media, words."""
