"""pincite: questions about a folder of documents, answered by the exact passages that say so.

import pincite

engine = pincite.open("corpus", "index")
engine.sync()
answer = engine.ask("When was the dialogue launched?")
print(answer.quotes[0].text, answer.citations[0].locator)
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine import Engine
    from .errors import PinciteError
    from .settings import Settings
    from .types import Answer, Citation, Encoder, Quote, Source, SourceFilter, SyncReport, Turn

__version__ = "0.1.0"

if __name__ == "bot":
    from .naming import share_names

    share_names()

_HOMES = {
    "Answer": "types",
    "Citation": "types",
    "Encoder": "types",
    "Engine": "engine",
    "PinciteError": "errors",
    "Quote": "types",
    "Settings": "settings",
    "Source": "types",
    "SourceFilter": "types",
    "SyncReport": "types",
    "Turn": "types",
}

__all__ = [
    "Answer",
    "Citation",
    "Encoder",
    "Engine",
    "PinciteError",
    "Quote",
    "Settings",
    "Source",
    "SourceFilter",
    "SyncReport",
    "Turn",
    "__version__",
    "open",
]


def open(  # the name that readers of `pincite.open(...)` expect
    corpus: str | Path | None = None,
    index: str | Path | None = None,
    *,
    encoder: Encoder | None = None,
    **settings: Any,
) -> Engine:
    """Returns an engine for a corpus folder and its index; reads and builds nothing yet.

    The corpus is `corpus` unless you name another. The index defaults to a folder beside it:
    `index` for `corpus`, `papers-index` for `papers`. `settings` are the fields of
    `pincite.Settings`. Pass an `encoder` of your own to replace the sentence-transformers model.
    Raises SettingsError.
    """
    from .engine import Engine
    from .settings import load_settings

    return Engine(load_settings(corpus=corpus, index=index, **settings), encoder)


def __getattr__(name: str) -> Any:
    """Imports public names on first use, so that `import pincite` stays fast."""
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
