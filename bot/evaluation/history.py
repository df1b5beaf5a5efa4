"""Stores each run in a small JSON file, so that the next one can be compared with it.

With `--report DIR` the file is DIR/report.json, otherwise a file in the index folder.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..engine import Engine
from ..errors import UsageError
from ..store import IndexLayout
from ..text.terminal_escaping import json_line, one_line
from .measures import Evaluation
from .run import evaluate_file

VERSION = 1


@dataclass(frozen=True, slots=True)
class About:
    """The subject of a run: its time (ISO 8601, UTC), question file, generation, model and
    threshold.
    """

    created: str
    file: str
    generation: int
    model: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Run:
    """An evaluation and its subject."""

    about: About
    evaluation: Evaluation


def run_file(engine: Engine, file: Path, k: int) -> Run:
    """Asks every question of a file; raises UsageError as `evaluate_file` does."""
    evaluation = evaluate_file(engine, file, k)
    status = engine.status()
    about = About(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        # A file name need not be valid Unicode, but JSON must be.
        file=one_line(file.name),
        generation=status.generation,
        model=one_line(status.model),
        threshold=engine.settings.threshold,
    )
    return Run(about, evaluation)


def place_in_index(index: Path, file: Path) -> Path:
    """Returns where an index stores the last run of a question file."""
    name = sha256(os.fsencode(file.resolve())).hexdigest()[:16]
    return IndexLayout(index).evaluations / f"{name}.json"


def run_json(run: Run) -> dict[str, Any]:
    """Returns a run as one flat JSON object."""
    return {"version": VERSION, **asdict(run.about), **asdict(run.evaluation)}


def last_run(place: Path) -> Run | None:
    """Returns the run stored at a place, None if there is none.

    Raises UsageError if the file there is not a run of this version. It must not be overwritten.
    """
    from pydantic import TypeAdapter

    try:
        content = json.loads(place.read_text("utf-8"))
        if not isinstance(content, dict) or content.get("version") != VERSION:
            raise ValueError(f'"version" is not {VERSION}')
        return Run(
            TypeAdapter(About).validate_python(content),
            TypeAdapter(Evaluation).validate_python(content),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise UsageError(
            f"{place} is no run that can be compared with ({reason}). Move it away or remove it, "
            "then run: pincite eval"
        ) from None


def remember(content: dict[str, Any], place: Path) -> None:
    """Writes the JSON of a run; raises OSError, and then leaves the place unchanged."""
    write_whole(place, json_line(content) + "\n")


def write_whole(place: Path, text: str) -> None:
    """Writes a file atomically, so that no reader sees half of it; raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
