"""Measures what stands first under a question: its purpose, the answer line, and how much is shown.

    python tests/bench/answer_first.py --sets FOLDER --work FOLDER [--only SET ...]

The questions are those of `tests/data/purposes`, written by people who saw the documents alone.
The wordings were tuned on `town` and `handbook`; the other four sets were left out of that. Every
set is asked with weights for the purposes that were fitted on the other sets and on
`purposes_training`.

By set and for all: purposes told apart; the share of facts with a line and of lines that are right;
the share of lists with a line and of their items in it; the points of an overview that its
sentences have; the sides of a comparison that are quoted; wrong refusals; and the median of words
that a fact shows before anything is opened, without the related questions under it and with them.
What stands in a long row beyond its two lines is counted, although the page cuts it there.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from statistics import fmean, median
from typing import Any

from asked_sets import ELSEWHERE, ROOT
from purposes import Questions, fitted
from written_sets import TRAINING

import bot
from bot.answering.question.purpose_model import PurposeModel
from bot.embedding import SentenceTransformerEncoder
from bot.types import Answer, LineKind, Purpose, Verdict
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of

PURPOSES = TRAINING.parent / "purposes"
TUNED_ON = ("handbook", "town")

LANGUAGE = language_of("en")

Measures = dict[str, list[float]]


class _Seen(HTMLParser):
    """The text of an answer that is seen before anything is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        folded = any(tag == "details" for tag, _ in self._open)
        named = any(tag == "summary" for tag, _ in self._open)
        others = [place for place, (_, name) in enumerate(self._open) if name == "others"]
        within = others and any(tag == "details" for tag, _ in self._open[others[0] + 1 :])
        unseen = any(name.split()[:1] in (["rest"], ["unseen"]) for _, name in self._open)
        if not unseen and not within and (named or not folded):
            self.text += f"{data} "


