"""Measures what an answer shows and refuses, and how it follows a conversation, on XQuAD.

    python tests/bench/answers.py --sets FOLDER [--only highlights]

highlights    the highlighted sentences of the right paragraph hold the gold answer, and the span
              within them overlaps it (token F1 as SQuAD counts it), for who, when and how many
refusals      half of the paragraphs are taken out of the corpus, so that what they answered is
              unanswerable while the rest of their article stays; measured by `pincite eval`
conversations two turns: a second question on the same paragraph that leaves all names out ("When
              did it …?"), and one on another article; each with and without the first turn
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import string
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from question_sets import Asked, QuestionSet, xquad

import bot
from bot.answering.question.answer_types import AnswerType, asked_for
from bot.types import Answer, Turn

SHORT_ANSWERS = frozenset({AnswerType.NAME, AnswerType.DATE, AnswerType.NUMBER})
# Names, but not the capital that a question begins with.
NAMED = re.compile(r"(?<!^)\b(?:[Tt]he )?[A-Z][\w-]*(?: (?:of (?:the )?)?[A-Z][\w-]*)*(['’]s\b)?")


def main() -> None:
    """Runs the measurements that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--only", choices=sorted(MEASUREMENTS), action="append")
    parser.add_argument("--every", type=int, default=1, help="take every Nth question")
    parser.add_argument("--keep", type=Path, help="keep corpora and indexes here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.only or MEASUREMENTS:
            questions = xquad(arguments.sets)
            folder = arguments.keep or Path(scratch)
            MEASUREMENTS[name](questions, folder, arguments.every)


def highlights(questions: QuestionSet, folder: Path, every: int) -> None:
    """Sentences and spans of the first passage, where it is of the right paragraph."""
    engine = _engine(questions.files, folder / "xquad")
    held, overlap, lit = [], [], []
    for asked in questions.questions[::every]:
        answer = engine.ask(asked.question)
        quote = next((quote for quote in answer.quotes if _name(quote.source.path) in asked.grades
                      and any(text in quote.text for text in asked.answers)), None)  # fmt: skip
        if quote is None:
            continue
        marked = [quote.text[a - quote.start : b - quote.start] for a, b in quote.highlights]
        held.append(any(text in sentence for text in asked.answers for sentence in marked))
        lit.append(len(marked))
        if asked_for(asked.question) in SHORT_ANSWERS:
            start, end = quote.answer or (quote.start, quote.start)
            span = quote.text[start - quote.start : end - quote.start]
            overlap.append(max(_overlap(span, gold) for gold in asked.answers))
    print(f"highlights: {len(held)} passages with the gold answer, of the right paragraph")
    print(f"  the highlighted sentences hold it: {fmean(held):.3f} ({fmean(lit):.2f} a passage)")
    print(f"  token F1 of the span, {len(overlap)} of who, when, how many: {fmean(overlap):.3f}")


def refusals(questions: QuestionSet, folder: Path, every: int) -> None:
    """Confidence and refusing with every second paragraph taken out."""
    kept = {name: text for at, (name, text) in enumerate(questions.files.items()) if at % 2}
    corpus = folder / "xquad-half"
    engine = _engine(kept, corpus)
    file = folder / "refusals.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for asked in questions.questions[::every]:
            (gold,) = asked.grades
            right = {"expect": list(asked.answers), "source": gold}
            item = right if gold in kept else {"unanswerable": True}
            stream.write(json.dumps({"id": asked.id, "question": asked.question, **item}) + "\n")
    command = [sys.executable, "-m", "bot.cli", "--quiet", "--corpus", str(engine.settings.corpus)]
    command += ["--index", str(engine.settings.index), "eval", str(file)]
    print("refusals, as `pincite eval` reports them:")
    print(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)


def conversations(questions: QuestionSet, folder: Path, every: int) -> None:
    """The right paragraph first, with and without the turn before."""
    engine = _engine(questions.files, folder / "xquad")
    for name, pairs in (("follow-ups", _follow_ups), ("changes of topic", _changes)):
        with_turn, alone = [], []
        for first, second, grades in list(pairs(questions.questions))[::every]:
            said = engine.ask(first)
            turns = [Turn("user", first), Turn("assistant", said.quotes[0].text)]
            with_turn.append(_is_first(engine.ask(second, history=turns), grades))
            alone.append(_is_first(engine.ask(second), grades))
        print(
            f"{name}: {len(alone)}; hit@1 alone {fmean(alone):.3f}, with the turn before "
            f"{fmean(with_turn):.3f} ({100 * (fmean(with_turn) - fmean(alone)):+.1f} points)"
        )


def _follow_ups(questions: Sequence[Asked]) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """Pairs of questions on a paragraph, the second with all that it names replaced by "it"."""
    for first, second in itertools.pairwise(questions):
        if first.grades != second.grades:
            continue
        shorter = NAMED.sub(lambda name: "its" if name[1] else "it", second.question)
        if shorter == second.question:
            continue
        yield first.question, shorter, second.grades


def _changes(questions: Sequence[Asked]) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """Each question after one on another article."""
    half = len(questions) // 2
    for first, second in zip(questions, (*questions[half:], *questions[:half]), strict=True):
        yield first.question, second.question, second.grades


def _engine(files: Mapping[str, str], folder: Path) -> bot.Engine:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (corpus / name).write_text(text, encoding="utf-8")
    engine = bot.open(corpus, folder / "index")
    engine.sync()
    return engine


def _is_first(answer: Answer, grades: Mapping[str, float]) -> bool:
    return bool(answer.quotes) and _name(answer.quotes[0].source.path) in grades


def _name(path: str) -> str:
    return Path(path).name


def _overlap(text: str, gold: str) -> float:
    """F1 of two bags of words without case, punctuation and articles."""
    ours, theirs = _bag(text), _bag(gold)
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def _bag(text: str) -> Counter[str]:
    plain = text.lower().translate(str.maketrans("", "", string.punctuation))
    return Counter(re.sub(r"\b(?:a|an|the)\b", " ", plain).split())


MEASUREMENTS: Mapping[str, Callable[[QuestionSet, Path, int], None]] = {
    "highlights": highlights,
    "refusals": refusals,
    "conversations": conversations,
}


if __name__ == "__main__":
    main()
