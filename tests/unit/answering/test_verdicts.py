"""When a question is answered, answered with a caution, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hits import make_evidence
from mineral_reserves import RESERVES
from word_encoder import WordEncoder

import bot
from bot.answering import confidence as confidence_module
from bot.answering.confidence import Evidence, Weights
from bot.answering.notices import REFUSAL
from bot.retrieval import ranking, search
from bot.types import Answer, Verdict

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]


def test_the_threshold_alone_decides(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": "Zinc is a metal."})
    certainty = 0.0
    for threshold, answered in ((0.0, True), (1.0, False)):
        engine = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=threshold)
        engine.sync()
        found = engine.ask("Is zinc a metal?")
        assert found.answered == answered == (found.notice is None)
        assert certainty in (0.0, found.confidence)
        certainty = found.confidence
        exact = bot.open(corpus, tmp_path / "index", encoder=encoder, threshold=certainty)
        assert exact.ask("Is zinc a metal?").answered


def test_two_thresholds_make_three_verdicts(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.txt": RESERVES[0], "b.txt": RESERVES[1]})
    bot.open(corpus, tmp_path / "index", encoder=encoder).sync()

    def ask(threshold: float, sure_threshold: float) -> Answer:
        engine = bot.open(
            corpus,
            tmp_path / "index",
            encoder=encoder,
            threshold=threshold,
            sure_threshold=sure_threshold,
        )
        return engine.ask("How much chromium does Central Asia hold?")

    sure, unsure, none = ask(0.0, 0.0), ask(0.0, 1.0), ask(1.0, 1.0)

    assert [found.verdict for found in (sure, unsure, none)] == [
        Verdict.ANSWERED,
        Verdict.UNSURE,
        Verdict.UNANSWERED,
    ]
    assert [found.answered for found in (sure, unsure, none)] == [True, True, False]
    # What may answer is shown as what does is: it is no refusal, and what differs is told.
    assert (unsure.quotes, unsure.confidence) == (sure.quotes, sure.confidence)
    assert (unsure.notice, unsure.conflicts) == (None, sure.conflicts)
    assert [value.text for value in unsure.conflicts[0].values] == ["30.07 percent", "31 percent"]
    assert none.conflicts == ()
    at_its_own = ask(sure.confidence, sure.confidence)
    assert at_its_own.verdict == Verdict.ANSWERED


def test_how_many_passages_are_shown_does_not_change_the_confidence(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "INTERCEPT", 0.0)
    monkeypatch.setattr(ranking, "WEIGHTS", make_evidence(cosine=1.0))
    lacking = Weights(Evidence(*[0.0] * 5, lacking=-1.0, relevance=0.0), 0.0)
    monkeypatch.setattr(confidence_module, "UNREAD", lacking)
    write({"a.txt": "Zinc was found by them.", "b.txt": "Zinc zinc zinc was found in 1746."})
    engine.sync()

    found = [engine.ask("When was zinc found?", k=k) for k in (1, 2, None)]

    # The first lacks the date that is asked for, and the second has it, shown or not.
    assert found[0].quotes[0].text == "Zinc was found by them."
    assert [answer.confidence for answer in found] == [0.5, 0.5, 0.5]


def test_a_quote_has_the_evidence_that_its_rank_rests_on(
    engine: bot.Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"a.txt": "Zinc.", "b.txt": "Lead zinc."})
    engine.sync()
    monkeypatch.setattr(search, "FACT_CANDIDATES", 1)

    first, second = engine.ask("zinc", k=2).quotes

    assert first.evidence is not None
    assert (first.text, first.evidence.cosine) == ("Zinc.", pytest.approx(1))
    assert first.score == pytest.approx(ranking.sigmoid(ranking.logit(first.evidence)))
    # It was not read closely.
    assert (second.text, second.evidence) == ("Lead zinc.", None)


def test_what_the_sources_say_is_answered_and_what_they_do_not_is_refused(
    engine: bot.Engine, write: Write
) -> None:
    write({"a.txt": "Zinc coats steel.", "b.txt": "Lead is heavy.", "c.txt": "Copper is red."})
    engine.sync()

    known, unknown = engine.ask("Does zinc coat steel?"), engine.ask("uranium chromium")

    assert known.verdict == Verdict.ANSWERED
    assert known.quotes[0].text == "Zinc coats steel."
    assert known.notice is None
    assert unknown.verdict == Verdict.UNANSWERED
    assert unknown.confidence < known.confidence
    assert unknown.notice == (
        f"{REFUSAL} The closest passages are shown apart; try other words, or add a source that "
        "covers it."
    )


def test_words_of_headings_are_evidence(
    corpus: Path, tmp_path: Path, encoder: WordEncoder, write: Write
) -> None:
    write({"a.md": "# Metals\n\n## Uranium mines\n\nThey are deep.", "b.txt": "They are flat."})
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder)
    engine.sync()

    found = engine.ask("uranium mines")

    assert found.quotes[0].text == "They are deep."
    assert found.quotes[0].section == ("Uranium mines",)
