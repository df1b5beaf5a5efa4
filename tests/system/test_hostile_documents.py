"""Office files and PDFs that swell, loop or lie are skipped, and a good file answers."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pptx
import pytest
from hostile_files import text_of

import bot

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]


# Archives


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    + '<!ENTITY file SYSTEM "file:///etc/passwd">]>'
)


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("Lead shields PLACE rays.")
    return saved(document)


def slides() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Lead shields PLACE rays."
    return saved(presentation)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Ore", "Price"])
    book.active.append(["lead PLACE", 2])
    return saved(book)


def saved(document: object) -> bytes:
    buffer = BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def archive(members: dict[str, str]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def opendocument() -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    return archive(
        {
            "content.xml": f'<o:document-content xmlns:o="{urn}office:1.0" xmlns:t="{urn}text:1.0">'
            "<o:body><o:text><t:p>Lead shields PLACE rays.</t:p></o:text></o:body>"
            "</o:document-content>"
        }
    )


def book() -> bytes:
    return archive(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="b.opf"/>'
            "</rootfiles></container>",
            "b.opf": '<package><manifest><item id="a" href="a.xhtml" '
            'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine>'
            "</package>",
            "a.xhtml": "<html><body><p>Lead shields PLACE rays.</p></body></html>",
        }
    )


ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    ".docx": (word, "word/document.xml"),
    ".odt": (opendocument, "content.xml"),
    ".epub": (book, "a.xhtml"),
    ".pptx": (slides, "ppt/slides/slide1.xml"),
    ".xlsx": (workbook, "xl/worksheets/sheet1.xml"),
}


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return buffer.getvalue()


@pytest.mark.parametrize("entity", ["&a10;", "&file;"])
@pytest.mark.parametrize("suffix", ARCHIVES)
def test_a_billion_laughs_are_not_laughed(
    beside: Callable[[str, bytes], str | None], engine: bot.Engine, suffix: str, entity: str
) -> None:
    def laughing(_: str, content: bytes) -> bytes:
        if b"PLACE" not in content:
            return content
        head, root = re.match(rb"(\s*(?:<\?xml.*?\?>)?\s*)(.*)", content, re.DOTALL).groups()  # type: ignore[union-attr]
        return bytes(head + LAUGHS.encode() + root.replace(b"PLACE", entity.encode()))

    data = rewritten(ARCHIVES[suffix][0](), laughing)
    began = time.monotonic()
    found = beside(f"laughs{suffix}", data)

    assert time.monotonic() - began < 20
    if found is None:
        text = text_of(engine, f"laughs{suffix}")
        assert len(text) < 200
        assert "lollol" not in text
        assert "root:" not in text
    else:
        assert found.startswith(("damaged", "empty"))
        assert found.endswith(("save it anew.", "save it again."))


@pytest.mark.parametrize("suffix", ARCHIVES)
def test_an_archive_that_unpacks_without_end_is_skipped(
    beside: Callable[[str, bytes], str | None], suffix: str
) -> None:
    make, member = ARCHIVES[suffix]
    bomb = rewritten(make(), lambda name, content: b" " * 30_000_000 if name == member else content)
    found = beside(f"bomb{suffix}", bomb) or ""
    assert found.startswith("unpacks to ")
    assert found.endswith(
        "more than is reasonable. Remove pictures from it, or split it, and save it again."
    )


@pytest.mark.parametrize("suffix", ARCHIVES)
def test_an_archive_that_lies_about_its_sizes_is_skipped(
    beside: Callable[[str, bytes], str | None], suffix: str
) -> None:
    make, member = ARCHIVES[suffix]
    bomb = rewritten(make(), lambda name, content: b" " * 30_000_000 if name == member else content)
    lying = bomb.replace((30_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little"))
    assert lying != bomb
    found = beside(f"lying{suffix}", lying) or ""
    assert found.startswith(("damaged", "empty")), found


# PDF


def pdf(objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    data, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    rows = b"".join(b"%010d 00000 n \n" % places[n] for n in sorted(places))
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, rows)
    data += b"trailer << /Size %d %s >>\n" % (
        len(places) + 1,
        trailer.replace(b"XREF", b"%d" % table),
    )
    return data + b"startxref\n%d\n%%%%EOF\n" % table


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
LEAF = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"


def flooding() -> bytes:
    """A page whose content is eight gigabytes of blanks."""
    packer = zlib.compressobj(9)
    block = packer.compress(b" " * (1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(b" " * (1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = zlib.compress(block + middle * 511)
    content = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >> stream\n%s\nendstream"
    return pdf(
        {
            1: CATALOG,
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: LEAF,
            4: content % (len(stream), stream),
        }
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: pdf({1: CATALOG, 2: b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"}),
        lambda: pdf(
            {
                1: CATALOG,
                2: b"<< /Type /Pages /Count 999999999 /Kids [3 0 R] /Parent 3 0 R >>",
                3: b"<< /Type /Pages /Count 999999999 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>",
            }
        ),
        lambda: pdf({1: CATALOG, 2: b"2 0 R"}),
        lambda: pdf(
            {1: CATALOG, 2: b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"},
            b"/Root 1 0 R /Prev XREF /XRefStm XREF",
        ),
        lambda: pdf({1: CATALOG, 2: b"[" * 200_000}),
        lambda: pdf(
            {
                1: CATALOG,
                2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
                3: LEAF,
                4: b"<< /Length 99999999999 /Filter /FlateDecode /DecodeParms << /Predictor 15 "
                b"/Colors 32 /BitsPerComponent 32 /Columns 2147483647 >> >> stream\nx\nendstream",
            }
        ),
        flooding,
    ],
    ids=["page tree", "two trees", "itself", "xref", "nesting", "columns", "flood"],
)
def test_a_pdf_that_loops_or_swells_is_skipped(
    beside: Callable[[str, bytes], str | None], make: Callable[[], bytes]
) -> None:
    began = time.monotonic()
    found = beside("trap.pdf", make()) or ""
    assert time.monotonic() - began < 50
    assert found.startswith(("damaged", "no text layer", "brought its parser", "empty")), found
    assert re.search(r"[.:] \w[^.]+\.$", found), found  # it ends with what to do
