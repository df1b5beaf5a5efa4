"""Normalises the metadata of documents."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from ...types import Metadata

_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:$|[T\s])")
_WRITTEN_DATES = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%d.%m.%Y", "%Y/%m/%d")
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")
_EMPTY_TITLE = re.compile(
    r"untitled.*|unbenannt.*|sans titre.*|(?:microsoft (?:word|powerpoint|excel)\b.*)"
    r"|(?:document|slide|presentation|powerpoint presentation|word document)\s*\d*"
    r"|\W*(?:unspecified|anonymous|none|null|no title|title|header|footer|new page)\W*"
    r"|(?:page|seite|sheet|blatt|tabelle)\s*\d+(?:\s*(?:of|von)\s*\d+)?"
    r"|[^\s]+\.(?:docx?|pdf|tex|dvi|rtf|odt|indd|pptx?|xlsx?|qxd|html?|txt|md)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"[(\[<]?(?:anonymous|unspecified|unknown|author|admin|administrator|user|none|null"
    r"|python-docx)[)\]>]?|\W*",
    re.IGNORECASE,
)
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{1,6}\)(https?://\S{1,2000}) -->")
_TOP = 4_000
_LONGEST_TITLE = 300
_TEMPLATES = ("2013-12-23 23:15:00", "2013-01-27 09:1")
_FIRST_FILES = "1985"
_TEMPLATE_AUTHORS = ("python-docx", "Steve Canny")
_LANGUAGE = re.compile(r"([a-zA-Z]{2})(?:[-_][\w-]+)?")


def clean(value: object) -> str | None:
    """Returns `value` as one trimmed line of text; None if nothing is left."""
    return " ".join(str(value).split()) or None if value is not None else None


def iso_date(value: str | None) -> str | None:
    """Returns a date as YYYY-MM-DD if it is unambiguous, otherwise as written."""
    text = clean(value)
    if text is None:
        return None
    if match := _ISO_DATE.match(text):
        try:
            return date(*map(int, match.groups())).isoformat()
        except ValueError:
            return text
    for pattern in _WRITTEN_DATES:
        try:
            return datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    return text


def pdf_date(value: str | None) -> str | None:
    """Returns the day of a PDF date, such as "D:20240208101500Z", as YYYY-MM-DD."""
    match = _PDF_DATE.match(value or "")
    return iso_date("-".join(match.groups())) if match else None


def file_date(created: str | None, modified: str | None) -> tuple[str | None, str | None]:
    """Returns the day on which a file was made, and the property that states it.

    A day before such files existed is ignored: it is the start of a program's clock.
    """
    for day, name in ((created, "created"), (modified, "modified")):
        if day and day >= _FIRST_FILES:
            return day, f"document properties: {name}"
    return None, None


def telling_title(value: str | None) -> str | None:
    """Returns the title in a document's properties, unless it looks like a program's default."""
    title = clean(value)
    is_telling = title is not None and len(title) <= _LONGEST_TITLE
    return title if is_telling and not _EMPTY_TITLE.fullmatch(title or "") else None


def telling_author(value: str | None) -> str | None:
    """Returns the author in a document's properties, unless it looks like a program's default."""
    author = clean(value)
    return None if author is None or _NO_AUTHOR.fullmatch(author) else author


def language_code(value: str | None) -> str | None:
    """Returns the two-letter code of a language tag such as "en-GB"; None for anything else."""
    match = _LANGUAGE.fullmatch((value or "").strip())
    return match.group(1).lower() if match else None


def office_metadata(properties: Any) -> Metadata:
    """Returns the core properties of a Word or PowerPoint file, as its library gives them.

    Values from the library's empty template are ignored.
    """
    author = clean(properties.author)
    days = (_day_of(properties.created), _day_of(properties.modified))
    date, date_from = file_date(*days)
    return Metadata(
        title=telling_title(properties.title),
        author=author if author not in _TEMPLATE_AUTHORS else None,
        date=date,
        language=language_code(properties.language),
        date_from=date_from,
    )


def _day_of(value: datetime | None) -> str | None:
    return value.date().isoformat() if value and not str(value).startswith(_TEMPLATES) else None


def saved_from(source: str) -> str | None:
    """Returns the address that browsers write in a comment near the top of a saved page."""
    match = _SAVED_FROM.search(source, 0, _TOP)
    return match[1] if match else None
