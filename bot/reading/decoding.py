"""From bytes to text: the encoding is read where it is stated, checked, and guessed last."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ..errors import ReadError

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
_LATIN_1 = re.compile(r"iso[-_]?8859[-_]1|latin[-_]?1|(us[-_])?ascii", re.IGNORECASE)
_LEGACY = re.compile(
    r"iso[-_]?8859|iso[-_]2022|windows|cp\d|koi8|gb|big5|euc|shift|sjis|hz|mac|tis", re.IGNORECASE
)

_GUESSES = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "cp866", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp874"),
)
"""What texts are still found in; rarer encodings would only be mistaken for these."""

_COMMONEST = "cp1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, its newlines all line feeds, and remarks on how it was decoded."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of `data`, whose own format may have `declared` an encoding.

    A byte order mark wins, then UTF-8 by its looks, then the declaration, then a guess, which
    is noted. Raises ReadError for an empty file, binary data and damaged Unicode.
    """
    decoded = _decode(data, declared)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise empty()
    if "\0" in text:
        raise _binary()
    return Decoded(text, decoded.notes)


def _decode(data: bytes, declared: str | None) -> Decoded:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return Decoded(_decode_unicode(data[len(mark) :], encoding, len(mark)))
    if _is_binary(data):
        raise _binary()
    is_utf8 = _looks_like_utf8(data)
    if declared and (data.isascii() or not is_utf8):
        text = _decode_declared(data, declared)
        if text is not None:
            return Decoded(text)
    return Decoded(_decode_unicode(data, "utf-8")) if is_utf8 else _guess(data)


def _is_binary(data: bytes) -> bool:
    if b"\0" in data:
        return True
    return len(_CONTROL_BYTE.findall(data)) > _CONTROL_SHARE_OF_BINARY * len(data)


def _looks_like_utf8(data: bytes) -> bool:
    """True for UTF-8 even when damaged: intact characters outnumber stray bytes well.

    Other encodings hold such sequences by chance, GB 2312 in every eighth character.
    """
    intact = len(_MULTI_BYTE_UTF8.findall(data))
    stray = len(_HIGH_BYTE.findall(_MULTI_BYTE_UTF8.sub(b"", data)))
    return stray == 0 or intact > 2 * stray


def _decode_unicode(data: bytes, encoding: str, offset: int = 0) -> str:
    """The text of `data`, which begins at byte `offset` of the file."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, errors="ignore").count("\n") + 1
        name = encoding.removesuffix("-le").removesuffix("-be").upper()
        raise ReadError(
            f"damaged {name} at byte {offset + error.start}, line {line}. "
            "Save the file again as UTF-8."
        ) from None


def _decode_declared(data: bytes, declared: str) -> str | None:
    """None where the declaration is false or names no legacy encoding."""
    if _LATIN_1.fullmatch(declared):
        declared = "cp1252"  # as every browser takes it
    elif not _LEGACY.match(declared):
        return None
    try:
        return data.decode(declared)
    except (UnicodeDecodeError, LookupError):
        return None


def _guess(data: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    matches = from_bytes(data, cp_isolation=list(_GUESSES))
    best = matches.best()
    if best is None:
        raise ReadError("its encoding cannot be recognised. Save the file again as UTF-8.")
    # Accents alone do not tell Western from Central European: of equals the commonest is taken.
    for match in matches:
        is_as_good = match.chaos <= best.chaos and match.coherence >= best.coherence
        if is_as_good and _COMMONEST in match.could_be_from_charset:
            return Decoded(str(match), (f"read as {_COMMONEST}",))
    return Decoded(str(best), (f"read as {best.encoding}",))


def empty() -> ReadError:
    """The error for a file without a word."""
    return ReadError("empty: there is no text in it. Remove the file or save it again.")


def _binary() -> ReadError:
    return ReadError("binary, not text. Give the file the suffix of its format, or remove it.")
