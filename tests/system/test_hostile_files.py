"""Hostile files beside a good one: it answers, and they are harmless or skipped with a reason.

Elsewhere are, through an engine as here: names that are undecodable, of 255 bytes, with a newline
or bidi overrides, links out of the corpus, in a circle and to folders, FIFOs, files without
permission (test_indexing.py), and parsers that hang, crash or swell (test_reading_bounded.py). By
reader: damage of any kind, archives that unpack without end and entities in each format's
test_reading_*.py; what escapes in JSON can hide (test_reading_structured.py). In the chat and on
the terminal: hostile text (test_web_rendering.py, test_cli_display.py).
"""

from __future__ import annotations

import os
import re
import socket
import stat
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pptx
import pytest
from cli_calls import is_harmless

import bot
from bot.cli.answers import show_answer
from bot.cli.reports import show_sources, show_status, show_sync
from bot.errors import UsageError
from bot.export.answer_json import answer_json
from bot.reading.sandbox.bounded import BoundedReader
from bot.text.terminal_escaping import json_line
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of
from bot.web.routes.presenting import skipped_json, source_json, summary_json

ENGLISH = language_of("en")

pytestmark = pytest.mark.usefixtures("quick_disk")

GOOD = "Zinc coats steel."


@pytest.fixture
def beside(corpus: Path, engine: bot.Engine) -> Callable[[str, bytes], str | None]:
    """Indexes a file beside a good one, which must answer, and returns why it was skipped."""

    def index(name: str, data: bytes) -> str | None:
        (corpus / "good.txt").write_text(GOOD)
        (corpus / name).write_bytes(data)
        return reason(engine, name)

    return index


def reason(engine: bot.Engine, name: str) -> str | None:
    report = engine.sync()
    assert "corpus/good.txt" in report.added
    assert GOOD in [quote.text for quote in engine.ask("zinc steel", k=5).quotes]
    assert engine.verify().faults == ()
    assert engine.sync().is_current
    return next((f.reason for f in report.skipped if f.path == f"corpus/{name}"), None)


def text_of(engine: bot.Engine, name: str) -> str:
    (id_,) = [s.info.id for s in engine.sources() if s.info.path == f"corpus/{name}"]
    return engine.source(id_).text


# Names

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MISLEADING = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    "name",
    [
        "two\nlines",
        "\x1b[2J\x1b]0;owned\x07\r\x08bell",
        "\x9b2J \x85",
        f"gpj.{BIDI}exe",
        "\u2028line\u2029paragraph",
        "tab\there",
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".xyz"])
def test_names_are_shown_escaped(
    corpus: Path,
    engine: bot.Engine,
    capsys: pytest.CaptureFixture[str],
    name: str,
    suffix: str,
) -> None:
    (corpus / "good.txt").write_text(GOOD)
    (corpus / f"{name}{suffix}").write_text("Lead shields rays.")
    report = engine.sync()
    answer = engine.ask("lead", k=2)

    show_sync(report, "corpus")
    show_sources(engine.sources())
    show_status(engine.status())
    show_answer(answer)
    printed = capsys.readouterr().out
    assert is_harmless(printed)
    assert not re.search("[\t\u2028\u2029]", printed) or "\u2028" in name
    assert printed.count("\n") < 60

    html = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), answer_html(answer, ENGLISH))
    rows = [summary_json(summary, {}) for summary in engine.sources()]
    page = [html, *(text for row in rows for text in shown(row))]
    page += [
        text
        for s in engine.sources()
        for text in shown(source_json(engine.source(s.info.id), ENGLISH))
    ]
    page += [file["path"] for file in skipped_json(engine.status().skipped, ENGLISH)]
    assert [text for text in page if MISLEADING.search(text)] == []


def shown(described: dict[str, object]) -> list[str]:
    """What the page shows of a source as its name."""
    others = described.get("also_at", [])
    assert isinstance(others, list)
    return [str(described["path"]), str(described["title"]), *map(str, others)]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("lead\ud800.txt", "corpus/lead.txt"),
        ("a\nb\x1b[2J.txt", "corpus/a-b--2J.txt"),
        ("\u202elead.txt", "corpus/lead.txt"),
        ("le\0ad.txt", "corpus/le-ad.txt"),
        ("../../etc/passwd.txt", "corpus/passwd.txt"),
        ("水" * 300 + ".txt", f"corpus/{'水' * 66}.txt"),
    ],
)
def test_an_upload_gets_a_harmless_name(engine: bot.Engine, name: str, stored: str) -> None:
    assert engine.add_source(name, GOOD.encode()) == stored
    assert engine.sync().added == (stored,)


def test_an_upload_with_a_surrogate_for_a_suffix_is_refused(
    engine: bot.Engine, corpus: Path
) -> None:
    with pytest.raises((UsageError, bot.PinciteError), match=r"no reader for '\.tx"):
        engine.add_source("lead.tx\ud800", GOOD.encode())
    assert list(corpus.iterdir()) == []


# Things that are no files


