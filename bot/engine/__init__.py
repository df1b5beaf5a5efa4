"""The facade: open, sync, ask. The command line, the web app and programs call only this.

In: settings. Out: an `Engine`, which asks questions and keeps the index up to date.
Open `engine` first; `syncing` is one index run, `asking` one question.
"""

from .engine import Engine

__all__ = ["Engine"]
