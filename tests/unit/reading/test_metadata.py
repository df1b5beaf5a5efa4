"""Front matter, dates, titles and languages."""

from __future__ import annotations

import pytest

from bot.errors import ReadError
from bot.reading import detect_language, read
from bot.reading.common.metadata import iso_date, language_code, pdf_date, telling_title
from bot.types import Metadata

FRONT_MATTER = """---
title: "Critical minerals: a primer"
publisher: Steppe Press
author: [Aigerim Bekova, T. Aldersey]
date: 2024-2-8
url: https://example.org/primer
lang: en-GB
tags: [ignored, too]
---
"""


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_front_matter_is_read_and_is_no_part_of_the_text(suffix: str) -> None:
    document = read(f"{FRONT_MATTER}First line.\n".encode(), suffix)
    assert document.text == "First line.\n"
    assert document.first_line == 10
    assert document.metadata == Metadata(
        title="Critical minerals: a primer",
        publisher="Steppe Press",
        author="Aigerim Bekova, T. Aldersey",
        date="2024-02-08",
        url="https://example.org/primer",
        language="en",
        date_from="front matter: date",
    )


def test_values_stay_as_they_were_written() -> None:
    text = "---\ntitle: 1984\nauthor: No\ndate: ~\npublisher: null\n---\nWords."
    metadata = read(text.encode(), ".md").metadata
    assert (metadata.title, metadata.author) == ("1984", "No")
    assert (metadata.date, metadata.publisher) == (None, None)


def test_empty_front_matter_is_allowed() -> None:
    document = read(b"---\n---\nWords.", ".md")
    assert document.text == "Words."
    assert document.first_line == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a\nauthor: [b\n---\nWords.", 4),
        ("---\ntitle: a\n  b: c: d\n---\nWords.", 3),
        ("---\n- a\n- b\n---\nWords.", 2),
        ("---\ntitle: a\x7f\n---\n" + "Words. " * 20, 2),
        ("---\na: &a [*a]\nb: *nowhere\n---\nWords.", 3),
    ],
)
def test_broken_front_matter_names_the_line(text: str, line: int) -> None:
    with pytest.raises(ReadError, match=rf"^broken front matter, line {line}: .*Mend the YAML"):
        read(text.encode(), ".md")


def test_front_matter_nested_without_end_is_refused() -> None:
    with pytest.raises(ReadError, match="broken front matter"):
        read(b"---\na: " + b"{b: " * 5000 + b"\n---\nWords.", ".md")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA scene\n\n---\n\nAnother scene\n",
        "---\nonly a rule above these words\n---\n",
        "---\ntitle: never closed\n",
    ],
)
def test_rules_are_no_front_matter(text: str) -> None:
    document = read(text.encode(), ".txt")
    assert document.text == text
    assert document.first_line == 1


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2024-02-08", "2024-02-08"),
        ("2024-02-08T10:15:00+01:00", "2024-02-08"),
        ("8 February 2024", "2024-02-08"),
        ("February 8, 2024", "2024-02-08"),
        ("8.2.2024", "2024-02-08"),
        ("2024-13-40", "2024-13-40"),
        ("spring 2024", "spring 2024"),
        ("02/08/2024", "02/08/2024"),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_brought_into_iso_form_without_guessing(
    written: str | None, date: str | None
) -> None:
    assert iso_date(written) == date


def test_dates_of_pdfs() -> None:
    assert pdf_date("D:20240208101500+01'00'") == "2024-02-08"
    assert pdf_date("yesterday") is None
    assert pdf_date(None) is None


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "en"), ("EN-us", "en"), ("kk_KZ", "kk"), ("english", None), ("", None), (None, None)],
)
def test_language_tags(tag: str | None, code: str | None) -> None:
    assert language_code(tag) == code


@pytest.mark.parametrize(
    "junk",
    [
        *("untitled", "Untitled document", "Microsoft Word - draft 3.docx", "report_final.pdf"),
        *("Document1", "PowerPoint Presentation", "  ", None),
    ],
)
def test_titles_that_programs_invent_are_ignored(junk: str | None) -> None:
    assert telling_title(junk) is None


def test_titles_that_people_write_are_kept() -> None:
    assert telling_title(" Document\nretention  policy ") == "Document retention policy"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The dialogue explored cooperation in the region and along its supply chains.", "en"),
        ("Die Stadtwerke wollen vom Herbst an mit dem kalten Wasser des Flusses heizen.", "de"),
        ("Après trois années de travaux, la bibliothèque a rouvert ses portes samedi.", "fr"),
        ("La máquina costó ochenta millones de euros y tardó cuatro años en terminarse.", "es"),
        ("Новый завод сможет перерабатывать до двадцати тысяч тонн аккумуляторов.", "ru"),
        ("Қазақстан сирек кездесетін металдардың ең ірі белгілі қорына ие ел болып тұр.", "kk"),
        ("Yeni fabrika yılda yirmi bin ton kullanılmış pili işleyebilecek ve satacak.", "tr"),
        ("المصنع الجديد سيكون قادرا على معالجة عشرين ألف طن من البطاريات المستعملة سنويا", "ar"),
        ("新工厂每年可处理两万吨废旧电池，并从中提取铅、镍和锂。" * 3, "zh"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "The dialogue", "1234 5678 " * 20, "C5+1 " * 10])
def test_a_language_is_not_guessed_from_a_few_letters(text: str) -> None:
    assert detect_language(text) is None