def test_devices_and_sockets_are_not_opened(corpus: Path, engine: bot.Engine) -> None:
    (corpus / "good.txt").write_text(GOOD)
    (corpus / "zero.txt").symlink_to("/dev/zero")
    expected = {"corpus/zero.txt": "a link that leads out of the corpus. Copy the file instead"}
    regular = "not a regular file. Replace it by a copy of its content"
    try:
        os.mknod(corpus / "random.txt", stat.S_IFCHR | 0o666, os.makedev(1, 9))
        expected["corpus/random.txt"] = regular
    except OSError:
        pass  # only root may
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(corpus)  # the address of a socket is short
        try:
            listening.bind("socket.txt")
        finally:
            os.chdir(here)
        expected["corpus/socket.txt"] = regular
        began = time.monotonic()
        assert reason(engine, "zero.txt") == expected["corpus/zero.txt"]
        assert time.monotonic() - began < 10
    assert {file.path: file.reason for file in engine.status().skipped} == expected


# Text

UMLAUTS = "Größe, Maß und Gewöhnung überprüfen.\n".encode()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("nul.txt", b"Lead shields\0 rays.", "binary, not text"),
        ("nul.md", b"# Lead\n\nLead\0 shields rays.", "binary, not text"),
        ("nul.html", b"<p>Lead\0 shields rays.</p>", "binary, not text"),
        ("nul.csv", b"Ore,Price\nlead\0,2\n", "binary, not text"),
        ("nul.json", b'{"lead": "\0"}', "binary, not text"),
        (
            "mixed.txt",
            UMLAUTS * 3 + "Gemälde\n".encode("cp1252"),
            "damaged UTF-8 at byte 132, line 4",
        ),
        ("mixed.md", UMLAUTS * 3 + b"\xff\xfeG\0r\0", "binary, not text"),
    ],
)
def test_text_that_is_none_is_skipped(
    beside: Callable[[str, bytes], str | None], name: str, data: bytes, why: str
) -> None:
    found = beside(name, data) or ""
    assert found.startswith(why)
    assert found.endswith((" Save the file again as UTF-8.", " or remove it."))


def test_surrogates_in_json_do_not_stop_answers(
    beside: Callable[[str, bytes], str | None],
    engine: bot.Engine,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (
        beside("a.json", rb'{"title": "\ud800 Lead", "lead": "Lead \udfff shields rays."}') is None
    )

    answer = engine.ask("lead", k=5)
    show_answer(answer)
    for text in (
        capsys.readouterr().out,
        json_line(answer_json(answer)),
        answer_html(answer, ENGLISH),
    ):
        assert "Lead" in text.encode().decode()


def test_a_gigabyte_is_refused_by_its_size(corpus: Path, engine: bot.Engine) -> None:
    with (corpus / "huge.txt").open("wb") as stream:
        stream.truncate(1_000_000_000)
    (corpus / "good.txt").write_text(GOOD)
    began = time.monotonic()
    assert reason(engine, "huge.txt") == "larger than 64 MB. Split it, or raise max_file_megabytes"
    assert time.monotonic() - began < 10


def test_a_line_of_twenty_megabytes_is_read_within_its_bounds() -> None:
    reader = BoundedReader(memory_bytes=1024**3)
    try:
        document = reader.read(b"lead " * 4_000_000, ".txt")
    finally:
        reader.close()
    assert (len(document.text), len(document.blocks)) == (20_000_000, 1)


def test_a_line_without_blanks_is_cut_and_answered_from(
    beside: Callable[[str, bytes], str | None], engine: bot.Engine
) -> None:
    assert beside("line.txt", b"lead" + b"x" * 1_000_000) is None
    passages = {summary.info.path: summary.passages for summary in engine.sources()}
    assert passages["corpus/line.txt"] > 200


def test_a_page_with_more_text_in_one_element_than_is_parsed_is_no_empty_one(
    beside: Callable[[str, bytes], str | None],
) -> None:
    assert beside("line.html", b"<p>" + b"lead " * 2_200_000 + b"</p><p>Lead shields.</p>") == (
        "holds more text in one element than a web page has. Split it, or convert it to text."
    )


HOSTILE_PAGE = (
    b"<!DOCTYPE html><title>Lead <script>alert(1)</script></title><article><h1>Lead</h1>"
    b"<script>document.title = 'owned'</script><p onclick='alert(1)'>Lead shields rays, says "
    b"&lt;script&gt;alert(1)&lt;/script&gt; and &lt;img src=x onerror=alert(1)&gt; too.</p>"
    b"<a href='javascript:alert(1)'>Lead more</a></article>"
)
HOSTILE_MARKDOWN = (
    b"# Lead <script>alert(1)</script>\n\n<script>document.title = 'owned'</script>\n\n"
    b"Lead shields rays, says `<script>alert(1)</script>` and \\<img src=x onerror=alert(1)\\> and "
    b"[more](javascript:alert(1)).\n"
)


@pytest.mark.parametrize(("name", "data"), [("a.html", HOSTILE_PAGE), ("a.md", HOSTILE_MARKDOWN)])
def test_script_in_a_page_is_text_in_an_answer(
    beside: Callable[[str, bytes], str | None], engine: bot.Engine, name: str, data: bytes
) -> None:
    assert beside(name, data) is None

    quotes = engine.ask("lead shields", k=5).quotes
    assert any("<script>alert(1)</script>" in quote.text for quote in quotes)
    assert "owned" not in text_of(engine, name)
    html = answer_html(engine.ask("lead shields", k=5), ENGLISH)
    assert not re.search(r"<(?:script|img)|javascript:|onerror=|onclick=", html)


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
XLSX_STRINGS = "xl/sharedStrings.xml"


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
