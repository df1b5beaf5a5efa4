"""Measures finding, ranking and judging on questions in other words, with each corpus left out.

    python tests/bench/asked.py --sets FOLDER --work FOLDER [--constants]

For every set: the right passage first and among the first three, by style; the verdicts; how well
the confidence separates (AUROC). Each line comes twice: with the weights as shipped, and with
weights that were fitted on all other corpora. `--constants` prints the weights fitted on all, as
`bot/ranking.py` and `bot/answering/confidence.py` have them.

The ranking is fitted as a listwise softmax over the candidates of each question, the confidence as
a logistic regression on whether a right passage is among the first three. A set weighs as much as
the square root of the number of its questions.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from statistics import fmean

import numpy as np
import numpy.typing as npt
from asked_sets import Asked, AskedSet, asked_sets
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import bot
from bot import ranking
from bot.answering import confidence
from bot.answering.asked import prepare, search
from bot.answering.weighing import DECIDED_BY, read_closely, weigh
from bot.embedding import SentenceTransformerEncoder
from bot.retrieval import READ_FOR_TOPIC
from bot.settings import Settings
from bot.types import Hit, Turn

Numbers = npt.NDArray[np.float64]

# How strongly large weights are held back, in the ranking and in the confidence.
RANKING_PENALTY = 3.0
CONFIDENCE_FREEDOM = 0.3

# Both halves of the same texts: neither may help to fit what is measured on the other.
SAME_TEXTS = ({"corpus", "seeds"},)


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the evidence for its candidates, shape (candidates, evidence), what feedback
    adds to their logits, and their grades; `least_met`, `unmet`, `rarest_missing`, `lacking` and
    `length` are what the confidence looks at besides.
    """

    asked: Asked
    evidence: Numbers
    feedback: Numbers
    grades: Numbers
    least_met: Numbers
    unmet: Numbers
    rarest_missing: Numbers
    lacking: Numbers
    length: float


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the ranking and of the confidence, the intercept last."""

    ranking: Numbers
    confidence: Numbers

    def order(self, example: Example) -> npt.NDArray[np.int64]:
        """The candidates, best first."""
        logits = example.evidence @ self.ranking[:-1] + example.feedback
        return np.lexsort((np.arange(len(logits)), -logits))

    def features(self, example: Example) -> Numbers:
        """What the confidence sees of a question, as `bot.answering.confidence.Evidence`."""
        logits = example.evidence @ self.ranking[:-1] + self.ranking[-1]
        first = self.order(example)[:DECIDED_BY]
        return np.array(
            [
                logits[first].max(),
                example.least_met[first].max(),
                example.length,
                example.unmet[first].min(),
                example.rarest_missing[first].min(),
                example.lacking[first].min(),
            ]
        )

    def probability(self, example: Example) -> float:
        """The confidence in the answer to a question."""
        logit = float(self.features(example) @ self.confidence[:-1] + self.confidence[-1])
        return min(confidence.CERTAIN, ranking.squashed(logit))


def main() -> None:
    """Prints the table, and the constants if they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--constants", action="store_true")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    sets = {one.name: one for one in asked_sets(arguments.sets, arguments.work)}
    examples = {name: gathered(one, arguments.work, encoder) for name, one in sets.items()}
    settings = Settings()
    for name, one in sets.items():
        others = {other for other in sets if other != name and not share_texts(name, other)}
        print(f"\n{name}")
        for label, model in (
            ("shipped", shipped()),
            ("left out", fitted(examples, others, sets) if others else None),
        ):
            if model is not None:
                for line in report(examples[name], model, settings, by_style=not one.is_public):
                    print(f"  {label:9}{line}")
    print("\n" + "\n".join(table(examples, sets, settings)))
    if arguments.constants:
        model = fitted(examples, set(sets), sets)
        for title, names, values in (
            ("bot/ranking.py", ranking.NAMES, model.ranking),
            ("bot/answering/confidence.py",
             [field.name for field in fields(confidence.Evidence)], model.confidence),
        ):  # fmt: skip
            print(f"\n{title}\nINTERCEPT = {values[-1]:.2f}")
            for name, value in zip(names, values[:-1], strict=True):
                print(f"    {name}={value:.2f},")


