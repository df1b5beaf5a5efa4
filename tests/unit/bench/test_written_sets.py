"""Questions to learn from fit their texts and share nothing with those that are measured on."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from places import BENCH, DATA, ROOT

from bot.indexing.build import read_source

# So many words in a row are the same in two texts only if one was copied.
WORDS_IN_A_ROW = 12


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(BENCH)
    import written_sets

    return written_sets


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def stands(item, text: str) -> bool:
    """Whether the answer stands at its place, and not as a part of longer words."""
    around = text[max(0, item.at - 1) : item.at + len(item.answer) + 1]
    return text.startswith(item.answer, item.at) and bool(
        re.search(rf"(?<!\w){re.escape(item.answer)}(?!\w)", around)
    )


def test_every_answer_stands_at_its_place(written) -> None:
    wrong = []
    for one in written.written_sets():
        texts = {}
        for file in sorted(one.corpus.iterdir()):
            source, _ = read_source(file.read_bytes(), file.name, "", keep_boilerplate=False)
            texts[file.name] = source.text
        wrong += [item.id for item in one.questions if not stands(item, texts[item.source])]

    assert wrong == []


def test_a_changed_text_is_refused(written, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "pair" / "corpus").mkdir(parents=True)
    (tmp_path / "pair" / "corpus" / "a.md").write_text("# A\n\nChanged.\n")
    (tmp_path / "pair" / "texts.sha256").write_text(f"{'0' * 64}  a.md\n")
    monkeypatch.setattr(written, "TRAINING", tmp_path)

    with pytest.raises(ValueError, match=r"a\.md: not the text that was asked about"):
        list(written.written_sets())


def test_no_question_is_there_twice_or_measured_on(written) -> None:
    folders = [file.parent for file in written.TRAINING.glob("*/questions.jsonl")]
    asked = Counter(
        " ".join(words(item.question))
        for folder in folders
        for item in written.questions_of(folder)
    )
    measured = {
        " ".join(words(question))
        for file in (DATA / "asked").glob("*/*.jsonl")
        for line in file.read_text("utf-8").splitlines()
        for row in [json.loads(line)]
        for question in (row.get("question", ""), *row.get("turns", ()))
    }

    assert [question for question, count in asked.items() if count > 1] == []
    assert sorted(asked.keys() & measured) == []


def test_no_text_is_measured_on(written) -> None:
    def rows_of(folder: Path) -> set[tuple[str, ...]]:
        found = set()
        for file in folder.rglob("*"):
            if file.suffix in {".md", ".txt", ".html", ".eml", ".vtt", ".srt"}:
                text = words(file.read_text("utf-8", "replace"))
                found |= set(zip(*(text[at:] for at in range(WORDS_IN_A_ROW)), strict=False))
        return found

    measured = rows_of(DATA / "asked") | rows_of(ROOT / "corpus")
    # Three of the measured corpora are not the project's own and may not be there.
    for elsewhere in ("bench/asked", "seeds"):
        measured |= rows_of(ROOT.parent / "shared" / elsewhere)

    for corpus in sorted(written.TRAINING.glob("*/corpus")):
        assert sorted(rows_of(corpus) & measured) == [], corpus.parent.name


PASSAGE = {
    "title": "Fares",
    "headings": ["Children"],
    "text": "Up to 36 children travel free. A dog pays 6 crowns.",
    "source": "fares.md",
    "start": 20,
}


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(BENCH)
    import writing

    return writing


def line(number: int, **changed) -> dict:
    asked = {
        "other": [["What does my poodle cost?", "6 crowns"], ["Is it dear for my kids?", "free"]],
        "plain": ["How many children travel free?", "36"],
        "keywords": ["puppy price", "6"],
        "near": ["What does a cat pay?", "6 crowns"],
    }
    return {"n": number, **asked, **changed}


def a_folder(folder: Path, *rows: dict) -> Path:
    (folder / "corpus").mkdir()
    (folder / "corpus" / "fares.md").write_text(f"# Fares\n\n## Children\n\n{PASSAGE['text']}\n")
    for name, given in (
        ("passages", [{"n": 1, **PASSAGE}, {"n": 2, **PASSAGE}]),
        ("questions", rows),
    ):
        lines = "\n".join(json.dumps(row) for row in given)
        (folder / f"{name}.jsonl").write_text(lines + "\n")
    return folder


def test_faults_of_a_writer_are_named(writing, tmp_path: Path) -> None:
    folder = a_folder(
        tmp_path,
        line(1, plain=["How much?", "7 crowns"], keywords=["How much?", "3"]),
        line(1),
        line(3),
        {"n": 2, "other": []},
    )

    assert list(writing.faults(folder)) == [
        "questions.jsonl, passage 1: these words are not in its text: 7 crowns",
        "questions.jsonl, passage 1: these words are not in its text: 3",
        "questions.jsonl, passage 1: asked before: How much?",
        "questions.jsonl, passage 1: there is none, or it has a line already",
        "questions.jsonl, passage 3: there is none, or it has a line already",
        "questions.jsonl, passage 2: not of the shape that the brief describes",
    ]


def test_a_question_in_the_words_of_the_text_is_named(writing, tmp_path: Path) -> None:
    other = [["Which children travel free?", "36"], ["What does my poodle cost?", "6"]]
    folder = a_folder(tmp_path, line(1, other=other), {"n": 2, "skip": True})

    assert list(writing.faults(folder)) == [
        "questions.jsonl, passage 1: too many of its words: Which children travel free?"
    ]


def test_kept_questions_know_the_place_of_their_answer(
    writing, written, tmp_path: Path, monkeypatch, capsys
) -> None:
    folder = a_folder(tmp_path, line(1), {"n": 2, "skip": True})
    second = line(2, plain=["How many children travel free?", "36"], keywords=["hound", "7"])
    (folder / "questions-2.jsonl").write_text(json.dumps(second) + "\n")
    for module in (writing, written):
        monkeypatch.setattr(module, "TRAINING", tmp_path / "kept")

    writing.keep(folder, "travel")

    (one,) = written.written_sets()
    assert [(item.id, item.style, item.answer, item.at) for item in one.questions] == [
        ("travel-1-1-1", "paraphrase", "6 crowns", 62),
        ("travel-1-1-2", "paraphrase", "free", 45),
        ("travel-1-1-3", "plain", "36", 26),
        ("travel-1-1-4", "keywords", "6", 62),
        ("travel-1-1-5", "near", "6 crowns", 62),
    ]
    assert "left out: hound" in capsys.readouterr().out
