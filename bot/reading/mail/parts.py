"""The parts of a mail: its words, in the most informative form, and its attachments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from pathlib import PurePosixPath
from typing import cast

from ..common.characters import storable
from ..common.metadata import clean

_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/vtt": ".vtt",
    "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}
"""File extensions by media type, for a part whose name shows no format."""


@dataclass(frozen=True, slots=True)
class Words:
    """A part with the mail's own words, still encoded; `page` is the same text in HTML."""

    source: bytes
    charset: str | None
    is_page: bool
    is_flowed: bool = False
    deletes_blank: bool = False
    page: Words | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file or mail: its name, extension and kind."""

    name: str
    suffix: str
    is_picture: bool
    part: EmailMessage

    @property
    def mail(self) -> EmailMessage | None:
        """The attached mail, or None if this is a file."""
        return _mail_in(self.part)

    @property
    def source(self) -> bytes:
        """The bytes of the file."""
        payload = self.part.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""


def parts_of(part: EmailMessage) -> Iterator[Words | Attachment]:
    """Yields the parts in order; alternatives become one text with its HTML page.

    The parser limits the nesting, so the recursion here is limited too.
    """
    if part.get_content_maintype() == "multipart":
        children = [cast(EmailMessage, child) for child in part.iter_parts()]
        within = [each for child in children for each in parts_of(child)]
        if part.get_content_type() == "multipart/alternative":
            yield from _alternatives(within)
        else:
            yield from within
        return
    name = part.get_filename()
    kind = part.get_content_type()
    is_page = kind == "text/html"
    is_attachment = part.get_content_disposition() == "attachment"
    if is_attachment or name or not (is_page or kind == "text/plain"):
        yield _attachment(part, name, kind)
        return
    source = part.get_payload(decode=True)
    assert isinstance(source, bytes)
    flow = str(part.get_param("format") or "").lower() == "flowed"
    deletes = str(part.get_param("delsp") or "").lower() == "yes"
    yield Words(source, part.get_content_charset(), is_page, flow and not is_page, deletes)


def _alternatives(within: list[Words | Attachment]) -> Iterator[Words | Attachment]:
    texts = [each for each in within if isinstance(each, Words) and not each.is_page]
    pages = [each for each in within if isinstance(each, Words) and each.is_page]
    if len(texts) != 1 or len(pages) != 1:
        yield from within
        return
    text, page = texts[0], pages[0]
    both = Words(text.source, text.charset, False, text.is_flowed, text.deletes_blank, page)
    yield both
    yield from (each for each in within if each not in (text, page))


def _attachment(part: EmailMessage, name: str | None, kind: str) -> Attachment:
    shown = unencoded(name or "")
    if not shown and kind == "message/rfc822":
        inner = _mail_in(part)
        subject = inner["Subject"] if inner else None
        shown = clean(storable(str(subject))) if subject else None
    suffix = PurePosixPath(shown or "").suffix.lower() if name else ""
    if kind == "message/rfc822":
        suffix = ".eml"
    elif not suffix or suffix == ".dat":
        suffix = _SUFFIXES.get(kind, suffix)
    return Attachment(shown or clean(storable(kind)) or "", suffix, kind.startswith("image/"), part)


def _mail_in(part: EmailMessage) -> EmailMessage | None:
    payload = cast(object, part.get_payload())
    is_mail = part.get_content_type() == "message/rfc822" and isinstance(payload, list)
    return cast(list[EmailMessage], payload)[0] if is_mail and payload else None


def unencoded(name: str) -> str | None:
    """Decodes the name of a file, which many programs encode like a subject."""
    return clean(storable(str(HeaderRegistry()("Subject", " ".join(name.split())))))
