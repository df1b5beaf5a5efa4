"""Scans: how they are recognised, what OCR reads from them, and limits on its cost."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz import fuzz
from scanned_texts import FERRY, LAMP, MILL
from scans import FONT, drawn, needs_tesseract, pdf, picture

from bot.errors import ReadError, SettingsError
from bot.reading import read
from bot.reading.pdf import ocr as program
from bot.reading.pdf import scans
from bot.reading.sandbox.bounded import BoundedReader
from bot.text.passages import locator
from bot.types import BlockKind, Document, Source, SourceInfo, ocr_of

pytestmark = pytest.mark.slow


def said(document: Document) -> str:
    return " ".join(document.text.split())


def source_of(document: Document) -> Source:
    info = SourceInfo("0" * 16, "a.pdf", "A", None, None, None, None, "en", "pdf", "")
    return Source(info, document.text, document.blocks, document.marks)


def place(document: Document, words: str) -> str:
    start = document.text.index(words)
    return locator(source_of(document))(start, start + len(words))


@needs_tesseract
def test_a_scan_is_read_with_its_headings_and_whole_paragraphs() -> None:
    document = read(pdf(drawn([FERRY, MILL], heading="The Crossing")), ".pdf", ocr="eng")

    paragraphs = [
        document.text[block.start : block.end]
        for block in document.blocks
        if block.kind is BlockKind.PARAGRAPH
    ]
    assert paragraphs == [FERRY, MILL]
    assert document.metadata.title == "The Crossing"
    assert document.metadata.language == "en"


@needs_tesseract
def test_the_place_says_that_it_was_read_by_ocr_and_how_surely() -> None:
    document = read(pdf(drawn([FERRY]), drawn([MILL])), ".pdf", ocr="eng")

    at, sure = ocr_of(place(document, "built of oak"))
    assert at == "page 2"
    assert sure is not None
    assert 80 < sure <= 100
    assert place(document, "built of oak") == f"page 2, read by OCR ({sure} % sure)"
    assert document.notes[0].startswith("pages read by OCR: 1–2 of 2 (")


@needs_tesseract
def test_pages_with_text_are_read_as_text_and_scans_between_them_by_ocr() -> None:
    document = read(pdf(FERRY, drawn([MILL]), LAMP), ".pdf", ocr="eng")

    assert said(document) == f"{FERRY} {MILL} {LAMP}"
    assert place(document, "northern quay") == "page 1"
    assert ocr_of(place(document, "brothers Tamm"))[0] == "page 2"
    assert ocr_of(place(document, "brothers Tamm"))[1] is not None
    assert place(document, "rape oil") == "page 3"


@needs_tesseract
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    document = read(pdf(drawn([FERRY, MILL], turn=turn)), ".pdf", ocr="eng")

    # Tesseract may misread a letter, and versions differ in which.
    assert fuzz.ratio(said(document), f"{FERRY} {MILL}") > 98


@needs_tesseract
def test_a_page_that_is_a_little_askew_is_read() -> None:
    document = read(pdf(drawn([FERRY, MILL], turn=1)), ".pdf", ocr="eng")

    assert "closed for nine weeks" in said(document)
    assert "forty years without any repair" in said(document)


@needs_tesseract
def test_columns_are_read_one_after_the_other() -> None:
    document = read(pdf(drawn([FERRY, MILL], columns=2)), ".pdf", ocr="eng")

    assert said(document) == f"{FERRY} {MILL}"


@needs_tesseract
def test_a_word_that_a_line_end_cuts_is_one_word() -> None:
    cut = ["The ferry to Lisse leaves from the nor-", "thern quay at half past six."]
    document = read(pdf(_lines(cut)), ".pdf", ocr="eng")

    assert said(document) == "The ferry to Lisse leaves from the northern quay at half past six."


def _lines(lines: list[str]) -> Image.Image:
    sheet = drawn([])
    for number, line in enumerate(lines):
        font = ImageFont.truetype(FONT, 30)
        ImageDraw.Draw(sheet).text((150, 150 + 46 * number), line, font=font, fill=0)
    return sheet


@needs_tesseract
def test_several_languages_are_read_at_once() -> None:
    russian = "Мельница на реке была построена из дуба и сланца двумя братьями."
    if "rus" not in program._known_languages():
        pytest.skip("no Russian for tesseract: apt-get install tesseract-ocr-rus")

    document = read(pdf(drawn([FERRY, russian])), ".pdf", ocr="eng+rus")

    assert fuzz.ratio(said(document), f"{FERRY} {russian}") > 97
    assert "сланца двумя братьями" in said(document)


@needs_tesseract
@pytest.mark.parametrize(
    ("suffix", "kind"), [(".png", "PNG"), (".jpg", "JPEG"), (".JPEG", "JPEG"), (".tiff", "TIFF")]
)
def test_pictures_are_read(suffix: str, kind: str) -> None:
    document = read(picture(drawn([FERRY]), kind), suffix, ocr="eng")

    assert said(document) == FERRY
    assert ocr_of(place(document, "northern quay"))[0] == "page 1"


@needs_tesseract
def test_a_tiff_has_pages() -> None:
    document = read(picture(drawn([FERRY]), "TIFF", drawn([MILL])), ".tif", ocr="eng")

    assert said(document) == f"{FERRY} {MILL}"
    assert ocr_of(place(document, "brothers Tamm"))[0] == "page 2"


@needs_tesseract
@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA", "I;16"])
def test_pictures_are_read_in_every_kind_of_colour(mode: str) -> None:
    sheet = drawn([FERRY])
    if mode == "RGBA":
        # Black letters on a transparent background, which shows white paper.
        clear = sheet.convert("RGBA")
        clear.putdata([(0, 0, 0, 255 - shade) for shade in sheet.getdata()])
        sheet = clear
    elif mode == "I;16":
        sheet = sheet.convert("I").point(lambda shade: shade * 256).convert("I;16")
    else:
        sheet = sheet.convert(mode)

    assert said(read(picture(sheet, "PNG"), ".png", ocr="eng")) == FERRY


@needs_tesseract
def test_a_small_picture_is_made_larger() -> None:
    sheet = drawn([LAMP])
    small = sheet.resize((sheet.width // 2, sheet.height // 2))

    assert said(read(picture(small, "PNG"), ".png", ocr="eng")) == LAMP


@needs_tesseract
def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(ReadError, match="OCR found no words"):
        read(picture(drawn([]), "PNG"), ".png", ocr="eng")


def test_a_picture_is_no_source_without_ocr() -> None:
    with pytest.raises(ReadError, match=r"no reader for '\.png'"):
        read(picture(drawn([FERRY]), "PNG"), ".png")


def test_a_scan_is_reported_without_ocr() -> None:
    with pytest.raises(ReadError, match="no text layer"):
        read(pdf(drawn([FERRY])), ".pdf")


@pytest.mark.parametrize("strips", [1, 12])
def test_scans_among_pages_of_text_are_told(strips: int) -> None:
    document = read(pdf(FERRY, drawn([MILL]), LAMP, strips=strips), ".pdf")

    assert document.notes == ("pages without text: 2 of 3 (a scan?)",)


def test_a_page_of_text_and_picture_is_no_scan() -> None:
    document = read(pdf(drawn([FERRY]), over=LAMP), ".pdf")

    assert said(document) == LAMP
    assert document.notes == ()


@needs_tesseract
def test_a_page_of_text_and_picture_is_read_as_text_with_ocr_too() -> None:
    assert read(pdf(drawn([FERRY]), over=LAMP), ".pdf", ocr="eng") == read(
        pdf(drawn([FERRY]), over=LAMP), ".pdf"
    )


@needs_tesseract
def test_a_stamp_upon_a_scan_stays_and_stands_once() -> None:
    document = read(pdf(drawn([FERRY]), over="Copy 7"), ".pdf", ocr="eng")

    assert FERRY in said(document)
    assert said(document).count("Copy 7") == 1


@needs_tesseract
def test_a_page_that_fails_is_told_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recognised = scans.recognised

    def failing(image: program.Image, languages: str) -> program.Recognised:
        found = recognised(image, languages)
        if "mill" in " ".join(line.text for line in found.lines):
            raise ReadError("took longer than 60 s")
        return found

    monkeypatch.setattr(scans, "recognised", failing)

    document = read(pdf(drawn([FERRY]), drawn([MILL]), drawn([LAMP])), ".pdf", ocr="eng")

    assert said(document) == f"{FERRY} {LAMP}"
    assert document.notes[1] == "pages that OCR could not read: 2 of 3 (took longer than 60 s)"


@needs_tesseract
def test_no_more_pages_are_read_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST_PAGES", 1)

    document = read(pdf(drawn([FERRY]), drawn([MILL])), ".pdf", ocr="eng")

    assert said(document) == FERRY
    assert document.notes[1] == "pages that OCR could not read: 2 of 2 (more than 1 pages)"


def _program(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Replaces tesseract by a program."""
    folder.mkdir(exist_ok=True)
    file = folder / "tesseract"
    listing = "case $1 in --list-langs) echo List; echo eng; echo osd; exit;; esac"
    file.write_text(f"#!/bin/sh\n{listing}\n{body}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    program._known_languages.cache_clear()


def test_a_page_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "bin", monkeypatch, "exec sleep 600")
    monkeypatch.setattr(program, "PAGE_SECONDS", 1)
    begun = time.monotonic()

    document = read(pdf(FERRY, drawn([MILL])), ".pdf", ocr="eng")

    assert time.monotonic() - begun < 30
    assert document.notes == ("pages that OCR could not read: 2 of 2 (took longer than 1 s)",)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("cat > /dev/null; exit 3", "tesseract failed with status 3"),
        ("cat > /dev/null; echo nonsense", "damaged, or no hOCR file"),
    ],
)
def test_a_program_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str
) -> None:
    _program(tmp_path / "bin", monkeypatch, body)

    with pytest.raises(ReadError, match=f"pages that OCR could not read: 1 of 1 .{reason}"):
        read(pdf(drawn([MILL])), ".pdf", ocr="eng")


