"""Notebooks as documents: exact quotes, footnotes that say where they are from, a bibliography."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from fake_answers import HOSTILE, make_info
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from bot.export.notebook import NOTEBOOK_FORMATS, notebook
from bot.export.styles import STYLES
from bot.reading import read
from bot.types import PinnedQuote, SourceInfo

pytestmark = pytest.mark.slow

DAY = "2024-02-09"
REVIEW = make_info(
    "aaaa",
    "Ores & more: 100 % of {Zn}_x$",
    publisher="The Review",
    author="A. Bekova",
    date="2024-02-08",
    url="https://example.invalid/a_b?c=1",
    sha256="a" * 64,
)
REPORT = make_info("bbbb", "Annual report", publisher="The Ministry", date="2023", sha256="b" * 64)
BARE = make_info("cccc", "untitled notes", sha256="c" * 64)
TEXT = "Zinc coats steel;\n  lead *shields* rays.\n\nBoth are mined [1]."
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def pin(source: SourceInfo = REVIEW, text: str = TEXT, **fields: Any) -> PinnedQuote:
    given = {"start": 9, "end": 9 + len(text), "locator": "page 3", "section": ("Ores",)}
    described = {"source": source, "text": text, "accessed": "2024-02-08", **given, **fields}
    return PinnedQuote(**described)


def written(
    *quotes: PinnedQuote, kind: str = "markdown", style: str = "harvard", language: str = "en"
) -> bytes:
    return NOTEBOOK_FORMATS[kind].write(notebook(quotes, DAY, style, language))


def rendered(markdown: bytes) -> Any:
    page = MarkdownIt("commonmark").use(footnote_plugin).render(markdown.decode())
    root = html.fromstring(f"<div>{page}</div>")
    for line_break in root.iter("br"):
        line_break.tail = f"\n{(line_break.tail or '').lstrip(chr(10))}"
    return root


NOTES = (
    "A. Bekova, Ores & more: 100 % of {Zn}_x$, The Review, 2024-02-08, page 3 › Ores, "
    "https://example.invalid/a_b?c=1, accessed 2024-02-08. "
    f"File corpus/aaaa.md, SHA-256 {'a' * 64}.",
    "Annual report, The Ministry, 2023, page 3 › Ores, accessed 2024-02-08. "
    f"File corpus/bbbb.md, SHA-256 {'b' * 64}.",
)


def test_markdown_has_exact_quotes_with_footnotes() -> None:
    root = rendered(written(pin(note="My <b>note</b>\n\n# not a heading"), pin(REPORT, "It *is*.")))

    quotes = root.findall(".//blockquote")
    assert [quote.text_content().strip() for quote in quotes] == [
        "Zinc coats steel;\nlead *shields* rays.\nBoth are mined [1].[1]",
        "It *is*.[2]",
    ]
    assert [
        " ".join(item.text_content().split()).removesuffix(" ↩︎")
        for item in root.findall(".//section//li")
    ] == list(NOTES)
    paragraphs = [each.text_content() for each in root.findall("p")]
    assert paragraphs == [
        "Exported from pincite on 2024-02-09.",
        "My <b>note</b>",
        "# not a heading",
    ]
    assert [each.text_content() for each in root.findall("h1") + root.findall("h2")] == [
        "Notebook",
        "Bibliography",
    ]
    assert [each.text_content() for each in root.findall("ul/li")] == [
        "A. Bekova (2024) Ores & more: 100 % of {Zn}_x$. The Review. Available at: "
        "https://example.invalid/a_b?c=1 (Accessed: February 8, 2024).",
        "The Ministry (2023) “Annual report”.",
    ]


def test_hostile_text_stays_text_in_markdown() -> None:
    root = rendered(written(pin(make_info("x", HOSTILE), HOSTILE, note=HOSTILE)))

    known = {"div", "h1", "h2", "p", "ul", "li", "ol", "blockquote", "br", "sup", "a", "hr"}
    assert {each.tag for each in root.iter()} <= known | {"section"}
    assert all(link.get("href").startswith("#fn") for link in root.iter("a"))
    (quote,) = root.findall(".//blockquote")
    assert quote.text_content().split() == f"{HOSTILE}[1]".split()


def document(content: bytes) -> tuple[Any, list[str]]:
    """A Word document, and its footnotes by number."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        notes = etree.fromstring(package.read("word/footnotes.xml"))
        types = package.read("[Content_Types].xml").decode()
    assert "wordprocessingml.footnotes+xml" in types
    by_number = {int(note.get(f"{W}id")): "".join(note.itertext()).strip() for note in notes}
    assert by_number.pop(-1) == by_number.pop(0) == ""
    return Document(io.BytesIO(content)), [by_number[number] for number in sorted(by_number)]


