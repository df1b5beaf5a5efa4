"""What every document must be like, whatever it was read from."""

from __future__ import annotations

from bot.errors import ReadError
from bot.reading import read
from bot.types import Document


def assert_sound(document: Document) -> None:
    """Blocks lie in order within the text, are trimmed and cover all that can be seen."""
    text = document.text
    assert "\0" not in text
    assert "\r" not in text
    text.encode("utf-8")  # fails on a lone surrogate
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(text)
        assert not text[end : block.start].strip()
        slice_ = text[block.start : block.end]
        assert slice_ == slice_.strip()
        end = block.end
    assert not text[end:].strip()
    starts = [mark.start for mark in document.marks]
    assert starts == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)


def sound_or_refused(data: bytes, suffix: str) -> None:
    try:
        document = read(data, suffix)
    except ReadError:
        return
    assert_sound(document)
    whole = read(data, suffix, keep_boilerplate=True)
    assert whole.text == document.text
    assert not any(block.skipped for block in whole.blocks)
