"""The few words marked as the answer: how often they are shown, and how often they are right.

Asks the product the questions of `tests/data/asked` whose short answers are known from spans.jsonl,
those that come near to what a corpus answers, and those that it does not. `--sets` adds XQuAD and
the corpora that lie beside it. Each set is measured with the weights as shipped and with those
fitted without it; those that were held back also with weights fitted on the sets of `DEVELOPED`.
`--constants` prints the weights of `bot/answering/spans/span_weights.py`, fitted on all.

    python tests/bench/spans.py --sets FOLDER --work FOLDER
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from asked_sets import ASKED, AskedSet, asked_sets
from scipy.optimize import minimize

import bot
from bot.answering.comparing.corroboration import corroborate
from bot.answering.prepared_question import PreparedQuestion as Prepared
from bot.answering.prepared_question import prepare, search
from bot.answering.spans import span_weights
from bot.answering.spans.answer_spans import LEAST, Competing, candidates_of
from bot.answering.spans.highlights import score_sentences
from bot.answering.spans.span_evidence import NAMES
from bot.answering.spans.wanted import Family
from bot.answering.weighing import read_closely
from bot.embedding import SentenceTransformerEncoder
from bot.retrieval.search import matched
from bot.store import GenerationReader
from bot.text.terms import terms
from bot.types import Hit, Span, Verdict

# The sets on which the evidence was chosen.
DEVELOPED = ("articles", "corpus", "records", "seeds", "xquad")

# What a passage of our own sets counts beside one of XQuAD, of which there are more.
SHARE = 3.0

# Sets of the same documents are left out together.
TOGETHER = {"seeds": "corpus"}

# What keeps the weights small, per squared weight of evidence scaled to a spread of 1.
PENALTY = 5.0

# Passages of a question from which the weights are learned, and that count as shown.
PASSAGES = 3

# An answer may have so many words more or less than an acceptable one.
FURTHER_WORDS = 2

Numbers = npt.NDArray[np.float64]
Weights = Mapping[Family, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, its acceptable answers, and the files that hold them; both empty without any.

    `is_near` tells that something near to it is told, of which any words would be wrong.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a passage has to say: its candidates with what is right of them.

    `holds` tells whether an acceptable answer stands in the passage.
    """

    competing: Competing
    right: npt.NDArray[np.bool_]
    holds: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the first passages that the product shows, and its verdict."""

    labelled: Labelled
    family: Family | None
    verdict: Verdict
    shown: list[Shown] = field(default_factory=list)


def main() -> None:
    """Prints a line for each set and each family of questions, and what else is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--only", nargs="*", help="names of sets; all without")
    parser.add_argument("--constants", action="store_true")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    cases: dict[str, list[Case]] = {}
    for one in asked_sets(arguments.sets, arguments.work, every=1):
        if arguments.only and one.name not in arguments.only:
            continue
        if one.name == "xquad" or (ASKED / one.name / "spans.jsonl").is_file():
            cases[one.name] = gathered(one, arguments.work, encoder)
    print("set: questions, words marked in the first passage, of these right; near misses marked, "
          "right if these count; others without an answer, marked")  # fmt: skip
    _print_all("as shipped", cases, dict.fromkeys(cases, span_weights.WEIGHTS))
    weights = {}
    for name in cases:
        group = TOGETHER.get(name, name)
        if group not in weights:
            others = {n: found for n, found in cases.items() if TOGETHER.get(n, n) != group}
            weights[group] = fitted(others)
        weights[name] = weights[group]
    _print_all("left out", cases, weights)
    held = {name: found for name, found in cases.items() if name not in DEVELOPED}
    chosen = fitted({name: found for name, found in cases.items() if name in DEVELOPED})
    _print_all("held back", held, dict.fromkeys(held, chosen))
    if arguments.constants:
        found = fitted(cases)
        for family in found:
            print(f"    Family.{family.name}: (")
            for name, value in zip((*NAMES[family], "constant"), found[family], strict=True):
                print(f"        {value:.2f},  # {name}")
            print("    ),")


