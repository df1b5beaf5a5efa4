"""The benchmarks can be started: they take much longer than tests, and are run by hand."""

from __future__ import annotations

import importlib

import pytest
from places import BENCH

FOLDER = BENCH
# Each is a program of its own, or a module that several of them share.
MODULES = sorted(file.stem for file in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_what_it_imports_is_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FOLDER)

    module = importlib.import_module(name)

    assert module.__doc__
