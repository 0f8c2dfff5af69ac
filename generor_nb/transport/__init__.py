"""The only room that speaks HTTP."""

from .channel import CallOptions, Channel, Reply, Ticket
from .outcome import Outcome, of_status
from .pace import Permit

__all__ = ["CallOptions", "Channel", "Outcome", "Permit", "Reply", "Ticket", "of_status"]
