"""Small documents of every format, and the words of each format, for fuzz_readers.py."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping
from functools import cache
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PROSE = (
    "The spring has never run dry, not even in the summer of 1976, it is said.",
    "Who owns it? The town does, since February 8, 2024.",
    "Zinc coats steel; lead shields rays – “always”. Вода €5 锌 زنك 😀",
)

PLAIN = f"""Water report
By A. Bekova

{PROSE[0]}

1. cold
2. clear

{PROSE[1]}

Share
Read more
""".encode()

MARKDOWN = f"""---
title: Water report
author: A. Bekova
date: 2024-02-08
---
# Water

{PROSE[0]} [a link](http://a.example) and *more* `code`.

## Who owns it?

- cold
  - icy
1. clear

> {PROSE[2]}

| Year | Price |
|------|-------|
| 1921 | 4     |

```python
print("zinc")
```

A note.[^1]

[^1]: Parish register.
""".encode()

HTML = f"""<!DOCTYPE html>
<!-- saved from url=(0017)http://a.example/ -->
<html lang="en"><head><meta charset="utf-8"><title>Water report</title>
<meta name="author" content="A. Bekova"><meta property="og:site_name" content="Steppe">
<script type="application/ld+json">{{"@type":"Article","datePublished":"2024-02-08"}}</script>
</head><body><nav><ul><li><a href="/">Home</a></li></ul></nav>
<article><h1>Water</h1><p>{PROSE[0]}<br>{PROSE[1]}</p><h2>Who owns it?</h2><ul><li>cold<ul>
<li>icy</li></ul></li></ul><table><tr><th>Year</th><th>Price</th></tr><tr><td>1921</td>
<td rowspan="2">4</td></tr></table><pre>a  b</pre><blockquote>{PROSE[2]}</blockquote></article>
<footer><p>All rights reserved.</p></footer></body></html>""".encode()

CSV = f"""Ore,Price,Note
zinc,3,"{PROSE[0]}"
lead,2,"two
lines"
tin,,'
""".encode()

JSON = (
    '{"title": "Water report", "mines": [{"name": "Shalkiya", "depth": 1.5e3, "open": true},'
    f' {{"name": "Tekeli", "note": "{PROSE[2]}"}}], "owner": null, "deep": [[[["zinc"]]]]}}'
).encode()

SRT = f"""1
00:00:01,000 --> 00:00:04,000
{PROSE[0]}

2
00:00:05,500 --> 00:00:07,000
<i>{PROSE[1]}</i>
""".encode()

VTT = f"""WEBVTT - Water

NOTE a remark

STYLE
::cue {{ color: red }}

one
00:01.000 --> 00:04.000 align:start
<v Anna>{PROSE[0]}</v>

00:00:05.500 --> 00:00:07.000
{PROSE[1]}
""".encode()

ASS = f"""[Script Info]
Title: Water report
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:04.00,Default,Anna,0,0,0,,{{\\b1}}{PROSE[0]}\\Nmore
Comment: 0,0:00:05.00,0:00:07.00,Default,,0,0,0,,{PROSE[1]}
""".encode()

RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Arial;}}"
    rb"{\info{\title Caf\'e9 water}{\author A. Bekova}{\creatim\yr2024\mo2\dy8}}"
    rb"{\header page 1}\f0 The \b spring\b0  never ran dry.\par\pard - cold\par "
    rb"\trowd\cellx1\cellx2 Year\cell Price\cell\row\pard "
    rb"{\field{\*\fldinst{HYPERLINK \"http://a.example\"}}{\fldrslt the map}}.\par "
    rb"{\f1 \'c2\'ee\'e4\'e0} \u8364?5 \u55357?\u56832? \bin3 abc{\pict 0102}\par}"
)

MAIL = f"""From: =?utf-8?q?Anna_B=C3=A9kova?= <anna@steppe.example>
To: Jo Roe <roe@town.example>
Date: Thu, 8 Feb 2024 10:15:00 +0500
Subject: Water
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: multipart/alternative; boundary="b2"

--b2
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

It is cold=2E

On 8 Feb 2024, J. Roe wrote:
> How is it?

-- =20
Anna
--b2
Content-Type: text/html; charset="iso-8859-1"

<p>It is <b>cold</b>.</p><blockquote>How is it?</blockquote>
--b2--
--b1
Content-Type: application/pdf; name="a.pdf"
Content-Disposition: attachment; filename*=utf-8''a%20b.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--b1
Content-Type: message/rfc822

From: Jo Roe <roe@town.example>
Subject: Stone

{PROSE[0]}
--b1--
""".replace("\n", "\r\n").encode()

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book.opf"/></rootfiles></container>'
)
_PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The spring</dc:title><dc:creator>A. Bekova
</dc:creator><dc:date>2024-02-08</dc:date><dc:language>en</dc:language></metadata>
<manifest><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="one"/><itemref idref="two"/></spine></package>"""

_SPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" ' + " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
        "meta": "meta", "presentation": "presentation",
    }.items()
)  # fmt: skip
_TABLE = (
    "<table:table><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell>"
    '<table:table-cell table:number-columns-repeated="2"><text:p>Price</text:p>'
    '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="3">'
    '<table:table-cell table:number-columns-spanned="2"><text:p>4</text:p></table:table-cell>'
    "<table:covered-table-cell/></table:table-row></table:table>"
)
_LIST = (
    "<text:list><text:list-item><text:p>cold</text:p><text:list><text:list-item><text:p>icy"
    "</text:p></text:list-item></text:list></text:list-item></text:list>"
)


