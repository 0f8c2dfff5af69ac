"""The Generor API; the studio speaks it too."""

from .provider import Generor

__all__ = ["Generor"]
