"""The web chat: answers beside the sources that they come from."""

from .serving.app import build_app
from .serving.server import serve

__all__ = ["build_app", "serve"]
