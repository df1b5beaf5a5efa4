"""The weights of ranking, of the second look and of the confidence, and how they are fitted.

The ranking is fitted as a listwise softmax over the candidates of each question, and so is what the
cross-encoder counts among those that it reads; the confidence as a logistic regression on whether a
right passage is among the first three. A set weighs as much as the square root of the number of its
questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from asked_sets import Asked
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bot.answering import confidence
from bot.answering.second_look import READ
from bot.answering.weighing import DECIDED_BY
from bot.retrieval import ranking

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

# How strongly large weights are held back, in the ranking and in the confidence.
RANKING_PENALTY = 3.0
CONFIDENCE_FREEDOM = 0.3

# Evidence for the confidence that the cross-encoder stands for, where it read.
STOOD_FOR = ("rank_logit", "least_met")

# Candidates that may be among the first, whatever the weights.
READ_AT_MOST = 4 * DECIDED_BY


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the evidence for its candidates, shape (candidates, evidence), what feedback
    adds to their logits, the logits of the cross-encoder, and their grades; `least_met`, `unmet`,
    `rarest_missing`, `lacking` and `length` are what the confidence looks at besides.

    The cross-encoder read no more than `READ_AT_MOST`, or none, where the product reads none.
    """

    asked: Asked
    evidence: Numbers
    feedback: Numbers
    relevance: Numbers
    grades: Numbers
    least_met: Numbers
    unmet: Numbers
    rarest_missing: Numbers
    lacking: Numbers
    length: float

    def unread(self) -> Example:
        """The same without the cross-encoder."""
        return replace(self, relevance=np.zeros(0))


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the ranking and of the confidence, the intercept last.

    `joining` has what the ranking counts in a second look, and what the cross-encoder.
    """

    ranking: Numbers
    joining: Numbers
    confidence: Numbers
    unread_confidence: Numbers

    def order(self, example: Example) -> Places:
        """The candidates, best first."""
        logits = self.ranked(example)
        found = np.lexsort((np.arange(len(logits)), -logits))
        first = found[:READ]
        if first.max() >= len(example.relevance):
            return found
        values = self.joining[0] * logits[first] + self.joining[1] * example.relevance[first]
        return np.r_[first[np.lexsort((first, -values))], found[READ:]]

    def ranked(self, example: Example) -> Numbers:
        """The logits before the second look."""
        found: Numbers = example.evidence @ self.ranking[:-1] + example.feedback
        return found

    def features(self, example: Example) -> Numbers:
        """What the confidence sees of a question, as `bot.answering.confidence.Evidence`; without
        what the cross-encoder says where it read nothing.
        """
        logits = example.evidence @ self.ranking[:-1] + self.ranking[-1]
        first = self.order(example)[:DECIDED_BY]
        found = [
            logits[first].max(),
            example.least_met[first].max(),
            example.length,
            example.unmet[first].min(),
            example.rarest_missing[first].min(),
            example.lacking[first].min(),
        ]
        if first.max() < len(example.relevance):
            found.append(example.relevance[first].max())
        return np.array(found)

    def probability(self, example: Example) -> float:
        """The confidence in the answer to a question."""
        values = self.features(example)
        is_read = len(values) == len(self.confidence) - 1
        weights = self.confidence if is_read else self.unread_confidence
        return min(confidence.CERTAIN, ranking.sigmoid(float(values @ weights[:-1] + weights[-1])))


def shipped(by_words: bool = False) -> Model:
    """The weights that the product has; `by_words` those for languages that are not known."""
    known = confidence.READ, confidence.WORDED if by_words else confidence.UNREAD
    read, unread = (np.array([*confidence.values_of(one.evidence), one.intercept]) for one in known)
    weights = ranking.WORDS_WEIGHTS if by_words else ranking.WEIGHTS
    intercept = ranking.WORDS_INTERCEPT if by_words else ranking.INTERCEPT
    return Model(
        np.array([*ranking.values_of(weights), intercept]),
        np.array(ranking.JOINING),
        read,
        np.delete(unread, -2),
    )


def constants(model: Model) -> str:
    """The weights as the product has them in its code."""
    names = confidence.NAMES
    lines = ["bot/retrieval/ranking.py", f"INTERCEPT = {model.ranking[-1]:.2f}"]
    lines += _named(ranking.NAMES, model.ranking)
    lines += ["JOINING = " + str(tuple(round(value, 2) for value in model.joining.tolist()))]
    for title, weights in (("READ", model.confidence), ("UNREAD", model.unread_confidence)):
        lines += [f"bot/answering/confidence.py {title}", *_named(names, weights)]
        lines += [f"    intercept={weights[-1]:.2f},"]
    return "\n".join(lines)


def _named(names: Sequence[str], weights: Numbers) -> list[str]:
    return [f"    {name}={value:.2f}," for name, value in zip(names, weights[:-1], strict=False)]


def fitted(sets: Mapping[str, Sequence[Example]], public: frozenset[str]) -> Model:
    """The weights that fit the questions of some sets best; those of public sets, which are in the
    words of the text, say nothing of how sure an answer is.
    """
    answered = [[one for one in found if one.grades.any()] for found in sets.values()]
    weights = _fit_ranking(answered)
    nothing = np.zeros(len(confidence.NAMES) + 1)
    model = Model(weights, np.array([1.0, 0.0]), nothing, nothing[:-1])
    model = replace(model, joining=_fit_joining(answered, model))
    asked = [found for name, found in sets.items() if name not in public]
    return replace(
        model,
        confidence=_fit_confidence(asked, model),
        unread_confidence=_fit_confidence([[e.unread() for e in found] for found in asked], model),
    )


def _fit_ranking(sets: Sequence[Sequence[Example]]) -> Numbers:
    """Weights of the ranking, and an intercept with which scores are like probabilities."""
    examples = [example for found in sets for example in found]
    shares = np.array([len(found) ** -0.5 for found in sets for _ in found])
    shares /= shares.mean()
    values = np.vstack([example.evidence for example in examples])
    spread = values.std(axis=0) + 1e-9
    wanted = [example.grades for example in examples]
    found = _listwise(values / spread, wanted, shares, RANKING_PENALTY)
    squash = LogisticRegression(C=100.0, max_iter=5_000)
    right = np.concatenate([grades > 0 for grades in wanted])
    weights = np.repeat(shares, [len(grades) for grades in wanted])
    squash.fit((values / spread @ found)[:, None], right, sample_weight=weights)
    return np.array([*(squash.coef_[0][0] * found / spread), squash.intercept_[0]])


def _fit_joining(sets: Sequence[Sequence[Example]], model: Model) -> Numbers:
    """What the ranking counts among the passages that are read, and what the cross-encoder.

    They spread them as the ranking alone does: how far passages score below the first says which
    are worth showing.
    """
    rows, wanted, shares = [], [], []
    for found in sets:
        for example in found:
            first = np.sort(model.order(example.unread())[:READ])
            if first.max() < len(example.relevance) and example.grades[first].any():
                ranked = model.ranked(example)[first]
                values = np.stack((ranked, example.relevance[first]), axis=1)
                rows.append(values - values.mean(axis=0))
                wanted.append(example.grades[first])
                shares.append(len(found) ** -0.5)
    if not rows:
        return np.array([1.0, 0.0])
    values = np.vstack(rows)
    weights = _listwise(values, wanted, np.array(shares) / np.mean(shares), 0.0)
    scaled: Numbers = weights * values[:, 0].std() / (values @ weights).std()
    return scaled


def _listwise(
    values: Numbers, wanted: Sequence[Numbers], shares: Numbers, penalty: float
) -> Numbers:
    """Weights of evidence with which right candidates come first; `wanted` has the grades of the
    candidates of each question, and `shares` what each question counts.
    """
    counts = [len(grades) for grades in wanted]
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    of = np.repeat(np.arange(len(counts)), counts)
    right = np.concatenate([grades / grades.sum() for grades in wanted])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        logits = values @ weights
        highest = np.maximum.reduceat(logits, starts)
        exponents = np.exp(logits - highest[of])
        totals = np.add.reduceat(exponents, starts)
        per_list = np.log(totals) + highest - np.add.reduceat(right * logits, starts)
        slope = values.T @ ((exponents / totals[of] - right) * shares[of])
        return (
            float(shares @ per_list + penalty * weights @ weights),
            slope + 2 * penalty * weights,
        )

    found: Numbers = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x
    return found


def _fit_confidence(sets: Sequence[Sequence[Example]], model: Model) -> Numbers:
    """Weights of the confidence and a constant; with what the cross-encoder says, or without."""
    length = max(len(model.features(example)) for found in sets for example in found)
    rows, right, shares = [], [], []
    for found in sets:
        for example in found:
            features = model.features(example)
            if len(features) == length:
                rows.append(features)
                right.append(bool(example.grades[model.order(example)[:DECIDED_BY]].any()))
                shares.append(len(found) ** -0.5)
    values = np.array(rows)
    names = confidence.NAMES
    if length == len(names):
        values[:, [names.index(name) for name in STOOD_FOR]] = 0.0
    centre, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    regression = LogisticRegression(C=CONFIDENCE_FREEDOM, max_iter=5_000)
    regression.fit(
        (values - centre) / spread, right, sample_weight=np.array(shares) / np.mean(shares)
    )
    slopes = regression.coef_[0] / spread
    return np.array([*slopes, regression.intercept_[0] - slopes @ centre])
