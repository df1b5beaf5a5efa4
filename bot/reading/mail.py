"""Mails (.eml): who wrote what to whom, with quoted mails and signatures marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import cast

from ..errors import ReadError
from ..types import Block, BlockKind, Document, Metadata
from .characters import storable
from .decoding import Decoded, decode
from .html_source import decode_page, parse_page
from .mail_quotes import split_mail, split_mail_page, without_borders
from .metadata import clean, iso_date
from .parsing import parsing
from .questions import mark_questions

_SHOWN = ("From", "To", "Date", "Subject")
_BETWEEN = "\n\n"
_LONGEST_HEADER = 5_000
"""Characters of a header that are read: the parser takes quadratic time for an absurd one."""

_FOLD = re.compile(r"[\r\n]+\s*")

_MOST_BORDERS = 50_000
"""Lines that may part the parts of a mail; more of them keep the parser busy for minutes."""

_MOST_CONTAINERS = 500
"""Parts that hold further parts; more of them are a trap for the parser."""


class _BoundedPolicy(EmailPolicy):
    """The usual policy, with headers cut to what a person would write, and read as UTF-8.

    Only those that are shown are parsed in full: for those of every part it would take too long.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The name and the source of a header."""
        name, value = super().header_source_parse(sourcelines)
        source = value[:_LONGEST_HEADER].encode("utf-8", "surrogateescape")
        return name, source.decode("utf-8", "replace")

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value of a header, as it reads where it is shown, else as it is written."""
        if name.title() in _SHOWN:
            return cast(str, super().header_fetch_parse(name, value))
        return _FOLD.sub(" ", value)


_POLICY = _BoundedPolicy()


def read_mail(data: bytes) -> Document:
    """The document in an .eml file: some of its headers, its words, the names of attachments.

    Raises ReadError for what is no mail or has an absurd number of parts.
    """
    if data.count(b"\n--") > _MOST_BORDERS or data.lower().count(b"multipart/") > _MOST_CONTAINERS:
        raise ReadError("more parts than a mail has. Save it as text and add that instead.")
    with parsing("mail (.eml)"):
        message = cast(EmailMessage, message_from_bytes(data, policy=_POLICY))
        headers = _headers(message)
        if not headers:
            raise ReadError("no mail: it has no header. Give the file the suffix of its format.")
        metadata = _metadata(message, headers)
        leaves = list(_leaves(message))
    texts = [_plain("\n".join(f"{name}: {value}" for name, value in headers.items()))]
    texts += [_read(leaf) for leaf in leaves if leaf.source.strip()]
    attached = [leaf.attached_as for leaf in leaves if leaf.attached_as]
    notes = [note for text in texts for note in text.notes]
    if attached:
        texts.append(_plain(f"Attachments: {', '.join(attached)}"))
        notes.append(f"attachments that are not read: {len(attached)}")
    text, blocks = _join(texts)
    return Document(text, metadata, mark_questions(text, blocks), notes=tuple(notes))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part of a mail that holds no others: its words as they are encoded, or an attachment."""

    source: bytes = b""
    charset: str | None = None
    is_page: bool = False
    attached_as: str | None = None


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of several that make a document, with the blocks by their place in it."""

    text: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()


def _headers(message: EmailMessage) -> dict[str, str]:
    """The headers that are shown, as they read."""
    found = {name: _line(message[name]) for name in _SHOWN}
    return {name: value for name, value in found.items() if value}


def _metadata(message: EmailMessage, headers: dict[str, str]) -> Metadata:
    written = getattr(message["Date"], "datetime", None)
    senders = getattr(message["From"], "addresses", ())
    names = (_line(sender.display_name) or _line(sender.addr_spec) for sender in senders)
    return Metadata(
        title=headers.get("Subject"),
        author=next(filter(None, names), headers.get("From")),
        date=written.date().isoformat() if written else iso_date(headers.get("Date")),
    )


def _line(value: object) -> str | None:
    return clean(storable(str(value))) if value is not None else None


def _leaves(part: EmailMessage, has_plain: bool = False) -> Iterator[_Leaf]:
    """The parts in their order; a page is left out where the mail `has_plain` text in its stead.

    Nesting is bounded by the parser, which goes as deep as this does.
    """
    content_type = part.get_content_type()
    if part.get_content_maintype() == "multipart":
        children = [cast(EmailMessage, child) for child in part.iter_parts()]
        if content_type == "multipart/alternative":
            has_plain = has_plain or any(map(_is_plain, children))
        for child in children:
            yield from _leaves(child, has_plain)
        return
    name = part.get_filename()
    is_page = content_type == "text/html"
    is_attachment = part.get_content_disposition() == "attachment"
    if is_attachment or name or not (is_page or _is_plain(part)):
        yield _Leaf(attached_as=_unencoded(name or "") or _line(content_type))
    elif not (is_page and has_plain):
        source = part.get_payload(decode=True)
        assert isinstance(source, bytes)
        yield _Leaf(source, part.get_content_charset(), is_page)


def _unencoded(name: str) -> str | None:
    """The name of a file as it reads; many programs encode it as if it were a subject."""
    return _line(HeaderRegistry()("Subject", " ".join(name.split())))


def _is_plain(part: EmailMessage) -> bool:
    return part.get_content_type() == "text/plain"


def _read(leaf: _Leaf) -> _Text:
    decoded = _decode(leaf)
    if leaf.is_page:
        page = parse_page(without_borders(decoded.text))
        return _Text(*split_mail_page(page), decoded.notes)
    text = storable(decoded.text).strip()
    return _Text(text, split_mail(text), decoded.notes)


def _decode(leaf: _Leaf) -> Decoded:
    """The words of a part; damage to some of them, which is common, does not lose the rest."""
    try:
        return (decode_page if leaf.is_page else decode)(leaf.source, leaf.charset)
    except ReadError:
        if b"\0" in leaf.source:
            raise
    text = leaf.source.decode("utf-8", "replace")
    return Decoded(text, ("damaged: what cannot be read in it is shown as \ufffd",))


def _plain(text: str) -> _Text:
    return _Text(text, (Block(0, len(text), BlockKind.PARAGRAPH),))


def _join(texts: Sequence[_Text]) -> tuple[str, tuple[Block, ...]]:
    """The texts as one, a blank line between them, and all their blocks."""
    blocks: list[Block] = []
    length = 0
    for text in texts:
        blocks += (
            replace(block, start=block.start + length, end=block.end + length)
            for block in text.blocks
        )
        length += len(text.text) + len(_BETWEEN)
    return _BETWEEN.join(text.text for text in texts), tuple(blocks)
