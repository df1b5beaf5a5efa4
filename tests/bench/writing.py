"""Serves those who have questions written to learn from: cuts passages, checks, keeps.

    python tests/bench/writing.py cut FOLDER --count 230
    python tests/bench/writing.py check FOLDER
    python tests/bench/writing.py keep FOLDER SET
    python tests/bench/writing.py packaged SQLITE JARGON TEXTS

`cut` cuts the documents of FOLDER/corpus as the product does and writes some of the passages to
FOLDER/passages.jsonl. A writer answers with a line for each in FOLDER/questions.jsonl, another one
in FOLDER/questions-2.jsonl, as `tests/data/training/README.md` describes; `check` names what is
wrong with them. `keep` writes the
questions of a folder, and its documents unless they come from a package, into the project.
`packaged` lays out the texts of the Debian packages sqlite3-doc 3.40.1-2+deb12u2 and dict-jargon
4.4.7-3.1: SQLITE is the folder of HTML pages, JARGON the file jargon.dict.dz. Those of other
versions are refused when they are learned from.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from written_sets import PACKAGED, STYLES, TRAINING, Written, checksum

from bot.embedding import SentenceTransformerEncoder
from bot.indexing.build import passage_rules, read_source
from bot.settings import Settings
from bot.text.passages import split
from bot.text.terms import terms

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
    """What is wrong with the lines of the writers."""
    passages = {row["n"]: row for row in _rows(folder / "passages.jsonl")}
    asked: set[str] = set()
    for file in _written(folder):
        done: set[int] = set()
        for row in _rows(file):
            number = row.get("n")
            where = f"{file.name}, passage {number}"
            if number not in passages or number in done:
                yield f"{where}: there is none, or it has a line already"
                continue
            done.add(number)
            try:
                questions = _asked(row)
            except (KeyError, TypeError, ValueError):
                yield f"{where}: not of the shape that the brief describes"
                continue
            passage = passages[number]
            known = set(terms(" ".join((passage["title"], *passage["headings"], passage["text"]))))
            for style, question, words in questions:
                if not _places(words, passage["text"]):
                    yield f"{where}: these words are not in its text: {words}"
                if question.lower() in asked:
                    yield f"{where}: asked before: {question}"
                asked.add(question.lower())
                own = set(terms(question))
                if style == "paraphrase" and len(own & known) > SHARED_TERMS * len(own):
                    yield f"{where}: too many of its words: {question}"
        missing = ", ".join(str(number) for number in sorted(passages.keys() - done))
        if missing:
            yield f"{file.name}: passages without a line: {missing}"


def keep(folder: Path, name: str) -> None:
    """Writes the questions of a folder into the project, each with the first place of its answer.

    Those whose words are not in the text, or that were asked before, are left out and named.
    """
    into = TRAINING / name
    into.mkdir(parents=True, exist_ok=True)
    passages = {row["n"]: row for row in _rows(folder / "passages.jsonl")}
    kept = []
    asked: set[str] = set()
    for writer, file in enumerate(_written(folder), 1):
        for row in sorted(_rows(file), key=lambda row: row["n"]):
            passage = passages[row["n"]]
            for number, (style, question, words) in enumerate(_asked(row), 1):
                places = _places(words, passage["text"])
                if not places or question.lower() in asked:
                    print(f"left out: {question}")
                    continue
                asked.add(question.lower())
                kept.append(
                    Written(
                        f"{name}-{writer}-{row['n']}-{number}",
                        question,
                        style,
                        passage["source"],
                        words,
                        passage["start"] + places[0],
                    )
                )
    lines = [
        json.dumps({field: getattr(one, field) for field in Written.__slots__}, ensure_ascii=False)
        for one in kept
    ]
    (into / "questions.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    corpus = folder / "corpus"
    files = sorted(file.relative_to(corpus).as_posix() for file in corpus.rglob("*.*"))
    sums = [f"{checksum(corpus / file)}  {file}" for file in files]
    (into / "texts.sha256").write_text("\n".join(sums) + "\n", "utf-8")
    if name not in PACKAGED:
        shutil.copytree(corpus, into / "corpus", dirs_exist_ok=True)
    print(f"{name}: {len(kept)} questions about {len(files)} documents")


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


def _asked(row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The questions of a line, each with its style and the words that answer."""
    if row.get("skip"):
        return []
    first, second = row["other"]
    pairs = (first, second, *(row[style] for style in STYLES[1:]))
    styles = (STYLES[0], *STYLES)
    return [
        (style, question, words) for style, (question, words) in zip(styles, pairs, strict=True)
    ]


def _places(words: str, text: str) -> list[int]:
    """Where words stand in a text, not as a part of longer ones."""
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)" if words else "$^"
    return [match.start() for match in re.finditer(pattern, text)]


def _written(folder: Path) -> list[Path]:
    """The files of the writers: questions.jsonl, questions-2.jsonl and so on."""
    return sorted(folder.glob("questions*.jsonl"), key=lambda file: (len(file.name), file.name))


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _letters(text: str) -> float:
    return sum(char.isalpha() or char.isspace() for char in text) / len(text)


if __name__ == "__main__":
    main()
