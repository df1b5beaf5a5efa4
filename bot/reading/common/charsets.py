"""Maps the encoding names of pages and mails to codecs, as browsers do."""

from __future__ import annotations

import codecs
import re

_WIDER = {
    "euc-kr": ("cp949",),
    "gbk": ("gb18030",),
    "gb18030": ("gb18030",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "big5": ("cp950", "big5hkscs"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2004"),
    "iso-8859-8-i": ("iso8859_8",),
    "x-mac-cyrillic": ("mac_cyrillic",),
    "macintosh": ("mac_roman",),
    "windows-874": ("cp874",),
}
"""Codecs for each name of the Encoding Standard; the first that decodes the text is used."""

_CODE_PAGE = re.compile(r"(?:cp|ibm|dos|ms|x-cp|x-ibm|csibm|oem)?[-_ ]?0*(\d{3,5})")
_MORE = re.compile(r"(?:cp|mac_|iso2022_|koi8_|hz|johab|ptcp)\w*")

MULTI_BYTE = frozenset(("cp949", "gb18030", "cp932", "cp950", "big5hkscs", "euc_jp", "johab"))


def codecs_of(label: str) -> tuple[str, ...]:
    """Returns the codecs for a declared encoding; none for Unicode or an unknown encoding.

    Tries the labels of the Encoding Standard, then code pages, then Python's own names.
    """
    from webencodings import lookup

    name = label.strip().strip("\"'").lower()
    standard = lookup(name) or lookup(name.replace("_", "-")) or lookup(name.replace("-", "_"))
    if standard is not None:
        if standard.name.startswith(("utf-", "x-user-defined", "replacement")):
            return ()
        return _WIDER.get(standard.name) or (codecs.lookup(standard.name).name,)
    if match := _CODE_PAGE.fullmatch(name):
        name = f"cp{match[1]}"
    try:
        found = codecs.lookup(name.removeprefix("x-").replace("mac-os-", "mac-")).name
    except (LookupError, ValueError):  # a name may contain a NUL character
        return ()
    return (found,) if _MORE.fullmatch(found.replace("-", "_")) else ()