def packed(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP archive that is the same at any time of the day."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, 1)
    return buffer.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    """What `packed` packed."""
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _dated(data: bytes) -> bytes:
    """The same whenever it is made."""
    time = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    members = members_of(data)
    return packed({name: time.sub(b"2024-02-08T10:15:00Z", members[name]) for name in members})


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = "Water report"
    document.add_heading("Water", 1)
    document.add_paragraph(PROSE[0]).add_run("\nSince 1921.").bold = True
    document.add_paragraph("cold", style="List Bullet")
    table = document.add_table(2, 2)
    for number, cell in enumerate(("Year", "Price", "1921", "4")):
        table.cell(*divmod(number, 2)).text = cell
    document.add_paragraph(PROSE[2])
    buffer = io.BytesIO()
    document.save(buffer)
    return _dated(buffer.getvalue())


def _pptx() -> bytes:
    import pptx
    from pptx.util import Inches

    presentation = pptx.Presentation()
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Water"
    first.placeholders[1].text_frame.text = f"{PROSE[0]}\nIn the south"
    first.notes_slide.notes_text_frame.text = "Speak slowly."
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    sizes = (Inches(1), Inches(3), Inches(4), Inches(1))
    table = second.shapes.add_table(2, 2, *sizes).table
    for number, cell in enumerate(("Year", "Price", "1921", "4")):
        table.cell(*divmod(number, 2)).text = cell
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(*sizes).text_frame.text = PROSE[1]
    buffer = io.BytesIO()
    presentation.save(buffer)
    members = members_of(_dated(buffer.getvalue()))
    # The pictures of the theme, and layouts that no slide has, say nothing.
    return packed({name: members[name] for name in members if not name.endswith(".jpeg")})


def _xlsx() -> bytes:
    from datetime import date

    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Mines"
    for row in (("Name", "Depth", "Since"), ("Shalkiya", 1.5, date(2024, 2, 8)), (PROSE[2], True)):
        sheet.append(row)
    sheet.merge_cells("A4:B5")
    sheet["A4"] = "=SUM(B2:B3)"
    workbook.create_sheet("Empty")
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _dated(buffer.getvalue())


def _epub() -> bytes:
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "book.opf": _PACKAGE,
            "one.xhtml": page.format(f"<h1>Water</h1><p>{PROSE[0]}&nbsp;<br/>more</p>"),
            "text/two.xhtml": page.format(f"<h2>Who?</h2><ul><li>{PROSE[1]}</li></ul>"),
        }
    )


