"""Guesses the encoding of a text that does not state one.

charset-normalizer distinguishes scripts. To choose among the many Latin encodings, check the
non-ASCII characters within words: they should be letters of one language in a plausible case, not
symbols.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_SCRIPTS = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "cp866", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp874"),
)
"""Encodings that are still in use; guessing rarer ones would only cause mistakes."""

_LATIN = (
    *("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257", "cp850", "cp852", "mac_roman"),
    *("mac_latin2", "mac_turkish", "cp857", "cp775"),
)
"""The most common first, which is preferred when two give the same text."""

_ALPHABETS = tuple(
    map(
        frozenset,
        "äöüß àâæçéèêëîïôœùûü áéíóúñü áâãàçéêíóôõú àèéìíòóùú éëïöèáó åäöé æøåé áðéíóúýþæö äöüõšž"
        " āčēģīķļņšūž ąčęėįšųūž ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű ăâîșț ăâîşţ"
        " čćđšž ëç çğıöşü àçèéíïòóúü".split(),
    )
)
_AT_BORDERS = frozenset("«»“”‘’„‚–—…¿¡§°€£©®™·•ªº²³½¼¾×±µ\xa0")
_OPENING = frozenset("‚„¿¡")
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([BJI]|\$\([D@B])")
_KOREAN = b"\x1b$)C"
_SAMPLE = 20_000
_HIGH = re.compile(rb"[^\n]{0,200}[\x80-\xff][^\n]{0,200}")
_CLOSE = 0.15
_FEW_ZEROS = 0.2
_COMMON = 8
_LEAST_FIT = 0.75
_MIXED_SHARE = 0.2


_NAMES = ("cp437", "cp850", "cp852", "cp1252", "cp866", "cp1251", "cp949", "gbk", "cp932", "big5")
"""Encodings of names in archives; of two that fit equally, the first is taken."""

_CYRILLIC = frozenset({"cp866", "cp1251"})
_COMMON_LEADS = {
    "gbk": (0xB0, 0xD7),
    "cp932": (0x81, 0x97),
    "big5": (0xA4, 0xC6),
    "cp949": (0xB0, 0xC8),
}
"""The range of first bytes of common characters, by encoding."""


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding, and the rival that fits nearly as well but reads differently, if any."""

    encoding: str
    rival: str | None = None


def by_escapes(data: bytes) -> str | None:
    """Returns the 7-bit encoding of a text that switches alphabets with escape sequences."""
    if _KOREAN in data:
        return "iso2022_kr"
    return "iso2022_jp_ext" if _JAPANESE.search(data) else None


def guess(data: bytes) -> Guess | None:
    """Returns the most likely legacy encoding of a text, or None if none fits."""
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=list(_SCRIPTS)).best()
    if best is not None and best.encoding not in _LATIN and not _mixes_scripts(str(best)):
        return Guess(str(best.encoding))
    latin = _latin(data)
    return latin or (Guess(str(best.encoding)) if best is not None else None)


def unmarked_utf16(data: bytes) -> str | None:
    """Recognises UTF-16 without a byte order mark by its zero bytes; other text has none."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or b"\0" not in sample:
        return None
    if sample.replace(b"\0", b"").isascii() and sample.count(b"\0") < _FEW_ZEROS * len(sample):
        return None  # decoding it would merge every two letters into a Chinese character
    shares = {}
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = sample[: len(sample) // 2 * 2].decode(name, "ignore")
            data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" in text or not text:
            continue
        common = sum(sign < "\u0180" or sign in "\u3000\u3001\u3002\uff0c" for sign in text)
        known = sum(_is_text(sign) for sign in text)
        if known == len(text) and any(map(str.isspace, text) if len(text) > 40 else [True]):
            shares[name] = common / len(text)
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best and shares[best] > 0 else None


def name_encoding(names: Sequence[bytes]) -> str:
    """Returns the encoding of the names in an archive that does not state it; usually cp437."""
    raw = b"\n".join(names)[:_SAMPLE]
    fits = [(_named(raw, name), -at, name) for at, name in enumerate(_NAMES)]
    return max(fits)[2]


def _named(raw: bytes, encoding: str) -> float:
    """Scores how well names read in an encoding: from -5 (symbols instead of letters) to 1."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return -10.0
    foreign = [sign for sign in text if sign > "\x7f"]
    mixed = -3.0 if _mixes_scripts(text) else 0.0
    if encoding in _COMMON_LEADS:
        first, last = _COMMON_LEADS[encoding]
        codes = [sign.encode(encoding) for sign in foreign]
        common = sum(len(code) > 1 and first <= code[0] <= last for code in codes)
        narrow = sum(len(code) == 1 for code in codes)
        return 2 * (common - 2.0 * narrow) / max(1, len(codes)) + mixed
    if encoding in _CYRILLIC:
        marks = [_mark(text, at) for at, sign in enumerate(text) if sign > "\x7f"]
        covered = sum("\u0400" <= sign < "\u0460" for sign in foreign)
        return (sum(marks) + covered) / max(1, len(foreign)) + mixed
    return _fit(text)


def _is_text(sign: str) -> bool:
    return sign in "\t\n\r\f" or unicodedata.category(sign) not in ("Cc", "Cn", "Co", "Cs")


def _mixes_scripts(text: str) -> bool:
    """True if words mix scripts, which happens in no language."""
    words = re.findall(r"[^\W\d_]{2,}", text[:_SAMPLE])
    foreign = [word for word in words if not word.isascii()]
    mixed = sum(any(map(str.isascii, word)) for word in foreign)
    return mixed > _MIXED_SHARE * max(1, len(foreign))


def _latin(data: bytes) -> Guess | None:
    sample = b"\n".join(match.group() for match in _HIGH.finditer(data[: 50 * _SAMPLE]))[:_SAMPLE]
    if not sample:
        return None
    fits: dict[str, tuple[float, str]] = {}
    for name in _LATIN:
        try:
            text = sample.decode(name)
            data.decode(name)
        except UnicodeDecodeError:
            continue
        fits[name] = (_fit(text), text)
    if not fits:
        return None
    best = max(fits, key=lambda name: fits[name][0])
    score, text = fits[best]
    near = (
        name
        for name in _LATIN[:_COMMON]
        if name in fits and fits[name][1] != text and score - fits[name][0] < _CLOSE
    )
    return Guess(best, next(near, None)) if score > _LEAST_FIT else None


def _fit(text: str) -> float:
    """Scores from -5 to 2 how well the letters fit within words and one language's alphabet."""
    marks = [_mark(text, at) for at, sign in enumerate(text) if sign > "\x7f"]
    letters = Counter(sign for sign in text.lower() if sign > "\x7f" and sign.isalpha())
    total = letters.total()
    covered = max(sum(letters[sign] for sign in alphabet) for alphabet in _ALPHABETS)
    return sum(marks) / max(1, len(marks)) + (covered / total if total else 0.0)


def _mark(text: str, at: int) -> float:
    sign, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if sign.isalpha():
        is_odd = sign.isupper() and before.isalpha() and (before.islower() or after.islower())
        return -1.5 if is_odd or (sign in "ªº" and after.isalpha()) else 1.0
    if sign in _OPENING and before.isalpha():
        return -1.5
    if sign in _AT_BORDERS:
        is_within = before.isalpha() and after.isalpha() and sign not in "’·–—"
        return -1.5 if is_within else 1.0
    return -5.0 if unicodedata.category(sign).startswith("C") else -2.0
