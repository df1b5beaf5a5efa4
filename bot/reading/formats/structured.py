"""Reads JSON and JSON Lines: the values of an object form one line, cited by JSON pointer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias, Union

from ...errors import ReadError
from ...types import BlockKind, Document, Metadata
from ..common.assembly import Piece, assemble
from ..common.characters import one_line, storable
from ..common.decoding import Decoded, decode
from ..common.metadata import telling_title
from ..common.parsing import parsing
from ..common.prose import ends_sentence

Value: TypeAlias = Union["Scalar", "list[Value]", "dict[str, Value]"]
Scalar: TypeAlias = str | bool | None

LARGEST_GROWTH = 10
"""Most growth of text and pointers relative to the file's characters: nesting repeats keys."""

SMALL = 10_000_000
"""Characters below which growth is harmless."""

_TOP = "top level"
"""The place of the whole value, whose pointer is the empty string."""

_LONGEST_LINE_VALUE = 200
_LONGEST_KEY_SHOWN = 100
_NAMED_BAD_LINES = 5

_QUESTIONS = ("question", "q", "frage", "вопрос", "pregunta", "问题", "prompt")
_ANSWERS = ("answer", "a", "acceptedanswer", "antwort", "réponse", "ответ", "respuesta", "答案")
"""Keys in lower case."""

_NAMES = ("name", "title", "topic", "label", "id")

_ESCAPED_TWICE = re.compile(r"(?<!\\)(?:\\u00[89a-fA-F][0-9a-fA-F]){2,}")
"""Non-ASCII letters, with each byte of their UTF-8 escaped separately."""

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")


def read_json(data: bytes) -> Document:
    """Returns the document in a JSON file, with numbers as written.

    Raises ReadError for a file that is not JSON, is nested too deeply or expands without bound.
    """
    decoded = _unescaped_once(decode(data))
    with parsing("JSON"):
        value = _parse(decoded.text)
    text, blocks, marks = assemble(_bounded(_pieces(_Node(value)), decoded.text))
    return Document(text, Metadata(title=_title(value)), blocks, marks, notes=decoded.notes)


def read_json_lines(data: bytes) -> Document:
    """Returns the document in a JSON Lines file; lines that are not JSON are noted.

    Raises ReadError if no line is JSON.
    """
    decoded = _unescaped_once(decode(data))
    nodes, bad = [], []
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            nodes.append(_Node(_parse(line), place=f"line {number}"))
        except (ValueError, RecursionError):
            bad.append(number)
    if not nodes:
        raise ReadError("no line of it is JSON. Write one JSON value on every line.")
    pieces = (piece for node in nodes for piece in _pieces(node))
    text, blocks, marks = assemble(_bounded(pieces, decoded.text))
    return Document(text, Metadata(), blocks, marks, notes=(*decoded.notes, *_bad_notes(bad)))


def _unescaped_once(decoded: Decoded) -> Decoded:
    """Replaces escapes that spell UTF-8 bytes with the letters they encode."""
    if _ESCAPED_TWICE.search(decoded.text) is None:
        return decoded
    lines = decoded.text.split("\n")
    mended = 0
    for at, line in enumerate(lines):
        better = _ESCAPED_TWICE.sub(_letters, line)
        mended += better != line
        lines[at] = better
    note = (f"encoded twice, and mended in {mended} lines",) if mended else ()
    return Decoded("\n".join(lines), (*decoded.notes, *note))


