"""Metrics of a running chat in the Prometheus text format."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ..errors import PinciteError
from ..types import Answer, Status

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_QUESTION_OUTCOMES = ("answered", "unsure", "unanswered", "failed")
_RUN_OUTCOMES = ("finished", "stopped", "failed")
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

P = ParamSpec("P")


class Metrics:
    """Counters of this process, and the state of its index at the time of reading."""

    def __init__(self, status: Callable[[], Status]) -> None:
        # A registry of its own: the library's default would mix the counts of two applications.
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "pincite_questions",
            "Questions asked, by verdict, or failed by error.",
            ["outcome"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "pincite_question_seconds",
            "Time that a question took, however it ended.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._runs = Counter(
            "pincite_index_runs",
            "Index runs of this process: finished, stopped by somebody, failed by error.",
            ["outcome"],
            registry=self._registry,
        )
        # A series that starts at 0 shows its first increase.
        for outcome in _QUESTION_OUTCOMES:
            self._questions.labels(outcome)
        for run in _RUN_OUTCOMES:
            self._runs.labels(run)
        self._registry.register(_IndexCollector(status))
        ProcessCollector(registry=self._registry)

    def counted(self, ask: Callable[P, Answer]) -> Callable[P, Answer]:
        """Returns `ask`, with every call counted and timed."""

        @wraps(ask)
        def asked(*args: P.args, **kwargs: P.kwargs) -> Answer:
            began = time.perf_counter()
            outcome = "failed"
            try:
                answer = ask(*args, **kwargs)
                outcome = answer.verdict.value
                return answer
            finally:
                self._seconds.observe(time.perf_counter() - began)
                self._questions.labels(outcome).inc()

        return asked

    def count_run(self, outcome: str) -> None:
        """Counts a completed index run: finished, stopped or failed."""
        self._runs.labels(outcome).inc()

    def text(self) -> bytes:
        """Returns all current metrics."""
        return generate_latest(self._registry)


class _IndexCollector(Collector):
    """The live generation in numbers; empty without a live generation."""

    def __init__(self, status: Callable[[], Status]) -> None:
        self._status = status

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Reads the index when the metrics are read."""
        try:
            status = self._status()
        except PinciteError:
            return
        age = datetime.now(UTC) - datetime.fromisoformat(status.created)
        for name, meaning, value in (
            ("generation", "Number of the live generation.", status.generation),
            ("passages", "Passages that can be cited.", status.passages),
            ("sources", "Sources that are answered from.", status.sources),
            ("index_bytes", "Size of the live generation on disk.", status.bytes_on_disk),
            ("generation_age_seconds", "Time since it was built.", age.total_seconds()),
        ):
            yield GaugeMetricFamily(f"pincite_{name}", meaning, value=value)
