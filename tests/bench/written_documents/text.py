"""Plain text, Markdown, JSON, books and subtitles: questions, tables, encodings, headings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from . import Written

_ASKED = (
    ("How tall may a shed be?", "Two metres and ten."),
    ("Who mends the fences?", "The council, within six weeks."),
    ("May I keep hens?", "Up to five hens, but no cockerels."),
)


def documents() -> Iterator[Written]:
    """All of them."""
    yield from _questions()
    yield from _markdown()
    yield from _encodings()
    yield from _books()
    yield from _spoken()


def _questions() -> Iterator[Written]:
    pieces = tuple(words for pair in _ASKED for words in pair)
    forms = {
        "lines": "\n".join(f"Q: {question}\nA: {answer}\n" for question, answer in _ASKED),
        "numbers": "\n".join(
            f"{at}. {question}\n{answer}\n" for at, (question, answer) in enumerate(_ASKED, start=1)
        ),
        "headings": "\n".join(f"## {question}\n\n{answer}\n" for question, answer in _ASKED),
        "details": "\n".join(
            f"<details><summary>{question}</summary>\n\n{answer}\n\n</details>\n"
            for question, answer in _ASKED
        ),
    }
    for name, source in forms.items():
        yield Written(f"questions as {name}", ".md", f"# Plots\n\n{source}".encode(), pieces)
    for name in ("lines", "numbers"):
        yield Written(f"questions as {name}", ".txt", f"Plots\n\n{forms[name]}".encode(), pieces)
    of_objects = [{"question": question, "answer": answer, "id": 7} for question, answer in _ASKED]
    of_data = {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": question, "acceptedAnswer": {"text": answer}}
            for question, answer in _ASKED
        ],
    }
    yield Written("questions as objects", ".json", json.dumps(of_objects).encode(), pieces)
    yield Written("questions as linked data", ".json", json.dumps(of_data).encode(), pieces)
    lines = "\n".join(json.dumps({"q": question, "a": answer}) for question, answer in _ASKED)
    yield Written("questions as lines of objects", ".jsonl", lines.encode(), pieces)


def _markdown() -> Iterator[Written]:
    rows = tuple({"Plot": f"Plot {at}", "Rent": str(40 + at)} for at in range(120))
    table = "\n".join(f"| {row['Plot']} | {row['Rent']} |" for row in rows)
    yield Written(
        "a long table",
        ".md",
        f"# Rents\n\n| Plot | Rent |\n|---|---|\n{table}\n\nDue in May.\n".encode(),
        pieces=("Rents", "Due in May."),
        rows=rows,
    )
    yield Written(
        "empty cells of a table",
        ".md",
        b"| Plot | Tenant | Rent |\n|---|---|---|\n| 4 | | 44 |\n| 5 | Ann | |\n",
        rows=({"Plot": "4", "Rent": "44"}, {"Plot": "5", "Tenant": "Ann"}),
    )
    yield Written(
        "headings alone",
        ".md",
        b"# The gate opens at six\n\n## Hoses cost two coins\n\n## No dogs after dusk\n",
        pieces=("The gate opens at six", "Hoses cost two coins", "No dogs after dusk"),
    )


def _encodings() -> Iterator[Written]:
    texts = {
        "iso8859_2": "Žáci přijdou v září a škola začíná. Ještě prší.",
        "cp1250": "Az őr a gyűrűt kérte, és később főztek.",
        "cp850": "La forêt brûle où l'été s'achève à côté du château.",
        "mac_roman": "La forêt brûle où l’été s’achève à côté du château.",
        "iso2022_jp": "図書館は月曜日に休みます。",
        "utf-16-le": "The shed is locked at nine.\r\nThe key is kept by the gate.\r\n",
        "koi8_r": "Собрание начнётся в пятницу, сторож откроет ворота.",
        "gb18030": "图书馆星期一休息，读者可以借三本书，时间是三个星期。",
    }
    for encoding, text in texts.items():
        yield Written(f"{encoding} without a word of it", ".txt", text.encode(encoding), (text,))
    labels = {"x-sjis": "cp932", "ks_c_5601-1987": "cp949", "x-gbk": "gbk", "cp-850": "cp850"}
    words = {
        "cp932": "会議は金曜日",
        "cp949": "회의는 금요일",
        "gbk": "会议星期五",
        "cp850": "Übung",
    }
    for label, encoding in labels.items():
        page = f'<meta charset="{label}"><p>{words[encoding]}</p>'
        yield Written(f"declared {label}", ".html", page.encode(encoding), (words[encoding],))
        mail = f"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset={label}\n\n"
        body = mail.encode() + words[encoding].encode(encoding)
        yield Written(f"declared {label}", ".eml", body, (words[encoding],))
    yield Written(
        "a zero byte",
        ".txt",
        b"The sluice was opened\0 at noon.\n" + b"The gate was shut.\n" * 9,
        pieces=("The sluice was opened at noon.",),
        notes=("1 zero bytes were left out",),
    )
    twice = "Built 1984–1986 by the Café".encode().decode("cp1252")
    yield Written(
        "encoded twice",
        ".txt",
        twice.encode(),
        pieces=("Built 1984–1986 by the Café",),
        notes=("encoded twice, and mended in 1 lines",),
    )


def _books() -> Iterator[Written]:
    chapters = {
        "one.xhtml": "<h1>One</h1><p>The first lamp hangs at the pier"
        "<sup><a href='#n'>1</a></sup>.</p>",
        "two.xhtml": "<h1>Two</h1><p>The second lamp is carried by the pilot.</p>",
        "three.xhtml": "<h1>Three</h1><p>It burns 10<sup>6</sup> hours.</p>",
    }
    items = "".join(
        f'<item id="c{at}" href="{name}" media-type="application/xhtml+xml"/>'
        for at, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{at}"/>' for at in (1, 0, 2))
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfile full-path="b.opf"/></container>'
        )
        archive.writestr(
            "b.opf", f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>"
        )
        for name, body in chapters.items():
            archive.writestr(name, f"<html><body>{body}</body></html>")
    pieces = (
        "The second lamp is carried by the pilot.",
        "The first lamp hangs at the pier[1].",
        "It burns 10⁶ hours.",
    )
    yield Written("a book", ".epub", buffer.getvalue(), pieces)
    damaged = buffer.getvalue().replace(b"carried by the pilot", b"carried by the PILOT")
    yield Written(
        "a book with a damaged chapter",
        ".epub",
        damaged,
        pieces=("carried by the PILOT", *pieces[1:]),
        notes=("chapter 1 is damaged",),
    )


def _spoken() -> Iterator[Written]:
    spoken = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada Holm>I order the anvils.</v>\n\n"
        "00:02.000 --> 00:03.000\n<v.loud Ben>I sell the bellows.\n<v Ada Holm>Good.\n\n"
        "00:03.000 --> 00:04.000\n<v Ada Holm>And the tongs.</v>\n"
    )
    yield Written(
        "who speaks",
        ".vtt",
        spoken.encode(),
        pieces=(
            "Ada Holm: I order the anvils.",
            "Ben: I sell the bellows.",
            "Ada Holm: Good. And the tongs.",
        ),
    )
