"""Finds the key sentences of a topic or of a whole corpus: important, and unlike each other.

A sentence is important if it is near the question or, without a question, near the centroid of all
sentences (Radev et al., "Centroid-based summarization of multiple documents", 2004). Sentences are
chosen one by one, each time the one that adds most to those before: Carbonell and Goldstein, "The
Use of MMR, Diversity-Based Reranking" (1998).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ..reading.formats.approved import is_approved_questions
from ..store import GenerationReader
from ..store.tokens import unpack
from ..text.sentences import sentences
from ..text.terms import terms
from ..types import Hit, Passage, Span, Vectors

MOST_SENTENCES = 10

# The weight of importance; the rest is the weight of being unlike the sentences before.
IMPORTANCE = 0.75

# A sentence with less than this share of the highest importance is left out.
LEAST_IMPORTANT = 0.5

# Two sentences with a higher cosine say the same. The limit is higher for the whole corpus, where
# similar wording may be about different things.
SAME, SAME_OF_CORPUS = 0.8, 0.85

# Sentences above this quantile of nearness are about the topic.
NEAREST = 0.8

# Sentences of fewer terms say too little; longer sentences say too much at once.
FEWEST_TERMS, LONGEST_CHARACTERS = 4, 420

# Languages without blanks between words, where a whole sentence is a single term.
_WITHOUT_BLANKS = ("zh", "ja", "th")

# How many passages are read: the best ones for a topic, the first of each source for a corpus.
PASSAGES_OF_TOPIC, PASSAGES_OF_SOURCE, PASSAGES_OF_CORPUS = 40, 12, 400

# Sources say at the beginning what they are about, so later sentences lose up to this much.
LATER = 0.15


# A negated sentence says less about a topic and loses this much.
NEGATED = 0.1
NEGATION = re.compile(r"\b(?:no|not|nor|never|none|nothing)\b|n['’]t\b", re.IGNORECASE)

# A sentence of a lower-ranked passage loses up to this much.
WEAKER = 0.15

# A sentence that only continues the one before it loses this much.
LEANING = 0.1
# "This chapter" does not point back: it means the text itself.
_LEANS = re.compile(
    r"(?:it|its|they|their|he|his|she|her|such|another|both|however|but|and|so|in addition|also"
    r"|as a result|then|therefore|thus"
    r"|(?:this|that|these|those)(?! (?:chapter|page|guide|handbook|manual|report|article|document"
    r"|section|agreement|policy|paper|study|text|site|statement|procedure|book)s?))\b",
    re.IGNORECASE,
)

# Text with an empty line, a bullet, table bars or template marks inside (except in the target of
# a link) is not a sentence.
_BROKEN = re.compile(r"\n\s*\n|^\s*[-*•|]|\n\s*[-*•]\s|\s\|\s|(?<!\]\()\{[%{]", re.MULTILINE)

# A sentence ends with a punctuation mark, perhaps followed by closing quotes or brackets. A table
# header does not.
_ENDED = re.compile(r"[.!。！…][\"”’'»)\]]*$")

# Lines that only point elsewhere: bibliography entries, standalone titles and asides, and
# references to other places.
_POINTER = re.compile(
    r"\s*(?:[\^↑]|\[\d+\]|(?:retrieved|accessed|archived|isbn|doi|copyright|©)\b"
    r"|[\"“«][^\"”»]*[\"”»]?[.!]?[\"”»]?$|\([^()]*\)\.?$"
    r"|(?:for (?:more|further|additional)|learn more|read more|see (?:also|the|our)\b|check out"
    r"|please (?:contact|see|reach|visit|refer)|contact\b|click\b|if you (?:have|need|still)\b"
    r".{0,60}\b(?:contact|reach|check|ask|see)\b))",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A sentence of a passage, as a span of its source."""

    hit: Hit
    span: Span


@dataclass(frozen=True, slots=True)
class _Candidates:
    sentences: tuple[KeySentence, ...]
    vectors: Vectors
    importance: Vectors


def of_topic(
    generation: GenerationReader, hits: Sequence[Hit], meaning: Vectors, leave: Collection[str] = ()
) -> list[KeySentence]:
    """Returns the key sentences of the passages found for a topic with the vector `meaning`.

    Skips the passages whose ids are in `leave`.
    """
    kept = [hit for hit in hits[:PASSAGES_OF_TOPIC] if hit.passage.id not in leave]
    found, vectors = stated(generation, kept)
    if not found:
        return []
    near = vectors @ meaning[: vectors.shape[1]]
    # A statement of many sentences about the topic is more important than that of one.
    about = vectors[near >= np.quantile(near, NEAREST)]
    importance = np.add(near, vectors @ _centre(about), dtype=np.float32) / np.float32(2)
    best = max(hit.score for hit in kept)
    scores = np.array([one.hit.score for one in found], np.float32)
    importance -= np.float32(WEAKER) * (1 - scores / np.float32(max(best, 1e-9)))
    return _chosen(_Candidates(tuple(found), vectors, importance - _lost(found)), SAME)


