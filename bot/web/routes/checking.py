"""Checks the quotes of a conversation again, for the page.

The browser sends the exchanges that it has kept, since the server knows only the latest ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from ...answering.presentation import STATES, findings, listing
from ...generations.quote_checking import cited_passages
from ...types import CheckedPassage, CitedPassage, Exchange, QuoteCheck, QuoteState
from ..rendering.escaping import named
from ..rendering.languages import Language
from ..rendering.quoting import source_href
from .collection import PREFIX
from .keeping import Exchanges
from .reading_language import Reading

if TYPE_CHECKING:
    from ...engine import Engine

CHECKING_PATH = f"{PREFIX}/check"

# Characters of a quote that suffice for a reader to recognise it.
_BEGINNING_CHARACTERS = 160


def checking_router(engine: Engine) -> APIRouter:
    """Returns the route."""
    router = APIRouter(prefix=PREFIX)

    @router.post("/check")
    def check(exchanges: Annotated[Exchanges, Body(embed=True)], language: Reading) -> Any:
        numbered = list(_cited(exchanges))
        found = engine.check([passage for _, passage in numbered])
        return {
            "summary": summary(found, language),
            "generation": found.generation,
            "passages": [
                {"exchange": number, **passage_json(checked, language)}
                for (number, _), checked in zip(numbered, found.passages, strict=True)
            ],
        }

    return router


def passage_json(checked: CheckedPassage, language: Language) -> dict[str, Any]:
    """Returns a passage and the result of its check, in words."""
    passage, source = checked.passage, checked.passage.source
    now = checked.now and source_href(checked.now, *(checked.again or (0, 0)))
    return {
        "number": passage.number,
        "state": checked.state.value,
        "said": language.say(STATES[checked.state]),
        "findings": [language.say(finding) for finding in findings(checked)],
        "text": passage.text and " ".join(passage.text[:_BEGINNING_CHARACTERS].split()),
        "source": source.id,
        "title": named(source.title),
        "locator": named(language.translation_of(passage.locator)),
        "href": source_href(source.id, passage.start, passage.end),
        "now": now,
        "sha256": source.sha256,
        "sha256_now": checked.sha256,
    }


def summary(check: QuoteCheck, language: Language) -> str:
    """Returns the number of checked quotes and the number found in each state."""
    say, counts = language.say, check.counts()
    if not counts:
        return say("There are no quotes to check.")
    said = {
        QuoteState.UNCHANGED: lambda count: say("{count} unchanged", count=count),
        QuoteState.CHANGED: lambda count: say("{count} of changed sources", count=count),
        QuoteState.REMOVED: lambda count: say("{count} of removed sources", count=count),
        QuoteState.DISPLACED: lambda count: say("{count} passages not at their place", count=count),
    }
    results = listing((said[state](count) for state, count in counts.items()), say)
    return say("{count} quotes checked: {results}.", count=len(check.passages), results=results)


def _cited(exchanges: Iterable[Exchange]) -> Iterator[tuple[int, CitedPassage]]:
    for exchange in exchanges:
        answer = exchange.answer
        if answer is not None:
            for passage in cited_passages(answer.quotes, answer.citations):
                yield exchange.number, passage
