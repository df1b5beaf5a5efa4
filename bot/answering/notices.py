"""What is said beside a refusal, so that the reader knows why and what to do next."""

from __future__ import annotations

from dataclasses import replace

from ..reading.language import detect_language
from ..showing import NO_SOURCES, REFUSAL
from ..store import GenerationReader
from ..types import Answer

# Whoever asks a chat has a tab for it; others put files into the folder.
BEGIN = (
    "Add documents on the Sources tab, or put them into the folder of the corpus and run: pincite "
    "index"
)

FILTERED = (
    "Only the sources that the filter admits were searched. Ask without it to search all sources."
)

# A question is short, and a wrong guess only costs a wrong hint.
FEWEST_LETTERS = 20


def explained(answer: Answer, generation: GenerationReader) -> Answer:
    """The same answer with a notice that names the likeliest reason for the refusal."""
    if not len(generation):
        return replace(answer, notice=f"{NO_SOURCES} {BEGIN}")
    return replace(answer, notice=f"{REFUSAL} {_reason(answer, generation)}")


def _reason(answer: Answer, generation: GenerationReader) -> str:
    if answer.withheld and not answer.quotes:
        return "Every passage found failed its check against its source. Run: pincite verify"
    languages = sorted({info.language for info in generation.infos.values() if info.language})
    asked = detect_language(answer.question, FEWEST_LETTERS)
    if asked and languages and asked not in languages:
        return (
            f"The question seems to be in another language ({asked}) than the sources "
            f"({', '.join(languages)}). Ask in a language of the sources."
        )
    if answer.filter:
        return FILTERED
    return "The closest passages are shown apart; try other words, or add a source that covers it."
