"""The rounds: in each, every product takes each step in turn, so that a slow minute hits all."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from question_sets import QuestionSet

from .environments import variables
from .processes import DRIVING, DriverFailed, DriverProcess
from .products import Product
from .results import Figures, Outcome, Passages, quality
from .workload import CHANGES, FIRST_QUESTION, WARM_UP, lay_out

Item = TypeVar("Item")

PASSAGES = 10

# So that the threads of the product before have gone to sleep.
REST_SECONDS = 0.02


def rotated(items: Sequence[Item], by: int) -> list[Item]:
    """The items from another one on, round the end: who goes first changes."""
    start = by % len(items) if items else 0
    return [*items[start:], *items[:start]]


@dataclass(frozen=True, slots=True)
class Installed:
    """A product with its Python and the model as it is told of it."""

    product: Product
    python: Path
    model: str


class Runner:
    """Takes the products through the steps; one that fails is left out from then on."""

    def __init__(
        self,
        installed: Sequence[Installed],
        outcomes: Mapping[str, Outcome],
        work: Path,
        patience: float,
    ) -> None:
        self._installed = installed
        self._outcomes = outcomes
        self._work = work
        self._patience = patience

    def round(self, number: int, asked: QuestionSet) -> None:
        """One round over a question set; the first also gives its quality."""
        order = rotated(self._installed, number)
        for one in self._well(order):
            self._outcomes[one.product.name].rounds.append(Figures())
        self._each(order, "build", lambda one: self._build(one, asked))
        with ExitStack() as stack:
            open_: dict[str, DriverProcess] = {}
            self._each(order, "cold start", lambda one: self._cold_start(one, stack, open_))
            answers = self._warm(order, open_, asked)
            self._each(order, "memory", lambda one: self._memory(one, open_))
            self._each(order, "changes", lambda one: self._change(one, open_))
        self._each(order, "reopening", self._reopen)
        if number == 0:
            for name, given in answers.items():
                self._judge(name, asked, given)

    def only_quality(self, asked: QuestionSet) -> None:
        """Builds and asks, product by product; nothing is timed."""

        def measure(one: Installed) -> None:
            self._begin_anew(one, asked)
            with self._process(one) as process:
                process.tell("build")
                process.tell("open")
                given = [_passages(process, item.question) for item in asked.questions]
            self._judge(one.product.name, asked, given)

        self._each(self._installed, f"quality on {asked.name}", measure)

    def _judge(self, name: str, asked: QuestionSet, given: Sequence[Passages]) -> None:
        title = f"{asked.name}, {len(asked.questions)} questions"
        self._outcomes[name].quality[title] = quality(asked.questions, given)

    def _begin_anew(self, one: Installed, asked: QuestionSet) -> None:
        lay_out(asked.files, self._sources(one))
        shutil.rmtree(self._index(one), ignore_errors=True)
        self._index(one).parent.mkdir(parents=True, exist_ok=True)

    def _build(self, one: Installed, asked: QuestionSet) -> None:
        self._begin_anew(one, asked)
        figures = self._figures(one)
        with self._process(one) as process:
            process.tell("import")
            passages, seconds = process.tell("build")
            figures.build_s, figures.build_without_imports_s = process.age, seconds
            figures.build_memory, _ = process.tell("memory")
        self._outcomes[one.product.name].passages = passages
        figures.index_bytes = size_of(self._index(one))

    def _cold_start(
        self, one: Installed, stack: ExitStack, open_: dict[str, DriverProcess]
    ) -> None:
        process = stack.enter_context(self._process(one))
        process.tell("open")
        process.tell("ask", question=FIRST_QUESTION, k=PASSAGES)
        self._figures(one).cold_start_s = process.age
        open_[one.product.name] = process

    def _warm(
        self, order: Sequence[Installed], open_: Mapping[str, DriverProcess], asked: QuestionSet
    ) -> dict[str, list[Passages]]:
        """Each question goes to every product, before the next one does."""
        answers: dict[str, list[Passages]] = {one.product.name: [] for one in order}

        def ask(one: Installed, question: str, counted: bool) -> None:
            time.sleep(REST_SECONDS)
            found, seconds = open_[one.product.name].tell("ask", question=question, k=PASSAGES)
            if counted:
                self._figures(one).warm_ms.append(seconds * 1000)
                answers[one.product.name].append(found)

        def ask_all(at: int, question: str, counted: bool) -> None:
            self._each(rotated(order, at), "", lambda one: ask(one, question, counted))

        for at, question in enumerate(WARM_UP):
            ask_all(at, question, counted=False)
        _say("warm questions")
        for at, item in enumerate(asked.questions):
            ask_all(at, item.question, counted=True)
        return {one.product.name: answers[one.product.name] for one in self._well(order)}

    def _memory(self, one: Installed, open_: Mapping[str, DriverProcess]) -> None:
        self._figures(one).asking_memory, _ = open_[one.product.name].tell("memory")

    def _change(self, one: Installed, open_: Mapping[str, DriverProcess]) -> None:
        process, figures = open_[one.product.name], self._figures(one)
        outcome = self._outcomes[one.product.name]
        for change in CHANGES:
            file = self._sources(one) / change.name
            file.write_text(change.text, encoding="utf-8")
            figures.add_s.append(process.tell("add", name=change.name)[1])
            if not _finds(process, change.question, change.name):
                outcome.not_found.append(change.name)
            file.unlink()
            figures.delete_s.append(process.tell("delete", name=change.name)[1])
            if _finds(process, change.question, change.name):
                outcome.still_answering.append(f"{change.name}, at once")

    def _reopen(self, one: Installed) -> None:
        """What was deleted must not come back from disk."""
        outcome = self._outcomes[one.product.name]
        with self._process(one) as process:
            process.tell("open")
            for change in CHANGES:
                if _finds(process, change.question, change.name):
                    outcome.still_answering.append(f"{change.name}, after a restart")

    def _each(self, order: Iterable[Installed], step: str, do: Callable[[Installed], None]) -> None:
        for one in self._well(order):
            if step:
                _say(f"{step}: {one.product.title}")
            try:
                do(one)
            except DriverFailed as error:
                self._outcomes[one.product.name].failure = str(error)
                _say(f"{one.product.title} failed: {error}")

    def _well(self, order: Iterable[Installed]) -> list[Installed]:
        return [one for one in order if self._outcomes[one.product.name].failure is None]

    def _process(self, one: Installed) -> DriverProcess:
        return DriverProcess(
            [
                str(one.python),
                str(DRIVING),
                one.product.driver,
                one.model,
                str(self._sources(one)),
                str(self._index(one)),
            ],
            variables(),
            self._work / "logs" / f"{one.product.name}.txt",
            self._patience,
        )

    def _figures(self, one: Installed) -> Figures:
        return self._outcomes[one.product.name].rounds[-1]

    def _sources(self, one: Installed) -> Path:
        return self._work / "sources" / one.product.name

    def _index(self, one: Installed) -> Path:
        return self._work / "indexes" / one.product.name


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _passages(process: DriverProcess, question: str) -> Passages:
    found, _ = process.tell("ask", question=question, k=PASSAGES)
    return [(name, text) for name, text in found]


def _finds(process: DriverProcess, question: str, name: str) -> bool:
    return any(source == name for source, _ in _passages(process, question))


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
