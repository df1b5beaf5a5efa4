"""Generations on disk: going back to one, erasing them, and proof that a source is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import (
    GenerationUnknown,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    UsageError,
)
from bot.store import Generation, IndexLayout, Manifest
from bot.store.folder import merging
from bot.types import Outstanding

pytestmark = pytest.mark.usefixtures("quick_disk")

ZINC, LEAD = "Zinc coats steel.", "Lead shields rays."


def opened(folder: Path, **settings: int) -> bot.Engine:
    return bot.open(folder / "corpus", folder / "index", encoder=WordEncoder(MINERALS), **settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus from which lead.txt was removed between the generations 1 and 2."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "zinc.txt").write_text(ZINC, encoding="utf-8")
    (corpus / "lead.txt").write_text(LEAD, encoding="utf-8")
    opened(tmp_path).sync()
    (corpus / "lead.txt").unlink()
    opened(tmp_path).sync()
    return tmp_path


def lead_id(folder: Path) -> str:
    infos = Generation(IndexLayout(folder / "index"), 1).infos
    return next(id_ for id_, info in infos.items() if info.path == "corpus/lead.txt")


def texts(engine: bot.Engine, question: str) -> list[str]:
    return [quote.text for quote in engine.ask(question, k=10).quotes]


def test_what_the_next_run_will_do_is_told(folder: Path) -> None:
    corpus, engine = folder / "corpus", opened(folder)
    assert engine.outstanding() == Outstanding()
    assert engine.outstanding().is_nothing
    (corpus / "tin.txt").write_text("Tin is soft.", encoding="utf-8")
    (corpus / "zinc.txt").rename(corpus / "galmei.txt")

    assert engine.outstanding() == Outstanding(
        added=("corpus/tin.txt",), renamed=(("corpus/zinc.txt", "corpus/galmei.txt"),)
    )

    engine.sync()
    (corpus / "tin.txt").write_text("Tin was soft.", encoding="utf-8")
    (corpus / "galmei.txt").unlink()
    assert engine.outstanding() == Outstanding(
        changed=("corpus/tin.txt",), removed=("corpus/galmei.txt",)
    )
    assert not engine.is_current()


def test_going_back_serves_the_generation_before_until_the_next_sync(folder: Path) -> None:
    serving = opened(folder)
    assert texts(serving, "lead") == [ZINC]

    status = opened(folder).rollback()

    assert (status.generation, status.sources) == (1, 2)
    # A server that was open already picks it up with its next question.
    assert texts(serving, "lead") == [LEAD, ZINC]
    assert not serving.is_current()
    report = serving.sync()
    assert (report.generation, report.removed, report.embedded) == (3, ("corpus/lead.txt",), 0)
    assert texts(serving, "lead") == [ZINC]


def test_going_back_to_a_number_goes_forward_too(folder: Path) -> None:
    engine = opened(folder)
    assert engine.rollback(1).generation == 1
    assert engine.rollback(2).generation == 2
    assert texts(engine, "lead") == [ZINC]


def test_only_generations_on_disk_can_be_gone_back_to(folder: Path) -> None:
    engine = opened(folder)
    with pytest.raises(GenerationUnknown, match=r"no generation 7 on disk, only 1, 2\."):
        engine.rollback(7)
    engine.rollback()
    with pytest.raises(GenerationUnknown, match="generation 1 is the oldest on disk"):
        engine.rollback()
    assert engine.status().generation == 1


def test_there_is_nothing_to_go_back_to_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        opened(tmp_path).rollback()


def test_a_damaged_generation_is_not_gone_back_to(folder: Path) -> None:
    file = folder / "index/generations/000001/segments/000001/catalog.sqlite"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    with pytest.raises(IndexDamaged, match=r"generation 1 is damaged: segments/.*sqlite: altered"):
        opened(folder).rollback()
    assert opened(folder).status().generation == 2


def test_a_generation_with_other_passages_is_not_gone_back_to(folder: Path) -> None:
    engine = opened(folder, passage_characters=300)
    engine.sync(rebuild=True)

    with pytest.raises(IndexMismatch, match="its passages aim at 600 characters, not at 300"):
        engine.rollback(2)
    assert engine.status().generation == 3


def test_nobody_goes_back_while_another_writes(folder: Path) -> None:
    with IndexLayout(folder / "index").writing(), pytest.raises(IndexBusy):
        opened(folder).rollback()
    assert opened(folder).status().generation == 2


def test_status_lists_what_is_kept(folder: Path) -> None:
    (folder / "index" / "generations" / "000001" / "manifest.json").write_text("{}")

    first, second = opened(folder).status().kept

    live = folder / "index" / "generations" / "000002"
    assert (first.number, first.created, first.is_live) == (1, None, False)
    assert (second.number, second.is_live) == (2, True)
    assert second.created == Manifest.read(live).created
    assert second.bytes_on_disk == sum(f.stat().st_size for f in live.rglob("*") if f.is_file())


def test_a_removed_source_is_proved_gone_and_named_where_it_is_kept(folder: Path) -> None:
    engine, source_id = opened(folder), lead_id(folder)

    deletion = engine.verify_deleted(source_id)

    assert (deletion.generation, deletion.rows, deletion.remains) == (2, 1, ())
    assert deletion.kept_in == (1,)
    assert engine.erase_older() == (1,)
    assert engine.verify_deleted(source_id).kept_in == ()
    assert not (folder / "index" / "generations" / "000001").exists()
    assert texts(engine, "lead") == [ZINC]


@pytest.mark.parametrize("shape", ["", "{:.8}", "{}0", " {}", "corpus/lead.txt", "zz{:.14}"])
def test_only_of_a_whole_id_it_can_be_said_that_it_is_gone(folder: Path, shape: str) -> None:
    with pytest.raises(UsageError, match="is no whole id of a source, which has 16 digits"):
        opened(folder).verify_deleted(shape.format(lead_id(folder)))


def test_a_source_that_is_there_is_found_everywhere(folder: Path) -> None:
    engine, source_id = opened(folder), lead_id(folder)
    engine.rollback()

    deletion = engine.verify_deleted(source_id)

    passage = next(p for _, p in engine.live().passages_of(source_id))
    assert deletion.remains[:2] == (f"the source {source_id}", "the file corpus/lead.txt")
    assert deletion.remains[2].startswith(f"the passage {passage.id} in row ")
    assert deletion.remains[3:] == ("a vector and words in row 0",)
    assert deletion.kept_in == ()


def segments(folder: Path) -> list[list[str]]:
    """The paths of the live sources of each segment, those of the largest first."""
    layout = IndexLayout(folder / "index")
    parts = Generation(layout, layout.live()).parts
    found = [sorted(part.segment.extents[id_].info.path for id_ in part.ids()) for part in parts]
    return sorted(found, key=lambda paths: (-len(paths), paths))


def test_small_segments_become_one_when_there_are_many(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    engine = opened(tmp_path, generations_kept=1)
    for number in range(1, 10):
        (tmp_path / "corpus" / f"{number}.txt").write_text(f"Zinc of mine {number}.")
        assert engine.sync().generation == number
        expected = [[f"corpus/{at}.txt"] for at in range(1, number + 1)]
        assert segments(tmp_path) == (
            expected if number < 9 else [[path for paths in expected for path in paths]]
        )
    assert engine.sync().is_current
    assert len(engine.ask("zinc mine", k=20).quotes) == 9


def test_segments_of_a_size_are_merged_once_the_change_answers(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    engine = opened(tmp_path)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merging, "SMALL", 1)
        patched.setattr(merging, "FACTOR", 3)
        for number in range(1, 4):
            for name in ("a", "b"):
                (tmp_path / "corpus" / f"{name}{number}.txt").write_text(f"Zinc {name} {number}.")
            report = engine.sync()
    # The generation that was live for a moment, the third, made way for one that says the same.
    assert report.generation == engine.status().generation == 4
    assert IndexLayout(tmp_path / "index").numbers() == [1, 2, 4]
    assert [len(paths) for paths in segments(tmp_path)] == [6]
    assert engine.verify().faults == ()


def test_what_cannot_be_merged_does_not_fail_the_change(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    engine = opened(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merging, "SMALL", 1)
        patched.setattr(merging, "FACTOR", 2)
        patched.setattr("bot.store.folder.writer.merge_segments", refuse)
        for number in range(1, 3):
            for name in ("a", "b"):
                (tmp_path / "corpus" / f"{name}{number}.txt").write_text(f"Zinc {name} {number}.")
            report = engine.sync()
    assert report.notes[0].startswith("segments are merged another time: ")
    assert engine.is_current()
    assert len(segments(tmp_path)) == 2


def test_what_is_hidden_on_disk_is_named_until_it_is_erased(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    names = ("Altai", "Balkash", "Ural", "Zhezkazgan")
    for name in names:
        (corpus / f"{name}.txt").write_text(f"Zinc of {name}.", encoding="utf-8")
    (corpus / "lead.txt").write_text(LEAD, encoding="utf-8")
    engine = opened(tmp_path, generations_kept=1)
    engine.sync()
    source_id = lead_id(tmp_path)
    (corpus / "lead.txt").unlink()
    # One passage of five is too little for a large segment to be written anew.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merging, "SMALL", 4)
        engine.sync()
    deletion = engine.verify_deleted(source_id)
    assert (deletion.remains, deletion.kept_in, deletion.hidden_in) == ((), (), ("000001",))
    assert on_disk(tmp_path, LEAD)

    assert engine.erase_older() == ()
    deletion = engine.verify_deleted(source_id)
    assert (deletion.generation, deletion.remains, deletion.hidden_in) == (3, (), ())
    assert not on_disk(tmp_path, LEAD)
    assert not on_disk(tmp_path, "shield")
    assert texts(engine, "zinc") == [f"Zinc of {name}." for name in names]


def on_disk(folder: Path, text: str) -> bool:
    files = (file for file in (folder / "index").rglob("*") if file.is_file())
    return any(text.encode() in file.read_bytes() for file in files)


def test_a_kept_generation_that_cannot_be_read_may_hold_it(folder: Path) -> None:
    source_id = lead_id(folder)
    shutil.rmtree(folder / "index" / "generations" / "000001")
    (folder / "index" / "generations" / "000001").mkdir()

    assert opened(folder).verify_deleted(source_id).kept_in == (1,)
