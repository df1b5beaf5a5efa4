"""Questions of the corpus that lie near one that was asked, and that it answers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from ..store import GenerationReader
from ..text.remembered import Recent
from ..types import Answer, BlockKind, Encoder, Passage, Quote, Source, SourceFilter, Vectors
from .suggestions import askable

# Lines are looked for above the passages nearest to the question and not among all lines of the
# corpus: that takes as long for a million passages as for a hundred.
PASSAGES_SEARCHED = 60
LINES_COMPARED = 40

# Below this cosine a line is about something else. A heading says less of what is below it than a
# question does; and beside a refusal the nearest questions are of use however far they are.
LEAST_COSINE = 0.25
LEAST_COSINE_OF_HEADINGS = 0.4

# Above this one two lines say the same.
SAME_COSINE = 0.93

# Each is asked to see that it is answered; a corpus of bare headings must not keep us at it.
LINES_ASKED = 8

ASKED_CHARACTERS = 2_000
LINES_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class _Line:
    """A question or heading of a source, and whether an answer has quoted what is below it."""

    text: str
    is_question: bool
    is_quoted: bool


class RelatedQuestions:
    """Finds questions near an answer's own; what was encoded and asked is remembered."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: Recent[str, Vectors] = Recent(LINES_KEPT)
        self._answered: Recent[tuple[str, SourceFilter | None, int], bool] = Recent(LINES_KEPT)

    def near(
        self,
        generation: GenerationReader,
        answer: Answer,
        count: int,
        leave: Collection[str],
        is_answered: Callable[[str], bool],
    ) -> tuple[str, ...]:
        """Up to `count` lines near the question: questions first, and those first that lead to
        passages which the answer has not quoted.

        None of `leave`, and none above the passage that answers. `is_answered` asks a line of
        the generation.
        """
        earlier = [turn.text for turn in answer.context]
        question = " ".join((*earlier, answer.question))[:ASKED_CHARACTERS]
        asked = self._encoder.encode_questions([question])[0].vector
        only = answer.filter.only if answer.filter else None
        left = {_key(text) for text in (answer.question, *leave)}
        lines = [
            line for line in _lines_near(generation, asked, answer) if _key(line.text) not in left
        ][:LINES_COMPARED]
        vectors = self._encoded([line.text for line in lines])
        cosines = {line: float(vectors[line.text] @ asked) for line in lines}
        near = [line for line in lines if cosines[line] >= _least_cosine(line, answer)]
        near.sort(
            key=lambda line: (not line.is_question, line.is_quoted, -cosines[line], line.text)
        )
        chosen: list[str] = []
        for line in near[:LINES_ASKED]:
            others = (float(vectors[line.text] @ vectors[other]) for other in chosen)
            if max(others, default=0.0) >= SAME_COSINE:
                continue
            asked_before = (line.text, only, generation.number)
            if self._answered.get(
                [asked_before], lambda keys: {key: is_answered(key[0]) for key in keys}
            )[asked_before]:
                chosen.append(line.text)
            if len(chosen) == count:
                break
        return tuple(chosen)

    def _encoded(self, texts: list[str]) -> dict[str, Vectors]:
        def encode(missing: list[str]) -> dict[str, Vectors]:
            encoded = self._encoder.encode_questions(missing)
            return {text: each.vector for text, each in zip(missing, encoded, strict=True)}

        return self._vectors.get(texts, encode)


def _lines_near(generation: GenerationReader, asked: Vectors, answer: Answer) -> Iterator[_Line]:
    """The lines above the passages nearest to a question, each once, nearest first."""
    rows = [row for row, _ in generation.nearest(asked, PASSAGES_SEARCHED)]
    seen = set()
    for passage in generation.passages(rows).values():
        quoted = [quote.rank for quote in answer.quotes if _is_in(passage, quote)]
        if answer.answered and 1 in quoted:
            continue
        is_quoted = answer.answered and bool(quoted)
        for line in _lines_above(generation.source(passage.source_id), passage, is_quoted):
            if _key(line.text) not in seen:
                seen.add(_key(line.text))
                yield line


def _lines_above(source: Source, passage: Passage, is_quoted: bool) -> Iterator[_Line]:
    """The heading or question under which a passage begins, and the questions within it."""
    kinds = (BlockKind.HEADING, BlockKind.QUESTION)
    blocks = [block for block in source.blocks if block.kind in kinds and block.skipped is None]
    starts = [block.start for block in blocks]
    first = max(0, bisect_right(starts, passage.start) - 1)
    for block in blocks[first : bisect_right(starts, passage.end - 1)]:
        text = askable(source, block)
        if text is not None:
            is_question = block.kind is BlockKind.QUESTION or text.endswith("?")
            yield _Line(text, is_question, is_quoted)


def _is_in(passage: Passage, quote: Quote) -> bool:
    is_same_source = quote.source.id == passage.source_id
    return is_same_source and quote.start < passage.end and passage.start < quote.end


def _least_cosine(line: _Line, answer: Answer) -> float:
    if not line.is_question:
        return LEAST_COSINE_OF_HEADINGS
    return LEAST_COSINE if answer.answered else 0.0


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?.! ")
