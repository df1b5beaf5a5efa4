"""Serves those who have questions written to learn from: cuts passages, checks, keeps.

    python tests/bench/writing.py cut FOLDER --count 230
    python tests/bench/writing.py check FOLDER
    python tests/bench/writing.py keep FOLDER SET
    python tests/bench/writing.py packaged SQLITE JARGON TEXTS

`cut` cuts the documents of FOLDER/corpus as the product does and writes some of the passages to
FOLDER/passages.jsonl. A writer answers with a line for each in FOLDER/questions.jsonl, as
`tests/data/training/README.md` describes; `check` names what is wrong with it. `keep` writes the
questions of a folder, and its documents unless they come from a package, into the project.
`packaged` lays out the texts of the Debian packages sqlite3-doc and dict-jargon: SQLITE is the
folder of HTML pages, JARGON the file jargon.dict.dz.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from written_sets import PACKAGED, TRAINING, Written, checksum

from bot.embedding import SentenceTransformerEncoder
from bot.indexing.build import passage_rules, read_source
from bot.passages import split
from bot.settings import Settings
from bot.terms import terms

# Shorter passages say too little to ask five questions about, and of others too much is code.
SHORTEST = 250
LETTERS = 0.8

# Of a question in other words, more terms than this share must not be the passage's.
SHARED_TERMS = 0.5

SQLITE_PAGES = (
    "about aff_short appfileformat autoinc backup cli consortium copyright crew datatype3 "
    "different eqp faq fasterthanfs footprint foreignkeys gencol howtocorrupt hp1 isolation limits "
    "lockingv3 lts malloc mostdeployed np1queryprob nulls partialindex pragma "
    "pressrelease-20071212 privatebranch quirks security selfcontained serverless sharedcache "
    "stricttables support tempfiles testing transactional undoredo uri wal whentouse "
    "withoutrowid zeroconf"
).split()
JARGON_ENTRIES = 180
JARGON_SEED = 3


def main() -> None:
    """Does what the command says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("cut", "check", "keep"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path)
        if name == "cut":
            command.add_argument("--count", type=int, default=230)
        if name == "keep":
            command.add_argument("set")
    command = commands.add_parser("packaged")
    for name in ("sqlite", "jargon", "texts"):
        command.add_argument(name, type=Path)
    arguments = parser.parse_args()
    if arguments.command == "cut":
        cut(arguments.folder, arguments.count)
    elif arguments.command == "check":
        print("\n".join(faults(arguments.folder)) or "nothing is wrong")
    elif arguments.command == "keep":
        keep(arguments.folder, arguments.set)
    else:
        lay_out(arguments.sqlite, arguments.jargon, arguments.texts)


