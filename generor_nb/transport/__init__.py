"""The only room that speaks HTTP."""

from .channel import Channel, Reply, Ticket
from .outcome import Outcome, of_status

__all__ = ["Channel", "Outcome", "Reply", "Ticket", "of_status"]
