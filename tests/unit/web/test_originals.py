"""The files of sources, as the page gets them: by id alone, and only as they were indexed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from login import NAME, PASSWORD, basic
from pdf_files import pdf
from starlette.testclient import TestClient
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import CorpusMissing, FileChanged, SourceGone, SourceUnknown
from bot.indexing import source_id
from bot.web import build_app
from bot.web.rendering.page_text import STATIC

ZINC = pdf([[(700, 11, "Zinc melts at 420 degrees, and boils at 907 degrees.")]])
LEAD = pdf([[(700, 11, "Lead melts at 327 degrees, says another table of the metals.")]])
COPPER = pdf([[(700, 11, "Copper melts at 1085 degrees, says the last table of the metals.")]])
GONE = "gone or has changed since it was indexed"


@pytest.fixture
def site(corpus: Path, tmp_path: Path, quick_disk: None) -> bot.Engine:
    """PDFs in a folder and in an archive, and a text."""
    (corpus / "zinc.pdf").write_bytes(ZINC)
    (corpus / "a folder").mkdir()
    (corpus / "a folder" / "läad \u201cx\u201d.pdf").write_bytes(LEAD)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner/copper.pdf", COPPER)
    (corpus / "box.zip").write_bytes(packed.getvalue())
    (corpus / "tin.txt").write_text("Tin melts at 232 degrees.\n")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    return engine


def ids(engine: bot.Engine) -> dict[str, str]:
    """The id of each source by the last part of its path."""
    return {Path(each.info.path).name: each.info.id for each in engine.sources()}


@pytest.fixture
def client(site: bot.Engine) -> Iterator[TestClient]:
    """The chat in front of it."""
    with TestClient(build_app(site), base_url="http://127.0.0.1:7860") as client:
        yield client


def file_of(source_id: str) -> str:
    return f"/pincite/sources/{source_id}/file"


def test_a_file_is_what_was_indexed(site: bot.Engine) -> None:
    known = ids(site)
    assert site.original(known["zinc.pdf"]) == ZINC
    assert site.original(known["läad \u201cx\u201d.pdf"]) == LEAD
    assert site.original(known["copper.pdf"]) == COPPER


def test_a_copy_elsewhere_will_do(site: bot.Engine, corpus: Path) -> None:
    (corpus / "copy.pdf").write_bytes(ZINC)
    site.sync()
    (corpus / "zinc.pdf").unlink()
    (found,) = {each.info.id for each in site.sources() if "zinc" in str(each.info)}
    assert site.original(found) == ZINC


def linked(file: Path, target: Path) -> None:
    file.unlink()
    file.symlink_to(target)


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(ZINC + b"\n"),
        lambda file: file.write_bytes(LEAD),
        lambda file: file.rename(file.with_name("moved.pdf")),
        lambda file: linked(file, Path("/etc/passwd")),
        lambda file: (file.unlink(), file.mkdir()),
        lambda file: (file.unlink(), file.parent.rename(file.parent.with_name("c2"))),
    ],
    ids=["removed", "longer", "another", "moved", "a link", "a folder", "no corpus"],
)
def test_what_is_not_as_it_was_is_refused(
    site: bot.Engine, corpus: Path, change: Callable[[Path], Any]
) -> None:
    found = ids(site)["zinc.pdf"]
    change(corpus / "zinc.pdf")
    with pytest.raises((FileChanged, CorpusMissing)) as refused:
        site.original(found)
    assert GONE in str(refused.value) or "does not exist" in str(refused.value)


def test_a_link_to_the_same_bytes_outside_is_refused(
    site: bot.Engine, corpus: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(ZINC)
    linked(corpus / "zinc.pdf", outside)
    with pytest.raises(FileChanged):
        site.original(ids(site)["zinc.pdf"])


def test_an_archive_that_changed_is_refused(site: bot.Engine, corpus: Path) -> None:
    found = ids(site)["copper.pdf"]
    with zipfile.ZipFile(corpus / "box.zip", "w") as archive:
        archive.writestr("inner/copper.pdf", LEAD)
    with pytest.raises(FileChanged, match=GONE):
        site.original(found)
    (corpus / "box.zip").write_bytes(b"PK no archive")
    with pytest.raises(FileChanged, match=GONE):
        site.original(found)


def test_a_scan_has_an_id_and_a_file(site: bot.Engine, corpus: Path, client: TestClient) -> None:
    scan = pdf([[], []])
    (corpus / "scan.pdf").write_bytes(scan)
    (corpus / "notes.xyz").write_bytes(b"of no format")
    site.sync()
    ((found, file),) = site.unread_pdfs().items()
    assert (file.path, file.source_id) == ("corpus/scan.pdf", None)
    assert site.original(found) == scan
    # Once it can be read, it is the source of that id.
    assert found == source_id(hashlib.sha256(scan).hexdigest(), ".pdf")

    listed = client.get("/pincite/sources").json()["skipped"]
    assert [(each["path"], each.get("id")) for each in listed] == [
        ("corpus/notes.xyz", None),
        ("corpus/scan.pdf", found),
    ]
    described = client.get(f"/pincite/sources/{found}").json()
    assert (described["title"], described["text"], described["format"]) == ("scan.pdf", "", "pdf")
    assert described["unread"] == listed[1]["reason"]
    reply = client.get(file_of(found))
    assert (reply.status_code, reply.content) == (200, scan)
    assert "filename*=UTF-8''scan.pdf" in reply.headers["content-disposition"]
    (corpus / "scan.pdf").write_bytes(ZINC)
    assert client.get(file_of(found)).status_code == 409


def test_a_source_that_is_unknown_or_gone(site: bot.Engine, corpus: Path) -> None:
    with pytest.raises(SourceUnknown):
        site.original("0" * 16)
    found = ids(site)["zinc.pdf"]
    (corpus / "zinc.pdf").unlink()
    site.live()
    site.sync()
    with pytest.raises(SourceGone):
        site.original(found)


def test_a_pdf_is_served_to_be_saved_and_never_run(client: TestClient, site: bot.Engine) -> None:
    reply = client.get(file_of(ids(site)["läad \u201cx\u201d.pdf"]))

    assert (reply.status_code, reply.content) == (200, LEAD)
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"] == (
        "attachment; filename=\"source.pdf\"; filename*=UTF-8''l%C3%A4ad%20%E2%80%9Cx%E2%80%9D.pdf"
    )
    assert reply.headers["content-security-policy"] == (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"


def test_nothing_else_is_served(client: TestClient, site: bot.Engine, corpus: Path) -> None:
    known = ids(site)
    text = client.get(file_of(known["tin.txt"]))
    assert (text.status_code, text.json()) == (422, {"error": "Only PDFs are shown as pages."})
    for name in ("..%2f..%2fetc%2fpasswd", "corpus%2fzinc.pdf", "zinc.pdf", "%00", "0" * 16):
        assert client.get(file_of(name)).status_code == 404, name
    (corpus / "zinc.pdf").write_bytes(LEAD)
    changed = client.get(file_of(known["zinc.pdf"]))
    assert changed.status_code == 409
    assert GONE in changed.json()["error"]
    german = client.get(file_of(known["zinc.pdf"]), headers={"Accept-Language": "de"})
    assert german.json()["error"].startswith("Die Datei dieser Quelle fehlt oder hat sich geändert")
    assert client.post(file_of(known["zinc.pdf"])).status_code == 404


def test_strangers_get_no_file(site: bot.Engine) -> None:
    app = build_app(site, auth=(NAME, PASSWORD), read_only=True)
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        found = ids(site)["zinc.pdf"]
        assert client.get(file_of(found)).status_code == 401
        assert client.get(file_of(found), headers=basic(NAME, PASSWORD)).content == ZINC


def test_what_draws_pages_is_as_it_was_published() -> None:
    folder = STATIC / "source" / "pdfjs"
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    stated = {name: sha256 for sha256, name in (line.split("  ", 1) for line in lines)}
    present = {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in ("SHA256SUMS", "README.md")
    }
    assert present == stated
    # What a PDF with no fonts, one in Chinese and one of a scanner need, and what says who may.
    assert {
        *("LICENSE", "pdf.min.mjs", "pdf.worker.min.mjs"),
        *("cmaps/LICENSE", "cmaps/UniGB-UCS2-H.bcmap"),
        *("standard_fonts/LICENSE_FOXIT", "standard_fonts/LICENSE_LIBERATION"),
        *("standard_fonts/LiberationSans-Regular.ttf", "standard_fonts/FoxitSymbol.pfb"),
        *("decoders/LICENSE_JBIG2", "decoders/jbig2_nowasm_fallback.js"),
        *("decoders/LICENSE_OPENJPEG", "decoders/openjpeg_nowasm_fallback.js"),
    } <= set(present)
    assert sum(file.stat().st_size for file in folder.rglob("*")) < 5_000_000
