"""Questions to learn from fit their texts and share nothing with those that are measured on."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.indexing.build import read_source

BENCH = Path(__file__).parent / "bench"
DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[1]

# So many words in a row are the same in two texts only if one was copied.
WORDS_IN_A_ROW = 12


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(BENCH)
    import written_sets

    return written_sets


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def test_every_answer_stands_at_its_place(written) -> None:
    wrong = []
    for one in written.written_sets():
        texts = {}
        for file in sorted(one.corpus.iterdir()):
            source, _ = read_source(file.read_bytes(), file.name, "", keep_boilerplate=False)
            texts[file.name] = source.text
        wrong += [
            item.id
            for item in one.questions
            if not texts[item.source].startswith(item.answer, item.at)
        ]

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
        " ".join(words(json.loads(line).get("question", "")))
        for file in (DATA / "asked").rglob("*able.jsonl")
        for line in file.read_text("utf-8").splitlines()
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

    for corpus in sorted(written.TRAINING.glob("*/corpus")):
        assert sorted(rows_of(corpus) & measured) == [], corpus.parent.name
