"""Measures conflicts between texts that tell of one thing, each in its own words.

    python tests/bench/conflicting_pairs.py [--half development|held-back] [--show]

Each line of `tests/data/asked/news/pairs.jsonl` has a question and two texts about it, written
independently of each other. Some give different answers, which should be shown as a conflict:
both values, each under the citation of its own text; an answer that cites only one text can't.
The others agree, or tell of different things; any conflict shown for them is a false alarm. The
engine is asked with the packaged model, in a folder that holds nothing but the two texts.

The pairs with an odd number are there to develop on. Of those with an even number, which are held
back, only the rates are printed, so that nobody fits a detector to them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bot
from bot.embedding import SentenceTransformerEncoder
from bot.types import Answer, Encoder

PAIRS = Path(__file__).parents[1] / "data" / "asked" / "news" / "pairs.jsonl"
DEVELOPMENT, HELD_BACK = "development", "held-back"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, two texts, and the values in which they conflict; none where they agree."""

    number: int
    question: str
    texts: tuple[str, str]
    values: tuple[str, ...]

    @property
    def half(self) -> str:
        """Whether the pair may be looked at."""
        return DEVELOPMENT if self.number % 2 else HELD_BACK


def main() -> None:
    """Prints three lines a half: conflicts found, those with both texts cited, false alarms."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--half", choices=(DEVELOPMENT, HELD_BACK), help="measure only this half")
    parser.add_argument("--show", action="store_true", help="print what was missed or false")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    every = list(read_pairs(PAIRS))
    for half in [arguments.half] if arguments.half else [DEVELOPMENT, HELD_BACK]:
        pairs = [pair for pair in every if pair.half == half]
        measure(half, pairs, encoder, show=arguments.show and half == DEVELOPMENT)


def read_pairs(file: Path) -> Iterator[Pair]:
    """The pairs of a file of JSON lines."""
    for line in file.read_text("utf-8").splitlines():
        item = json.loads(line)
        number = int("".join(filter(str.isdigit, item["id"])))
        values = tuple(item["values"] or ()) if item["conflict"] else ()
        yield Pair(number, item["question"], (item["left"], item["right"]), values)


def measure(label: str, pairs: Sequence[Pair], encoder: Encoder, *, show: bool) -> None:
    """Prints how many conflicts of some pairs are found, and how many alarms are false."""
    found, cited, alarms = [], [], []
    for pair in pairs:
        answer = ask(pair, encoder)
        if pair.values:
            found.append(_shows(answer, pair.values))
            cited.append(len({one.source.id for one in answer.citations}) == len(pair.texts))
        else:
            alarms.append(bool(answer.conflicts))
        if show and not (found[-1] if pair.values else not alarms[-1]):
            shown = [(one.text, one.citation) for each in answer.conflicts for one in each.values]
            print(f"{'missed' if pair.values else 'alarm'} {pair.number}: {pair.question} {shown}")
            print("".join(f"    {text}\n" for text in pair.texts), end="")
    for name, rights in (("found", found), ("both cited", cited), ("false alarms", alarms)):
        share = sum(rights) / len(rights) if rights else 0.0
        print(f"{label}: {name}: {sum(rights)} of {len(rights)}, {share:.3f}")


def ask(pair: Pair, encoder: Encoder) -> Answer:
    """What is answered to the question of a pair by a folder of its two texts."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        for place, text in enumerate(pair.texts):
            (corpus / f"{place}.txt").write_text(text, encoding="utf-8")
        engine = bot.open(corpus, Path(scratch) / "index", encoder=encoder, threshold=0.0)
        engine.sync()
        return engine.ask(pair.question)


def _shows(answer: Answer, values: Sequence[str]) -> bool:
    """Whether a conflict shows both values, or what differs in them, where they belong."""
    places = {citation.number: citation.source.path[-len("0.txt")] for citation in answer.citations}
    return any(
        all(
            any(
                places[shown.citation] == str(place)
                and (shown.text in value or value in shown.text)
                for shown in conflict.values
            )
            for place, value in enumerate(values)
        )
        for conflict in answer.conflicts
    )


if __name__ == "__main__":
    main()
