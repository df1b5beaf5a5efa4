"""Readiness as probes ask for it: often, and without a password."""

from __future__ import annotations

import logging
import threading

import pytest
from web_fakes import FakeEngine

from bot.errors import IndexMissing, PinciteError
from bot.web.conversation.readiness import Readiness

INSIDE = "An error inside pincite; the terminal that runs it shows which."


class Broken(FakeEngine):
    """An engine that counts its loads, and fails with `error` while that is set."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self.error = error
        self.loads = 0
        self.looks = 0

    def warm_up(self) -> None:
        self.loads += 1
        if self.error is not None:
            raise self.error

    def live(self) -> None:
        self.looks += 1
        super().live()


class Clock:
    """A clock that a test advances."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def loaded(engine: FakeEngine, clock: Clock) -> Readiness:
    readiness = Readiness(engine.as_engine, clock)
    readiness.start()
    readiness.finish()
    return readiness


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [str(record.exc_info and record.exc_info[1]) for record in caplog.records]


def test_while_a_fault_stands_loading_is_tried_every_five_seconds(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Broken(RuntimeError("no memory"))
    readiness = loaded(engine, clock)
    assert engine.loads == 1

    for _ in range(100):
        assert readiness.obstacle() == INSIDE
    assert engine.loads == 1
    clock.now += 4.9
    assert readiness.obstacle() == INSIDE
    assert engine.loads == 1

    for loads in (2, 3, 4):
        clock.now += 5
        for _ in range(100):
            assert readiness.obstacle() == INSIDE
        assert engine.loads == loads
    assert tracebacks(caplog) == ["no memory"]


def test_another_fault_is_logged_too_and_one_that_comes_back(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Broken(RuntimeError("first"))
    readiness = loaded(engine, clock)
    for error, obstacle in (
        (RuntimeError("second"), INSIDE),
        (PinciteError("the model is missing."), "The model is missing."),
        (RuntimeError("second"), INSIDE),
        (RuntimeError("second"), INSIDE),
    ):
        engine.error = error
        clock.now += 5
        assert readiness.obstacle() == obstacle

    assert tracebacks(caplog) == ["first", "second", "second"]


def test_what_is_mended_is_ready_with_the_next_try(clock: Clock) -> None:
    engine = Broken(PinciteError("the model is missing."))
    readiness = loaded(engine, clock)
    engine.error = None
    assert readiness.obstacle() == readiness.fault == "The model is missing."

    clock.now += 5

    assert readiness.obstacle() is None
    assert readiness.fault is None
    assert engine.loads == 2
    assert readiness.obstacle() is None
    assert engine.loads == 2


def test_an_index_that_went_is_told_at_once_and_looked_for_every_five_seconds(
    clock: Clock,
) -> None:
    engine = Broken(None)
    readiness = loaded(engine, clock)
    assert [readiness.obstacle(), readiness.obstacle()] == [None, None]
    assert engine.looks == 2

    engine.missing = IndexMissing("there is no index.")
    assert [readiness.obstacle() for _ in range(50)] == ["There is no index."] * 50
    assert engine.looks == 3
    engine.missing = None
    assert readiness.obstacle() == "There is no index."
    clock.now += 5
    assert readiness.obstacle() is None
    # This is not a failed start, which the page would show until the next question.
    assert (readiness.fault, engine.loads) == (None, 1)


def test_an_index_that_fails_unforeseen_is_logged_once(
    clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Broken(None)
    readiness = loaded(engine, clock)

    def fail() -> None:
        raise ZeroDivisionError("live")

    with caplog.at_level(logging.ERROR), monkeypatch.context() as patched:
        patched.setattr(engine, "live", fail)
        for _ in range(10):
            assert readiness.obstacle() == INSIDE
            clock.now += 1

    assert tracebacks(caplog) == ["live"]


def test_who_asks_while_loading_is_tried_again_is_told_what_is_known(clock: Clock) -> None:
    engine = Broken(PinciteError("the model is missing."))
    readiness = loaded(engine, clock)
    trying, ending = threading.Event(), threading.Event()

    def load() -> None:
        trying.set()
        ending.wait(60)

    engine.warm_up = load  # type: ignore[method-assign]
    clock.now += 5
    first = threading.Thread(target=readiness.obstacle)
    first.start()
    try:
        assert trying.wait(60)
        assert readiness.obstacle() == "The model is missing."
    finally:
        ending.set()
        first.join()
    assert readiness.obstacle() is None
