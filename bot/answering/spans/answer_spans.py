"""Finds the few words of a passage that answer a who, when, where, how many or how much question.

Every candidate of the requested kind competes with the passage's other candidates and with "none
of them". `tests/bench/spans.py` fits the weights. A candidate below the threshold is not shown:
no span is better than a wrong one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ...types import Passage, Span, Spans, Vectors
from ..question.answer_types import repeats
from . import candidates as finding
from .candidates import Candidate
from .figures import figures, nothings
from .highlights import SentenceScore
from .listed_figures import listed_figure
from .span_evidence import (
    NAMES,
    Ground,
    Numbers,
    evidence,
    lacks_what_is_asked,
    missing_word_weight,
    told_of_others,
)
from .span_weights import ENOUGH, WEIGHTS
from .wanted import Family, Sought

# A sentence that lacks a word with this share of the question's weight yields to one that has it.
ELSEWHERE = 0.2

# Skip a passage whose best sentence covers less than LEAST of the question, and sentences whose
# share is more than WORSE below the best: they hardly ever answer, and reading them takes time.
LEAST, WORSE = 0.6, 0.4

_FINDERS = {
    Family.WHO: finding.people,
    Family.WHERE: finding.places,
    Family.WHEN: finding.dates,
    Family.FIGURE: figures,
    Family.WHETHER: nothings,
}


@dataclass(frozen=True, slots=True)
class Competing:
    """The candidates of a passage with their texts, and the evidence for each.

    `covered` is the share of the question that the best sentence covers.
    """

    found: tuple[Candidate, ...]
    texts: tuple[str, ...]
    rows: Numbers
    covered: float = 1.0

    def chances(self, weights: Sequence[float]) -> Numbers:
        """Returns the probability that each candidate answers, given weights and a final constant.

        The probabilities of all candidates and of "none" sum to 1. Candidates with the same text
        share one probability.
        """
        if not self.found:
            return np.zeros(0)
        logits = self.rows @ np.array(weights[:-1]) + weights[-1]
        highest = max(0.0, float(logits.max()))
        odds = np.exp(logits - highest)
        odds /= np.exp(-highest) + odds.sum()
        together: dict[str, float] = defaultdict(float)
        for text, chance in zip(self.texts, odds.tolist(), strict=True):
            together[text.lower()] += chance
        # The best of several candidates with the same text represents them.
        shared = np.array([together[text.lower()] for text in self.texts], dtype=np.float64)
        best: Numbers = shared + 1e-6 * odds
        return best


def answer_span(
    passage: Passage,
    sentences: Sequence[SentenceScore],
    sought: Sought,
    cosines: Vectors,
    spans: Spans,
    context: Collection[str] = (),
) -> Span | None:
    """Returns the candidate that answers, as offsets into the source; None if none is likely to.

    `cosines` are those of the question's word pieces with the passage's, `spans` the places of the
    passage's word pieces in its text, and `context` the terms of its title and headings.
    """
    if listed := listed_figure(passage, sentences, sought, context):
        return listed
    if sought.is_carried:
        return None
    competing = candidates_of(passage, sentences, sought, cosines, spans, context, LEAST)
    if not competing.found:
        return None
    family = sought.wanted.family
    chances = competing.chances(WEIGHTS[family])
    best = int(chances.argmax())
    if chances[best] < ENOUGH[family]:
        return None
    one = competing.found[best]
    return passage.start + one.start, passage.start + one.end


def candidates_of(
    passage: Passage,
    sentences: Sequence[SentenceScore],
    sought: Sought,
    cosines: Vectors,
    spans: Spans,
    context: Collection[str] = (),
    least: float = 0.0,
) -> Competing:
    """Returns the candidates of a passage and the evidence for each.

    Text that only repeats the question is not a candidate. Neither is text about another country,
    element or year than the question's. The result is empty if the best sentence covers less than
    `least` of the question.
    """
    family = sought.wanted.family
    text = passage.text
    ground = Ground(text, sought, cosines, spans)
    around = frozenset(context)
    top = max((sentence.score for sentence in sentences), default=0.0)
    found: list[Candidate] = []
    rows = [np.zeros((0, len(NAMES[family])))]
    elsewhere: list[float] = []
    parts = [(one.span[0] - passage.start, one.span[1] - passage.start) for one in sentences]
    covered = [ground.covered(part) for part in parts]
    most = max(covered, default=0.0)
    for sentence, part, share in zip(sentences, parts, covered, strict=True):
        if most < least:
            break
        if share < most - WORSE or lacks_what_is_asked(ground, part, around):
            continue
        own = text[slice(*part)]
        cells = finding.cells_of(own)
        here = [
            one
            for one in finding.placed(_FINDERS[family](own, cells), own, cells, part[0])
            if not repeats(text[one.start : one.end], ground.asked)
        ]
        if not here:
            continue
        kept = np.ones(len(here), dtype=np.bool_)
        if family is Family.FIGURE:
            kept = ~told_of_others(ground, here, part)
        found += [one for one, stays in zip(here, kept, strict=True) if stays]
        rows.append(evidence(ground, here, part, sentence.score >= top)[kept])
        elsewhere += [missing_word_weight(ground, part)] * int(kept.sum())
    near = np.array(elsewhere) <= min(elsewhere, default=0.0) + ELSEWHERE
    found = [one for one, is_near in zip(found, near, strict=True) if is_near]
    texts = tuple(text[one.start : one.end] for one in found)
    return Competing(tuple(found), texts, np.concatenate(rows)[near], most)
