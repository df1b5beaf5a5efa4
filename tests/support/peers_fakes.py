"""What the tests of tests/bench/peers.py share: its parts, and small products to drive."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from places import BENCH

# A product that finds files by shared words; what of it is wrong, its name says.
FAKE = """
import pathlib

print("a library greets")


class Driver:
    builds_with = ("sentence_transformers",)

    def __init__(self, model, sources, index):
        self.model, self.sources, self.index = model, sources, index

    def build(self):
        self.index.mkdir()
        for file in self.sources.glob("*.txt"):
            self.add(file.name)
        return len(list(self.index.iterdir()))

    def open(self):
        print("a library talks")

    def ask(self, question, k):
        words = set(question.lower().strip("?").split())
        texts = {file.name: file.read_text() for file in self.index.iterdir()}
        shared = {name: len(words & set(text.lower().split())) for name, text in texts.items()}
        ranked = sorted((name for name in shared if shared[name] > 1), key=shared.get)
        return [(name, texts[name]) for name in ranked[::-1][:k]]

    def add(self, name):
        (self.index / name).write_text((self.sources / name).read_text())

    def delete(self, name):
        (self.index / name).unlink()
"""
BROKEN = FAKE.replace("self.index.mkdir()", 'raise OSError("no room\\nfor it")')
FORGETLESS = FAKE.replace("(self.index / name).unlink()", "pass")

FILES = {
    "tin.txt": "Tin melts at 232 degrees, and\nboils at 2602.",
    "zinc.txt": "Zinc melts at 420 degrees.",
    "lead.txt": "Lead bends.",
}


def parts(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The modules of the benchmark, by name, and question_sets as `sets`."""
    monkeypatch.syspath_prepend(str(BENCH))
    names = ["processes", "products", "report", "results", "rounds", "workload", "environments"]
    modules = {name: importlib.import_module(f"peering.{name}") for name in names}
    sets = importlib.import_module("question_sets")
    return SimpleNamespace(**modules, sets=sets)


def questions(sets: Any) -> Any:
    """Of three files, the last of which the small products do not find."""
    asked = (
        sets.Asked("1", "When melts tin?", {"tin.txt": 1.0}, ("and boils at 2602",)),
        sets.Asked("2", "When melts zinc?", {"zinc.txt": 1.0}, ("420 degrees",)),
        sets.Asked("3", "Which metal bends?", {"lead.txt": 1.0}, ("Lead",)),
    )
    return sets.QuestionSet("metals", FILES, asked)