def cut(folder: Path, count: int) -> None:
    """Writes passages for a writer, chosen at random, in the order of the documents."""
    encoder = SentenceTransformerEncoder()
    rules = passage_rules(Settings().passage_characters, encoder)
    found = []
    for file in sorted(path for path in (folder / "corpus").rglob("*") if path.is_file()):
        name = file.relative_to(folder / "corpus").as_posix()
        source, _ = read_source(file.read_bytes(), name, checksum(file), keep_boilerplate=False)
        found += [
            {
                "title": source.info.title,
                "headings": list(passage.section),
                "text": passage.text,
                "source": name,
                "start": passage.start,
            }
            for passage in split(source, rules, encoder.count_tokens)
            if len(passage.text) >= SHORTEST and _letters(passage.text) > LETTERS
        ]
    chosen = sorted(random.Random(1).sample(range(len(found)), min(count, len(found))))
    lines = [
        json.dumps({"n": n, **found[at]}, ensure_ascii=False) for n, at in enumerate(chosen, 1)
    ]
    (folder / "passages.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def faults(folder: Path) -> Iterator[str]:
    """What is wrong with the lines of a writer."""
    passages = _by_number(folder / "passages.jsonl")
    asked: set[str] = set()
    for number, row in _by_number(folder / "questions.jsonl").items():
        if number not in passages:
            yield f"passage {number}: there is none"
            continue
        passage = passages[number]
        known = set(terms(" ".join((passage["title"], *passage["headings"], passage["text"]))))
        for style, question, words in _asked(row):
            if words not in passage["text"]:
                yield f"passage {number}: these words are not in its text: {words}"
            if question.lower() in asked:
                yield f"passage {number}: asked twice: {question}"
            asked.add(question.lower())
            own = set(terms(question))
            if style == "paraphrase" and len(own & known) > SHARED_TERMS * len(own):
                yield f"passage {number}: too many of its words: {question}"


def keep(folder: Path, name: str) -> None:
    """Writes the questions of a folder into the project, each with the place of its answer.

    Those whose words are not in the text are left out, and named.
    """
    into = TRAINING / name
    into.mkdir(parents=True, exist_ok=True)
    passages = _by_number(folder / "passages.jsonl")
    files = sorted({passage["source"] for passage in passages.values()})
    kept = []
    asked: set[str] = set()
    for number, row in sorted(_by_number(folder / "questions.jsonl").items()):
        passage = passages[number]
        for place, (style, question, words) in enumerate(_asked(row), 1):
            found = passage["text"].find(words)
            if found < 0 or question.lower() in asked:
                print(f"left out: {question}")
                continue
            asked.add(question.lower())
            kept.append(
                Written(f"{name}-{number}-{place}", question, style, passage["source"], words,
                        passage["start"] + found)
            )  # fmt: skip
    lines = [
        json.dumps({field: getattr(one, field) for field in Written.__slots__}, ensure_ascii=False)
        for one in kept
    ]
    (into / "questions.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    sums = [f"{checksum(folder / 'corpus' / file)}  {file}" for file in files]
    (into / "texts.sha256").write_text("\n".join(sums) + "\n", "utf-8")
    if name not in PACKAGED:
        (into / "corpus").mkdir(exist_ok=True)
        for file in files:
            shutil.copyfile(folder / "corpus" / file, into / "corpus" / file)
    print(f"{name}: {len(kept)} questions about {len(passages)} passages of {len(files)} documents")


def lay_out(sqlite: Path, jargon: Path, texts: Path) -> None:
    """Lays out the texts of the two packages as they were asked about."""
    (texts / "sqlite").mkdir(parents=True, exist_ok=True)
    for page in SQLITE_PAGES:
        shutil.copyfile(sqlite / f"{page}.html", texts / "sqlite" / f"{page}.html")
    (texts / "jargon").mkdir(parents=True, exist_ok=True)
    entries = list(_entries(gzip.decompress(jargon.read_bytes()).decode("utf-8", "replace")))
    for head, body in random.Random(JARGON_SEED).sample(entries, JARGON_ENTRIES):
        name = re.sub(r"\W+", "-", head.lower()) + ".md"
        (texts / "jargon" / name).write_text(f"# {head}\n\n{body}\n", "utf-8")


def _entries(lexicon: str) -> Iterator[tuple[str, str]]:
    """The entries of a length to ask about, without addresses and without offence."""
    offensive = re.compile(r"fuck|shit|sex|nazi|crap|bitch|whore", re.IGNORECASE)
    for entry in re.split(r"\n\n(?=\S)", lexicon):
        head, _, body = entry.partition("\n")
        body = re.sub(r"[{}]", "", re.sub(r"^ //.*?\n\n|^ [a-z]+\.\n\n", "", body))
        body = "\n\n".join(" ".join(part.split()) for part in body.split("\n\n")).strip()
        if (
            380 <= len(body) <= 900
            and not any(part in body for part in ("@", "http", "ftp:"))
            and re.match(r"^[A-Za-z][\w '\-]+$", head)
            and not offensive.search(body + head)
        ):
            yield head, body


def _asked(row: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    if row.get("skip"):
        return []
    return [
        *(("paraphrase", question, words) for question, words in row["other"]),
        *((style, *row[style]) for style in ("plain", "keywords", "near")),
    ]


def _by_number(file: Path) -> dict[int, dict[str, Any]]:
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return {row["n"]: row for row in rows}


def _letters(text: str) -> float:
    return sum(char.isalpha() or char.isspace() for char in text) / len(text)


if __name__ == "__main__":
    main()
