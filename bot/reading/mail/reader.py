"""Reads mails (.eml): who wrote what to whom, with quoted mails and signatures marked.

Attachments are read like any file of their format, as part of the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import cast

from ...errors import ReadError
from ...types import Block, BlockKind, Document, Metadata
from ..common.characters import storable
from ..common.decoding import Decoded, decode
from ..common.joining import Joint, joined
from ..common.metadata import clean, iso_date
from ..common.parsing import parsing
from ..common.questions import mark_questions
from ..common.wrapping import with_whole_words
from ..web_page.html_source import decode_page, parse_page
from .pages import split_mail_page, without_borders
from .parts import Attachment, Words, parts_of
from .quotes import Turn, split_mail, unfolded
from .wording import is_answer, is_forward

_SHOWN = ("From", "To", "Date", "Subject")
_REFERENCES = ("In-Reply-To", "References")
_LONGEST_HEADER = 5_000
"""Most characters of a header that are read: the parser takes quadratic time for long ones."""

_FOLD = re.compile(r"[\r\n]+\s*")

_MOST_BORDERS = 50_000
"""Most lines that may separate parts of a mail; more keep the parser busy for minutes."""

_MOST_CONTAINERS = 500
"""Most parts that hold further parts; more would exhaust the parser."""


class _BoundedPolicy(EmailPolicy):
    """The default policy, with headers cut to a plausible length and read as UTF-8.

    Only the headers that are shown are fully parsed; parsing those of every part takes too long.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Returns the name and the source of a header."""
        name, value = super().header_source_parse(sourcelines)
        source = value[:_LONGEST_HEADER].encode("utf-8", "surrogateescape")
        return name, source.decode("utf-8", "replace")

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Returns the value of a header: decoded if it is shown, otherwise as written."""
        if name.title() in _SHOWN:
            return cast(str, super().header_fetch_parse(name, value))
        return _FOLD.sub(" ", value)


_POLICY = _BoundedPolicy()
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


MOST_ATTACHMENTS = 100
DEEPEST = 5
"""Most levels of mails within mails."""

LARGEST_ATTACHMENTS = 100_000_000
"""Most bytes of all attachments together."""

_MOST_NOTES = 10
_COVERED = 0.9
_HALF = 0.5
_SHORT = 400
_WORD = re.compile(r"\w+")


def read_mail(data: bytes) -> Document:
    """Returns the document in an .eml file: some headers, its words and its attachments.

    Raises ReadError for a file that is not a mail or has too many parts.
    """
    if data.count(b"\n--") > _MOST_BORDERS or data.lower().count(b"multipart/") > _MOST_CONTAINERS:
        raise ReadError("more parts than a mail has. Save it as text and add that instead.")
    with parsing("mail (.eml)"):
        message = cast(EmailMessage, message_from_bytes(data, policy=_POLICY))
        headers = _headers(message)
        if not headers:
            raise ReadError("no mail: it has no header. Give the file the suffix of its format.")
        metadata = _metadata(message, headers)
    reading = _Reading()
    reading.read(message, headers, name="")
    text, blocks, marks = joined(reading.joints)
    notes = reading.notes[:_MOST_NOTES]
    if more := len(reading.notes) - len(notes):
        notes.append(f"{more} more remarks of this kind")
    return Document(text, metadata, mark_questions(text, blocks), marks, notes=tuple(notes))