def of_corpus(generation: GenerationReader, leave: Collection[str] = ()) -> list[KeySentence]:
    """Returns the key sentences of all sources, skipping the passages whose ids are in `leave`."""
    kept = [hit for hit in beginnings(generation) if hit.passage.id not in leave]
    found, vectors = stated(generation, kept)
    if not found:
        return []
    importance = vectors @ _centre(vectors)
    places: Counter[str] = Counter()
    for at, one in enumerate(found):
        importance[at] -= LATER * min(1.0, places[one.hit.passage.source_id] / PASSAGES_OF_SOURCE)
        places[one.hit.passage.source_id] += 1
    return _chosen(_Candidates(tuple(found), vectors, importance - _lost(found)), SAME_OF_CORPUS)


def _lost(sentences: Sequence[KeySentence]) -> Vectors:
    """Returns the penalties for negated or continuing sentences, shape (sentences,)."""
    texts = [
        one.hit.passage.text[
            one.span[0] - one.hit.passage.start : one.span[1] - one.hit.passage.start
        ]
        for one in sentences
    ]
    denied = [NEGATED if NEGATION.search(text) else 0.0 for text in texts]
    leaning = [LEANING if _LEANS.match(text) else 0.0 for text in texts]
    return np.array(denied, np.float32) + np.array(leaning, np.float32)


def _centre(vectors: Vectors) -> Vectors:
    """Returns the unit vector of the mean."""
    mean: Vectors = vectors.mean(axis=0)
    return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-9))


def beginnings(generation: GenerationReader) -> list[Hit]:
    """Returns the first passages of each source.

    With many sources, only some of them are sampled; with few, some later passages are added.
    """
    sources = sorted(
        id_ for id_, info in generation.infos.items() if not is_approved_questions(info.path)
    )
    each = max(PASSAGES_OF_SOURCE, PASSAGES_OF_CORPUS // max(1, len(sources)))
    step = max(1, -(-len(sources) * PASSAGES_OF_SOURCE // PASSAGES_OF_CORPUS))
    found = []
    for source in sources[::step]:
        passages = generation.passages_of(source)
        # Of few sources, also take evenly spaced later passages.
        begun, later = passages[:PASSAGES_OF_SOURCE], passages[PASSAGES_OF_SOURCE:]
        every = max(1, -(-len(later) // max(1, each - PASSAGES_OF_SOURCE)))
        found += begun + (later[::every] if each > PASSAGES_OF_SOURCE else [])
    return [Hit(row, passage, dense=0.0, lexical=0.0, score=1.0) for row, passage in found]


def stated(generation: GenerationReader, hits: Sequence[Hit]) -> tuple[list[KeySentence], Vectors]:
    """Returns the sentences that can stand alone, and their unit vectors.

    The vector of a sentence is the mean of the vectors of its word pieces.
    """
    found: list[KeySentence] = []
    vectors = []
    dimension = generation.manifest.dimension
    pieces_of = generation.pieces_of([hit.row for hit in hits])
    for hit, pieces in zip(hits, pieces_of, strict=True):
        language = generation.infos[hit.passage.source_id].language
        values = unpack(pieces.codes, dimension)
        starts = pieces.spans[:, 0]
        for start, end in _standing_alone(hit.passage, language):
            inside = (starts >= start) & (starts < end)
            if inside.any():
                mean = values[inside].mean(axis=0)
                vectors.append(mean / max(float(np.linalg.norm(mean)), 1e-9))
                shift = hit.passage.start
                found.append(KeySentence(hit, (shift + start, shift + end)))
    return found, np.array(vectors, dtype=np.float32)


def _standing_alone(passage: Passage, language: str | None) -> list[Span]:
    """Returns statements of a passage: no headings, questions, table rows or mere references."""
    text = passage.text
    return [
        (start, end)
        for start, end in sentences(text, 0, len(text), language)
        if end - start <= LONGEST_CHARACTERS
        and not _BROKEN.search(text, start, end)
        and _says_something(text[start:end], language)
    ]


def _says_something(sentence: str, language: str | None) -> bool:
    if not _ENDED.search(sentence) or _POINTER.match(sentence):
        return False
    words = [term for term in terms(sentence) if _LETTERS.search(term)]
    return language in _WITHOUT_BLANKS or len(words) >= FEWEST_TERMS


def _chosen(candidates: _Candidates, same: float) -> list[KeySentence]:
    """Returns the sentences that add most, skipping those with a cosine above `same`."""
    vectors, importance = candidates.vectors, candidates.importance
    floor = LEAST_IMPORTANT * float(importance.max())
    likest = np.full(len(vectors), -1.0, dtype=np.float32)
    taken: list[int] = []
    per_source: Counter[str] = Counter()
    source_of = [one.hit.passage.source_id for one in candidates.sentences]
    share = -(-MOST_SENTENCES // len(set(source_of))) + 1
    while len(taken) < MOST_SENTENCES:
        gain = IMPORTANCE * importance - (1 - IMPORTANCE) * np.maximum(likest, 0)
        gain[(importance < floor) | (likest > same)] = -np.inf
        full = [at for at, source in enumerate(source_of) if per_source[source] >= share]
        gain[full + taken] = -np.inf
        best = int(gain.argmax())
        if not np.isfinite(gain[best]):
            break
        taken.append(best)
        per_source[source_of[best]] += 1
        likest = np.maximum(likest, vectors @ vectors[best])
    order = {
        source: place for place, source in enumerate(dict.fromkeys(source_of[at] for at in taken))
    }
    taken.sort(key=lambda at: (order[source_of[at]], candidates.sentences[at].span))
    return [candidates.sentences[at] for at in taken]