def test_a_missing_program_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SettingsError, match="apt-get install tesseract-ocr"):
        read(pdf(drawn([FERRY])), ".pdf", ocr="eng")


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "find_spec", lambda name: None)

    with pytest.raises(SettingsError, match=r"pip install 'pincite\[ocr\]'"):
        read(pdf(drawn([FERRY])), ".pdf", ocr="eng")


def test_an_unknown_language_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path / "bin", monkeypatch, "exit 1")

    with pytest.raises(SettingsError, match="does not know the language 'tlh', only eng"):
        read(pdf(drawn([FERRY])), ".pdf", ocr="eng+tlh")


@needs_tesseract
def test_the_process_that_reads_tells_of_every_page() -> None:
    reader = BoundedReader()
    told: list[tuple[int, int]] = []
    try:
        document = reader.read(
            pdf(drawn([FERRY]), drawn([MILL])),
            ".pdf",
            ocr="eng",
            report_page=lambda done, total: told.append((done, total)),
        )
        after = reader.read(b"Zinc.", ".txt")
    finally:
        reader.close()

    assert said(document) == f"{FERRY} {MILL}"
    assert told == [(1, 2), (2, 2)]
    assert after.text == "Zinc."


@needs_tesseract
def test_reading_a_scan_can_be_stopped_between_pages() -> None:
    reader = BoundedReader()

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            reader.read(pdf(drawn([FERRY]), drawn([MILL])), ".pdf", ocr="eng", report_page=stop)
        assert reader.read(b"Zinc.", ".txt").text == "Zinc."
    finally:
        reader.close()


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_a_picture_that_unpacks_to_too_much_is_refused(
    side: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "bin", monkeypatch, "exit 1")
    bomb = picture(Image.new("1", (side, side), 1), "PNG")

    with pytest.raises(ReadError, match="a picture of more than 120 million pixels"):
        read(bomb, ".png", ocr="eng")


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a\x01\x00\x01\x00", b"II*\x00"])
def test_a_damaged_picture_is_refused(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "bin", monkeypatch, "exit 1")

    with pytest.raises(ReadError, match="damaged, or no picture file"):
        read(data, ".png", ocr="eng")


def test_a_large_page_is_drawn_with_bounded_pixels() -> None:
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    from bot.reading.pdf.pages import drawn_pages

    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(14_000, 14_000))
    canvas.drawString(100, 100, "far and wide")
    canvas.showPage()
    canvas.save()

    with drawn_pages(stream.getvalue()) as image_of:
        image = image_of(0)

    assert len(image.data) < 25_100_000


@needs_tesseract
def test_a_scan_that_is_looked_at_and_then_added_is_read_once() -> None:
    reader = BoundedReader()
    told: list[int] = []
    data = pdf(drawn([FERRY]))
    try:
        first = reader.read(data, ".pdf", ocr="eng", report_page=lambda done, _: told.append(done))
        again = reader.read(data, ".pdf", ocr="eng", report_page=lambda done, _: told.append(done))
    finally:
        reader.close()

    assert again == first
    assert told == [1]