@dataclass(slots=True)
class _Reading:
    """What has been read of a mail so far, and how much counts against the limits."""

    joints: list[Joint] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    attachments: int = 0
    size: int = 0

    def read(
        self, message: EmailMessage, headers: dict[str, str], name: str, depth: int = 0
    ) -> None:
        """Reads a mail and then its attachments one after another."""
        subject = headers.get("Subject", "")
        answers = is_answer(subject) or any(message[name] for name in _REFERENCES)
        turn = Turn(answers and not is_forward(subject), is_forward(subject))
        with parsing("mail (.eml)"):
            parts = list(parts_of(message))
        attached = [part for part in parts if isinstance(part, Attachment)]
        self._add(_plain("\n".join(f"{key}: {value}" for key, value in headers.items())), name)
        for part in parts:
            if isinstance(part, Words):
                for joint in _words(part, turn):
                    self._add(joint, name)
                    self.notes += joint.notes
        if attached:
            names = ", ".join(part.name for part in attached)
            self._add(_plain(f"Attachments: {names}"), name)
        for part in attached:
            try:
                self._attach(part, depth)
            except ReadError as error:
                self.notes.append(f"attachment {part.name} is not read: {error}".rstrip("."))

    def _add(self, joint: Joint, name: str) -> None:
        if joint.text:
            self.joints.append(joint.within(name))

    def _attach(self, part: Attachment, depth: int) -> None:
        from ..registry import READERS

        self.attachments += 1
        if self.attachments > MOST_ATTACHMENTS:
            raise ReadError(f"there are more than {MOST_ATTACHMENTS}")
        name = f"attachment {part.name}"
        if (mail := part.mail) is not None:
            if depth >= DEEPEST:
                raise ReadError(f"it is a mail within {depth} others")
            with parsing("mail (.eml)"):
                headers = _headers(mail)
            self.joints.append(_heading(part.name).within(name))
            self.read(mail, headers, name, depth + 1)
            return
        source = part.source
        self.size += len(source)
        if self.size > LARGEST_ATTACHMENTS:
            raise ReadError(f"all together have more than {LARGEST_ATTACHMENTS // 10**6} MB")
        if part.suffix == ".eml":
            raise ReadError("it is no part of this mail. Save it as a file of its own")
        reader = READERS.get(part.suffix)
        if reader is None:
            raise ReadError(f"format '{part.suffix}' is not read" if part.suffix else "no format")
        document = reader(source)
        if document.blocks:
            self.joints.append(_heading(part.name).within(name))
            self.joints.append(Joint.of(document).deeper().within(name))
        self.notes += (f"attachment {part.name}: {note}" for note in document.notes)


def _headers(message: EmailMessage) -> dict[str, str]:
    """Returns the headers that are shown, decoded."""
    found = {name: _line(message[name]) for name in _SHOWN}
    return {name: value for name, value in found.items() if value}


def _metadata(message: EmailMessage, headers: dict[str, str]) -> Metadata:
    written = getattr(message["Date"], "datetime", None)
    date = written.date().isoformat() if written else iso_date(headers.get("Date"))
    senders = getattr(message["From"], "addresses", ())
    names = (_line(sender.display_name) or _line(sender.addr_spec) for sender in senders)
    is_date = date is not None and _DATE.fullmatch(date) is not None
    return Metadata(
        title=headers.get("Subject"),
        author=next(filter(None, names), headers.get("From")),
        date=date if is_date else None,
        date_from="mail header: Date" if is_date else None,
    )


def _line(value: object) -> str | None:
    return clean(storable(str(value))) if value is not None else None


def _words(words: Words, turn: Turn) -> Iterator[Joint]:
    """Yields the words of a mail as text, as a page if that says more, or as both."""
    if words.page is None:
        if words.source.strip():
            yield _read(words, turn)
        return
    text = _read(words, turn) if words.source.strip() else Joint("")
    page = _read(words.page, turn) if words.page.source.strip() else Joint("")
    said, shown = _vocabulary(text.content), _vocabulary(page.content)
    has_table = any(block.kind is BlockKind.TABLE for block in page.blocks)
    if not page.text or (len(shown & said) >= _COVERED * len(shown) and not has_table):
        yield text
        return
    is_in_page = len(said & shown) >= _HALF * len(said)
    if text.text:
        is_stub = len(text.text) < min(_SHORT, len(page.text) + len(shown))
        yield text.skipped("also in the page") if is_in_page or is_stub else text
    yield page


def _vocabulary(lines: Iterable[str]) -> set[str]:
    return {word for line in lines for word in _WORD.findall(line.casefold())}


def _read(words: Words, turn: Turn) -> Joint:
    decoded = _decode(words)
    if words.is_page:
        text, blocks = split_mail_page(parse_page(without_borders(decoded.text)), turn)
        return Joint(text, blocks, notes=decoded.notes)
    text = storable(decoded.text).strip("\n")
    if words.is_flowed:
        text = unfolded(text, words.deletes_blank)
    text, blocks = split_mail(with_whole_words(text), turn)
    return Joint(text, blocks, notes=decoded.notes)


def _decode(words: Words) -> Decoded:
    """Decodes the words of a part; common damage to some of them does not lose the rest."""
    try:
        return (decode_page if words.is_page else decode)(words.source, words.charset)
    except ReadError:
        if b"\0" in words.source:
            raise
    text = words.source.decode("utf-8", "replace")
    return Decoded(text, ("damaged: what cannot be read in it is shown as \ufffd",))


def _plain(text: str) -> Joint:
    return Joint(text, (Block(0, len(text), BlockKind.PARAGRAPH),))


def _heading(text: str) -> Joint:
    return Joint(text, (Block(0, len(text), BlockKind.HEADING, 1),))
