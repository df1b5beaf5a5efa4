"""What the cross-encoder learns from: questions with a passage that answers and others that do not.

The questions are those of `tests/data/training`, each with the passages that the product finds for
it, and those of a file of single passages: lines of JSON with `question`, `title`, `text`, and the
`spans` of the words that answer, none where the text does not.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from tokenizers import Tokenizer
from written_sets import WrittenSet, rows_of_answers, written_sets

import bot
from bot.answering.prepared_question import prepare, search
from bot.answering.second_look import BETWEEN
from bot.embedding import SentenceTransformerEncoder
from bot.embedding.cross_encoder import CONTEXT_PIECES, QUESTION_PIECES, TEXT_PIECES
from bot.text.passages import context
from bot.types import Span

# Passages that the product finds for a question besides the one that answers, and texts of the file
# that are most alike the question.
FOUND, ALIKE = 15, 7

# Questions of the file that are compared with all texts at a time.
COMPARED = 500

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Text:
    """The word pieces of a passage and of its title and headings; where the former stand."""

    pieces: Numbers
    spans: npt.NDArray[np.int32]
    context: Numbers


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with texts, of which the first is the one that it was asked about.

    `answer` are the words of that one which answer, None where it does not. Of the other texts it
    is known that they do not, or nothing: `is_known`.
    """

    question: Numbers
    texts: tuple[Text, ...]
    answer: Span | None
    is_known: bool


Encode = Callable[[str, int], Any]


def lessons(
    work: Path, texts: Path | None, file: Path, tokenizer: Tokenizer
) -> tuple[list[Lesson], list[Lesson]]:
    """The lessons of the written questions, and those of a file of single passages."""

    def encode(text: str, most: int) -> Any:
        encoded = tokenizer.encode(text, add_special_tokens=False)
        return np.array(encoded.ids[:most], np.int64), np.array(encoded.offsets[:most], np.int32)

    encoder = SentenceTransformerEncoder()
    written = [
        lesson for one in written_sets(texts) for lesson in _written(one, work, encoder, encode)
    ]
    return written, _read(file, encode)


def _written(
    one: WrittenSet, work: Path, encoder: SentenceTransformerEncoder, encode: Encode
) -> list[Lesson]:
    engine = bot.open(one.corpus, work / f"written-{one.name}" / "index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    right = rows_of_answers(one.questions, generation)
    texts = {
        row: _text(
            passage.text,
            context(generation.infos[passage.source_id].title, passage.section),
            encode,
        )
        for row, passage in generation.passages(list(range(len(generation)))).items()
    }
    found = []
    for item in one.questions:
        own, start = right[item.id]
        asked = prepare(generation, encoder, engine.settings, item.question)
        hits = search(generation, engine.settings, asked, FOUND + 1)
        rows = [own, *[hit.row for hit in hits if hit.row != own][:FOUND]]
        found.append(
            Lesson(
                encode(item.question, QUESTION_PIECES)[0],
                tuple(texts[row] for row in rows),
                (start, start + len(item.answer)) if item.is_answered else None,
                is_known=True,
            )
        )
    return found


def _read(file: Path, encode: Encode) -> list[Lesson]:
    with lzma.open(file) as stream:
        items = [json.loads(line) for line in stream]
    known = sorted({(item["title"], item["text"]) for item in items})
    texts = [_text(text, (title,), encode) for title, text in known]
    places = {key: place for place, key in enumerate(known)}
    questions = [item["question"] for item in items]
    alike = _most_alike(questions, [" ".join(key) for key in known])
    found = []
    for item, near in zip(items, alike, strict=True):
        own = places[item["title"], item["text"]]
        others = [place for place in near if place != own][:ALIKE]
        spans = item["spans"]
        found.append(
            Lesson(
                encode(item["question"], QUESTION_PIECES)[0],
                tuple(texts[place] for place in (own, *others)),
                (spans[0][0], spans[0][1]) if spans else None,
                is_known=False,
            )
        )
    return found


def _most_alike(questions: Sequence[str], texts: Sequence[str]) -> list[list[int]]:
    """Of each question the places of the texts that share most rare words with it, best first."""
    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2)
    columns = vectorizer.fit_transform(texts).T.tocsr()
    asked = vectorizer.transform(questions)
    found: list[list[int]] = []
    for begin in range(0, len(questions), COMPARED):
        shared = (asked[begin : begin + COMPARED] @ columns).toarray()
        found += np.argsort(-shared, axis=1, kind="stable")[:, : ALIKE + 1].tolist()
    return found


def _text(text: str, around: Sequence[str], encode: Encode) -> Text:
    pieces, spans = encode(text, TEXT_PIECES)
    return Text(pieces, spans.reshape(-1, 2), encode(BETWEEN.join(around), CONTEXT_PIECES)[0])
