"""The folders of this repository that tests name."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
BENCH = TESTS / "bench"
DATA = TESTS / "data"
SUPPORT = TESTS / "support"
SEEDS = ROOT.parent / "shared" / "seeds"
"""The real documents, where they are on this machine."""