def _open(kind: str, body: str) -> bytes:
    content = (
        f"<office:document-content {_SPACES}><office:automatic-styles><style:style "
        'style:name="P1" style:parent-style-name="Title"/></office:automatic-styles><office:body>'
        f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    meta = (
        f"<office:document-meta {_SPACES}><office:meta><dc:title>Water report</dc:title>"
        "<meta:creation-date>2024-02-08T10:15:00</meta:creation-date></office:meta>"
        "</office:document-meta>"
    )
    return packed({"content.xml": content, "meta.xml": meta, "META-INF/manifest.xml": "<a/>"})


def _odt() -> bytes:
    return _open(
        "text",
        '<text:p text:style-name="P1">Water</text:p><text:h text:outline-level="2">Who?</text:h>'
        f'<text:p>{PROSE[0]}<text:s text:c="3"/><text:note><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>Register.</text:p></text:note-body>"
        f"</text:note><text:line-break/>x<text:tab/></text:p>{_LIST}{_TABLE}"
        f"<text:p>A box<draw:frame><draw:text-box><text:p>{PROSE[2]}</text:p></draw:text-box>"
        "</draw:frame></text:p>",
    )


def _odp() -> bytes:
    page = '<draw:page draw:name="one"><draw:frame presentation:class="title"><draw:text-box>'
    return _open(
        "presentation",
        f"{page}<text:p>Water</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box>"
        f"{_LIST}</draw:text-box></draw:frame><draw:frame>{_TABLE}</draw:frame>"
        f"<presentation:notes><draw:frame><draw:text-box><text:p>{PROSE[1]}</text:p>"
        f"</draw:text-box></draw:frame></presentation:notes></draw:page>{page}<text:p>Stone"
        "</text:p></draw:text-box></draw:frame></draw:page>",
    )


def _pdf(is_packed: bool) -> bytes:
    """Two pages in Helvetica, with an outline and properties."""
    lines = ("Water report", "The ministry convened a dialogue on ground-", "water in 1976.")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 8 0 R >>",
        b"<< /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] >>",
    ]
    resources = b"/Resources << /Font << /F1 7 0 R >> >>"
    for content in (5, 6):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %s >>"
            % (content, resources)
        )
    for top in (800, 400):
        shown = (
            b"/F1 %d Tf 1 0 0 1 72 %d Tm (%s) Tj"
            % (18 - 4 * (at > 0), top - 14 * at, text.encode())
            for at, text in enumerate(lines)
        )
        stream = b"BT %s ET" % b" ".join(shown)
        stream = zlib.compress(stream) if is_packed else stream
        method = b" /Filter /FlateDecode" if is_packed else b""
        objects.append(b"<< /Length %d%s >> stream\n%s\nendstream" % (len(stream), method, stream))
    objects += [
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Outlines /First 9 0 R /Last 9 0 R /Count 1 >>",
        b"<< /Title (Water) /Parent 8 0 R /Dest [3 0 R /Fit] >>",
        b"<< /Title (Water report) /Author (A. Bekova) /CreationDate (D:20240208) >>",
    ]
    file = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    file_end = b"trailer << /Size %d /Root 1 0 R /Info 10 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    return file + head + table + file_end % (count, len(file))


@cache
def documents(suffix: str) -> tuple[bytes, ...]:
    """Valid documents of a format."""
    if suffix in (".txt", ".text"):
        return (PLAIN, PLAIN.decode().encode("utf-16"), PLAIN.replace(b"\n", b"\r\n"))
    if suffix in (".html", ".htm", ".xhtml"):
        return (HTML,)
    if suffix in (".jsonl", ".ndjson"):
        return (JSON + b"\n" + JSON + b'\n"zinc"\n',)
    if suffix == ".pdf":
        return _pdf(is_packed=False), _pdf(is_packed=True)
    simple = {
        ".md": MARKDOWN, ".markdown": MARKDOWN, ".csv": CSV, ".tsv": CSV.replace(b",", b"\t"),
        ".json": JSON, ".srt": SRT, ".vtt": VTT, ".ass": ASS, ".ssa": ASS, ".rtf": RTF,
        ".eml": MAIL,
    }  # fmt: skip
    if suffix in simple:
        return (simple[suffix],)
    packers = {
        ".docx": _docx, ".pptx": _pptx, ".xlsx": _xlsx, ".xlsm": _xlsx, ".epub": _epub,
        ".odt": _odt, ".odp": _odp,
    }  # fmt: skip
    return (packers[suffix](),)
