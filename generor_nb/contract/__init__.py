"""The APIs as types and pure rules. No I/O here; client and studio share it."""
