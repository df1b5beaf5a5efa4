"""Small PDFs, written byte by byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
