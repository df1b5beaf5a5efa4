"""Indexes hostile files beside a good one."""

from __future__ import annotations

import bot

GOOD = "Zinc coats steel."


def reason(engine: bot.Engine, name: str) -> str | None:
    report = engine.sync()
    assert "corpus/good.txt" in report.added
    assert GOOD in [quote.text for quote in engine.ask("zinc steel", k=5).quotes]
    assert engine.verify().faults == ()
    assert engine.sync().is_current
    return next((f.reason for f in report.skipped if f.path == f"corpus/{name}"), None)


def text_of(engine: bot.Engine, name: str) -> str:
    (id_,) = [s.info.id for s in engine.sources() if s.info.path == f"corpus/{name}"]
    return engine.source(id_).text
