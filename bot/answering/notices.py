"""Builds the notice beside a refusal: the reason for it and what to do next."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from babel import Locale

from ..store import GenerationReader
from ..types import Answer
from .presentation import NO_SOURCES, REFUSAL
from .question.language import language_of_question

# A chat user has a tab to add sources; others put files into the folder.
BEGIN = (
    "Add documents on the Sources tab, or put them into the folder of the corpus and run: pincite "
    "index"
)

FILTERED = (
    "Only the sources that the filter admits were searched. Ask without it to search all sources."
)


def explained(answer: Answer, generation: GenerationReader) -> Answer:
    """Returns the same answer with a notice that gives the likeliest reason for the refusal."""
    if not len(generation):
        return replace(answer, notice=f"{NO_SOURCES} {BEGIN}")
    return replace(answer, notice=f"{REFUSAL} {_reason(answer, generation)}")


def _reason(answer: Answer, generation: GenerationReader) -> str:
    if answer.withheld and not answer.quotes:
        return "Every passage found failed its check against its source. Run: pincite verify"
    languages = {info.language for info in generation.infos.values() if info.language}
    # Ignore the country or script of a language tag.
    known = sorted({language.lower().replace("_", "-").split("-")[0] for language in languages})
    asked = language_of_question(answer.question) if known else None
    if asked and asked not in known:
        return (
            f"The question seems to be in another language ({_name(asked)}) than the sources "
            f"({', '.join(map(_name, known))}). Ask in a language of the sources."
        )
    if answer.filter:
        return FILTERED
    return "The closest passages are shown apart; try other words, or add a source that covers it."


def _name(code: str) -> str:
    """Returns the English name of a language; the code itself if it has none."""
    return _names().get(code, code)


@cache
def _names() -> dict[str, str]:
    return dict(Locale("en").languages)
