"""The API's resources, each a small class of calls."""

from .account import APIKeys, Credits
from .people import Teams, Users
from .talk import Comments, Ratings
from .works import Creations, Feed, Generators, Models

__all__ = [
    "APIKeys",
    "Comments",
    "Creations",
    "Credits",
    "Feed",
    "Generators",
    "Models",
    "Ratings",
    "Teams",
    "Users",
]
