"""Small documents of every format, for fuzz_readers.py."""

from __future__ import annotations

import zlib
from functools import cache

from fuzz_containers import (
    docx_document,
    epub_document,
    odp_document,
    ods_document,
    odt_document,
    pptx_document,
    xlsx_document,
)
from fuzz_words import PROSE

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
        ".docx": docx_document,
        ".pptx": pptx_document,
        ".xlsx": xlsx_document,
        ".xlsm": xlsx_document,
        ".epub": epub_document,
        ".odt": odt_document,
        ".odp": odp_document,
        ".ods": ods_document,
    }
    return (packers[suffix](),)
