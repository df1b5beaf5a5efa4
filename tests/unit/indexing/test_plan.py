"""The plan of a run is decided by content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.indexing import Plan, plan
from bot.types import CorpusFile


def file(sha256: str | None, *, reason: str | None = None) -> CorpusFile:
    return CorpusFile("", sha256, None if reason else "id", reason)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param({}, {}, {}, id="nothing"),
        pytest.param({}, {"b": "1", "a": "1"}, {"added": ("a", "b")}, id="added, sorted"),
        pytest.param({}, {"a": None}, {"added": ("a",)}, id="an unreadable file is tried"),
        pytest.param({"a": file("1")}, {"a": "1"}, {"unchanged": ("a",)}, id="unchanged"),
        pytest.param({"a": file("1")}, {"a": "2"}, {"changed": ("a",)}, id="changed"),
        pytest.param({"a": file("1")}, {}, {"removed": ("a",)}, id="removed"),
        pytest.param({"a": file("1")}, {"b": "1"}, {"renamed": (("a", "b"),)}, id="renamed"),
        pytest.param({"a": file("1")}, {"a": None}, {"changed": ("a",)}, id="no longer to be read"),
        pytest.param(
            {"a": file(None, reason="r")}, {"a": None}, {"skipped": ("a",)}, id="still unreadable"
        ),
        pytest.param(
            {"a": file(None, reason="r")}, {"a": "1"}, {"changed": ("a",)}, id="readable at last"
        ),
        pytest.param(
            {"a": file("1", reason="r")}, {"a": "1"}, {"skipped": ("a",)}, id="still broken"
        ),
        pytest.param(
            {"a": file("1", reason="r")},
            {"b": "1"},
            {"added": ("b",), "removed": ("a",)},
            id="a broken file under a new name is read anew",
        ),
        pytest.param(
            {"a": file(None, reason="r")},
            {"b": None},
            {"added": ("b",), "removed": ("a",)},
            id="what cannot be read has no identity",
        ),
        pytest.param(
            {"a": file("1")},
            {"b": "1", "c": "1"},
            {"renamed": (("a", "b"),), "added": ("c",)},
            id="renamed once, copied once",
        ),
        pytest.param(
            {"a": file("1"), "b": file("1")},
            {"c": "1"},
            {"renamed": (("a", "c"),), "removed": ("b",)},
            id="one of two twins renamed",
        ),
        pytest.param(
            {"a": file("1"), "b": file("2")},
            {"a": "2", "b": "1"},
            {"changed": ("a", "b")},
            id="names exchanged",
        ),
        pytest.param(
            {"a": file("1")},
            {"a": "1", "b": "1"},
            {"unchanged": ("a",), "added": ("b",)},
            id="copied",
        ),
        pytest.param(
            {"a": file("1"), "b": file("2")},
            {"b": "1"},
            {"changed": ("b",), "removed": ("a",)},
            id="moved over another",
        ),
    ],
)
def test_the_plan(
    before: Mapping[str, CorpusFile],
    now: Mapping[str, str | None],
    expected: Mapping[str, tuple[Any, ...]],
) -> None:
    nothing: dict[str, tuple[Any, ...]] = dict.fromkeys(
        ("added", "changed", "removed", "renamed", "unchanged", "skipped"), ()
    )

    found = plan(before, now)

    assert found == Plan(**{**nothing, **expected})
    assert found.is_empty == (not set(expected) - {"unchanged", "skipped"})
