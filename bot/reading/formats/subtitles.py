"""Reads subtitles and transcripts with times: cues joined to prose, each cited by its start."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import ReadError
from ...types import Block, BlockKind, Document, Mark, Metadata
from ..common.characters import storable
from ..common.decoding import Decoded, decode
from ..common.metadata import telling_title
from ..common.parsing import parsing
from ..common.prose import ends_sentence

_PAUSE = 2000
"""A silence in milliseconds after which a new paragraph starts."""

_FULL_PARAGRAPH = 500
_LONGEST_PARAGRAPH = 1000
"""Characters after which a paragraph ends at a sentence, and at most; automatic captions have no
sentences."""

_LONGEST_SETTING = 1_000
"""Most characters of a line that is not a cue."""

_TAG = re.compile(r"</?[a-zA-Z\d][^<>]*>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{1,200})?[ \t]+([^<>\n]{1,200})>")
_OPENS_NAME, _ENDS_NAME = "\ufdd0", "\ufdd1"
"""Unicode noncharacters, reserved for use within a program, around the speaker's name."""

_NAMED = re.compile(f"{_OPENS_NAME}([^{_ENDS_NAME}\n]*){_ENDS_NAME}")
_OVERRIDE = re.compile(r"\{[^{}]*\}")
_DRAWING = re.compile(r"\\p[1-9]")
_LINE_BREAK = re.compile(r"\\[Nn]")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_UNNAMED = "Default Aegisub file"


def read_srt(data: bytes) -> Document:
    """Returns the document in a SubRip file.

    Raises ReadError for a file that is not text or has no times.
    """
    decoded = decode(data)
    return _document(decoded, _TAG.sub("", storable(decoded.text)), "srt")


def read_vtt(data: bytes) -> Document:
    """Returns the document in a WebVTT file, without its notes, styles and cue names."""
    decoded = decode(data)
    voiced = _VOICE.sub(_named, "\n\n".join(_cue_blocks(storable(decoded.text))))
    shown = _TAG.sub("", voiced)
    # Decode entities after removing tags, so that an escaped "<" is not read as a tag.
    return _document(decoded, storable(html.unescape(shown)), "vtt")


def read_ass(data: bytes) -> Document:
    """Returns the document in an Advanced SubStation file, without comments and drawings."""
    decoded = decode(data)
    return _document(decoded, _spoken(storable(decoded.text)), "ass")


def read_ssa(data: bytes) -> Document:
    """Returns the document in a SubStation file, without comments and drawings."""
    decoded = decode(data)
    return _document(decoded, _spoken(storable(decoded.text)), "ssa")


def _named(voice: re.Match[str]) -> str:
    name = html.unescape(voice[1]).translate({ord(_OPENS_NAME): None, ord(_ENDS_NAME): None})
    return f"{_OPENS_NAME}{' '.join(name.split())}{_ENDS_NAME}"


def _spoken(text: str) -> str:
    """Returns a SubStation file without overlong lines other than cues.

    The library searches such lines for section headings in quadratic time.
    """
    return "\n".join(
        line
        for line in text.splitlines()
        if len(line) <= _LONGEST_SETTING or line.strip().startswith("Dialogue:")
    )


@dataclass(frozen=True, slots=True)
class _Cue:
    """The speech between two times in milliseconds, as one line, and its speaker if known."""

    start: int
    end: int
    text: str
    speaker: str


def _cue_blocks(text: str) -> Iterator[str]:
    """Yields the visible blocks of a WebVTT file, each from its line of times on."""
    for block in _BLANK_LINES.split(text):
        at = block.find("-->")
        if at >= 0:
            yield block[block.rfind("\n", 0, at) + 1 :]


