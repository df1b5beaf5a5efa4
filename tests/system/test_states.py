"""Any sequence of changes, runs, crashes and rollbacks ends in what a fresh build would give."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import CorpusEmpty
from bot.store import Generation, IndexLayout
from bot.store.folder import merging

pytestmark = pytest.mark.slow

NAMES = tuple(f"{folder}{name}" for folder in ("", "sub/") for name in ("a.md", "b.txt", "c.md"))
QUESTIONS = ("How much zinc and lead?", "What is the dialogue on chromium?", "uranium of ABC")

# Of few words, so that sources come to share passages, titles and whole texts.
SENTENCES = (
    "# Zinc",
    "# Lead",
    "The mine has 10 tons of zinc.",
    "The mine has 20 tons of lead.",
    "The All Base Copper (ABC) group mines copper.",
    "The All Bright Chromium (ABC) group mines chromium.",
    "Uranium glows.",
    "The dialogue was launched in February.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=4).map("\n\n".join)

# What changes a disk, and can be the last thing that a process does.
CALLS = ("fsync", "rename", "replace", "link", "unlink", "rmdir", "mkdir", "pwrite", "ftruncate")


class Killed(BaseException):
    """The end of a process, which no handler outlives."""


@contextmanager
def killed_at(number: int) -> Iterator[None]:
    """Ends a run at its n-th call that changes the disk: none is carried out after it."""
    calls = 0

    def dying(original: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls >= number:
                raise Killed
            return original(*arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patched:
        for name in CALLS:
            patched.setattr(os, name, dying(getattr(os, name)))
        try:
            yield
        except Killed:
            return


def opened(site: Path) -> bot.Engine:
    return bot.open(
        site / "corpus", site / "index", encoder=WordEncoder(MINERALS), generations_kept=4
    )


def held(site: Path) -> list[Any]:
    """All that the live generation holds, and all that it answers."""
    layout = IndexLayout(site / "index")
    generation = Generation(layout, layout.live())
    rows = range(len(generation))
    found: list[Any] = [
        generation.files(),
        generation.passages(rows),
        generation.vectors(rows).tolist(),
        [generation.pieces(row).codes.tolist() for row in rows],
        [generation.source(id_) for id_ in sorted(generation.infos)],
        generation.words,
    ]
    engine = opened(site)
    for question in QUESTIONS:
        answer = engine.ask(question, k=50)
        quotes = [(q.text, q.source, q.start, q.score, q.highlights) for q in answer.quotes]
        found.append((answer.answered, answer.confidence, quotes, answer.conflicts))
    return found


class Life(RuleBasedStateMachine):
    """A corpus that is changed, and its index.

    `files` is what the corpus holds, `known` what each generation on disk was made of.
    """

    @initialize(text=TEXTS)
    def begin(self, text: str) -> None:
        self.site = Path(tempfile.mkdtemp(prefix="pincite-states-"))
        self.patched = pytest.MonkeyPatch()
        # Otherwise no segment of a test is large enough to hide what was removed from it.
        for name, value in (("SMALL", 1), ("FACTOR", 3), ("REMOVED", 0.7)):
            self.patched.setattr(merging, name, value)
        self.files: dict[str, str] = {}
        self.known: dict[int, dict[str, str]] = {}
        self.builds: dict[tuple[tuple[str, str], ...], list[Any]] = {}
        (self.site / "corpus").mkdir()
        self.put("a.md", text)
        self.put("b.txt", "\n\n".join(SENTENCES))
        self.put("sub/a.md", "\n\n".join(SENTENCES[2:]))
        self.sync()

    def put(self, name: str, text: str) -> None:
        file = self.site / "corpus" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        self.files[name] = text

    @rule(name=st.sampled_from(NAMES), text=TEXTS)
    def write(self, name: str, text: str) -> None:
        self.put(name, text)

    @rule(name=st.sampled_from(NAMES))
    def remove(self, name: str) -> None:
        if name in self.files:
            (self.site / "corpus" / name).unlink()
            del self.files[name]

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def rename(self, name: str, other: str) -> None:
        if name in self.files and name != other:
            self.put(other, self.files[name])
            self.remove(name)

    @rule()
    def sync(self) -> None:
        report = opened(self.site).sync()
        self.known[report.generation] = dict(self.files)
        assert held(self.site) == self.fresh(self.files)
        assert opened(self.site).is_current()

    @rule(call=st.integers(1, 120))
    def crash(self, call: int) -> None:
        before = self.live()
        with killed_at(call):
            opened(self.site).sync()
        now = self.live()
        if now != before:
            self.known[now] = dict(self.files)

    @precondition(lambda self: len(self.numbers()) > 1)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.numbers()))
        opened(self.site).rollback(number)
        assert self.live() == number

    @invariant()
    def what_answers_is_whole(self) -> None:
        if not hasattr(self, "site"):
            return
        assert held(self.site) == self.fresh(self.known[self.live()])
        assert opened(self.site).verify().faults == ()

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.site)

    def live(self) -> int:
        return IndexLayout(self.site / "index").live()

    def numbers(self) -> list[int]:
        """The generations that may be gone back to: an orphan of a crash is none."""
        layout = IndexLayout(self.site / "index")
        with layout.writing():
            return layout.numbers()

    def fresh(self, files: dict[str, str]) -> list[Any]:
        """All that an index of some files holds when it is built at one go."""
        key = tuple(sorted(files.items()))
        if key not in self.builds:
            with tempfile.TemporaryDirectory() as scratch:
                site = Path(scratch)
                for name, text in files.items():
                    file = site / "corpus" / name
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text)
                (site / "corpus").mkdir(exist_ok=True)
                try:
                    opened(site).sync()
                except CorpusEmpty:
                    # An index of nothing is only made by removing all.
                    (site / "corpus" / "a.txt").write_text("Zinc.")
                    opened(site).sync()
                    (site / "corpus" / "a.txt").unlink()
                    opened(site).sync()
                self.builds[key] = held(site)
        return self.builds[key]


Life.TestCase.settings = settings(
    max_examples=int(os.environ.get("STATE_EXAMPLES", "12")),
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_life = pytest.mark.usefixtures("quick_disk")(Life.TestCase)