def shipped() -> Model:
    """The weights that the product has."""
    return Model(
        np.array([*astuple(ranking.WEIGHTS), ranking.INTERCEPT]),
        np.array([*astuple(confidence.WEIGHTS), confidence.INTERCEPT]),
    )


def gathered(one: AskedSet, work: Path, encoder: SentenceTransformerEncoder) -> list[Example]:
    """Asks all questions of a set of the product, as far as the evidence."""
    engine = bot.open(one.corpus, work / one.name / "index", encoder=encoder)
    engine.sync()
    generation = engine.live()
    examples = []
    for item in one.questions:
        history: Sequence[Turn] = ()
        if item.after:
            quotes = engine.ask(item.after).quotes
            said = quotes[0].text if quotes else "Nothing was found."
            history = Turn("user", item.after), Turn("assistant", said)
        settings = engine.settings
        asked = prepare(generation, encoder, settings, item.question, history)
        found = search(generation, settings, asked, settings.candidates)[:READ_FOR_TOPIC]
        hits: list[Hit] = [hit for hit in found if hit.evidence]
        if not hits:
            continue
        least_met, unmet, rarest_missing, lacking, feedback = np.zeros((5, len(hits)))
        for place, hit in enumerate(hits):
            assert hit.evidence is not None
            gained = np.log(hit.score / max(1e-12, 1 - hit.score)) - ranking.logit(hit.evidence)
            feedback[place] = gained
            # Those that may be among the first, whatever the weights.
            if place < 4 * DECIDED_BY:
                reading = read_closely(generation, asked, hit)
                said = weigh(generation, asked, [(hit, reading)])
                assert said is not None
                unmet[place], rarest_missing[place] = said.unmet, said.rarest_missing
                least_met[place], lacking[place] = said.least_met, said.lacking
                length = said.length
        paths = [generation.infos[hit.passage.source_id].path for hit in hits]
        grades = [item.grade(path, hit.passage.text) for path, hit in zip(paths, hits, strict=True)]
        evidence = np.array([astuple(hit.evidence) for hit in hits if hit.evidence])
        examples.append(Example(item, evidence, feedback, np.array(grades), least_met, unmet,
                                rarest_missing, lacking, length))  # fmt: skip
    return examples


def fitted(
    examples: Mapping[str, Sequence[Example]], names: Iterable[str], sets: Mapping[str, AskedSet]
) -> Model:
    """The weights that fit the questions of some sets best."""
    chosen = {name: examples[name] for name in sorted(names)}
    weights = _fit_ranking([[e for e in found if e.grades.any()] for found in chosen.values()])
    model = Model(weights, np.zeros(len(fields(confidence.Evidence)) + 1))
    rows, right, shares = [], [], []
    for name, found in chosen.items():
        # Questions in the words of the text say nothing of real ones.
        for example in () if sets[name].is_public else found:
            rows.append(model.features(example))
            right.append(bool(example.grades[model.order(example)[:DECIDED_BY]].any()))
            shares.append(len(found) ** -0.5)
    values = np.array(rows)
    centre, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    regression = LogisticRegression(C=CONFIDENCE_FREEDOM, max_iter=5_000)
    regression.fit(
        (values - centre) / spread, right, sample_weight=np.array(shares) / np.mean(shares)
    )
    slopes = regression.coef_[0] / spread
    return replace(
        model, confidence=np.array([*slopes, regression.intercept_[0] - slopes @ centre])
    )


def _fit_ranking(sets: Sequence[Sequence[Example]]) -> Numbers:
    """Weights of the ranking, and an intercept with which scores are like probabilities."""
    examples = [example for found in sets for example in found]
    shares = np.array([len(found) ** -0.5 for found in sets for _ in found])
    shares /= shares.mean()
    values = np.vstack([example.evidence for example in examples])
    spread = values.std(axis=0) + 1e-9
    values = values / spread
    counts = [len(example.grades) for example in examples]
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    of = np.repeat(np.arange(len(counts)), counts)
    wanted = np.concatenate([example.grades / example.grades.sum() for example in examples])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        logits = values @ weights
        highest = np.maximum.reduceat(logits, starts)
        exponents = np.exp(logits - highest[of])
        totals = np.add.reduceat(exponents, starts)
        per_list = np.log(totals) + highest - np.add.reduceat(wanted * logits, starts)
        slope = values.T @ ((exponents / totals[of] - wanted) * shares[of])
        return (
            float(shares @ per_list + RANKING_PENALTY * weights @ weights),
            slope + 2 * RANKING_PENALTY * weights,
        )

    found = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x
    logits = (values @ found)[:, None]
    squash = LogisticRegression(C=100.0, max_iter=5_000)
    squash.fit(logits, wanted > 0, sample_weight=shares[of])
    slope = squash.coef_[0][0]
    return np.array([*(slope * found / spread), squash.intercept_[0]])


