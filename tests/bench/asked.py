"""Measures finding, ranking and judging on questions in other words, with each corpus left out.

    python tests/bench/asked.py --sets FOLDER --work FOLDER [--constants] [--without]

For every set: the right passage first and among the first three, by style; the verdicts; how well
the confidence separates (AUROC); at last, how many questions are answered by confidence. Each line
comes twice: with the weights as shipped, and with weights that were fitted on all other corpora
(`asked_model.py`). `--constants` prints the weights fitted on all, as `bot/retrieval/ranking.py`
and `bot/answering/confidence.py` have them; with `--words` those for texts in languages that the
encoder does not know. `--without` measures without the cross-encoder, which is
not asked of public sets in any case: `quality.py` asks those whole.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import numpy as np
from asked_model import READ_AT_MOST, Example, Model, constants, fitted, shipped
from asked_sets import Asked, AskedSet, asked_sets
from sklearn.metrics import roc_auc_score

import bot
from bot.answering import confidence
from bot.answering.prepared_question import prepare, search
from bot.answering.presentation import PROBABLE_FROM, VERY_LIKELY_FROM
from bot.answering.second_look import readable, relevances
from bot.answering.weighing import DECIDED_BY, read_closely, weigh
from bot.embedding import SentenceTransformerEncoder
from bot.retrieval import ranking
from bot.retrieval.search import TOPIC_CANDIDATES
from bot.settings import Settings
from bot.types import Hit, Turn

# Both halves of the same texts: neither may help to fit what is measured on the other.
SAME_TEXTS = ({"corpus", "seeds"},)


def main() -> None:
    """Prints the table, and the constants if they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of public sets and corpora")
    parser.add_argument("--work", type=Path, required=True, help="indexes are kept here")
    parser.add_argument("--constants", action="store_true")
    parser.add_argument("--without", action="store_true", help="without the cross-encoder")
    parser.add_argument("--words", action="store_true", help="as if the encoder knew no language")
    arguments = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    if arguments.words:
        encoder.languages = frozenset()
    sets = {one.name: one for one in asked_sets(arguments.sets, arguments.work)}
    examples = {name: gathered(one, arguments.work, encoder) for name, one in sets.items()}
    if arguments.without or arguments.words:
        examples = {name: [one.unread() for one in found] for name, found in examples.items()}
    settings = Settings()
    for name, one in sets.items():
        print(f"\n{name}")
        for label, model in (
            ("shipped", shipped(arguments.words)),
            ("left out", left_out(name, examples, sets)),
        ):
            for line in report(examples[name], model, settings, by_style=not one.is_public):
                print(f"  {label:9}{line}")
    print("\n" + "\n".join(table(examples, sets, settings, by_words=arguments.words)))
    print("\n" + "\n".join(by_confidence(examples, sets)))
    if arguments.constants:
        if arguments.words:
            # languages.py measures on translations of its texts.
            examples.pop("xquad", None)
        print("\n" + constants(fitted(examples, _public(sets))))


def left_out(
    name: str, examples: Mapping[str, Sequence[Example]], sets: Mapping[str, AskedSet]
) -> Model:
    """The weights that fit all sets but those with the texts of this one."""
    others = {
        other: found
        for other, found in sorted(examples.items())
        if other != name and not share_texts(name, other)
    }
    return fitted(others, _public(sets))


def _public(sets: Mapping[str, AskedSet]) -> frozenset[str]:
    return frozenset(name for name, one in sets.items() if one.is_public)


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
        found = search(generation, settings, asked, settings.candidates)[:TOPIC_CANDIDATES]
        hits: list[Hit] = [hit for hit in found if hit.evidence]
        if not hits:
            continue
        least_met, unmet, rarest_missing, lacking, feedback = np.zeros((5, len(hits)))
        for place, hit in enumerate(hits):
            assert hit.evidence is not None
            gained = np.log(hit.score / max(1e-12, 1 - hit.score)) - ranking.logit(hit.evidence)
            feedback[place] = gained
            # Those that may be among the first, whatever the weights.
            if place < READ_AT_MOST:
                reading = read_closely(generation, asked, hit)
                said = weigh(generation, asked, [(hit, reading)])
                assert said is not None
                unmet[place], rarest_missing[place] = said.unmet, said.rarest_missing
                least_met[place], lacking[place] = said.least_met, said.lacking
                length = said.length
        first = hits[:READ_AT_MOST]
        can_be_read = not one.is_public and all(readable(generation, hit) for hit in first)
        found = relevances(generation, asked, first) if can_be_read else []
        relevance = np.array([one.logit for one in found])
        paths = [generation.infos[hit.passage.source_id].path for hit in hits]
        grades = [item.grade(path, hit.passage.text) for path, hit in zip(paths, hits, strict=True)]
        evidence = np.array([ranking.values_of(hit.evidence) for hit in hits if hit.evidence])
        examples.append(Example(item, evidence, feedback, relevance, np.array(grades), least_met,
                                unmet, rarest_missing, lacking, length))  # fmt: skip
    return examples


def report(
    examples: Sequence[Example], model: Model, settings: Settings, *, by_style: bool
) -> Iterable[str]:
    """The lines of one set."""
    ranks: dict[str, list[int]] = defaultdict(list)
    for example in examples:
        if example.asked.is_answerable:
            kind = "turns" if example.asked.after else "all"
            places = np.flatnonzero(example.grades[model.order(example)] > 0)
            rank = int(places[0]) if len(places) else TOPIC_CANDIDATES
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
    examples: Mapping[str, Sequence[Example]],
    sets: Mapping[str, AskedSet],
    settings: Settings,
    *,
    by_words: bool,
) -> Iterable[str]:
    """The chief measures of the sets in Markdown, "as shipped / with the corpus left out"."""
    columns = ("first", "in three", "paraphrases first", "follow-ups first",
               "answerable, unanswered", "unanswerable, answered", "unsure", "AUROC")  # fmt: skip
    yield f"| set | questions | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 2) + "|"
    for name, one in sets.items():
        if not one.is_public:
            models = shipped(by_words), left_out(name, examples, sets)
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


def by_confidence(
    examples: Mapping[str, Sequence[Example]], sets: Mapping[str, AskedSet]
) -> Iterable[str]:
    """How many questions the first passages answer, by the confidence with the corpus left out."""
    told: list[tuple[float, bool, bool]] = []
    for name in (name for name, one in sets.items() if not one.is_public):
        model = left_out(name, examples, sets)
        for one in examples[name]:
            if not one.asked.after:
                is_right = bool(one.grades[model.order(one)[:DECIDED_BY]].any())
                told.append((model.probability(one), is_right, one.asked.is_answerable))
    bounds = (0.0, Settings().threshold, PROBABLE_FROM, Settings().sure_threshold,
              VERY_LIKELY_FROM, 1.01)  # fmt: skip
    yield "| confidence from | questions | answered | unanswerable |"
    yield "|---|---|---|---|"
    for least, end in pairwise(bounds):
        chosen = [item for item in told if least <= item[0] < end]
        right = fmean(item[1] for item in chosen)
        due = fmean(item[2] for item in chosen)
        yield f"| {least:.2f} | {len(chosen)} | {right:.3f} | {1 - due:.3f} |"


def share_texts(one: str, other: str) -> bool:
    """Whether two sets are about the same texts."""
    return any({one, other} <= same for same in SAME_TEXTS)


if __name__ == "__main__":
    main()
