"""How to act for the same account at the same place, in this process or in another one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..base.secret import Secret


@dataclass(frozen=True, slots=True)
class Errand:
    """Where requests go and in whose name. Its key shows nowhere.

    Args:
        provider: its name.
        base_url: the API's base; empty where it lies at no address.
        home: the folder of journal and studio.
        key: the account's key; None where none is needed.
    """

    provider: str
    base_url: str
    home: Path
    key: Secret | None = None
