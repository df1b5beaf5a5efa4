"""Measures how often a changed figure, date or name is found as a conflict, and false alarms.

    python tests/bench/conflicts.py --sets FOLDER [--pairs 300] [--ask 99] [--show]

A pair is a paragraph and its copy in which one gold answer of a question about it is replaced by
a gold answer of the same kind from another article. The kind comes from the question ("how
many", "when", "who") and the form of the answer; no code of the detector takes part. A conflict
is found if it shows both answers, each under the citation of its own version, and the versions
are not merged. Three kinds of pairs should raise no alarm: identical ones, ones with harmless
variation ("%" for "percent"), and different paragraphs of one article.

`--ask N` also asks N of the questions of an engine with the packaged model and all the
paragraphs: the originals and one changed copy for each question. Then N questions about
paragraphs that have no copy are asked, which should raise no alarm.
"""

from __future__ import annotations

import argparse
import calendar
import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from question_sets import Asked, QuestionSet, xquad

import bot
from bot.answering.comparing.conflicts import conflicts, statements
from bot.answering.comparing.corroboration import corroborate
from bot.text.sentences import sentences
from bot.text.terms import terms
from bot.types import Answer, Citation, Conflict, Hit, Passage, SourceInfo

KINDS = ("figure", "date", "name")
NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
MONTHS = [name for name in calendar.month_name if name]
JOINING = {"of", "the", "de", "von", "van", "da", "del", "al", "and"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the passage that answers it, and a copy with another answer."""

    kind: str
    asked: Asked
    file: str
    text: str
    answer: str
    changed: str
    other: str


def main() -> None:
    """Prints one line a measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sets", type=Path, required=True, help="folder of the question sets")
    parser.add_argument("--pairs", type=int, default=300, help="pairs a set, a third of each kind")
    parser.add_argument("--ask", type=int, default=0, help="questions to ask end to end")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what was missed or false")
    arguments = parser.parse_args()
    questions = xquad(arguments.sets)
    pairs = list(_pairs(questions, arguments.pairs // 3, random.Random(arguments.seed)))
    print(f"{questions.name}: {len(pairs)} pairs")
    _functions(questions, pairs, show=arguments.show)
    if arguments.ask:
        _end_to_end(questions, pairs, arguments.ask, show=arguments.show)


# Pairs


def _kind(question: str, answer: str) -> str | None:
    """What a gold answer is, judged by what was asked for and how the answer looks."""
    asked, words = question.lower(), answer.split()
    has_number = any(map(str.isdigit, answer)) or answer.lower() in NUMBERS
    if len(words) > 5:
        return None
    if re.search(r"\b(when|year|date|decade|century|month)\b", asked):
        dated = any(map(str.isdigit, answer)) or any(month in answer for month in MONTHS)
        return "date" if dated and "how many" not in asked else None
    if re.search(r"\bhow (many|much|\w+)\b|\bpercent|\bnumber\b", asked) and has_number:
        return "figure"
    capitals = all(word[0].isupper() or word in JOINING for word in words)
    if capitals and not has_number and words[0][0].isupper() and len(answer) > 2:
        return "name"
    return None


def _shape(kind: str, question: str, answer: str) -> object:
    """Answers of one shape can stand in for each other."""
    if kind == "name":
        first = re.search(r"\b(who|whom|whose|where|which|what)\b", question.lower())
        return first[1] if first else ""
    rest = re.sub(r"\d+", "9", answer.replace(",", "").replace(".", ""))
    for month in MONTHS:
        rest = rest.replace(month, "Month")
    return "word" if rest.lower() in NUMBERS else rest


def _pairs(questions: QuestionSet, each: int, chance: random.Random) -> Iterator[Pair]:
    pool: dict[tuple[str, object], list[tuple[str, str]]] = defaultdict(list)
    fit: list[tuple[str, object, Asked, str, str]] = []
    for asked in questions.questions:
        (file,) = asked.grades
        answer = asked.answers[0].strip(" .,;")
        kind = _kind(asked.question, answer)
        if kind is None:
            continue
        shape = _shape(kind, asked.question, answer)
        pool[kind, shape].append((file, answer))
        once = len(re.findall(rf"(?<!\w){re.escape(answer)}(?!\w)", questions.files[file])) == 1
        if once:
            fit.append((kind, shape, asked, file, answer))
    chance.shuffle(fit)
    made = dict.fromkeys(KINDS, 0)
    seen = set()
    for kind, shape, asked, file, answer in fit:
        article = file.split("-")[0]
        others = sorted(
            {
                other
                for elsewhere, other in pool[kind, shape]
                if not elsewhere.startswith(article)
                and other.lower() not in questions.files[file].lower()
                and abs(len(other.split()) - len(answer.split())) <= 1
            }
        )
        if not others or made[kind] >= each or (file, answer) in seen:
            continue
        made[kind] += 1
        seen.add((file, answer))
        other = chance.choice(others)
        text = questions.files[file]
        changed = re.sub(rf"(?<!\w){re.escape(answer)}(?!\w)", lambda _, o=other: o, text)
        yield Pair(kind, asked, file, text, answer, changed, other)


# Harmless variation


def _varied(text: str) -> str:
    """The same statements in other spellings."""
    for pattern, by in (
        (r"\bper ?cent\b", "%"),
        (r"(?<=\d)%", " percent"),
        (r"\bUnited States\b", "U.S."),
        (r"\bUnited Kingdom\b", "UK"),
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (r"\b(\d+)\.(\d) million\b", r"\1,\g<2>00,000"),
        (r"\b(\d{1,2}) million\b", r"\1,000,000"),
        (rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}),? (\d{{4}})", r"\2 \1 \3"),
        (r"[“”]", '"'),
        (r" ", "  "),
    ):
        text = re.sub(pattern, by, text)
    for number, word in enumerate(NUMBERS, start=2):
        text = re.sub(rf"\b{word}\b", str(number), text)
    return text


# Functions alone


def _functions(questions: QuestionSet, pairs: Sequence[Pair], *, show: bool) -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    milliseconds = []
    for pair in pairs:
        began = time.perf_counter()
        groups, shown = compare(pair.asked.question, pair.text, pair.changed)
        milliseconds.append(1000 * (time.perf_counter() - began))
        right = groups == 2 and _shows(shown, pair.answer, pair.other, {1}, {2})
        found[pair.kind].append(right)
        if show and not right:
            print(f"missed {pair.kind}: {pair.answer} → {pair.other} ({groups} groups) {shown}")
            print(f"    {pair.asked.question} | {_sentence(pair.text, pair.answer)}")
    _report("found", found)
    texts = {pair.file: pair for pair in pairs}.values()
    alarms: dict[str, list[bool]] = defaultdict(list)
    merged: dict[str, list[bool]] = defaultdict(list)
    for pair in texts:
        for label, other in (("identical", pair.text), ("varied", _varied(pair.text))):
            groups, shown = compare(pair.asked.question, pair.text, other)
            alarms[label].append(bool(shown))
            merged[label].append(groups == 1)
            _show(show and bool(shown), label, shown)
    articles: dict[str, list[str]] = defaultdict(list)
    for file in questions.files:
        articles[file.split("-")[0]].append(file)
    asked_of = {next(iter(asked.grades)): asked for asked in questions.questions}
    for files in articles.values():
        for one, other in list(combinations(files, 2))[:20]:
            if one in asked_of:
                texts_of = (questions.files[file][:1500] for file in (one, other))
                _, shown = compare(asked_of[one].question, *texts_of)
                alarms["other paragraph"].append(bool(shown))
                _show(show and bool(shown), "other paragraph", shown)
    _report("false alarm", alarms)
    _report("merged", merged)
    print(f"milliseconds for a pair, median: {median(milliseconds):.1f}")


def compare(question: str, *texts: str) -> tuple[int, list[Conflict]]:
    """How many passages are shown of these, one a source, and in what they conflict.

    All of them counts as highlighted: what a question bears on is measured end to end.
    """
    hits, found = [], []
    for number, text in enumerate(texts, start=1):
        name = f"s{number}"
        info = SourceInfo(name, name, name, None, None, None, None, "en", "txt", "0" * 64)
        passage = Passage(name, name, 0, len(text), text, (), "line 1")
        hits.append(Hit(0, passage, 0.5, 0.5, 0.5, 1.0))
        citation = Citation(number, name, info, 0, len(text), "line 1", ())
        found += statements(citation, text, [(0, len(text))], "en")
    groups = corroborate(hits, len(hits))
    return len(groups), conflicts(found, question, dict.fromkeys(terms(question), 1.0))


def _shows(
    shown: Iterable[Conflict], answer: str, other: str, its: set[int], others: set[int]
) -> bool:
    """Whether a conflict shows both answers, or what differs in them, where they belong."""
    return any(
        any(_same(value.text, answer) and value.citation in its for value in one.values)
        and any(_same(value.text, other) and value.citation in others for value in one.values)
        for one in shown
    )


def _same(text: str, answer: str) -> bool:
    return text in answer or answer in text


# End to end


def _end_to_end(questions: QuestionSet, pairs: Sequence[Pair], count: int, *, show: bool) -> None:
    chosen: dict[str, Pair] = {}
    for kind in KINDS:
        of_kind = [pair for pair in pairs if pair.kind == kind and pair.file not in chosen]
        chosen |= {pair.file: pair for pair in of_kind[: count // 3]}
    found: dict[str, list[bool]] = defaultdict(list)
    merged: dict[str, list[bool]] = defaultdict(list)
    alarms: dict[str, list[bool]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        for name, text in questions.files.items():
            (corpus / name).write_text(text, encoding="utf-8")
        for name, pair in chosen.items():
            whole = questions.files[name].replace(pair.text, pair.changed)
            (corpus / f"changed-{name}").write_text(whole, encoding="utf-8")
        engine = bot.open(corpus, Path(scratch) / "index", threshold=0.0)
        engine.sync()
        for name, pair in chosen.items():
            answer = engine.ask(pair.asked.question)
            cited = _cited(answer)
            right = _shows(
                answer.conflicts, pair.answer, pair.other, cited[name], cited[f"changed-{name}"]
            )
            found[pair.kind].append(right)
            both = cited[name], cited[f"changed-{name}"]
            merged[pair.kind].append(
                any(
                    all(side & set(quote.citations) for side in both)
                    and (pair.answer in quote.text or pair.other in quote.text)
                    for quote in answer.quotes
                )
            )
            beside = [
                one
                for one in answer.conflicts
                if not _shows([one], pair.answer, pair.other, both[0], both[1])
            ]
            alarms["beside the changed value"].append(bool(beside))
            _show(show and bool(beside), "beside", beside)
            if show and not right:
                print(f"missed {pair.kind}: {pair.answer} → {pair.other} {answer.conflicts}")
                print(f"    {pair.asked.question} | {_sentence(pair.text, pair.answer)}")
        others = [asked for asked in questions.questions if next(iter(asked.grades)) not in chosen]
        for asked in random.Random(2).sample(others, min(count, len(others))):
            answer = engine.ask(asked.question)
            alarms["asked about paragraphs without a copy"].append(bool(answer.conflicts))
            _show(show and bool(answer.conflicts), asked.question, answer.conflicts)
    _report("found, end to end", found)
    _report("changed value quoted under both citations", merged)
    _report("false alarm, end to end", alarms)


def _cited(answer: Answer) -> dict[str, set[int]]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for citation in answer.citations:
        numbers[citation.source.path.rpartition("/")[2]].add(citation.number)
    return numbers


def _sentence(text: str, answer: str) -> str:
    return next(
        (text[a:b] for a, b in sentences(text, 0, len(text)) if answer in text[a:b]), text[:200]
    )


def _show(wanted: bool, label: str, shown: Iterable[Conflict]) -> None:
    if wanted:
        for one in shown:
            print(f"alarm, {label}: {one.kind} {one.about} {[value.text for value in one.values]}")


def _report(label: str, outcomes: dict[str, list[bool]]) -> None:
    for name, rights in outcomes.items():
        print(f"{label}: {name}: {sum(rights)} of {len(rights)}, {sum(rights) / len(rights):.3f}")
    everything = [right for rights in outcomes.values() for right in rights]
    if everything:
        share = sum(everything) / len(everything)
        print(f"{label}: all: {sum(everything)} of {len(everything)}, {share:.3f}")


if __name__ == "__main__":
    main()
