"""What the process that reads files and the one that asks it to say to each other.

Both send frames: eight bytes that give a length, then so many bytes. Documents travel as JSON, for
a parser that was taken over must not be able to send code.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import IO

from ...types import Block, BlockKind, Document, Mark, Metadata

READY = b"ready"
"""What the process that reads sends first, once its bounds are set."""

PAGE = b"page"
"""What goes before the numbers of pages that OCR has read, and is to read, of one file."""

_LENGTH = struct.Struct(">Q")


def send(stream: IO[bytes], *frames: bytes) -> None:
    """Writes frames; raises OSError when nobody reads them any more."""
    for frame in frames:
        stream.write(_LENGTH.pack(len(frame)))
        stream.write(frame)
    stream.flush()


def receive(stream: IO[bytes], longest: int | None = None) -> bytes:
    """The next frame; raises EOFError when there is none, not all of it, or one too long."""
    head = stream.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    if longest is not None and length > longest:
        raise EOFError
    frame = stream.read(length)
    if len(head) < _LENGTH.size or len(frame) < length:
        raise EOFError
    return frame


def to_json(document: Document) -> bytes:
    """A document as JSON."""
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
    """The document that was sent."""
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
