"""A fake engine with fixed answers, with the methods that the web chat calls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from fake_answers import (
    HOSTILE,
    MINERALS,
    REPORT,
    make_answer,
    make_citation,
    make_info,
    make_quote,
    make_source,
    span_of,
)

from bot.engine import Engine
from bot.errors import (
    IndexMissing,
    PinciteError,
    QuestionError,
    ReadError,
    SourceGone,
    SourceUnknown,
    SyncCancelled,
)
from bot.generations.quote_checking import check
from bot.retrieval.filtering import admitted
from bot.settings import Settings
from bot.types import (
    Answer,
    CarriedTurn,
    CitedPassage,
    Conflict,
    ConflictValue,
    CorpusFile,
    Outstanding,
    Preview,
    ProgressListener,
    QuoteCheck,
    SkippedFile,
    Source,
    SourceFilter,
    SourceSummary,
    Status,
    SyncProgress,
    SyncReport,
    Turn,
    Vectors,
    Verdict,
)


class FakeEngine:
    """Answers by keyword; an index run waits at each file while `pause` is set."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        self.settings = Settings(
            max_file_megabytes=1, corpus=folder / "corpus", index=folder / "index"
        )
        self.pause = threading.Event()
        self.slow = threading.Event()
        self.loaded = threading.Event()
        self.loaded.set()
        self.histories: list[tuple[Turn, ...]] = []
        self.current = True
        self.number = 3
        self.gone: dict[str, SourceGone] = {}
        self.missing: IndexMissing | None = None
        minerals = make_info(
            "minerals",
            "Minerals <b>&amp;</b> more",
            publisher="The Geological Review",
            date="2024-03-18",
            url="https://example.invalid/minerals",
        )
        report = make_info("report", "A report", url="javascript:alert(1)", sha256="1" * 64)
        hostile = make_info(
            "hostile", HOSTILE, publisher="[x](javascript:alert(1)) $p$", sha256="2" * 64
        )
        self.answering = {
            "minerals": make_source(minerals, MINERALS),
            "report": make_source(report, REPORT),
            "hostile": make_source(hostile, HOSTILE),
        }
        self.corpus = dict(self.answering)

    @property
    def as_engine(self) -> Engine:
        """The fake, typed as Engine."""
        return cast(Engine, self)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int | None = None,
        ignore_context: bool = False,
        only: SourceFilter | None = None,
    ) -> Answer:
        if only:
            infos = [summary.info for summary in self.sources()]
            applied = admitted(only, infos).applied
            found = self.ask(question, history=history, k=k, ignore_context=ignore_context)
            return replace(found, filter=applied)
        self.histories.append(tuple(history))
        if "slow" in question:
            self.slow.wait(60)
        if "unacceptable" in question:
            raise QuestionError("the question is <b>not</b> valid. Ask another.")
        if "crash" in question:
            raise RuntimeError("a secret detail")
        if "chromium" in question:
            found = self._chromium(question, () if ignore_context else history)
            return replace(found, verdict=Verdict.UNSURE) if "perhaps" in question else found
        if "hostile" in question:
            quote = make_quote(
                self.answering["hostile"], 1, (0, len(HOSTILE)), span_of(HOSTILE, "end")
            )
            quote = replace(quote, answer=span_of(HOSTILE, "<b>not bold</b>"))
            return make_answer(question, quote, reworded=(HOSTILE,), unquoted=(HOSTILE,))
        quotes = [make_quote(self.answering["report"], 1, (0, 9))]
        if "nearly" in question:
            minerals, hostile = self.answering["minerals"], self.answering["hostile"]
            quotes = [
                make_quote(
                    minerals, 1, span_of(MINERALS, "Filler paragraph about geology. " * 120)
                ),
                make_quote(hostile, 2, (0, len(HOSTILE))),
            ]
        notice = "The sources don't answer this. Try other words."
        return make_answer(
            question, *quotes, verdict=Verdict.UNANSWERED, confidence=0.1, notice=notice
        )

    def _chromium(self, question: str, history: Sequence[Turn]) -> Answer:
        minerals, report = self.answering["minerals"], self.answering["report"]
        passage = "The region is rich in ores 𝔸𝔹. It holds 30.07 percent of the world's chromium."
        first = make_quote(
            minerals,
            1,
            span_of(MINERALS, passage),
            span_of(MINERALS, "It holds 30.07 percent of the world's chromium."),
            also=3,
        )
        first = replace(first, answer=span_of(MINERALS, "30.07 percent"))
        second = make_quote(report, 2, span_of(REPORT, REPORT.split("\n\n")[1]))
        third = make_citation(replace(second, start=0, end=9), number=3)
        values = (ConflictValue("30.07 percent", 1), ConflictValue("31 percent", 2))
        asked = [at for at, turn in enumerate(history) if turn.role == "user"]
        carried = [CarriedTurn(at, history[at].content) for at in asked[-1:]]
        return make_answer(
            question,
            first,
            second,
            citations=(make_citation(first), make_citation(second), third),
            conflicts=(Conflict("chromium", values),),
            context=tuple(carried) if question.startswith("And") else (),
        )

    def unread_pdfs(self) -> dict[str, CorpusFile]:
        return {}

    def has_sources(self) -> bool:
        return bool(self.corpus)

    def warm_up(self) -> None:
        self.loaded.wait(10)

    def encode_questions(self, questions: Sequence[str]) -> Vectors:
        """Returns equal vectors for questions about chromium, and unrelated ones for all others."""
        vectors = np.zeros((len(questions), 100), dtype=np.float32)
        for row, question in enumerate(questions):
            vectors[row, 0 if "chromium" in question else row + 1] = 1
        return vectors

    def suggestions(self, count: int = 4) -> tuple[str, ...]:
        return ("How much chromium is there?", "What is **hostile** $x$ <b>here</b>?")[:count]

    def related(
        self, answer: Answer, count: int = 3, leave: Collection[str] = ()
    ) -> tuple[str, ...]:
        if "alone" in answer.question:
            return ()
        known = ("How much chromium is there?", "What is **hostile** $x$ <b>here</b>?", "Ores")
        return tuple(line for line in known if line not in leave)[:count]

    def sync(
        self,
        *,
        rebuild: bool = False,
        progress: ProgressListener | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> SyncReport:
        names = sorted(self.corpus)
        for number, name in enumerate(names):
            if progress:
                progress(SyncProgress("reading", number, len(names), f"corpus/{name}.md"))
            while self.pause.is_set() and not (cancelled and cancelled()):
                threading.Event().wait(0.01)
            if cancelled and cancelled():
                raise SyncCancelled("stopped")
        if "broken" in self.corpus:
            raise PinciteError("the index cannot be written.")
        before = {source.info.path for source in self.answering.values()}
        after = {source.info.path for source in self.corpus.values()}
        self.answering = dict(self.corpus)
        self.current = True
        self.number = 4
        return SyncReport(
            generation=4,
            added=tuple(sorted(after - before)),
            changed=(),
            removed=tuple(sorted(before - after)),
            renamed=(),
            unchanged=tuple(sorted(after & before)),
            skipped=(SkippedFile("corpus/scan.pdf", "it holds <b>no</b> text."),),
            passages=len(self.answering),
            embedded=len(after - before),
        )

    def outstanding(self) -> Outstanding:
        if self.current:
            return Outstanding()
        return Outstanding(
            added=("corpus/<i>new</i>.md",),
            changed=("corpus/report.md",),
            removed=("corpus/minerals.md",),
            renamed=(("corpus/hostile.md", "corpus/other.md"),),
        )

    def sources(self) -> tuple[SourceSummary, ...]:
        return tuple(
            SourceSummary(source.info, passages=2, characters=len(source.text), skipped_blocks=0)
            for source in self.answering.values()
        )

    def source(self, source_id: str) -> Source:
        if source_id in self.gone:
            raise self.gone[source_id]
        if source_id not in self.answering:
            raise SourceUnknown(f"no source has the id '{source_id}'.")
        return self.answering[source_id]

    def check(self, passages: Sequence[CitedPassage]) -> QuoteCheck:
        """Runs the real check, on the live sources and the files of the corpus."""
        infos = {source.info.id: source.info for source in self.answering.values()}
        files = {source.info.path: source.info.sha256 for source in self.corpus.values()}
        live: Any = SimpleNamespace(
            number=self.number, infos=infos, text=lambda source_id: self.answering[source_id].text
        )
        corpus: Any = SimpleNamespace(
            files=lambda: dict(zip(files, files, strict=True)),
            fingerprint=files.__getitem__,
            fingerprints=lambda: files,
        )
        return check(live, corpus, passages)

    def generation(self) -> int:
        return self.number

    def preview(self, name: str, data: bytes) -> tuple[Preview, ...]:
        if not data:
            raise ReadError("the file is empty.")
        if name.endswith(".zip"):
            inner = Preview(f"{name}/a.md", title="A", characters=9, passages=1)
            return inner, Preview(f"{name}/b.png", reason="format '.png' is not read.")
        return (
            Preview(
                name=name,
                title=name.rpartition(".")[0],
                language="en",
                characters=len(data.decode()),
                passages=2,
                skipped=(("<b>menu</b>", 3), ("teaser", 1)),
                notes=("decoded as cp1252",),
                is_known=data == b"known",
            ),
        )

    def live(self) -> None:
        if self.missing is not None:
            raise self.missing

    def status(self) -> Status:
        return Status(
            corpus="/home/ada/corpus",
            index="/home/ada/index",
            generation=3,
            created="2025-01-02T03:04:05Z",
            model="default",
            sources=len(self.answering),
            passages=2 * len(self.answering),
            bytes_on_disk=1,
            skipped=(SkippedFile("corpus/scan.pdf", "it holds no text."),),
        )

    def add_source(self, name: str, data: bytes) -> str:
        if not data:
            raise ReadError("the file is empty.")
        title = name.rpartition(".")[0]
        source_id = "".join(filter(str.isalnum, title))
        info = make_info(source_id, title, path=f"corpus/{name}")
        self.corpus[source_id] = make_source(info, data.decode())
        return info.path

    def remove_source(self, source_id: str) -> tuple[str, ...]:
        info = self.source(source_id).info
        del self.corpus[source_id]
        return (info.path,)