def _print_all(
    title: str, cases: Mapping[str, Sequence[Case]], weights: Mapping[str, Weights]
) -> None:
    print(title)
    rows = {name: [(case, weights[name]) for case in found] for name, found in cases.items()}
    for name in rows:
        print(report(name, rows[name]))
    own = [row for name in rows if name != "xquad" for row in rows[name]]
    print(report("all but xquad", own))
    for family in Family:
        print(report(f"  {family}", [row for row in own if row[0].family is family]))


def gathered(one: AskedSet, work: Path, encoder: SentenceTransformerEncoder) -> list[Case]:
    """Asks the questions of a set of the product."""
    engine = bot.open(one.corpus, work / one.name / "index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    cases = []
    for labelled in _labelled(one):
        answer = engine.ask(labelled.question)
        asked = prepare(generation, encoder, engine.settings, labelled.question)
        family = asked.sought.wanted.family if asked.sought else None
        if one.is_public and family in (None, Family.WHETHER):
            continue
        case = Case(labelled, family, answer.verdict)
        hits = search(generation, engine.settings, asked, engine.settings.candidates)
        rows = {hit.passage.id: hit for hit in hits}
        first = [group[0] for group in corroborate(hits, PASSAGES)]
        if answer.quotes and (own := rows.get(answer.citations[0].passage_id)):
            first = [own, *(hit for hit in first if hit.passage.id != own.passage.id)][:PASSAGES]
        for hit in first:
            case.shown.append(_shown(generation, asked, hit, labelled))
        cases.append(case)
    return cases


def _shown(generation: GenerationReader, asked: Prepared, hit: Hit, labelled: Labelled) -> Shown:
    passage = hit.passage
    path = generation.infos[passage.source_id].path
    is_source = any(path.endswith(name) for name in labelled.files)
    holds = is_source and any(_words(passage.text, answer) for answer in labelled.answers)
    if asked.sought is None:
        return Shown(Competing((), (), np.zeros((0, 0))), np.zeros(0, dtype=np.bool_), holds)
    match = matched(generation, asked.meaning, [hit.row])[hit.row]
    scores = score_sentences(passage, match, asked.rarity, asked.kind, asked.identifiers)
    title = generation.infos[passage.source_id].title
    context = terms(" ".join((*passage.section, title)))
    found = candidates_of(passage, scores, asked.sought, match.cosines, match.spans, context)
    right = np.array([is_right(text, labelled.answers) for text in found.texts], dtype=np.bool_)
    shown = Shown(found, right, holds)
    span = read_closely(generation, asked, hit).span
    assert span == _marked(passage.start, shown, span_weights.WEIGHTS, asked.sought.wanted.family)
    return shown


def _marked(start: int, shown: Shown, weights: Weights, family: Family) -> Span | None:
    best = _best(shown, weights, family)
    if best is None:
        return None
    return start + shown.competing.found[best].start, start + shown.competing.found[best].end


def _best(shown: Shown, weights: Weights, family: Family | None) -> int | None:
    """The candidate that is marked with some weights."""
    found = shown.competing
    if family not in weights or not found.found or found.covered < LEAST:
        return None
    chances = shown.competing.chances(weights[family])
    best = int(chances.argmax())
    return best if chances[best] >= span_weights.ENOUGH[family] else None


def is_right(text: str, answers: Sequence[str]) -> bool:
    """Whether a span says an acceptable answer: it is one, or contains one or is contained in one
    with at most `FURTHER_WORDS` more, articles, punctuation and case aside.
    """
    said = _normal(text)
    return any(
        bool(said and wanted)
        and abs(len(said) - len(wanted)) <= FURTHER_WORDS
        and (_has(said, wanted) or _has(wanted, said))
        for wanted in map(_normal, answers)
    )


def _words(text: str, answer: str) -> bool:
    return _has(_normal(text), _normal(answer))


def _normal(text: str) -> list[str]:
    plain = re.sub(r"[^\w\s$£€%.]", " ", unicodedata.normalize("NFKC", text).lower())
    plain = re.sub(r"(?<!\d)\.|\.(?!\d)", " ", plain)
    return [word for word in plain.split() if word not in ("a", "an", "the")]


def _has(words: Sequence[str], part: Sequence[str]) -> bool:
    count = len(part)
    return any(words[at : at + count] == part for at in range(len(words) - count + 1))


def report(name: str, rows: Sequence[tuple[Case, Weights]]) -> str:
    """The line of some questions, each with the weights for it."""
    marked: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for case, weights in rows:
        first = case.shown[0] if case.shown else None
        best = _best(first, weights, case.family) if first else None
        kind = "due" if case.labelled.answers else "near" if case.labelled.is_near else "none"
        right = first is not None and best is not None and bool(first.right[best])
        marked[kind].append((best is not None, right))
    due = marked["due"]
    shown, near = (sum(is_shown for is_shown, _ in marked[kind]) for kind in ("due", "near"))
    others = sum(is_shown for is_shown, _ in marked["none"])
    right = sum(is_right for _, is_right in due)

    def share(part: int, whole: int) -> str:
        return f"{part / whole:.3f}" if whole else "   - "

    return (
        f"{name:14}{len(due):5} marked {share(shown, len(due))} right {share(right, shown)}"
        f" | near {len(marked['near']):3} marked {near:2} right {share(right, shown + near)}"
        f" | none {len(marked['none']):3} marked {others:2}"
    )


def fitted(cases: Mapping[str, Sequence[Case]]) -> Weights:
    """The weights with which the right candidate, or none, is most likely."""
    weights = {Family.WHETHER: span_weights.WEIGHTS[Family.WHETHER]}
    for family in (Family.WHO, Family.WHERE, Family.WHEN, Family.FIGURE):
        passages = [
            (shown, 1.0 if name == "xquad" else SHARE)
            for name, found in cases.items()
            for case in found
            if case.family is family
            for shown in case.shown
            # Elsewhere the right words may stand by chance.
            if shown.competing.found and (shown.holds or not shown.right.any())
        ]
        weights[family] = _fit(passages)
    return weights


def _fit(passages: Sequence[tuple[Shown, float]]) -> tuple[float, ...]:
    rows = np.vstack([shown.competing.rows for shown, _ in passages])
    spread = rows.std(axis=0) + 1e-3
    scaled = rows / spread
    counts = [len(shown.right) for shown, _ in passages]
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    of = np.repeat(np.arange(len(counts)), counts)
    right = np.concatenate([shown.right for shown, _ in passages]).astype(np.float64)
    shares = np.array([share for _, share in passages])
    answered = np.add.reduceat(right, starts) > 0

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        logits = scaled @ weights[:-1] + weights[-1]
        highest = np.maximum(np.maximum.reduceat(logits, starts), 0.0)
        odds, none = np.exp(logits - highest[of]), np.exp(-highest)
        total = np.add.reduceat(odds, starts) + none
        correct = np.maximum(np.add.reduceat(odds * right, starts), 1e-300)
        wanted = np.where(answered, correct, none)
        slopes = (odds / total[of] - odds * right / correct[of] * answered[of]) * shares[of]
        return (
            float(shares @ np.log(total / wanted) + PENALTY * weights[:-1] @ weights[:-1]),
            np.r_[scaled.T @ slopes + 2 * PENALTY * weights[:-1], slopes.sum()],
        )

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return (*(found[:-1] / spread).tolist(), float(found[-1]))


def _labelled(one: AskedSet) -> Iterator[Labelled]:
    if one.is_public:
        for item in one.questions:
            yield Labelled(item.id, item.question, item.expect, tuple(item.grades))
        return
    known = {item.id: item for item in one.questions if item.after is None}
    for line in (ASKED / one.name / "spans.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        answers = tuple(label.get("answers", ()))
        if "question" in label:
            files = tuple(label.get("source", ()))
            yield Labelled(label["id"], label["question"], answers, files, is_near=not answers)
        else:
            item = known[label["id"]]
            yield Labelled(item.id, item.question, answers, tuple(item.grades))
    for item in one.questions:
        if not item.is_answerable and item.after is None:
            yield Labelled(item.id, item.question)


if __name__ == "__main__":
    main()