def report(
    examples: Sequence[Example], model: Model, settings: Settings, *, by_style: bool
) -> Iterable[str]:
    """The lines of one set."""
    ranks: dict[str, list[int]] = defaultdict(list)
    for example in examples:
        if example.asked.is_answerable:
            kind = "turns" if example.asked.after else "all"
            places = np.flatnonzero(example.grades[model.order(example)] > 0)
            rank = int(places[0]) if len(places) else READ_FOR_TOPIC
            ranks[kind].append(rank)
            if by_style:
                ranks[example.asked.style].append(rank)
    for style, found in ranks.items():
        first, three = (fmean(rank < depth for rank in found) for depth in (1, DECIDED_BY))
        yield f"{style:12}{len(found):5} first {first:.3f}  in three {three:.3f}"
    single = [example for example in examples if not example.asked.after]
    chances = np.array([model.probability(example) for example in single])
    due = np.array([example.asked.is_answerable for example in single])
    if due.all():
        return
    verdicts = np.array([confidence.verdict(chance, settings).value for chance in chances])
    for label, chosen in (("answerable", due), ("unanswerable", ~due)):
        shares = {v: float(np.mean(verdicts[chosen] == v)) for v in sorted(set(verdicts))}
        said = "  ".join(f"{verdict} {share:.3f}" for verdict, share in shares.items())
        yield f"{label:12}{int(chosen.sum()):5} {said}"
    unsure = float(np.mean(verdicts == "unsure"))
    yield f"unsure of all {unsure:.3f}, AUROC {roc_auc_score(due, chances):.3f}"


def table(
    examples: Mapping[str, Sequence[Example]], sets: Mapping[str, AskedSet], settings: Settings
) -> Iterable[str]:
    """The chief measures of the sets in Markdown, "as shipped / with the corpus left out"."""
    columns = ("first", "in three", "paraphrases first", "follow-ups first",
               "answerable, unanswered", "unanswerable, answered", "unsure", "AUROC")  # fmt: skip
    yield f"| set | questions | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 2) + "|"
    for name, one in sets.items():
        if not one.is_public:
            others = {other for other in sets if other != name and not share_texts(name, other)}
            models = shipped(), fitted(examples, others, sets)
            both = [_summary(examples[name], model, settings) for model in models]
            cells = " | ".join(f"{ours:.3f} / {left:.3f}" for ours, left in zip(*both, strict=True))
            yield f"| {name} | {len(examples[name])} | {cells.replace('0.', '.')} |"


def _summary(examples: Sequence[Example], model: Model, settings: Settings) -> Sequence[float]:
    def right(chosen: Callable[[Asked], bool], depth: int) -> float:
        found = [e for e in examples if e.asked.is_answerable and chosen(e.asked)]
        return fmean(bool(e.grades[model.order(e)[:depth]].any()) for e in found)

    single = [example for example in examples if not example.asked.after]
    due = np.array([example.asked.is_answerable for example in single])
    chances = np.array([model.probability(example) for example in single])
    verdicts = np.array([confidence.verdict(chance, settings).value for chance in chances])
    return (
        right(lambda asked: asked.after is None, 1),
        right(lambda asked: asked.after is None, DECIDED_BY),
        right(lambda asked: asked.style == "paraphrase", 1),
        right(lambda asked: asked.style == "follow", 1),
        float(np.mean(verdicts[due] == "unanswered")),
        float(np.mean(verdicts[~due] == "answered")),
        float(np.mean(verdicts == "unsure")),
        float(roc_auc_score(due, chances)),
    )


def share_texts(one: str, other: str) -> bool:
    """Whether two sets are about the same texts."""
    return any({one, other} <= same for same in SAME_TEXTS)


if __name__ == "__main__":
    main()
