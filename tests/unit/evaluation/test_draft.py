"""Question files drafted from the corpus: they ask what it asks, and hold under evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_calls import HOSTILE, Pincite, is_harmless

import bot
from bot.evaluation import read_questions
from bot.evaluation.draft import COMMON, LONGEST, draft, drafted_json

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

FILES = {
    "faq.md": (
        "# Metals asked\n\nThis page answers a few questions.\n\n"
        "## Q1: Where is zinc mined?\n\nA1: Zinc is mined in the hills of the east.\n\n"
        "## Q2: Is lead mined too?\n\nYes. It is found beside the zinc, in the same ore.\n\n"
        "## More about the trade in metals\n\nMetals are sold by weight at the harbour.\n"
    ),
    "guide.md": (
        "# A guide to metals\n\nThis guide is short and says what there is to say.\n\n"
        "## Summary\n\nEverything that follows is true, and this is not drafted.\n\n"
        "## Uses of copper\n\nCopper carries current in every house of the town and also in the "
        "mills, the mines and the harbour of the town.\n\n"
        "## Prices of copper\n\n### Prices of old copper\n\nOld copper sells at half the price.\n\n"
        "## Where is zinc mined?\n\nThe mines of zinc are named after the rivers of the west.\n\n"
        "## Weights and measures\n\nNone.\n"
    ),
}


def test_questions_are_lines_of_the_corpus_and_expect_what_follows(
    engine: bot.Engine, write: Write
) -> None:
    write(FILES)
    engine.sync()
    found = list(drafted_json(draft(engine.live(), 20)))
    assert found == [
        {
            "id": "d01",
            "question": "Where is zinc mined?",
            "expect": [
                "Zinc is mined in the hills of the east.",
                "The mines of zinc are named after the rivers of the west.",
            ],
            "source": ["corpus/faq.md", "corpus/guide.md"],
        },
        {
            "id": "d02",
            "question": "Is lead mined too?",
            "expect": "Yes. It is found beside the zinc, in the same ore.",
            "source": "corpus/faq.md",
        },
        {
            "id": "d03",
            "question": "Uses of copper",
            "expect": "Copper carries current in every house of the town and also in the mills, "
            "the mines and the harbour",
            "source": "corpus/guide.md",
        },
        {
            "id": "d04",
            "question": "More about the trade in metals",
            "expect": "Metals are sold by weight at the harbour.",
            "source": "corpus/faq.md",
        },
        {
            "id": "d05",
            "question": "Prices of old copper",
            "expect": "Old copper sells at half the price.",
            "source": "corpus/guide.md",
        },
    ]
    assert len(found[2]["expect"]) <= LONGEST
    assert [item.question for item in draft(engine.live(), 2)] == [
        "Where is zinc mined?",
        "Is lead mined too?",
    ]


def test_what_is_expected_is_in_a_passage_of_its_source(engine: bot.Engine, write: Write) -> None:
    sentence = "The zinc of the hill is older than the lead of the valley below it. "
    write({"long.md": "## History of the hill\n\n" + sentence * 30 + "\n", **FILES})
    engine.sync()
    generation = engine.live()
    for item in draft(generation, 20):
        for text in item.expect:
            holding = {
                info.path
                for id_, info in generation.infos.items()
                if any(text in passage.text for _, passage in generation.passages_of(id_))
            }
            assert holding
            assert holding <= set(item.sources)


def test_a_text_that_stands_everywhere_is_not_expected(engine: bot.Engine, write: Write) -> None:
    same = "Copyright of the mining company, all rights reserved.\n"
    write(
        {
            f"{number}.md": f"Mine {number}\n\n## Zinc of mine {number}\n\n{same}\n\n"
            f"## Lead of mine {number}\n\nMine {number} has {number} tons of lead in its halls.\n"
            for number in range(COMMON + 1)
        }
    )
    engine.sync()
    assert [item.question for item in draft(engine.live(), 20)] == [
        f"Lead of mine {number}" for number in range(COMMON + 1)
    ]


def test_a_corpus_without_questions_or_headings(engine: bot.Engine, write: Write) -> None:
    write({"plain.txt": "Zinc coats steel, and lead shields what must be shielded.\n"})
    engine.sync()
    assert draft(engine.live(), 20) == []


# The command


def test_a_draft_can_be_evaluated_as_it_is(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    Path("corpus", "faq.md").write_text(
        f"# Asked\n\n## What is bismuth {HOSTILE} for?\n\nBismuth replaces lead in solder.\n\n"
        "## Where does gallium melt?\n\nGallium melts in the hand of whoever holds it.\n",
        encoding="utf-8",
    )
    pincite("--quiet", "index")
    done = pincite("eval", "--draft", "--count", "2")
    assert (done.code, done.err) == (0, "")
    assert is_harmless(done.out)
    assert done.out == pincite("eval", "--draft", "--count", "2", "--json").out
    assert [line["source"] for line in done.lines] == ["corpus/faq.md"] * 2
    assert done.lines[1] == {
        "id": "d02",
        "question": "Where does gallium melt?",
        "expect": "Gallium melts in the hand of whoever holds it.",
        "source": "corpus/faq.md",
    }
    Path("draft.jsonl").write_text(done.out, encoding="utf-8")
    assert [item.id for item in read_questions(Path("draft.jsonl"))] == ["d01", "d02"]
    found: dict[str, Any] = pincite("eval", "draft.jsonl", "--json").json
    assert (found["questions"], found["hit_at"]["1"], found["ndcg_at_10"]) == (2, 1.0, 1.0)

    all_there_is = pincite("eval", "--draft")
    count = len(all_there_is.lines)
    assert all_there_is.err == (
        f"{count} of 20 questions: the corpus has no more questions or headings that text "
        "follows.\n"
    )


def test_what_cannot_be_drafted(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_site)
    one = "pincite: give a FILE of questions, or --draft alone to have some proposed.\n"
    for arguments in ((), ("q.jsonl", "--draft"), ("--draft", "--report", "r")):
        done = pincite("eval", *arguments)
        assert (done.code, done.out, done.err) == (2, "", one)
    assert not Path("r").exists()
    done = pincite("eval", "q.jsonl", "--count", "3")
    assert (done.code, done.err) == (2, "pincite: --count goes with --draft.\n")
    done = pincite("eval", "--draft", "--count", "0")
    assert (done.code, done.err) == (2, "pincite: --count is 0; it must be 1 or more.\n")
    for file in Path("corpus").iterdir():
        file.unlink()
    Path("corpus", "plain.txt").write_text("Tin melts at 232 degrees.\n")
    pincite("--quiet", "index")
    done = pincite("eval", "--draft")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("0 of 20 questions: ")
