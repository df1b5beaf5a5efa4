"""The web chat: answers beside the sources that they come from."""

from .app import build_app
from .server import serve

__all__ = ["build_app", "serve"]