def _document(decoded: Decoded, source: str, format_name: str) -> Document:
    with parsing(f"subtitle (.{format_name})"), warnings.catch_warnings():
        # The warnings concern margins and layers, which are not used.
        warnings.simplefilter("ignore")
        subtitles = _parse(source, format_name)
        title = telling_title(subtitles.info.get("Title"))
        cues = list(_cues(subtitles))
    text, blocks, marks = _lay_out(_paragraphs(cues))
    return Document(
        text=text,
        metadata=Metadata(title=title if title != _UNNAMED else None),
        blocks=blocks,
        marks=marks,
        notes=decoded.notes,
    )


def _parse(source: str, format_name: str) -> Any:
    from pysubs2 import SSAFile

    # The library's search for tags and long gaps never ends on hostile text.
    subtitles = SSAFile.from_string(
        _BLANK_LINES.sub("\n\n", source), format_=format_name, keep_html_tags=True
    )
    if not subtitles:
        raise ReadError("no subtitles: no line tells a time. Give the file its format's suffix.")
    subtitles.sort()
    return subtitles


def _cues(subtitles: Iterable[Any]) -> Iterator[_Cue]:
    """Yields the cues with new text: rolling captions repeat a line in the next cue."""
    shown: Sequence[str] = ()
    for event in subtitles:
        if event.is_comment or _DRAWING.search(event.text):
            continue
        lines = _lines(event.text)
        new = lines[_repeated(shown, lines) :]
        shown = lines or shown
        for speaker, text in _by_speaker(" ".join(new), event.name or ""):
            yield _Cue(max(0, event.start), event.end, text, speaker)


def _by_speaker(text: str, speaker: str) -> Iterator[tuple[str, str]]:
    """Yields each speaker's words in a cue; `speaker` starts if the text does not say who does."""
    name, *others = _NAMED.split(text)
    parts = [(" ".join(speaker.split()), name), *zip(others[::2], others[1::2], strict=True)]
    return ((name, said.strip()) for name, said in parts if said.strip())


def _lines(text: str) -> list[str]:
    plain = _LINE_BREAK.sub("\n", _OVERRIDE.sub("", text)).replace("\\h", " ")
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return [line for line in lines if line]


def _repeated(shown: Sequence[str], lines: Sequence[str]) -> int:
    """Returns how many of the first lines repeat the last lines shown before."""
    most = min(len(shown), len(lines))
    return next((n for n in range(most, 0, -1) if shown[-n:] == lines[:n]), 0)


def _paragraphs(cues: Sequence[_Cue]) -> list[list[_Cue]]:
    """Groups cues of one speaker without a pause, up to a sentence end near the target length."""
    paragraphs: list[list[_Cue]] = []
    length = 0
    for cue in cues:
        if not paragraphs or _is_break(paragraphs[-1][-1], cue, length):
            paragraphs.append([])
            length = 0
        paragraphs[-1].append(cue)
        length += len(cue.text) + 1
    return paragraphs


def _is_break(above: _Cue, cue: _Cue, length: int) -> bool:
    is_other = cue.speaker != above.speaker
    if is_other or cue.start - above.end >= _PAUSE or length > _LONGEST_PARAGRAPH:
        return True
    return length > _FULL_PARAGRAPH and ends_sentence(above.text)


def _lay_out(
    paragraphs: Iterable[Sequence[_Cue]],
) -> tuple[str, tuple[Block, ...], tuple[Mark, ...]]:
    """Returns the text, a block for each paragraph and a mark for each cue."""
    texts: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    length = 0
    for paragraph in paragraphs:
        start = length
        speaker = f"{paragraph[0].speaker}: " if paragraph[0].speaker else ""
        length += len(speaker)
        for cue in paragraph:
            marks.append(Mark(start if cue is paragraph[0] else length, _clock(cue.start)))
            length += len(cue.text) + 1
        texts.append(speaker + " ".join(cue.text for cue in paragraph))
        blocks.append(Block(start, length - 1, BlockKind.PARAGRAPH))
        length += 1
    return "\n\n".join(texts), tuple(blocks), tuple(marks)


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"