def _letters(escapes: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(escapes[0].replace("\\u00", "")).decode("utf-8")
    except UnicodeDecodeError:
        return escapes[0]
    # Control characters and lone surrogates would be invalid JSON.
    return json.dumps(text)[1:-1]


@dataclass(frozen=True, slots=True)
class _Node:
    """A value and its key or index in the node above; `place` names the root.

    The pointer is built only on demand, because it is long in deep nesting.
    """

    value: Value
    step: str | int | None = None
    above: _Node | None = None
    place: str = ""

    @property
    def mark(self) -> str:
        """The name of the root and the pointer within it."""
        steps = []
        node = self
        while node.above is not None:
            step = _shown(node.step) if isinstance(node.step, str) else str(node.step)
            steps.append("/" + step.replace("~", "~0").replace("/", "~1"))
            node = node.above
        return node.place + "".join(reversed(steps)) or _TOP

    @property
    def keys(self) -> str:
        """The keys that describe the value.

        An object in an array describes itself; a value within such an object gets its name.
        """
        node = self
        if not isinstance(self.value, dict):
            while isinstance(node.step, int) and node.above is not None:
                node = node.above
        keys = []
        while isinstance(node.step, str) and node.above is not None:
            keys.append(_shown(node.step))
            node = node.above
        if keys and isinstance(node.step, int) and isinstance(node.value, dict):
            keys.append(_name(node.value))
        return ", ".join(key for key in reversed(keys) if key)


def _name(value: dict[str, Value]) -> str:
    """Returns the name of an object, or an empty string."""
    named = (value.get(key) for key in _NAMES)
    name = next((each for each in named if isinstance(each, str) and not _is_long(each)), "")
    return _shown(name)


def _parse(text: str) -> Value:
    # Numbers kept as strings stay exact and cost nothing, however long they are.
    value: Value = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    return value


def _title(value: Value) -> str | None:
    if isinstance(value, dict):
        for key in ("title", "name"):
            name = value.get(key)
            if isinstance(name, str) and not _is_long(name) and telling_title(storable(name)):
                return telling_title(storable(name))
    return None


def _pieces(root: _Node) -> Iterator[Piece]:
    """Yields the content of a value in order; long or nested parts follow the object's line."""
    waiting = [iter((root,))]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            continue
        value = node.value
        if isinstance(value, str) and _is_long(value):
            yield from _paragraphs(value, node.mark)
            continue
        if asked := _question(value):
            question, answer, value = asked
            yield Piece(question, BlockKind.QUESTION, mark=node.mark)
            yield from (replace(piece, mark=None) for piece in _paragraphs(answer, node.mark))
            node = _Node(value, node.step, node.above, node.place)
        plain = _plain(value)
        line = _members(value) if isinstance(value, dict) else plain
        if line:
            between = " | " if isinstance(value, dict) else ": "
            text = between.join(part for part in (node.keys, line) if part)
            yield Piece(text, BlockKind.TABLE, mark=node.mark)
        if plain is None:
            waiting.append(_parts(node))


def _question(value: Value) -> tuple[str, str, dict[str, Value]] | None:
    """Returns the question and the answer in an object and its other members, or None.

    In linked data, the key of a question may be "name".
    """
    if not isinstance(value, dict):
        return None
    keys = {key.strip().lower(): key for key in value}
    of_question = keys.get("name") if value.get("@type") == "Question" else None
    of_question = of_question or next((keys[key] for key in _QUESTIONS if key in keys), None)
    of_answer = next((keys[key] for key in _ANSWERS if key in keys), None)
    if of_question is None or of_answer is None:
        return None
    question, answer = value[of_question], value[of_answer]
    if isinstance(answer, dict):
        answer = answer.get("text")
    if not isinstance(question, str) or not isinstance(answer, str):
        return None
    if not one_line(question) or not storable(answer).strip():
        return None
    others = {key: each for key, each in value.items() if key not in (of_question, of_answer)}
    return one_line(question), answer, others


def _members(value: dict[str, Value]) -> str:
    """Returns the line of an object, with the members that fit into a line."""
    said = ((one_line(key), _plain(member)) for key, member in value.items())
    return " | ".join(f"{key}: {plain}" if key else plain for key, plain in said if plain)


def _parts(node: _Node) -> Iterator[_Node]:
    """Yields the values within a node that are not part of its line."""
    if isinstance(node.value, dict):
        for key, value in node.value.items():
            if _plain(value) is None:
                yield _Node(value, key, node)
    elif isinstance(node.value, list):
        for at, value in enumerate(node.value):
            yield _Node(value, at, node)


def _plain(value: Value) -> str | None:
    """Returns the text of a scalar or an array of scalars; None if it needs its own lines."""
    if isinstance(value, list):
        if not all(_is_short(item) for item in value):
            return None
        words = [_words(item) for item in value if not isinstance(item, list | dict)]
        said = [word for word in words if word]
        return (" " if said and all(map(ends_sentence, said)) else ", ").join(said)
    return None if isinstance(value, dict) or not _is_short(value) else _words(value)


def _is_short(value: Value) -> bool:
    return not isinstance(value, list | dict) and not (isinstance(value, str) and _is_long(value))


def _is_long(value: str) -> bool:
    return len(value) > _LONGEST_LINE_VALUE or "\n" in value.strip()


def _shown(key: str) -> str:
    return one_line(key)[:_LONGEST_KEY_SHOWN]


def _words(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return one_line(value) if value else ""


def _paragraphs(text: str, mark: str) -> Iterator[Piece]:
    """Yields the paragraphs of a long text; only the first gets the mark."""
    for at, paragraph in enumerate(_BLANK_LINES.split(storable(text).strip())):
        yield Piece(paragraph, BlockKind.PARAGRAPH, mark=mark if at == 0 else None)


def _bounded(pieces: Iterable[Piece], source: str) -> Iterator[Piece]:
    left = max(SMALL, LARGEST_GROWTH * len(source))
    for piece in pieces:
        left -= len(piece.text) + len(piece.mark or "")
        if left < 0:
            raise ReadError("its pointers and text are longer than is reasonable. Split the file.")
        yield piece


def _bad_notes(numbers: list[int]) -> Iterator[str]:
    for number in numbers[:_NAMED_BAD_LINES]:
        yield f"line {number} is no JSON and was left out"
    more = len(numbers) - _NAMED_BAD_LINES
    if more > 0:
        yield f"{more} more lines are no JSON and were left out"
