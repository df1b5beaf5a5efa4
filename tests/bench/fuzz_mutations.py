"""Damaged and odd documents, each made from a seed alone, for fuzz_readers.py."""

from __future__ import annotations

import json
import zlib
from copy import deepcopy
from random import Random
from typing import Any

from fuzz_containers import members_of, packed
from fuzz_documents import documents
from fuzz_words import words

# Beyond this only time is lost: what grows with the size shows in fewer bytes.
LARGEST = 200_000


def fuzzed(suffix: str, seed: int, number: int) -> bytes:
    """Input `number` of a format, always the same for the same seed."""
    random = Random(f"{seed}:{suffix}:{number}")
    data = random.choice(documents(suffix))
    if number == 0:
        return data
    if data.startswith(b"PK"):
        changed = _inside(data, suffix, random) if random.random() < 0.8 else data
        return changed if changed != data else mutated(data, suffix, random)
    if suffix == ".pdf" and random.random() < 0.2:
        return _with_stream(data, suffix, random)
    if random.random() < 0.15:
        return _soup(suffix, random)
    if suffix in (".json", ".jsonl", ".ndjson") and random.random() < 0.4:
        lines = 1 if suffix == ".json" else random.randint(1, 9)
        return b"\n".join(json.dumps(_value(random, 0)).encode() for _ in range(lines))
    if suffix in (".html", ".htm", ".xhtml") and random.random() < 0.3:
        return _regrown(data, suffix, random)
    return mutated(data, suffix, random)


