"""Small PDFs, written byte by byte."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import pypdfium2
from PIL import Image, ImageDraw

TypeLine = tuple[int, int, str]


def pdf(
    pages: Sequence[Sequence[TypeLine]],
    properties: Mapping[str, str] | None = None,
    encrypted: bool = False,
) -> bytes:
    """A PDF file with these lines in Helvetica."""
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def literal(text: str) -> bytes:
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return b"(%s)" % escaped.encode("cp1252")

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    tree = 2 * len(pages) + 2
    kids = []
    for lines in pages:
        shown = (
            b"/F1 %d Tf 1 0 0 1 72 %d Tm %s Tj" % (size, height, literal(words))
            for height, size, words in lines
        )
        stream = b"BT %s ET" % b" ".join(shown)
        content = add(b"<< /Length %d >> stream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
                b" /Resources << /Font << /F1 %d 0 R >> >> >>" % (tree, content, font)
            )
        )
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), references))
    trailer = b"/Root %d 0 R" % add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    if properties:
        entries = b" ".join(b"/%s %s" % (k.encode(), literal(v)) for k, v in properties.items())
        trailer += b" /Info %d 0 R" % add(b"<< %s >>" % entries)
    if encrypted:
        key = b"00" * 32
        lock = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (key, key)
        trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % add(lock)

    file = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        file
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d %s >>\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            trailer,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(file)
    )


WORDS = "zinc lead copper tin iron coal clay sand salt gold lime slate chalk flint peat".split()


def turned(data: bytes) -> bytes:
    """A PDF with rotated pages: text that runs upwards is upright after the rotation."""
    data = re.sub(
        rb"1 0 0 1 72 (\d{3}) Tm", lambda line: b"0 1 -1 0 %d 9 Tm" % (842 - int(line[1])), data
    )
    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.set_rotation(90)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def long_report() -> bytes:
    """A thousand pages, each with its own words."""
    return pdf(
        [
            [(700, 11, f"Page with the {WORDS[n % 15]} of {WORDS[n // 15 % 15]} no {n * n}.")]
            for n in range(1000)
        ]
    )


def scanned() -> bytes:
    """A page without text, black and white, compressed like a fax."""
    image = Image.new("1", (620, 877), 1)
    ImageDraw.Draw(image).rectangle((100, 100, 300, 300), fill=0)
    target = io.BytesIO()
    image.save(target, "PDF", resolution=75)
    assert b"CCITTFaxDecode" in target.getvalue()
    return target.getvalue()


def in_jpeg_2000() -> bytes:
    """A page with a JPEG 2000 picture, the format in which archives keep scans."""
    image = Image.new("L", (620, 877), 255)
    ImageDraw.Draw(image).rectangle((100, 100, 299, 299), fill=0)
    packed = io.BytesIO()
    image.save(packed, "JPEG2000", no_jp2=True)
    data = packed.getvalue()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 620 877] /Contents 4 0 R"
        b" /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length 28 >> stream\n620 0 0 877 0 0 cm /I Do    \nendstream",
        b"<< /Type /XObject /Subtype /Image /Width 620 /Height 877 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Filter /JPXDecode /Length %d >> stream\n%s\nendstream"
        % (len(data), data),
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in enumerate(objects, 1))
    # There is no object table; every PDF reader rebuilds it.
    return b"%PDF-1.5\n" + body + b"trailer << /Size 6 /Root 1 0 R >>\n%%EOF\n"


def with_script(data: bytes) -> bytes:
    """A PDF that runs a script and requests an address when it is opened."""
    act = (
        b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\);"
        b" this.submitForm\\('https://example.invalid/'\\)) /Next << /S /URI /URI"
        b" (https://example.invalid/opened) >> >>"
    )
    assert b"/Type /Catalog" in data
    return data.replace(b"/Type /Catalog", act)
