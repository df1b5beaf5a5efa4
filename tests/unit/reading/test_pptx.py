"""Slides: order, titles, lists, tables, notes, groups, and archives that are damaged or hostile."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from sound_documents import sound_or_refused

from bot.errors import ReadError
from bot.reading import read
from bot.types import Document, Mark

TITLE_ONLY, TITLE_AND_BODY, BLANK = 5, 1, 6


def packed(presentation: Any) -> bytes:
    buffer = BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def slide(presentation: Any, layout: int, title: str = "") -> Any:
    added = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        added.shapes.title.text = title
    return added


def box(shapes: Any, text: str, left: float, top: float) -> Any:
    shape = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
    shape.text_frame.text = text
    return shape


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def rewritten(data: bytes, member: str, source: bytes) -> bytes:
    """Returns the archive with one member replaced."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as archive, ZipFile(buffer, "w", ZIP_DEFLATED) as changed:
        for name in archive.namelist():
            changed.writestr(name, source if name == member else archive.read(name))
    return buffer.getvalue()


def test_slides_with_titles_lists_tables_and_notes() -> None:
    presentation = pptx.Presentation()
    presentation.core_properties.title = "Water report"
    presentation.core_properties.author = "A. Bekova"
    presentation.core_properties.created = datetime(2024, 2, 8)
    presentation.core_properties.language = "en-GB"
    first = slide(presentation, TITLE_AND_BODY, "Where the water\nis")
    first.placeholders[1].text_frame.text = "In the north\nIn the south"
    first.notes_slide.notes_text_frame.text = "Speak slowly.\n\nThen stop."
    second = slide(presentation, BLANK)
    table = second.shapes.add_table(2, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table
    table.cell(0, 0).text = "Year"
    table.cell(0, 1).text = "Price\nin pounds"
    table.cell(1, 0).text = "none"
    table.cell(1, 0).merge(table.cell(1, 1))
    box(second.shapes, "Right", 5, 1)
    left = box(second.shapes, "Left\vbelow", 1, 1)
    left.text_frame.add_paragraph().text = "Deeper"
    left.text_frame.paragraphs[1].level = 1

    document = read(packed(presentation), ".pptx")
    assert document.text == (
        "Where the water is\n\n- In the north\n\n- In the south\n\nSpeak slowly.\n\nThen stop.\n\n"
        "Left\nbelow\n\n- Deeper\n\nRight\n\nYear | Price in pounds\n\nnone"
    )
    assert [kind for kind, _ in kinds(document)] == [
        *("heading", "list item", "list item", "paragraph", "paragraph"),
        *("paragraph", "list item", "paragraph", "table", "table"),
    ]
    assert document.marks == (
        Mark(0, "slide 1", divides=True),
        Mark(document.text.index("Speak"), "slide 1, notes"),
        Mark(document.text.index("Left"), "slide 2", divides=True),
    )
    assert document.blocks[0].level == 1
    metadata = document.metadata
    assert (metadata.title, metadata.author) == ("Water report", "A. Bekova")
    assert (metadata.date, metadata.language) == ("2024-02-08", "en")
    assert (document.first_line, document.notes) == (None, ())


def test_a_single_paragraph_in_the_body_is_no_list() -> None:
    presentation = pptx.Presentation()
    slide(presentation, TITLE_AND_BODY, "Water").placeholders[1].text_frame.text = "It is cold."
    document = read(packed(presentation), ".pptx")
    assert kinds(document) == [("heading", "Water"), ("paragraph", "It is cold.")]
    assert document.metadata.title == "Water"


def test_groups_are_looked_into_where_they_stand() -> None:
    presentation = pptx.Presentation()
    shapes = slide(presentation, BLANK).shapes
    box(shapes, "below", 1, 5)
    group = shapes.add_group_shape()
    box(group.shapes, "second", 1, 3)
    inner = group.shapes.add_group_shape()
    box(inner.shapes, "first", 1, 2)
    assert read(packed(presentation), ".pptx").text == "first\n\nsecond\n\nbelow"


def test_hidden_slides_are_read_and_empty_ones_keep_their_number() -> None:
    presentation = pptx.Presentation()
    slide(presentation, BLANK)
    slide(presentation, TITLE_ONLY, "Second")._element.set("show", "0")
    document = read(packed(presentation), ".pptx")
    assert document.text == "Second"
    assert [mark.name for mark in document.marks] == ["slide 1", "hidden slide 2"]
    assert document.notes == ("hidden slides, read and marked as hidden: 2",)


def test_a_slide_that_is_listed_without_end_is_read_once() -> None:
    with ZipFile(BytesIO(valid())) as archive:
        source = archive.read("ppt/presentation.xml")
    start = source.index(b"<p:sldId ")
    entry = source[start : source.index(b"/>", start) + 2]
    repeated = rewritten(valid(), "ppt/presentation.xml", source.replace(entry, entry * 500))
    assert read(repeated, ".pptx") == read(valid(), ".pptx")


def test_footers_are_read_once_and_charts_as_tables() -> None:
    presentation = pptx.Presentation()
    for title in ("Prices", "Costs"):
        added = slide(presentation, TITLE_ONLY, title)
        for place in added.slide_layout.placeholders:
            if place.placeholder_format.type.name == "FOOTER":
                added.shapes.clone_placeholder(place)
        added.placeholders[11].text_frame.text = "Confidential"
    data = CategoryChartData()
    data.categories = ["1921"]
    data.add_series("Price", (1,))
    chart = XL_CHART_TYPE.COLUMN_CLUSTERED
    added.shapes.add_chart(chart, Inches(1), Inches(2), Inches(3), Inches(3), data)
    document = read(packed(presentation), ".pptx")
    assert document.text == "Prices\n\nConfidential\n\nCosts\n\n1921 | Price: 1"
    assert document.notes == ()


def test_a_presentation_without_text_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(packed(pptx.Presentation()), ".pptx")


@cache
def valid() -> bytes:
    presentation = pptx.Presentation()
    slide(presentation, TITLE_AND_BODY, "Water").placeholders[1].text_frame.text = "cold\nclear"
    return packed(presentation)


@pytest.mark.parametrize("cut", [0, 10, 5_000])
def test_a_damaged_presentation_is_refused(cut: int) -> None:
    with pytest.raises(ReadError, match=r"^damaged, or no PowerPoint \(\.pptx\) file: "):
        read(valid()[:cut], ".pptx")


def test_an_archive_that_unpacks_without_end_is_refused_unread() -> None:
    bomb = rewritten(valid(), "ppt/slides/slide1.xml", b"\0" * (30 * 1024 * 1024))
    with pytest.raises(ReadError, match=r"^unpacks to 30 MB, more than is reasonable"):
        read(bomb, ".pptx")


def test_entities_are_not_expanded() -> None:
    with ZipFile(BytesIO(valid())) as archive:
        source = archive.read("ppt/slides/slide1.xml")
    entities = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "/etc/hosts">]>'
    )
    start = source.index(b"<p:sld")
    source = source[:start] + entities + source[start:].replace(b">cold<", b">cold&b;&f;<")
    document = read(rewritten(valid(), "ppt/slides/slide1.xml", source), ".pptx")
    assert document.text == "Water\n\n- cold\n\n- clear"


@given(st.binary(max_size=60), st.floats(0, 1), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_sound(noise: bytes, place: float, gap: int) -> None:
    at = int(place * len(valid()))
    sound_or_refused(noise, ".pptx")
    sound_or_refused(valid()[:at] + noise + valid()[at + gap :], ".pptx")


@given(st.binary(max_size=60), st.floats(0, 1), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_a_damaged_slide_is_refused_or_sound(noise: bytes, place: float, gap: int) -> None:
    with ZipFile(BytesIO(valid())) as archive:
        source = archive.read("ppt/slides/slide1.xml")
    at = int(place * len(source))
    damaged = source[:at] + noise + source[at + gap :]
    sound_or_refused(rewritten(valid(), "ppt/slides/slide1.xml", damaged), ".pptx")
