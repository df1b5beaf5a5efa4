"""Rich text (.rtf): its words, with the paragraphs and headings that plain text would have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import ReadError
from ..types import Document, Metadata
from .characters import storable
from .headings import mark_headings
from .metadata import clean, iso_date, telling_title
from .parsing import parsing
from .plain_text import best_title, split_blocks
from .questions import mark_questions

_LARGEST = 8 * 1024 * 1024
"""Characters without pictures; striprtf takes a second for every million."""

_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
_CODE_PAGES = re.compile(r"\\ansicpg\d*")
_STATED_WITHIN = 4096
"""Bytes from the start of a file within which it must state its code page."""

_PICTURE = re.compile(rb"[0-9a-fA-F\r\n]{400,}")
"""Prose has blanks, and line ends in the file mean nothing: this long it is a picture."""

_FIELD = re.compile(r"(?<=\\field)(?=\{)", re.IGNORECASE)
_FONT = re.compile(r"\\f(?=\d)")
_FONT_NUMBER = re.compile(r"\d{1,9}")
_CHARACTER_SET = re.compile(r"\\fcharset(\d{1,3})(?!\d)")
_CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read_rtf(data: bytes) -> Document:
    """The document in an .rtf file; pictures, notes, headers and footers are left out.

    Raises ReadError for a file that is damaged, or too large without its pictures.
    """
    with parsing("rich text (.rtf)"):
        if not data.lstrip().startswith(b"{\\rtf"):
            raise ReadError("no rich text. Give the file the suffix of its format, or remove it.")
        lean = _PICTURE.sub(b"", data)
        if len(lean) > _LARGEST:
            raise ReadError(
                f"{len(lean) / 1024**2:.0f} MB of rich text, more than is reasonable. "
                "Split it, or save it as Word (.docx)."
            )
        code_page = _code_page(lean)
        source = _tamed(lean.decode(code_page, errors="replace"))
        text = _words(source, code_page)
        metadata = _metadata(source, code_page)
    blocks, is_wrapped = split_blocks(text)
    blocks = mark_questions(text, mark_headings(text, blocks, is_wrapped))
    title = metadata.title or clean(best_title(text, blocks))
    return Document(text, Metadata(title, author=metadata.author, date=metadata.date), blocks)


def _code_page(data: bytes) -> str:
    """The name of the code page that a file states, the commonest one where it is unknown."""
    stated = _CODE_PAGE.search(data[:_STATED_WITHIN].decode("latin-1"))
    name = f"cp{stated.group(1)}" if stated else "cp1252"
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _words(source: str, code_page: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return storable(rtf_to_text(source, encoding=code_page, errors="replace"))


def _tamed(source: str) -> str:
    """`source` without what would keep striprtf's expressions busy for hours.

    Line ends in the file mean nothing: with one after every field's name, none is taken for a link
    and all are read as they show. Fonts are listed by number and character set alone, which is all
    that is asked of them. The code page is known already.
    """
    from striprtf.striprtf import font_table_group

    fonts = font_table_group(source)
    if fonts:
        source = source.replace(fonts, "{\\fonttbl" + "".join(_fonts(fonts)) + "}", 1)
    return _FIELD.sub("\n", _CODE_PAGES.sub("", source))


def _fonts(table: str) -> Iterator[str]:
    for font in _FONT.split(table)[1:]:
        number, character_set = _FONT_NUMBER.match(font), _CHARACTER_SET.search(font)
        if number and character_set:
            yield f"{{\\f{number.group()}\\fcharset{character_set.group(1)} x;}}\n"


def _metadata(source: str, code_page: str) -> Metadata:
    created = _CREATED.search(source)
    return Metadata(
        title=telling_title(_property(source, "title", code_page)),
        author=_property(source, "author", code_page),
        date=iso_date("-".join(created.groups())) if created else None,
    )


def _property(source: str, name: str, code_page: str) -> str | None:
    """What a file says about itself under a name."""
    found = re.search(rf"\{{\\{name}\b([^{{}}]{{1,500}})\}}", source)
    return clean(_words("{" + found.group(1) + "}", code_page)) if found else None
