"""An index is copied from one store into the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from both_stores import FILES, assert_alike, opened
from cli_calls import Pincite
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import IndexDamaged, IndexMissing, UsageError

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


@pytest.mark.parametrize("back", [False, True])
def test_an_index_is_copied_into_the_other_store(
    corpus: Path, milvus: str, write: Write, back: bool
) -> None:
    write(FILES)
    places = [str(corpus.parent / "index"), f"{milvus}/t{uuid4().hex}"]
    source, target = reversed(places) if back else places
    engine = opened(corpus, source)
    engine.sync()
    embedded = WordEncoder(MINERALS)

    status = bot.open(corpus, source, encoder=embedded).migrate_to(target)

    assert (status.generation, status.passages) == (1, len(engine.live()))
    assert embedded.embedded == []
    other = opened(corpus, target)
    assert_alike(other.live(), engine.live())
    assert other.verify().faults == ()
    assert other.is_current()
    assert engine.migrate_to(target).generation == 2


def test_an_index_is_not_copied_to_itself(corpus: Path, index: str, write: Write) -> None:
    write(FILES)
    engine = opened(corpus, index)
    engine.sync()
    with pytest.raises(UsageError, match="cannot be migrated to itself"):
        engine.migrate_to(index)
    assert engine.status().generation == 1


def test_a_copy_that_differs_is_dropped(
    corpus: Path, milvus: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(FILES)
    engine = opened(corpus, str(corpus.parent / "index"))
    engine.sync()
    target = f"{milvus}/t{uuid4().hex}"
    nothing = np.zeros(9, dtype=np.float32)
    monkeypatch.setattr("bot.store.milvus.generation.vector_of", lambda _: nothing)
    with pytest.raises(IndexDamaged, match=r"the copy differs from .* in its vectors; it was"):
        engine.migrate_to(target)
    with pytest.raises(IndexMissing):
        opened(corpus, target).status()


def test_only_an_index_in_a_folder_is_exported(corpus: Path, milvus: str, write: Write) -> None:
    write({"a.txt": "Zinc is blue."})
    index = f"{milvus}/t{uuid4().hex}"
    engine = opened(corpus, index)
    engine.sync()
    with pytest.raises(UsageError, match=re.escape(f"pincite migrate {index} FOLDER")):
        engine.export(corpus.parent / "package.zip")
    with pytest.raises(UsageError, match="only an index in a folder is exported and imported"):
        engine.import_from(corpus.parent / "package.zip")


def test_a_copy_by_the_command_line(
    pincite: Pincite, own_site: Path, milvus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    index = f"{milvus}/t{uuid4().hex}"
    done = pincite("migrate", "index", index, "--json")
    assert (done.code, json.loads(done.out)["generation"]) == (0, 1)
    question = ("ask", "When was the dialogue launched?", "--json")
    here, there = pincite(*question), pincite("--index", index, *question)
    mine, theirs = json.loads(here.out), json.loads(there.out)
    assert [quote["text"] for quote in mine["passages"]]
    assert [quote["text"] for quote in mine["passages"]] == [
        quote["text"] for quote in theirs["passages"]
    ]
    assert pincite("--index", index, "verify").code == 0
    refused = pincite("--index", "milvus+http://nobody", "status")
    assert (refused.code, "not an index in Milvus" in refused.err) == (2, True)
