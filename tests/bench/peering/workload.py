"""What is indexed and asked: a sample of a question set, and sources that come and go."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from question_sets import Asked, QuestionSet

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Change:
    """A source that is added and deleted again, and a question that it answers best."""

    name: str
    text: str
    question: str


CHANGES = (
    Change(
        "zz-lighthouse.txt",
        "The lighthouse of Varnholm was built in 1887 from green serpentine. Its keeper, Odile "
        "Marchetti, wound the clockwork of the lamp every four hours for thirty-one years.\n\n"
        "In 1923 the lamp was replaced by an acetylene burner, and the keeper's house became a "
        "school for pilots.\n",
        "Who wound the clockwork of the lamp in the lighthouse of Varnholm?",
    ),
    Change(
        "zz-orchard.txt",
        "The orchard of Brelling grows forty-two kinds of quince. The oldest tree, called the "
        "Bishop, was grafted in 1741 by the gardener Anselm Tuk.\n\n"
        "Every October the village presses the quinces into a syrup that is sold at the mill.\n",
        "Which gardener grafted the oldest quince tree in the orchard of Brelling?",
    ),
    Change(
        "zz-funicular.txt",
        "The funicular of Castel Moro climbs 312 metres in six minutes. Its two carriages, named "
        "Gelsomina and Zampano, balance each other on one steel rope.\n\n"
        "After the storm of 1966 the upper station was moved to the terrace of the old brewery.\n",
        "What are the two carriages of the funicular of Castel Moro called?",
    ),
)

# Asked before anything is counted; none is in a question set.
WARM_UP = (
    "What had been known about it before?",
    "Which method was used, and why?",
    "How large was the difference between the groups?",
    "Where was this observed for the first time?",
    "Who disagreed with the conclusion?",
)

FIRST_QUESTION = "What is this collection of texts about?"


def evenly(items: Sequence[Item], count: int) -> list[Item]:
    """So many of the items, evenly spaced and in order; all of them if `count` is 0 or larger."""
    if not 0 < count < len(items):
        return list(items)
    return [items[at * len(items) // count] for at in range(count)]


def sample(whole: QuestionSet, documents: int, questions: int) -> QuestionSet:
    """So many of a set's files, and so many of the questions that these answer; 0 means all.

    Grades of other files are left out. The same words are asked once only: what was just asked
    may be remembered.
    """
    names = evenly(sorted(whole.files), documents)
    files = {name: whole.files[name] for name in names}
    answered: dict[str, Asked] = {}
    for asked in whole.questions:
        if grades := {name: grade for name, grade in asked.grades.items() if name in files}:
            kept = Asked(asked.id, asked.question, grades, asked.answers)
            answered.setdefault(asked.question, kept)
    return QuestionSet(whole.name, files, tuple(evenly(list(answered.values()), questions)))


def lay_out(files: Mapping[str, str], folder: Path) -> None:
    """Writes the files into a folder that holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