def test_word_has_exact_quotes_with_real_footnotes() -> None:
    content = written(pin(note="My note"), pin(REPORT, "It *is*."), kind="word", style="apa")

    read_back, notes = document(content)

    assert notes == list(NOTES)
    quotes = [each for each in read_back.paragraphs if each.style.name == "Quote"]
    assert [each.text for each in quotes] == [TEXT, "It *is*."]
    marks = [
        [mark.get(f"{W}id") for mark in each._p.iter(f"{W}footnoteReference")] for each in quotes
    ]
    assert marks == [["1"], ["2"]]
    assert [(each.style.name, each.text) for each in read_back.paragraphs if each not in quotes][
        :2
    ] == [("Title", "Notebook"), ("Normal", "Exported from pincite on 2024-02-09.")]
    assert [each.text for each in read_back.paragraphs][-3:] == [
        "Bibliography",
        "A. Bekova. (2024, February 8). Ores & more: 100 % of {Zn}_x$. The Review. "
        "https://example.invalid/a_b?c=1",
        "The Ministry. (2023). Annual report.",
    ]
    assert "My note" in [each.text for each in read_back.paragraphs]


def test_a_word_export_is_read_with_its_footnotes() -> None:
    text = read(written(pin(), kind="word"), ".docx").text

    assert "Both are mined [1]." in text
    assert NOTES[0] in text


def test_what_word_cannot_hold_is_shown_as_an_escape() -> None:
    _, notes = document(written(pin(replace(BARE, title="a\x07b"), "x\x00y"), kind="word"))
    read_back, _ = document(written(pin(BARE, "x\x00y\ud800z"), kind="word"))

    assert notes[0].startswith("a\\x07b, page 3")
    assert [each.text for each in read_back.paragraphs if each.style.name == "Quote"] == [
        "x\\x00y\\xd800z"
    ]


@pytest.mark.parametrize(
    ("style", "entries"),
    [
        (
            "harvard",
            [
                "A. Bekova (2024) Ores & more: 100 % of {Zn}_x$. The Review. Available at: "
                "https://example.invalid/a_b?c=1 (Accessed: February 8, 2024).",
                "The Ministry (2023) “Annual report”.",
                "untitled notes (no date).",
            ],
        ),
        (
            "apa",
            [
                "A. Bekova. (2024, February 8). Ores & more: 100 % of {Zn}_x$. The Review. "
                "https://example.invalid/a_b?c=1",
                "The Ministry. (2023). Annual report.",
                "untitled notes. (n.d.).",
            ],
        ),
        (
            "ieee",
            [
                "[1] A. Bekova, “Ores & more: 100 % of {Zn}_x$”. Accessed: Feb. 08, 2024. "
                "[Online]. Available: https://example.invalid/a_b?c=1",
                "[2] The Ministry, “Annual report”. 2023.",
                "[3] untitled notes",
            ],
        ),
    ],
)
def test_a_bibliography_has_every_source_once(style: str, entries: list[str]) -> None:
    book = notebook([pin(), pin(REPORT), pin(start=20), pin(BARE)], DAY, style, "en")

    assert book.bibliography == entries
    assert len(book.notes) == 4


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ru", "zh"])
def test_every_style_names_every_source_in_every_language(style: str, language: str) -> None:
    book = notebook([pin(), pin(REPORT), pin(BARE)], DAY, style, language)

    joined = "\n".join(book.bibliography)
    assert len(book.bibliography) == 3
    for words in ("Bekova", "https://example.invalid/a_b?c=1", "Ministry", "nnual", "ntitled"):
        assert words in joined


def test_a_bibliography_speaks_the_language_of_its_reader() -> None:
    book = notebook([pin()], DAY, "harvard", "de")

    assert book.bibliography[0].endswith("(Zugegriffen: 8. Februar 2024).")


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(KeyError):
        notebook([pin()], DAY, "../x", "en")


def test_an_empty_notebook_is_a_document_without_a_bibliography() -> None:
    assert written() == b"# Notebook\n\nExported from pincite on 2024-02-09.\n"
    assert [each.text for each in document(written(kind="word"))[0].paragraphs] == [
        "Notebook",
        "Exported from pincite on 2024-02-09.",
    ]


_WORDS = st.text(max_size=40) | st.sampled_from([HOSTILE, '<span class="nocase">', "İ" * 9, ""])


@settings(max_examples=60, deadline=None)
@given(title=_WORDS, author=_WORDS, date=_WORDS, text=_WORDS, style=st.sampled_from(list(STYLES)))
def test_any_text_can_be_exported(
    title: str, author: str, date: str, text: str, style: str
) -> None:
    info = make_info("x", title, author=author, date=date, publisher=author, url=title)
    for kind in NOTEBOOK_FORMATS:
        assert written(pin(info, text, note=text), kind=kind, style=style)
