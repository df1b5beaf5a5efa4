"""The report as Markdown, and as JSON with every figure of every round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .products import COMMON_PACKAGES, OURS, PRODUCTS
from .results import MEASURES, QUALITY, Outcome, Spread, over_rounds, ratios

METHOD = """\
Each product indexes the same folder of text files in an environment of its own, at its documented
defaults and with the same encoder, and gives the first ten passages; no language model is asked.
Text beyond the encoder's window (256 word pieces for the packaged one) is cut off: the vector of a
longer chunk speaks for its beginning alone. In every round each product takes each step in turn,
and who goes first changes. A build is a new process, from its start until the index is on disk;
without imports, it loads the model still. A cold start is a new process over that index, from its
start to the first answer, with all files in the page cache. Then the processes stay, and each
question goes to one after another, before the next does; none is asked twice. Three sources are
added and deleted a round, each until that is on disk. Memory is the peak that the system saw of the
process and of those that it started. Threads are left to each product. Figures are the middle of
the rounds, with the least and the most of them, the best bold. Times as much as pincite is of the
same round: below 1 the peer is better.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """When, where, how and on what a run took place."""

    date: str
    command: str
    machine: str
    threads: str
    model: str
    timed_set: str
    documents: int
    characters: int
    questions: int


def as_json(run: Run, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything, so that other tables can be made of it."""
    return {"run": asdict(run), "products": [asdict(outcome) for outcome in outcomes]}


def as_markdown(run: Run, outcomes: Sequence[Outcome]) -> str:
    """The tables, what was run, and what went wrong."""
    return "\n".join(_lines(run, outcomes)) + "\n"


def _lines(run: Run, outcomes: Sequence[Outcome]) -> Iterator[str]:
    rounds = max(len(outcome.rounds) for outcome in outcomes)
    yield f"`{run.command}`"
    yield ""
    yield (
        f"{run.date}; {run.machine}; OMP_NUM_THREADS {run.threads}. Encoder {run.model}. Timed on "
        f"{run.documents} documents of {run.timed_set} ({run.characters:,} characters), "
        f"{run.questions} questions; {rounds} {'round' if rounds == 1 else 'rounds'}."
    )
    yield ""
    titles = [PRODUCTS[outcome.name].title for outcome in outcomes]
    yield from _head("", titles)
    yield _row("passages", [_whole(outcome.passages) for outcome in outcomes])
    for measure, heading in MEASURES.items():
        yield _row(heading, costs(outcomes, measure))
    yield _row("what was added is found", [_found(outcome) for outcome in outcomes])
    yield _row("what was deleted is not", [_gone(outcome) for outcome in outcomes])
    yield ""
    if any(outcome.name == OURS for outcome in outcomes):
        yield from _head("times as much as pincite", titles)
        for measure, heading in MEASURES.items():
            yield _row(heading.rpartition(",")[0], compared(outcomes, measure))
        yield ""
    yield from _head("quality", titles)
    for name in dict.fromkeys(name for outcome in outcomes for name in outcome.quality):
        for measure in QUALITY:
            values = [outcome.quality.get(name, {}).get(measure) for outcome in outcomes]
            if any(value is not None for value in values):
                yield _row(f"{name}: {measure}", _shares(values))
    yield ""
    yield " ".join(METHOD.split())
    yield ""
    for outcome in outcomes:
        yield f"- {_description(outcome)}"


def costs(outcomes: Sequence[Outcome], measure: str) -> list[str]:
    """The cells of a measure of which less is better."""
    spreads = [over_rounds(outcome, measure) for outcome in outcomes]
    best = min((found.middle for found in spreads if found), default=None)
    return [
        _spread(found, found is not None and found.middle == best, len(outcome.rounds))
        for outcome, found in zip(outcomes, spreads, strict=True)
    ]


def compared(outcomes: Sequence[Outcome], measure: str) -> list[str]:
    """The cells that say how many times ours a measure is."""
    (ours,) = (outcome for outcome in outcomes if outcome.name == OURS)
    return [
        _spread(ratios(outcome, ours, measure), False, len(outcome.rounds)) for outcome in outcomes
    ]


def _spread(found: Spread | None, best: bool, rounds: int) -> str:
    if found is None:
        return "–"
    cell = f"**{_number(found.middle)}**" if best else _number(found.middle)
    return f"{cell} ({_number(found.least)}–{_number(found.most)})" if rounds > 1 else cell


def _number(value: float) -> str:
    """Three digits, or more before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _shares(values: Sequence[float | None]) -> list[str]:
    shown = ["–" if value is None else f"{value:.3f}".lstrip("0") for value in values]
    best = max(value for value in values if value is not None)
    return [
        f"**{cell}**" if value is not None and f"{value:.3f}" == f"{best:.3f}" else cell
        for cell, value in zip(shown, values, strict=True)
    ]


def _whole(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _found(outcome: Outcome) -> str:
    if not any(figures.add_s for figures in outcome.rounds):
        return "–"
    return f"no: {_counted(outcome.not_found)}" if outcome.not_found else "yes"


def _gone(outcome: Outcome) -> str:
    if not any(figures.delete_s for figures in outcome.rounds):
        return "–"
    if outcome.still_answering:
        return f"no: {_counted(outcome.still_answering)}"
    return "yes"


def _counted(cases: Sequence[str]) -> str:
    counts = {case: cases.count(case) for case in cases}
    return "; ".join(f"{case} ({count}×)" for case, count in counts.items())


def _description(outcome: Outcome) -> str:
    product = PRODUCTS[outcome.name]
    text = f"**{product.title}**: {product.used}."
    if outcome.versions:
        text += f" {_versions(outcome.versions)}."
    if outcome.failure:
        text += f" FAILED, {outcome.failure}."
    return text


def _versions(versions: Mapping[str, str]) -> str:
    ordered = sorted(versions, key=lambda name: (name in COMMON_PACKAGES, name))
    return ", ".join(f"{name} {versions[name]}" for name in ordered)


def _head(first: str, titles: Sequence[str]) -> Iterator[str]:
    yield _row(first, titles)
    yield "|" + "---|" * (len(titles) + 1)


def _row(first: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([first, *cells])} |"
