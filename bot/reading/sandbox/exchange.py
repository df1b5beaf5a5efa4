"""The protocol between the reading process and its caller.

Both send frames: an eight-byte length, then that many bytes. Documents travel as JSON, so that a
compromised parser cannot send code.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import IO

from ...types import Block, BlockKind, Document, Mark, Metadata

READY = b"ready"
"""The first frame from the reading process, sent once its limits are set."""

PAGE = b"page"
"""The frame before the progress of OCR: pages done and pages in total."""

_LENGTH = struct.Struct(">Q")


def send(stream: IO[bytes], *frames: bytes) -> None:
    """Writes frames; raises OSError if the other side has closed the stream."""
    for frame in frames:
        stream.write(_LENGTH.pack(len(frame)))
        stream.write(frame)
    stream.flush()


def receive(stream: IO[bytes], longest: int | None = None) -> bytes:
    """Returns the next frame; raises EOFError if it is missing, incomplete or too long."""
    head = stream.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    if longest is not None and length > longest:
        raise EOFError
    frame = stream.read(length)
    if len(head) < _LENGTH.size or len(frame) < length:
        raise EOFError
    return frame


def to_json(document: Document) -> bytes:
    """Returns a document as JSON."""
    return json.dumps(
        {
            "text": document.text,
            "metadata": asdict(document.metadata),
            "blocks": [
                (block.start, block.end, block.kind.value, block.level, block.skipped)
                for block in document.blocks
            ],
            "marks": [(mark.start, mark.name, mark.divides) for mark in document.marks],
            "first_line": document.first_line,
            "notes": document.notes,
        }
    ).encode()


def from_json(content: bytes) -> Document:
    """Returns the document encoded by `to_json`."""
    fields = json.loads(content)
    return Document(
        text=fields["text"],
        metadata=Metadata(**fields["metadata"]),
        blocks=tuple(
            Block(start, end, BlockKind(kind), level, skipped)
            for start, end, kind, level, skipped in fields["blocks"]
        ),
        marks=tuple(Mark(*mark) for mark in fields["marks"]),
        first_line=fields["first_line"],
        notes=tuple(fields["notes"]),
    )