def mutated(data: bytes, suffix: str, random: Random) -> bytes:
    """A document after one to six changes."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        data = random.choice(_CHANGES)(data, suffix, random)[:LARGEST]
    return data


def _place(data: bytes, random: Random) -> int:
    return random.randint(0, len(data))


def _slice(data: bytes, random: Random) -> tuple[int, int]:
    start = _place(data, random)
    return start, min(len(data), start + random.choice((1, 4, 16, 64, 256, 4096)))


def _flip(data: bytes, suffix: str, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 4, 16))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _noise(data: bytes, suffix: str, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:start] + random.randbytes(end - start) + data[end:]


def _truncate(data: bytes, suffix: str, random: Random) -> bytes:
    return data[: _place(data, random)]


def _delete(data: bytes, suffix: str, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:start] + data[end:]


def _repeat(data: bytes, suffix: str, random: Random) -> bytes:
    start, end = _slice(data, random)
    times = random.choice((2, 2, 5, 50, 3000))
    return data[:start] + (data[start:end] * times)[:LARGEST] + data[end:]


def _move(data: bytes, suffix: str, random: Random) -> bytes:
    start, end = _slice(data, random)
    rest = data[:start] + data[end:]
    place = _place(rest, random)
    return rest[:place] + data[start:end] + rest[place:]


def _word(data: bytes, suffix: str, random: Random) -> bytes:
    place = _place(data, random)
    times = random.choice((1, 1, 1, 1, 3, 1000))
    return data[:place] + random.choice(words(suffix)) * times + data[place:]


def _number(data: bytes, suffix: str, random: Random) -> bytes:
    """Another number, where there is one near."""
    start = _place(data, random)
    while start < len(data) and not 48 <= data[start] <= 57:
        start += 1
    end = start
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    other = random.choice((b"-1", b"0", b"1", b"65536", b"2147483648", b"9" * 30, b"0.1", b""))
    return data[:start] + other + data[end:]


def _splice(data: bytes, suffix: str, random: Random) -> bytes:
    other = random.choice(documents(suffix))
    return data[: _place(data, random)] + other[_place(other, random) :]


_CHANGES = (_flip, _noise, _truncate, _delete, _repeat, _move, _word, _word, _number, _splice)


def _soup(suffix: str, random: Random) -> bytes:
    """Words of the format in any order."""
    known = words(suffix)
    length = random.choice((1, 5, 30, 300))
    between = random.choice((b"", b" ", b"\n"))
    return between.join(random.choice(known) for _ in range(length))[:LARGEST]


def _with_stream(data: bytes, suffix: str, random: Random) -> bytes:
    """A PDF whose packed content is changed before it is packed."""
    content = b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (Zinc coats steel.) Tj 0 -14 Td (Lead.) Tj ET"
    stream = zlib.compress(mutated(content, suffix, random))
    start = data.index(b"<< /Length")
    end = data.index(b"endstream")
    packed_one = b"<< /Length %d /Filter /FlateDecode >> stream\n%s\n" % (len(stream), stream)
    return data[:start] + packed_one + data[end:]


def _inside(data: bytes, suffix: str, random: Random) -> bytes:
    """An archive with members changed, taken out, renamed or exchanged."""
    members = members_of(data)
    # What a reader reads of an archive is small; a theme or a set of styles is large.
    small = [name for name in members if len(members[name]) < 8_000] or list(members)
    for _ in range(random.choice((1, 1, 2, 4))):
        name = random.choice(small)
        if name not in members:
            continue
        how = random.random()
        if how < 0.55:
            members[name] = _regrown(members[name], suffix, random)
        elif how < 0.85:
            members[name] = mutated(members[name], suffix, random)
        elif how < 0.9:
            del members[name]
        elif how < 0.95:
            members[random.choice(small)] = members[name]
        else:
            members[f"{name}{random.choice(('x', '/', '/../a', '.xml'))}"] = members.pop(name)
    return packed(members)


def _regrown(data: bytes, suffix: str, random: Random) -> bytes:
    """A page or an XML file that is well-formed, with its elements and attributes exchanged."""
    from lxml import etree, html

    try:
        root = html.fromstring(data) if b"<!DOCTYPE html>" in data else etree.fromstring(data)
    except etree.LxmlError:
        return mutated(data, suffix, random)
    for _ in range(random.choice((1, 2, 4, 8))):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        one, other = random.choice(elements), random.choice(elements)
        how = random.randrange(8)
        if how == 0 and one.attrib:
            key = random.choice(sorted(one.attrib))
            one.attrib[key] = random.choice(_VALUES)
        elif how == 1 and one.attrib:
            del one.attrib[random.choice(sorted(one.attrib))]
        elif how == 2:
            one.text = random.choice(_VALUES)
        elif how == 3:
            one.tail = random.choice(_VALUES)
        elif how == 4:
            one.tag = other.tag
        elif how == 5 and len(elements) < 2_000:
            pattern = deepcopy(one)
            is_small = sum(1 for _ in pattern.iter()) < 20
            for _ in range(random.choice((1, 3, 200)) if is_small else 1):
                other.append(deepcopy(pattern))
        elif how == 6 and one.getparent() is not None:
            one.getparent().remove(one)
        elif how == 7:
            deepest = one
            for _ in range(random.choice((1, 20, 240))):
                deepest = etree.SubElement(deepest, one.tag)
            deepest.text = "zinc"
    grown: bytes = etree.tostring(root)
    return grown[: 10 * LARGEST]


_VALUES = (
    *("", " ", "0", "-1", "1", "65536", "2147483648", "9" * 30, "1e999", "NaN", "0.1", "true", "x"),
    *(
        "\n\n",
        "zinc",
        "Zinc\u2028coats\u0085steel",
        "../../x",
        "#x",
        "A1:XFD9",
        "s",
        "inlineStr",
        "d",
    ),
    *(
        "\u202ezinc\u202c",
        "\ufeff",
        "word " * 500,
        "a" * 5_000,
        "1. ",
        "- ",
        "Share",
        "\U0001f600\u0301",
    ),
)


def _value(random: Random, depth: int) -> Any:
    """Anything that JSON can say, and some of what it cannot."""
    if depth < 6 and random.random() < 0.7:
        count = random.choice((0, 1, 2, 3, 8))
        if random.random() < 0.5:
            return [_value(random, depth + 1) for _ in range(count)]
        return {random.choice(_VALUES): _value(random, depth + 1) for _ in range(count)}
    extremes = (None, True, 10**400, -0.0, float("inf"), float("nan"), 1e308, 2024, "\ud800")
    return random.choice((*_VALUES, *extremes))
