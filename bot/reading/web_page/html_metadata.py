"""Finds the title, authors and date of a web page in its metadata and text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ...types import Block, Metadata
from ..common.metadata import clean, iso_date, language_code, saved_from, telling_title
from ..common.parsing import Element
from ..common.prose import ends_sentence
from .html_data import PageData
from .looks import likeness

if TYPE_CHECKING:
    from trafilatura.settings import Document as Extract

_AUTHORS = ("author", "dc.creator", "dcterms.creator", "citation_author", "article:author")
_DATES = (
    *("article:published_time", "citation_publication_date", "citation_date"),
    *("citation_online_date", "dc.date", "dcterms.date", "dcterms.issued", "date", "pubdate"),
)
_CHANGES = ("article:modified_time", "og:updated_time", "dcterms.modified", "last-modified")
_NO_NAME = re.compile(
    r"https?:.*|www\..*|.*\b(?:generator|version|\d+\.\d+)\b.*|.*@.*|\W*"
    r"|(?:by|admin|administrator|unknown|anonymous|editor|staff|webmaster|guest|none|null"
    r"|author|autor|auteur|автор|作者|著者|記者|记者)\W*",
    re.IGNORECASE,
)
_PARTS = re.compile("[,、，]")
_CJK = re.compile("[\u3040-\u9fff\uac00-\ud7af]")
_SIGNED = re.compile(r"(?:作者|撰文|著者|文|記者|记者)\s{0,3}[：:]\s{0,3}(\S.{0,40})")
_LONGEST_NAMES = 300
_LONGEST_NAME = 80
_MOST_LINES = 2000
_MOST_AUTHORS = 6
"""More authors than this indicate a list of works by several people."""

_LONGEST_BYLINE = 120
_LONGEST_TITLE = 300
_MOST_WORDS = 8


def page_metadata(
    source: str,
    root: Element,
    text: str,
    blocks: Sequence[Block],
    extract: Extract | None,
    data: PageData,
) -> Metadata:
    """Returns the metadata of a page, from tags and linked data first, then from its text."""
    headings = (text[b.start : b.end] for b in blocks if b.level and not b.skipped)
    short = (text[b.start : b.end] for b in blocks if b.end - b.start <= _LONGEST_BYLINE)
    lines = [
        line
        for line in islice(short, _MOST_LINES)
        if not (ends_sentence(line) and line.count(" ") > 2)
    ]
    date, date_from = _date(root, extract, data)
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return Metadata(
        title=_title(root, extract) or telling_title(next(headings, None)),
        publisher=clean(extract.sitename) if extract else None,
        author=_author(root, extract, data, lines),
        date=date,
        url=(clean(extract.url) if extract else None) or saved_from(source),
        language=language_code(language),
        date_from=date_from,
    )


def date_note(root: Element, metadata: Metadata, data: PageData) -> Iterator[str]:
    """Yields a remark if a page was changed after it was published, since both are its date."""
    published, modified = iso_date(data.published), iso_date(data.modified)
    if published and modified and published != modified:
        yield f"dated by its last change, {modified}; it was published {published}"
    elif metadata.date and not modified:
        changed = (iso_date(value) for tag in _CHANGES for value in _tagged(root, tag))
        if (change := next(changed, None)) and change != metadata.date:
            yield f"dated {metadata.date}; its page says that it was changed {change}"


def _title(root: Element, extract: Extract | None) -> str | None:
    """Returns trafilatura's title if it is part of the page's own title, otherwise the latter.

    Without a title of the page's own, trafilatura's is used.
    """
    own = _short_title(root.findtext(".//title"))
    found = _short_title(extract.title) if extract else None
    is_borne_out = found and (own is None or likeness(found) in likeness(own))
    return found if is_borne_out else own


def _short_title(value: str | None) -> str | None:
    title = telling_title(value)
    return title if title and len(title) <= _LONGEST_TITLE else None


def _author(
    root: Element, extract: Extract | None, data: PageData, lines: Sequence[str]
) -> str | None:
    tagged = (names for tag in _AUTHORS if (names := list(_names(_tagged(root, tag)))))
    told = next(tagged, None) or list(_names(data.authors)) or list(_names(_marked(root)))
    if not told or all(name.islower() and " " not in name for name in told):
        found = (clean(extract.author) if extract else None) or ""
        signed = (_signed(name, lines) for name in _names(found.split(";")[:_MOST_AUTHORS]))
        told = list(filter(None, signed)) or told
    if not told:
        told = [match[1] for match in map(_SIGNED.fullmatch, lines) if match][:1]
    return "; ".join(dict.fromkeys(told))[:_LONGEST_NAMES] or None


def _names(values: Sequence[str]) -> Iterator[str]:
    """Yields the names in values of tags; a comma separates names of several words."""
    for value in values:
        parts = [" ".join(part.split()) for part in _PARTS.split(value)]
        is_list = len(parts) > 1 and all(" " in part or _CJK.match(part) for part in parts)
        for name in parts if is_list else [" ".join(value.split())]:
            if name and not _NO_NAME.fullmatch(name):
                yield name


def _marked(root: Element) -> list[str]:
    """Returns the authors marked in elements of the page, or none if there are too many."""
    found: list[str] = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        is_author = "author" in (element.get("rel"), element.get("itemprop"))
        if is_author and len(found) < _MOST_AUTHORS:
            text = " ".join((element.get("content") or element.text_content()).split())
            if 0 < len(text) <= _LONGEST_NAME and text not in found:
                found.append(text)
    return found if len(found) < _MOST_AUTHORS else []


def _signed(name: str, lines: Sequence[str]) -> str | None:
    """Returns the part of a name, at least two words, found in a short line such as a byline."""
    words = name.split()[:_MOST_WORDS]
    for last in range(len(words), min(1, len(words) - 1), -1):
        part = r"\s+(?:\([^()]{1,20}\)\s+)?".join(map(re.escape, words[:last]))
        if any(re.search(rf"(?<!\w){part}(?!\w)", line, re.IGNORECASE) for line in lines):
            return " ".join(words[:last])
    return None


def _date(root: Element, extract: Extract | None, data: PageData) -> tuple[str | None, str | None]:
    """Returns the date of a page, and where it is stated."""
    if data.modified or data.published:
        name = "dateModified" if data.modified else "datePublished"
        return iso_date(data.modified or data.published), f"page data (JSON-LD): {name}"
    tagged = {
        iso_date(value): tag for tag in reversed(_DATES) for value in reversed(_tagged(root, tag))
    }
    found = iso_date(clean(extract.date) if extract else None) or next(reversed(tagged), None)
    if found is None:
        return None, None
    return found, f"page metadata: {tagged[found]}" if found in tagged else "the text of the page"


def _tagged(root: Element, name: str) -> list[str]:
    """Returns the contents of the meta tags with a name, without long ones."""
    return [
        content
        for tag in root.iter("meta")
        if (tag.get("name") or tag.get("property") or "").lower() == name
        and (content := (tag.get("content") or "").strip())
        and len(content) <= _LONGEST_NAMES
    ]
