"""Measures questions and texts in other languages than English: ranking and refusal by language.

    python tests/bench/languages.py --sets FOLDER [--only ru ...] [--every 4] [--asked en]

FOLDER holds xquad.ru.json and others: the same 240 paragraphs and 1,190 questions in each
language. Each paragraph is a file. Columns: nDCG@10 over files of the product and of BM25 alone;
the share of questions answered, answered with a caution, and refused; and the same shares where the
articles that answer are left out, every second one of them. `--asked` asks in another language than
the texts', for encoders that know several.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parents[2]))

import bot
from bot.answering.question.language import language_among
from bot.embedding import SentenceTransformerEncoder
from bot.engine import Engine
from bot.evaluation import ndcg
from bot.retrieval.queries import prepare_query

LANGUAGES = ("en", "ru", "es", "de", "zh", "tr")
VERDICTS = ("answered", "unsure", "unanswered")
FOUND = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the name of the file that answers it."""

    question: str
    file: str


def main() -> None:
    """Prints a line for each language."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, required=True, help="folder of the question sets")
    parser.add_argument("--only", nargs="*", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--every", type=int, default=4, help="of so many questions one is asked")
    parser.add_argument("--asked", choices=LANGUAGES, help="the language of all questions")
    parser.add_argument("--model", default="default", help="as the setting `model`")
    options = parser.parse_args()
    encoder = SentenceTransformerEncoder(options.model)
    print(f"{'':4}{'nDCG':>7}{'BM25':>7}  {' '.join(VERDICTS)}  left out: {' '.join(VERDICTS)}")
    for language in options.only:
        files, _ = paragraphs(options.sets, language)
        _, asked = paragraphs(options.sets, options.asked or language)
        asked = asked[:: options.every]
        with tempfile.TemporaryDirectory() as folder:
            engine = indexed(Path(folder) / "all", files, encoder)
            answers = [engine.ask(one.question, k=FOUND) for one in asked]
            ranked = [[Path(one.source.path).name for one in each.citations] for each in answers]
            whole = fmean(
                ndcg(list(dict.fromkeys(names)), {one.file: 1.0})
                for names, one in zip(ranked, asked, strict=True)
            )
            lexical = fmean(by_words(engine, encoder, one) for one in asked)
            kept = {name: text for name, text in files.items() if int(name[:3]) % 2}
            halved = indexed(Path(folder) / "half", kept, encoder)
            missing = [halved.ask(one.question) for one in asked if one.file not in kept]
        shares = (shares_of([str(one.verdict) for one in some]) for some in (answers, missing))
        print(f"{language:4}{whole:7.3f}{lexical:7.3f}  {'  '.join(shares)}", flush=True)


def paragraphs(folder: Path, language: str) -> tuple[Mapping[str, str], Sequence[Asked]]:
    """The texts of a language by name of file, and the questions about them."""
    files, questions = {}, []
    articles = json.loads((folder / f"xquad.{language}.json").read_text("utf-8"))["data"]
    for number, article in enumerate(articles):
        for part, paragraph in enumerate(article["paragraphs"]):
            name = f"{number:03d}-{part:02d}.txt"
            files[name] = paragraph["context"]
            questions += [Asked(item["question"].strip(), name) for item in paragraph["qas"]]
    return files, questions


def indexed(folder: Path, files: Mapping[str, str], encoder: SentenceTransformerEncoder) -> Engine:
    """An engine over files that are written into a folder."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for name, text in files.items():
        (corpus / name).write_text(text, encoding="utf-8")
    engine = bot.open(corpus, folder / "index", encoder=encoder)
    engine.sync()
    return engine


def by_words(engine: Engine, encoder: SentenceTransformerEncoder, asked: Asked) -> float:
    """nDCG@10 of BM25 alone."""
    generation = engine.live()
    language = language_among(asked.question, generation.languages)
    texts = [(asked.question, 1.0)]
    found = prepare_query(generation, encoder, texts, candidates=FOUND, language=language)
    (query,) = found.queries
    rows = list(query.proposal.matching) if query.proposal else []
    passages = generation.passages(rows)
    names = [Path(generation.infos[passages[row].source_id].path).name for row in rows]
    return ndcg(list(dict.fromkeys(names)), {asked.file: 1.0})


def shares_of(verdicts: Sequence[str]) -> str:
    """The share of each verdict, in a line."""
    return " ".join(f"{verdicts.count(name) / max(1, len(verdicts)):7.3f}" for name in VERDICTS)


if __name__ == "__main__":
    main()
