"""What was cited and is not there any more is named: removed, or changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import SourceGone, SourceUnknown
from bot.store import Generation, LocalStore

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def cited(engine: bot.Engine) -> str:
    return engine.ask("zinc", k=1).citations[0].source.id


def gone(engine: bot.Engine, source_id: str) -> SourceGone:
    with pytest.raises(SourceGone) as caught:
        engine.source(source_id)
    return caught.value


def test_a_source_that_was_removed(engine: bot.Engine, corpus: Path, write: Write) -> None:
    write({"a.md": "# On zinc\n\nZinc is blue.", "b.txt": "Lead is heavy."})
    engine.sync()
    source_id = cited(engine)
    (corpus / "a.md").unlink()
    engine.sync()

    error = gone(engine, source_id)

    assert error.now is None
    assert str(error) == ("On zinc (corpus/a.md) was removed from the corpus after it was cited.")


def test_a_source_that_was_changed_names_what_is_there_now(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc is blue.", "b.txt": "Lead is heavy."})
    engine.sync()
    source_id = cited(engine)
    write({"a.txt": "Zinc is grey."})
    engine.sync()

    error = gone(engine, source_id)

    assert error.now == cited(engine)
    assert engine.source(error.now).text == "Zinc is grey."
    assert str(error).startswith("a (corpus/a.txt) has changed since it was cited;")


def test_a_source_that_was_renamed_is_still_there(
    engine: bot.Engine, corpus: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is blue.", "b.txt": "Lead is heavy."})
    engine.sync()
    source_id = cited(engine)
    (corpus / "a.txt").rename(corpus / "c.txt")
    engine.sync()

    assert engine.source(source_id).info.path == "corpus/c.txt"


def test_what_a_server_before_has_cited_is_known_while_it_is_kept(
    engine: bot.Engine, corpus: Path, tmp_path: Path, write: Write
) -> None:
    write({"a.txt": "Zinc is blue.", "b.txt": "Lead is heavy."})
    engine.sync()
    source_id = cited(engine)
    (corpus / "a.txt").unlink()
    engine.sync()
    fresh = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))

    assert gone(fresh, source_id).now is None
    assert engine.erase_older() == (1,)
    # Whoever has seen it remembers.
    assert gone(engine, source_id).now is None
    assert gone(fresh, source_id).now is None
    later = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))
    with pytest.raises(SourceUnknown, match="is the id of no source") as caught:
        later.source(source_id)
    assert not isinstance(caught.value, SourceGone)


def test_an_id_that_nobody_has_seen_is_unknown(engine: bot.Engine, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    engine.sync()

    with pytest.raises(SourceUnknown, match="is the id of no source") as caught:
        engine.source("0123456789abcdef")
    assert not isinstance(caught.value, SourceGone)


def test_ids_that_nobody_has_seen_open_no_generation_again(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("Zinc is blue.", "Zinc is grey.", "Zinc is white."):
        write({"a.txt": text})
        engine.sync()
    opened = []

    before = LocalStore.opened

    def counted(store: LocalStore, number: int, *others: Any) -> Generation:
        opened.append(number)
        return before(store, number, *others)

    monkeypatch.setattr(LocalStore, "opened", counted)
    for number in range(20):
        with pytest.raises(SourceUnknown):
            engine.source(f"{number:016x}")

    assert opened == [1, 2]
