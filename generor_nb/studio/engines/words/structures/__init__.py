"""The shapes a text can have; each module writes one."""
