"""Questions to start with: taken from the documents, and none that a document asks its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

import bot
from bot.retrieval.suggestions import suggest

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


@pytest.mark.parametrize("mark", ["-", "*", "•", "☐", "- [ ]"])
def test_items_of_a_checklist_are_not_offered(mark: str, engine: bot.Engine, write: Write) -> None:
    items = ("Does this item bring you joy?", "Do you need it?")
    listed = "\n\n".join(f"{mark} {item}" for item in items)
    write({
        "a.md": "# Q and A\n\nWhere is zinc mined?\n\nZinc is mined in the north.\n",
        "b.md": f"# Buying\n\nBefore you buy zinc, ask yourself:\n\n{listed}\n",
        "c.txt": f"Before you buy zinc, ask yourself:\n\n{listed}\n\nThen buy it.\n",
    })  # fmt: skip
    engine.sync()

    assert suggest(engine.live(), 10) == ("Where is zinc mined?",)


def test_what_somebody_says_or_checks_is_not_offered(engine: bot.Engine, write: Write) -> None:
    write({
        "a.md": "# Q and A\n\nWhere is zinc mined?\n\nIn the north.\n\nYou: How much was it?\n\n"
        "1. Look at the lid: clean, dry?\n\n2. Close the lid.\n",
    })  # fmt: skip
    engine.sync()

    assert suggest(engine.live(), 10) == ("Where is zinc mined?",)
