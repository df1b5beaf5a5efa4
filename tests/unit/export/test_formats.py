"""Conversations as files: what other programs read in them is what was quoted."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import rispy
from fake_answers import HOSTILE, make_answer, make_info, make_quote, make_source
from lxml import html as html_parser
from markdown_it import MarkdownIt
from pybtex.database import parse_string

from bot.export.formats import FORMATS, exported
from bot.types import (
    Answer,
    AppliedFilter,
    Conflict,
    ConflictValue,
    Exchange,
    SourceFilter,
    SourceInfo,
    Verdict,
)

DAY = "2024-02-09"
INFO = make_info(
    "0123456789abcdef",
    "Ores & more: 100 % of {Zn}_x$",
    publisher="Institute \\input{x}",
    author="A. Bekova",
    date="2024-02-08",
    url="https://example.invalid/a_b?c=1&d=%20}#e",
)
TEXT = "Zinc coats steel;\nlead shields rays.\n\nBoth are mined."


def exchange(answer: Answer | None, number: int = 0, **fields: object) -> Exchange:
    given: dict[str, object] = {
        "number": number,
        "asked": "2024-02-08T10:15:00+00:00",
        "question": "What *coats* steel?",
        "alone": False,
        "answer": answer,
        "fault": None,
    }
    return Exchange(**{**given, **fields})  # type: ignore[arg-type]


def answered(text: str = TEXT, info: SourceInfo = INFO) -> Answer:
    source = make_source(info, f"A title. {text}")
    return make_answer("?", make_quote(source, 1, (9, 9 + len(text))))


def words(text: str) -> list[str]:
    return text.split()


def text_of(markdown: str) -> str:
    """What a reader of the rendered Markdown sees."""
    html = MarkdownIt("commonmark").render(markdown)
    assert not re.search(r"<(?!/?(?:h1|h2|p|ul|li|blockquote|br)\b)", html), html
    root = html_parser.fromstring(f"<div>{html}</div>")
    for line_break in root.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    return str(root.text_content())


def test_markdown_shows_the_quote_and_its_source_as_they_are() -> None:
    shown = text_of(exported([exchange(answered())], "markdown", DAY))

    assert "Exported from pincite on 2024-02-09." in shown
    assert shown.count("What *coats* steel?") == 2
    # Its lines and its paragraphs are those of the source.
    assert "Zinc coats steel;\nlead shields rays.\n" in re.sub(r"\n+", "\n", shown)
    assert "[1] Ores & more: 100 % of {Zn}_x$ › line 1 › Ores › Metals & more" in shown
    assert (
        f"https://example.invalid/a_b?c=1&d=%20}}#e; file {INFO.path}, SHA-256 {'0' * 64}" in shown
    )


@pytest.mark.parametrize(
    "text", [HOSTILE, "1. one\n2) two\n+ three\n===\n\t\tcode\n~~~\n> a\n&lt;"]
)
def test_markdown_interprets_nothing_of_a_source(text: str) -> None:
    info = make_info("hostile", text, publisher=text, author=text)
    shown = text_of(exported([exchange(answered(text, info), question=text)], "markdown", DAY))

    assert " ".join(words(text)) in " ".join(words(shown))


def test_markdown_tells_refusals_errors_and_conflicts() -> None:
    conflict = Conflict("chromium *here*", (ConflictValue("30 %", 1), ConflictValue("31 %", 2)))
    source = make_source(INFO, TEXT)
    shown = text_of(
        exported(
            [
                exchange(
                    make_answer("?", make_quote(source, 1, (0, 4)), verdict=Verdict.UNANSWERED)
                ),
                exchange(None, 1, fault="Too <long>.", alone=True),
                exchange(make_answer("?", make_quote(source, 1, (0, 4)), conflicts=(conflict,)), 2),
            ],
            "markdown",
            DAY,
        )
    )

    assert "The sources don't answer this." in shown
    assert "Asked 2024-02-08T10:15:00+00:00, on its own." in shown
    assert "Too <long>." in shown
    assert "Figures differ between sources: chromium *here*\n\n30 % [1]\n31 % [2]" in shown
    # The closest passages of a refusal are no answer.
    assert shown.count("Zinc") == 1


@pytest.mark.parametrize("verdict", [Verdict.ANSWERED, Verdict.UNANSWERED])
def test_markdown_names_the_sources_that_a_question_was_restricted_to(verdict: Verdict) -> None:
    only = SourceFilter(sources=("a.md",), publishers=("*Press* <b>",), since="2024")
    applied = AppliedFilter(only, admitted=1, undated=2, named=("A *title*",))
    found = text_of(
        exported([exchange(replace(answered(), verdict=verdict, filter=applied))], "markdown", DAY)
    )
    assert "Only: A *title*, *Press* <b>, since 2024" in found
    assert "Sources left out because they have no date: 2" in found


def test_json_has_the_contract_of_each_answer() -> None:
    content = json.loads(
        exported([exchange(answered()), exchange(None, 1, fault="No.")], "json", DAY)
    )

    assert (content["version"], content["exported"]) == (1, DAY)
    first, second = content["exchanges"]
    (passage,) = first["answer"]["passages"]
    assert (passage["text"], passage["start"], passage["end"]) == (TEXT, 9, 9 + len(TEXT))
    assert passage["source"]["sha256"] == "0" * 64
    assert (second["answer"], second["error"]) == (None, "No.")


def test_csl_json() -> None:
    (item,) = json.loads(exported([exchange(answered())], "csl", DAY))

    assert item == {
        "id": f"{INFO.id}-9-{9 + len(TEXT)}",
        "type": "webpage",
        "title": INFO.title,
        "author": [{"literal": "A. Bekova"}],
        "publisher": "Institute \\input{x}",
        "issued": {"date-parts": [[2024, 2, 8]]},
        "accessed": {"date-parts": [[2024, 2, 8]]},
        "URL": INFO.url,
        "language": "en",
        "abstract": TEXT,
        "note": f"line 1 › Ores › Metals & more. File {INFO.path}, SHA-256 {'0' * 64}.",
    }


def test_bibtex_is_read_back_and_is_no_command() -> None:
    written = exported([exchange(answered())], "bibtex", DAY)

    ((key, entry),) = parse_string(written, "bibtex").entries.items()
    fields = dict(entry.fields)
    assert (entry.type, key) == ("online", f"{INFO.id}-9-{9 + len(TEXT)}")
    assert fields["title"] == r"{Ores \& more: 100 \% of \textbraceleft{}Zn\textbraceright{}\_x\$}"
    assert (
        fields["organization"]
        == r"Institute \textbackslash{}input\textbraceleft{}x\textbraceright{}"
    )
    assert fields["url"] == "https://example.invalid/a_b?c=1&d=%20%7D#e"
    assert (fields["date"], fields["urldate"]) == ("2024-02-08", "2024-02-08")
    assert fields["annotation"] == " ".join(words(TEXT))
    assert f"SHA-256 {'0' * 64}" in fields["note"]


def test_ris_is_read_back() -> None:
    info = make_info("a", "Two\nlines\nER  - ", author="B, A.\rTY  - BOOK", date="2024")
    (item,) = rispy.loads(exported([exchange(answered(HOSTILE, info))], "ris", DAY))

    assert item["type_of_reference"] == "GEN"
    assert item["title"] == "Two lines ER -"
    assert (item["year"], item["date"]) == ("2024", "2024///")
    assert item["access_date"] == "2024/02/08"
    assert "urls" not in item
    assert item["notes"] == [
        f"line 1 › Ores › Metals & more. File corpus/a.md, SHA-256 {'0' * 64}."
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/hosts", "", None])
def test_no_other_address_than_one_of_the_web_is_exported(url: str | None) -> None:
    info = make_info("a", "A title", url=url)
    for name in FORMATS:
        if url and name != "json":
            assert url not in exported([exchange(answered(TEXT, info))], name, DAY)


def test_markdown_cautions_where_the_answer_is_unsure() -> None:
    quote = make_quote(make_source(INFO, TEXT), 1, (0, 4))
    sure, unsure = (
        exported([exchange(make_answer("?", quote, verdict=verdict))], "markdown", DAY)
        for verdict in (Verdict.ANSWERED, Verdict.UNSURE)
    )

    confidence = "Confidence 0.91, index generation 3."
    assert f"\n\n{confidence}\n\n" in sure
    assert unsure == sure.replace(confidence, f"This probably answers your question. {confidence}")


@pytest.mark.parametrize("name", ["bibtex", "ris", "csl"])
def test_a_passage_is_one_reference_and_a_refusal_none(name: str) -> None:
    twice = [exchange(answered()), exchange(answered(), 1, asked="2024-02-10T00:00:00+00:00")]
    refused = make_answer(
        "?", make_quote(make_source(INFO, TEXT), 1, (0, 4)), verdict=Verdict.UNANSWERED
    )

    assert exported(twice, name, DAY) == exported(twice[:1], name, DAY)
    assert exported([exchange(refused), exchange(None)], name, DAY).strip() in ("", "[]")


def test_hostile_text_stays_within_its_reference() -> None:
    sources = [
        make_info(f"s{number}", HOSTILE, publisher="}\n@book{b,", author="\\end")
        for number in (1, 2)
    ]
    kept = [exchange(answered(HOSTILE, info), number) for number, info in enumerate(sources)]

    assert len(rispy.loads(exported(kept, "ris", DAY))) == 2
    assert list(parse_string(exported(kept, "bibtex", DAY), "bibtex").entries) == [
        f"s{number}-9-{9 + len(HOSTILE)}" for number in (1, 2)
    ]
    assert [item["abstract"] for item in json.loads(exported(kept, "csl", DAY))] == [HOSTILE] * 2
