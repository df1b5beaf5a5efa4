"""What in a folder is no document is left out and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cli_calls import Pincite
from indexed_folders import built
from word_encoder import WordEncoder

import bot
from bot.corpus.listing import LITTER
from bot.errors import UsageError

pytestmark = pytest.mark.usefixtures("quick_disk")

UNREAD = "format '.xyz' is not read. Convert the file"

Write = Callable[[Mapping[str, str]], None]


def test_the_index_is_never_read_as_a_source(
    tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zinc.txt").write_text("Zinc is a metal.")
    (tmp_path / "pincite.toml").write_text("port = 1\n")
    monkeypatch.chdir(tmp_path)
    engine = bot.open(".", "deep/index", encoder=encoder)

    assert engine.sync().passages == 1
    again = engine.sync()

    assert (again.passages, again.unchanged) == (1, (f"{tmp_path.name}/zinc.txt",))
    assert engine.left_out() == {
        f"{tmp_path.name}/deep/index": "the index, or what is noted beside it",
        f"{tmp_path.name}/pincite.toml": "a file of pincite's own",
    }


def test_what_is_no_document_is_left_out_and_named(
    tmp_path: Path, corpus: Path, encoder: WordEncoder, write: Write, engine: bot.Engine
) -> None:
    write(
        {
            "zinc.txt": "Zinc is a metal.",
            "README.md": "About.",
            ".git/config.txt": "Lead.",
            ".note.txt": "Lead.",
            "venv/pyvenv.cfg": "home = /usr\n",
            "venv/lib/site-packages/thing/licence.txt": "Lead.",
            "conda/conda-meta/history.txt": "Lead.",
            "web/node_modules/left/README.md": "Lead.",
            "code/__pycache__/a.txt": "Lead.",
            "web/pincite.users": "ada",
        }
    )
    # Of another index that somebody keeps in the folder, and of one that was never finished.
    built(tmp_path / "other", corpus / "old", encoder, {"lead.txt": "Lead is heavy."})
    (corpus / "begun" / "generations").mkdir(parents=True)
    (corpus / "begun" / ".lock").touch()
    (corpus / "begun" / "notes.json").write_text('{"a": "Lead."}')

    (corpus / "~$notes.docx").write_bytes(b"\x06Ann" + bytes(158))
    (corpus / "Thumbs.db").write_bytes(b"\xd0\xcf")

    report = engine.sync()

    assert report.added == ("corpus/zinc.txt",)
    assert report.skipped == ()
    hidden = "hidden, for its name begins with a dot"
    assert engine.left_out() == {
        "corpus/.git": hidden,
        "corpus/.note.txt": hidden,
        "corpus/README.md": "it explains the corpus",
        "corpus/begun": "an index that pincite has built",
        "corpus/code/__pycache__": "programs, and no documents",
        "corpus/conda": "a virtual environment",
        "corpus/old": "an index that pincite has built",
        "corpus/venv": "a virtual environment",
        "corpus/web/node_modules": "programs, and no documents",
        "corpus/web/pincite.users": "a file of pincite's own",
        "corpus/~$notes.docx": LITTER,
        "corpus/Thumbs.db": LITTER,
    }


def test_a_link_to_the_index_is_left_out_too(
    tmp_path: Path, encoder: WordEncoder, corpus: Path, write: Write
) -> None:
    write({"zinc.txt": "Zinc is a metal."})
    (corpus / "real").mkdir()
    (tmp_path / "alias").symlink_to(corpus / "real")
    engine = bot.open(corpus, tmp_path / "alias", encoder=encoder)

    assert engine.sync().passages == 1
    assert engine.sync().passages == 1


@pytest.mark.parametrize("corpus_in_index", ["index", "index/deep"])
def test_a_corpus_within_the_index_is_refused(
    tmp_path: Path, encoder: WordEncoder, corpus_in_index: str
) -> None:
    (tmp_path / corpus_in_index).mkdir(parents=True)
    engine = bot.open(tmp_path / corpus_in_index, tmp_path / "index", encoder=encoder)

    with pytest.raises(UsageError, match=r"lies in the index, .* or another --index"):
        engine.sync()
    assert not (tmp_path / "index" / "generations").exists()


def test_an_export_in_the_corpus_is_not_read(
    tmp_path: Path, corpus: Path, engine: bot.Engine, write: Write
) -> None:
    write({"zinc.txt": "Zinc is a metal."})
    engine.sync()
    engine.export(corpus / "saved.zip")

    report = engine.sync()

    assert report.passages == 1
    assert [(file.path, file.reason) for file in report.skipped] == [
        (
            "corpus/saved.zip",
            "what pincite has exported, a corpus and its index. Import it",
        )
    ]


def test_sources_name_what_is_left_out(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    (own_site / "corpus" / ".git").mkdir()

    shown = pincite("sources", "--show-skipped").out.splitlines()

    assert "left out corpus/.git: hidden, for its name begins with a dot" in shown
    as_json = pincite("sources", "--show-skipped", "--json").lines
    assert as_json[-2:] == [
        {"path": "corpus/notes\x1b[2J.xyz", "skipped": UNREAD},
        {"path": "corpus/.git", "left_out": "hidden, for its name begins with a dot"},
    ]
