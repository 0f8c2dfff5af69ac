"""PyAV, where it is installed: it brings x264, under the GPL, so it is a package of its own choice."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from ..errors import EngineError

NAME = "av"
MISSING = "this needs the package av (PyAV; it brings x264, GPL): pip install av"


def is_here() -> bool:
    """Whether H.264 can be written, and clips be read."""
    return importlib.util.find_spec(NAME) is not None


def library() -> Any:
    """The package.

    Raises:
        EngineError: it is not installed.
    """
    try:
        return importlib.import_module(NAME)
    except ImportError:
        raise EngineError(f"Video: {MISSING}.") from None
