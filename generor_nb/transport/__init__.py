"""The only room that speaks HTTP."""

from .channel import CallOptions, Channel, Reply, Ticket
from .outcome import Outcome, of_status

__all__ = ["CallOptions", "Channel", "Outcome", "Reply", "Ticket", "of_status"]
