"""Decodes bytes to text: uses the stated encoding if it holds, and guesses as a last resort."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from ...errors import ReadError
from .charsets import MULTI_BYTE, codecs_of
from .guessing import by_escapes, guess, unmarked_utf16

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTI_BYTE_UTF8 = re.compile(
    rb"[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF4][\x80-\xBF]{3}"
)
_HIGH_BYTE = re.compile(rb"[\x80-\xFF]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x06\x0E-\x1A\x1C-\x1F\x7F]")
_CONTROL_SHARE_OF_BINARY = 0.02
_NULL = b"\0"
_FEW_NULLS = 0.01
"""Largest share of zero bytes in a damaged text; a file with more is binary."""

_ENCODED_TWICE = re.compile("[\u00c2-\u00f4\u0402-\u045f\u0102-\u0170][\u0080-\u00bf\u0100-\u2122]")
"""The first two letters of UTF-8 text that was decoded as a single-byte encoding."""

_LONGEST_MENDED = 20_000
_FEW_LOST = 0.02
_FIRST_OF_THREE_BYTES = "\u0800"
_REPLACEMENT = "\ufffd"
_DAMAGED = f"damaged: what cannot be read in it is shown as {_REPLACEMENT}"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, with line feeds for all newlines, and remarks on its decoding."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decodes `data`; `declared` is the encoding that its own format states, if any.

    A byte order mark takes precedence, then data that looks like UTF-8, then the declaration, then
    a guess, which is noted. UTF-8 that was encoded twice is fixed, with a note. Raises ReadError
    for an empty file, binary data and damaged Unicode.
    """
    decoded = _decode(data, declared)
    text, notes = decoded.text.replace("\r\n", "\n").replace("\r", "\n"), decoded.notes
    if not text.strip():
        raise empty()
    if "\0" in text:
        raise _binary()
    text, mended = mend(text)
    if mended:
        notes = (*notes, f"encoded twice, and mended in {mended} lines")
    return Decoded(text, notes)


def _decode(data: bytes, declared: str | None) -> Decoded:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return Decoded(_decode_unicode(data[len(mark) :], encoding, len(mark)))
    notes: tuple[str, ...] = ()
    if _NULL in data:
        if unmarked := unmarked_utf16(data):
            return Decoded(data.decode(unmarked), (f"read as {unmarked.upper()}",))
        nulls = data.count(_NULL)
        if nulls > _FEW_NULLS * len(data):
            raise _binary()
        data = data.replace(_NULL, b"")
        notes = (f"damaged: {nulls} zero bytes were left out",)
    if _is_binary(data):
        raise _binary()
    decoded = _decode_text(data, declared)
    return replace(decoded, notes=(*notes, *decoded.notes))


def _decode_text(data: bytes, declared: str | None) -> Decoded:
    is_utf8 = _looks_like_utf8(data)
    if declared and (data.isascii() or not is_utf8 or _may_be_multi_byte(data, declared)):
        decoded = _decode_declared(data, declared)
        if decoded is not None:
            return decoded
    if data.isascii() and (encoding := by_escapes(data)):
        return Decoded(data.decode(encoding, "replace"), (f"read as {encoding}",))
    return Decoded(_decode_unicode(data, "utf-8")) if is_utf8 else _guess(data)


def _is_binary(data: bytes) -> bool:
    return len(_CONTROL_BYTE.findall(data)) > _CONTROL_SHARE_OF_BINARY * len(data)


def _looks_like_utf8(data: bytes) -> bool:
    """True for UTF-8, even damaged: intact characters clearly outnumber stray bytes.

    Other encodings contain such sequences by chance; in GB 2312, every eighth character does.
    """
    intact = len(_MULTI_BYTE_UTF8.findall(data))
    stray = len(_HIGH_BYTE.findall(_MULTI_BYTE_UTF8.sub(b"", data)))
    return stray == 0 or intact > 2 * stray


def _decode_unicode(data: bytes, encoding: str, offset: int = 0) -> str:
    """Decodes `data`, which starts at byte `offset` of the file."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, errors="ignore").count("\n") + 1
        name = encoding.removesuffix("-le").removesuffix("-be").upper()
        raise ReadError(
            f"damaged {name} at byte {offset + error.start}, line {line}. "
            "Save the file again as UTF-8."
        ) from None


def _may_be_multi_byte(data: bytes, declared: str) -> bool:
    """True if an East Asian encoding is declared and UTF-8 would give only unlikely two-byte
    letters.
    """
    if not MULTI_BYTE.intersection(codecs_of(declared)):
        return False
    try:
        return max(data.decode("utf-8")) < _FIRST_OF_THREE_BYTES
    except UnicodeDecodeError:
        return False


def _decode_declared(data: bytes, declared: str) -> Decoded | None:
    """Returns None if the declaration is wrong or does not name a legacy encoding."""
    names = codecs_of(declared)
    for name in names:
        try:
            return Decoded(data.decode(name))
        except UnicodeDecodeError:
            continue
    if not names or data.isascii():
        return None
    text = data.decode(names[0], "replace")
    is_damaged = text.count(_REPLACEMENT) <= _FEW_LOST * len(text)
    return Decoded(text, (_DAMAGED,)) if is_damaged else None


def _guess(data: bytes) -> Decoded:
    found = guess(data)
    if found is None:
        raise ReadError("its encoding cannot be recognised. Save the file again as UTF-8.")
    text = data.decode(found.encoding, "replace")
    rival = f"; {found.rival} fits nearly as well" if found.rival else ""
    return Decoded(text, (f"read as {found.encoding}{rival}",))


def mend(text: str) -> tuple[str, int]:
    """Fixes lines of UTF-8 that was decoded as something else; returns the text and their count."""
    if text.isascii() or not _ENCODED_TWICE.search(text):
        return text, 0
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    lines = text.split("\n")
    mended = 0
    for at, line in enumerate(lines):
        if len(line) <= _LONGEST_MENDED and not line.isascii() and is_bad(line):
            better = fix_encoding(line).replace("\n", " ")
            mended += better != line
            lines[at] = better
    return "\n".join(lines), mended


def empty() -> ReadError:
    """Returns the error for a file without text."""
    return ReadError("empty: there is no text in it. Remove the file or save it again.")


def _binary() -> ReadError:
    return ReadError("binary, not text. Give the file the suffix of its format, or remove it.")
