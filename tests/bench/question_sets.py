"""Public question sets laid out as a user would hold them: a folder of files, and questions.

The sets are not shipped; `--sets DIR` names a folder that holds them:
xquad.en.json and covid-qa.json in SQuAD form, and Cranfield as cran.all.1400.xml, cran.qry.xml
and cranqrel.trec.txt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the grades of the files that answer it, and the gold answers if there are."""

    id: str
    question: str
    grades: Mapping[str, float]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """File contents by name, and the questions about them."""

    name: str
    files: Mapping[str, str]
    questions: tuple[Asked, ...]


def xquad(folder: Path) -> QuestionSet:
    """XQuAD English: each of the 240 paragraphs a file of its own."""
    files, questions = {}, []
    for number, article in enumerate(_squad(folder / "xquad.en.json")):
        for part, paragraph in enumerate(article["paragraphs"]):
            name = f"{number:03d}-{part:02d}.txt"
            files[name] = paragraph["context"]
            questions += [_asked(item, name) for item in paragraph["qas"]]
    return QuestionSet("XQuAD-en", files, tuple(questions))


def covid_qa(folder: Path, every: int = 4) -> QuestionSet:
    """COVID-QA: each of the articles a file; every fourth question."""
    files, questions = {}, []
    for number, article in enumerate(_squad(folder / "covid-qa.json")):
        name = f"article-{number:03d}.txt"
        (paragraph,) = article["paragraphs"]
        files[name] = paragraph["context"]
        questions += [_asked(item, name) for item in paragraph["qas"]]
    return QuestionSet("COVID-QA", files, tuple(questions[::every]))


def cranfield(folder: Path) -> QuestionSet:
    """Cranfield: 1,400 abstracts, 225 questions, graded judgements; grades of 0 or less do not
    count. Questions are numbered by their place in the file.
    """
    files = {}
    for document in re.findall(
        r"<doc>(.*?)</doc>", (folder / "cran.all.1400.xml").read_text("utf-8"), re.DOTALL
    ):
        number = _tag(document, "docno")
        files[f"{number}.txt"] = _tag(document, "text") + "\n"
    grades: dict[str, dict[str, float]] = {}
    for line in (folder / "cranqrel.trec.txt").read_text("utf-8").splitlines():
        question, _, number, grade = line.split()
        if float(grade) > 0:
            grades.setdefault(question, {})[f"{number}.txt"] = float(grade)
    queries = re.findall(
        r"<top>(.*?)</top>", (folder / "cran.qry.xml").read_text("utf-8"), re.DOTALL
    )
    questions = [
        Asked(str(place), _tag(query, "title"), grades[str(place)], ())
        for place, query in enumerate(queries, start=1)
        if str(place) in grades
    ]
    return QuestionSet("Cranfield", files, tuple(questions))


SETS: Mapping[str, Callable[[Path], QuestionSet]] = {
    "xquad": xquad,
    "cranfield": cranfield,
    "covid": covid_qa,
}


def _squad(file: Path) -> list[dict[str, Any]]:
    articles: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["data"]
    return articles


def _asked(item: Mapping[str, Any], name: str) -> Asked:
    answers = tuple(dict.fromkeys(answer["text"] for answer in item["answers"]))
    return Asked(str(item["id"]), item["question"].strip(), {name: 1.0}, answers)


def _tag(xml: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", xml, re.DOTALL)
    return found[1].strip() if found else ""
