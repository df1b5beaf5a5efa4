"""The words of each format, of which documents may be made, for fuzz_mutations.py."""

from __future__ import annotations

PROSE = (
    "The spring has never run dry, not even in the summer of 1976, it is said.",
    "Who owns it? The town does, since February 8, 2024.",
    "Zinc coats steel; lead shields rays – “always”. Вода €5 锌 زنك 😀",
)

COMMON = [
    *(
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"\n\n",
        b"\x0c",
        b"\x85",
        b"\x1b",
    ),
    *(b"\xed\xa0\x80", b"\xc3", b"\xf4\x90\x80\x80", "\u2028\u202e\ufeff\u200b".encode(), b"%s%n"),
    *(b"-1", b"0", b"4294967296", b"99999999999999999999", b"1e999", b"NaN", b"A" * 300, b" " * 99),
    *(text.encode() for text in PROSE),
]
_MARKUP = [
    *(
        b"<",
        b">",
        b"&amp;",
        b"&#0;",
        b"&#xD800;",
        b"&#1114112;",
        b"&x;",
        b"<!--",
        b"-->",
        b"<![CDATA[",
    ),
    *(b"]]>", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE a [<!ENTITY x 'zinc'>]>"),
    *(
        b" xml:lang='de'",
        b" xmlns='x'",
        b"<a:b/>",
        b"</p>",
        b"<p>",
        b" rowspan='9999' colspan='9999'",
    ),
]
_HTML = [
    *(
        b"<div>",
        b"</div>",
        b"<table><tr><td>",
        b"</table>",
        b"<ul><li>",
        b"</ul>",
        b"<pre>",
        b"<script>",
    ),
    *(b"<svg><style>", b"<template>", b"<textarea>", b"<title>", b"<br>", b"<h1>", b"<noscript>"),
    *(b"<article>", b"<nav>", b"<base href='//x'>", b"<meta charset='utf-7'>", b"<select><option>"),
]
_WORD = [
    *(
        b"<w:p>",
        b"</w:p>",
        b"<w:tbl><w:tr><w:tc>",
        b"</w:tc></w:tr></w:tbl>",
        b"<w:r><w:t>zinc</w:t></w:r>",
    ),
    *(
        b"<w:br/>",
        b"<w:gridSpan w:val='99999'/>",
        b"<w:pStyle w:val='Heading1'/>",
        b"<w:sdt>",
        b"<w:tc/>",
    ),
    *(
        b"<w:vMerge/>",
        b"<w:footnoteReference w:id='2'/>",
        b"<w:gridBefore w:val='-1'/>",
        b"<w:tr/>",
    ),
    *(
        b"<w:numPr><w:ilvl w:val='8'/><w:numId w:val='1'/></w:numPr>",
        b"<w:vanish/>",
        b"<w:del>",
        b"<m:oMath><m:f>",
        b"<w:altChunk r:id='rId1'/>",
        b"<c:pt idx='9'><c:v>1</c:v></c:pt>",
    ),
    *(
        b"<a:p>",
        b"<a:t>zinc</a:t>",
        b"<p:sp>",
        b"<p:grpSp>",
        b"<a:tbl>",
        b" lvl='x'",
        b" gridSpan='999999'",
    ),
]
_SHEET = [
    *(
        b"<c r='A1' t='s'><v>99999</v></c>",
        b"<c r='XFD1048576'><v>1</v></c>",
        b"<c t='d'><v>x</v></c>",
    ),
    *(
        b"<row r='1048577'>",
        b"<v>1e999</v>",
        b" s='99'",
        b" t='e'",
        b"<f>A1</f>",
        b"<mergeCell ref='A1:XFD9'/>",
    ),
    *(
        b" t='inlineStr'><is><t>zinc</t></is>",
        b"<c r=''>",
        b" r='0'",
        b" numFmtId='14'",
        b" numFmtId='31'",
        b" hidden='1'",
        b"<mergeCell ref='A1:B3'/>",
        b"<v>-1</v>",
    ),
]
_OPEN = [
    *(
        b" text:c='999999999'",
        b" table:number-columns-repeated='999999'",
        b"<text:list><text:list-item>",
    ),
    *(
        b" table:number-rows-repeated='999999'",
        b"<text:p>",
        b"<text:h>",
        b"<text:note>",
        b"<draw:page>",
    ),
    *(
        b" text:outline-level='x'",
        b"<table:table>",
        b"<text:s/>",
        b" text:c='-1'",
        b"<office:body>",
    ),
]
_BOOK = [
    b"<itemref idref='one'/>" * 9,
    b"<spine>",
    b" href='../../x'",
    b"<dc:date>0</dc:date>",
    b"<h1>",
]

WORDS: dict[str, list[bytes]] = {
    ".md": [
        *(b"# ", b"- ", b"1. ", b"> " * 50, b"    ", b"```", b"~~~", b"---\n", b"|---|\n", b"| a "),
        *(b"[^1]: ",),
        *(b"[" * 99, b"**", b"`", b"<div>", b"<!--", b"![x](", b"title: [\n", b"---\na: *b\n---\n"),
        *(b"\\",),
    ],
    ".html": [*_MARKUP, *_HTML],
    ".csv": [b",", b'"', b'""', b"\t", b";", b"sep=;\n", b"\n,\n", b",," * 99, b'"\n"', b"'"],
    ".json": [
        *(b"[", b"]", b"{", b"}", b'"', b"\\u0000", b"\\ud800", b"[" * 500, b'{"a":' * 500, b","),
        *(b"null",),
    ],
    ".srt": [
        *(b"\n\n1\n", b"00:00:01,000 --> 00:00:04,000\n", b"-->", b"99:99:99,999", b"<i>"),
        *(b"{\\an8}",),
    ],
    ".vtt": [
        *(b"WEBVTT\n\n", b"-->", b"<v A>", b"NOTE\n", b"STYLE\n", b"99:99.999 --> 0:0"),
        *(b"<00:01.000>", b"&lt;"),
    ],
    ".ass": [
        *(b"[Events]\n", b"Format: Text\n", b"Dialogue: ", b"{\\b1}", b"\\N", b"\\h", b",,,,,,"),
        *(b"9:99:99.99",),
    ],
    ".rtf": [
        *(b"{", b"}", b"\\par ", b"\\u-1?", b"\\u55357?", b"\\'ff", b"\\'", b"\\bin9999999 "),
        *(b"\\ansicpg932",),
        *(b"\\fcharset128 ", b"{\\*\\x ", b"\\uc99999 ", b"\\trowd", b"\\cell\\row", b"{" * 500),
        *(b"\\ansicpg0 ",),
        *(b"\\pict ", b"\\field", b"{\\info{\\creatim\\yr99999\\mo99}}", b"\\\n", b"\\~", b"\\f9 "),
    ],
    ".eml": [
        *(b"--b1\r\n", b"--b2--\r\n", b"\r\n\r\n", b"Content-Type: text/html; charset=x\r\n"),
        *(b"=?utf-8?b?//8=?=",),
        *(b"Content-Type: message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n"),
        *(b"=C3", b"> " * 99),
        *(b"Content-Transfer-Encoding: uuencode\r\n", b'boundary="', b"Date: x\r\n"),
        *(b"From: <@,;:>\r\n",),
        *(b"charset=idna", b"charset=utf-16", b"charset=zip", b"filename*0*=utf-8''%ff", b"<" * 99),
        *(b"On 1 wrote:\r\n",),
    ],
    ".pdf": [
        *(b"1 0 R", b"2 0 R", b"99 0 R", b"<<", b">>", b"[", b"]", b"/Kids [2 0 R]", b"/Count -1"),
        *(b"endobj",),
        *(b"/Filter /FlateDecode", b"/Filter [/ASCIIHexDecode /LZWDecode]", b"/Length 9999999"),
        *(b"xref", b"stream"),
        *(b"/MediaBox [0 0 1e9 0]", b"/Encrypt 1 0 R", b"/Prev 9", b"(\\777", b" Tj", b" Tm"),
        *(b" Td", b"/ObjStm"),
        *(b"1e38 0 0 1e38 0 0 cm", b"/F1 0 Tf", b"[(a) -99999 (b)] TJ", b"BT", b"ET", b"q " * 99),
        *(b"/Rotate 91",),
        *(b"/ToUnicode 5 0 R", b"/Encoding /Identity-H", b"/Type /XRef /W [9 9 9]"),
        *(b"/Annots [3 0 R]",),
    ],
    ".docx": [*_MARKUP, *_WORD],
    ".xlsx": [*_MARKUP, *_SHEET],
    ".odt": [*_MARKUP, *_OPEN],
    ".epub": [*_MARKUP, *_HTML, *_BOOK],
}  # fmt: skip
SAME = {
    ".markdown": ".md", ".htm": ".html", ".xhtml": ".html", ".tsv": ".csv", ".jsonl": ".json",
    ".ndjson": ".json", ".ssa": ".ass", ".pptx": ".docx", ".xlsm": ".xlsx", ".odp": ".odt",
    ".ods": ".odt",
}  # fmt: skip


def words(suffix: str) -> list[bytes]:
    """What a document of the format may be made of."""
    return COMMON + WORDS.get(SAME.get(suffix, suffix), WORDS[".md"])
