"""ZIP and TAR archives for tests, sound and damaged, and what indexing says of them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

import bot
from bot.corpus.archives import Archive
from bot.errors import ReadError

LIMIT = 1_000_000

DAMAGED = "Pack it anew, or copy it here again"


def zipped(files: Mapping[str, bytes | str], method: int = ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def entry(name: str, content: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def tarred(*entries: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def put(corpus: Path, name: str, data: bytes) -> None:
    (corpus / name).parent.mkdir(parents=True, exist_ok=True)
    (corpus / name).write_bytes(data)


def texts(engine: bot.Engine) -> dict[str, str]:
    return {
        summary.info.path: engine.source(summary.info.id).text.strip()
        for summary in engine.sources()
    }


TAR = tarred(entry("./a.txt", b"Zinc coats steel."), entry("sub/b.md", b"# Lead\n\nLead is soft."))


def reason(data: bytes, suffix: str, limit: int = LIMIT) -> str:
    """Why an archive is refused as a whole, read or only listed."""
    with pytest.raises(ReadError) as read:
        Archive(suffix, data, limit).fingerprints()
    with pytest.raises(ReadError) as listed:
        Archive(suffix, data, limit).listing()
    assert str(read.value) == str(listed.value)
    return str(read.value)