def main() -> None:
    """Prints a table with a row for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--only", nargs="*", default=[], help="sets to ask")
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    questions = Questions(encoder)
    everything: dict[str, Measures] = {}
    for file in sorted(PURPOSES.glob("*.jsonl")):
        corpus = corpus_of(file.stem, arguments.sets)
        if corpus is None or (arguments.only and file.stem not in arguments.only):
            continue
        engine = bot.open(corpus, arguments.work / file.stem / "index", encoder=encoder)
        engine.sync()
        model = PurposeModel(*fitted(questions, questions.sets != file.stem), encoder.fingerprint)
        PurposeModel.shipped = partial(_same, model)  # type: ignore[method-assign]
        found: Measures = defaultdict(list)
        for line in file.read_text("utf-8").splitlines():
            item = json.loads(line)
            answer = engine.ask(item["question"])
            measure(found, item, answer, show=arguments.show)
            if item["purpose"] == Purpose.FACT.value:
                related = engine.related(answer)
                heading = ("Related questions",) if related else ()
                number = words_seen(answer, *heading, *related)
                found["fact: words and related questions seen"].append(number)
        everything[file.stem] = found
    left_out = [found for name, found in everything.items() if name not in TUNED_ON]
    if left_out:
        names = {name for found in left_out for name in found}
        everything["all left out"] = {
            name: [value for found in left_out for value in found.get(name, [])] for name in names
        }
    print("\n".join(table(everything)))


def _same(model: PurposeModel) -> PurposeModel:
    return model


def corpus_of(name: str, sets: Path | None) -> Path | None:
    """The documents of a set, if they are there."""
    place = ELSEWHERE.get(name, ROOT / "tests" / "data" / "asked" / name / "corpus")
    corpus = place if isinstance(place, Path) else sets and sets / place
    return corpus if corpus and corpus.is_dir() else None


def measure(found: Measures, item: Mapping[str, Any], answer: Answer, *, show: bool) -> None:
    """Adds what an answer is worth to the measures."""
    wanted = "yes or no" if item["purpose"] == "yesno" else item["purpose"]
    is_told = answer.purpose.value == wanted
    found[f"told: {wanted}"].append(is_told)
    found["told"].append(is_told)
    if answer.purpose is not Purpose.FACT:
        found["told where no fact"].append(is_told)
    if wanted == Purpose.TALK.value:
        return
    found["refused"].append(answer.verdict is Verdict.UNANSWERED)
    line = answer.line
    if wanted == Purpose.FACT.value:
        found["fact: line"].append(line is not None)
        found["fact: words seen"].append(words_seen(answer))
        if line is not None:
            is_right = any(same(line.text, right) for right in item.get("answers", ()))
            found["fact: line right"].append(is_right)
            found[f"fact: {line.kind.value} right"].append(is_right)
            if show and not is_right:
                print(f"LINE {item['question']} -> {line.text!r} not {item.get('answers')}")
    elif wanted == Purpose.LIST.value:
        found["list: items shown"].append(share(item.get("items", ()), [text_seen(answer)]))
        is_list = line is not None and line.kind is LineKind.LIST
        found["list: line"].append(is_list)
        if line is not None and is_list:
            found["list: items in line"].append(share(item.get("items", ()), [line.text]))
            if show:
                print(f"LIST {item['question']} -> {line.text!r} wants {item.get('items')}")
    elif wanted == Purpose.OVERVIEW.value:
        found["overview: points"].append(share(item["points"], marked(answer)))
    elif wanted == Purpose.COMPARISON.value:
        texts = [quote.text for quote in answer.quotes]
        found["comparison: sides"].append(share(item["expect"], texts))
    if wanted != answer.purpose.value and show:
        print(f"TOLD {item['question']} -> {answer.purpose.value} not {wanted}")


def words_seen(answer: Answer, *others: str) -> int:
    """How many words the page shows of an answer before anything is opened, and of others under it.

    Numbers count, signs do not.
    """
    told = " ".join((text_seen(answer), *others))
    return sum(bool(re.search(r"\w", one)) for one in told.split())


def text_seen(answer: Answer) -> str:
    """What the page shows of an answer before anything is opened."""
    reader = _Seen()
    html = answer_html(answer, LANGUAGE)
    reader.feed(html)
    # The page's script adds a button for it.
    more = LANGUAGE.say("Whole passage") if 'class="rest ' in html else ""
    return f"{reader.text} {more}"


def marked(answer: Answer) -> list[str]:
    """The highlighted sentences of an answer."""
    return [
        quote.text[start - quote.start : end - quote.start]
        for quote in answer.quotes
        for start, end in quote.highlights
    ]


def share(wanted: Sequence[str], texts: Iterable[str]) -> float:
    """The share of texts that others hold, or are held in."""
    told = [plain(text) for text in texts]
    if not wanted:
        return 0.0
    return fmean(
        any(plain(one) in text or (len(text) > 20 and text in plain(one)) for text in told)
        for one in wanted
    )


def same(line: str, right: str) -> bool:
    """Whether a line is an acceptable answer: all of it, or it with little around it."""
    told, wanted = plain(line), plain(right)
    return wanted in told or (told in wanted and len(told) * 3 >= len(wanted))


def plain(text: str) -> str:
    """A text in small letters without marks."""
    return " ".join(re.findall(r"[\w%$£€.,]+", text.lower().replace("|", " "))).strip(" .,")


def table(everything: Mapping[str, Measures]) -> Iterable[str]:
    """The measures as a table in Markdown."""
    names = sorted({name for found in everything.values() for name in found})
    yield f"| | {' | '.join(everything)} |"
    yield "|---" * (len(everything) + 1) + "|"
    for name in names:
        cells = []
        for found in everything.values():
            values = found.get(name)
            if not values:
                cells.append("")
            elif name.endswith("seen"):
                cells.append(f"{median(values):.0f}")
            else:
                cells.append(f"{fmean(values):.3f} ({len(values)})")
        yield f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
