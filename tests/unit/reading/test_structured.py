"""JSON: lines for objects, their pointers, long texts, and hostile input."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_documents import sound_or_refused
from table_blocks import lines, locators, names

from bot.errors import ReadError
from bot.reading import read
from bot.types import Block, BlockKind, Mark, Metadata

PARAGRAPH, TABLE = BlockKind.PARAGRAPH, BlockKind.TABLE


def dumped(value: object) -> bytes:
    return json.dumps(value).encode()


def test_an_object_is_a_line_and_what_is_nested_follows_in_its_order() -> None:
    document = read(
        dumped(
            {
                "title": "Mines  of the\tvalley",
                "open": True,
                "closed": None,
                "note": "",
                "metals": ["zinc", "lead", None, 7],
                "owner": {"name": "Ann", "town": {"name": "Ridge"}},
                "mines": [{"name": "Old Pit", "tons": 1200}, {}, {"name": "Deep Shaft"}],
            }
        ),
        ".json",
    )
    assert document.text == (
        "title: Mines of the valley | open: true | metals: zinc, lead, 7\n\n"
        "owner | name: Ann\n\nowner, town | name: Ridge\n\n"
        "name: Old Pit | tons: 1200\n\nname: Deep Shaft"
    )
    assert document.blocks == (
        Block(0, 63, TABLE),
        Block(65, 82, TABLE),
        Block(84, 109, TABLE),
        Block(111, 137, TABLE),
        Block(139, 155, TABLE),
    )
    assert document.marks == (
        Mark(0, "top level"),
        Mark(65, "/owner"),
        Mark(84, "/owner/town"),
        Mark(111, "/mines/0"),
        Mark(139, "/mines/2"),
    )
    assert document.metadata == Metadata(title="Mines of the valley", language="en")
    assert (document.first_line, document.notes) == (None, ())


def test_long_texts_are_paragraphs_with_their_newlines() -> None:
    long = "A sentence that goes on. " * 9
    value = {"name": "Pit", "story": "First.\nStill first.\r\n\r\nSecond.", "log": [long, "short"]}
    document = read(dumped(value), ".json")
    assert lines(document) == [
        "name: Pit",
        "First.\nStill first.",
        "Second.",
        long.strip(),
        "log: short",
    ]
    kinds = [block.kind for block in document.blocks]
    assert kinds == [TABLE, PARAGRAPH, PARAGRAPH, PARAGRAPH, TABLE]
    assert names(document) == ["top level", "/story", "/log/0", "/log/1"]
    assert document.marks[1] == Mark(11, "/story")


def test_pointers_are_escaped_and_long_keys_are_cut() -> None:
    value = {"a/b": {"m~n": {"x": 1}}, "k" * 300: {"y": 2}, "": {"z": 3}}
    document = read(dumped(value), ".json")
    assert names(document) == ["/a~1b/m~0n", "/" + "k" * 100, "/"]
    assert lines(document) == ["a/b, m~n | x: 1", "k" * 100 + " | y: 2", "z: 3"]


@pytest.mark.parametrize(
    ("source", "text", "mark"),
    [
        ('"Just words."', "Just words.", "top level"),
        ('["a", "b"]', "a, b", "top level"),
        ("[[1, 2], []]", "1, 2", "/0"),
        ('{"points": [[1, 2]]}', "points: 1, 2", "/points/0"),
        ('{"": "x"}', "x", "top level"),
        ('{"a": 1, "a": 2}', "a: 2", "top level"),
        # numbers as they are written
        ('{"a": 1.50, "b": -1e5, "c": NaN, "d": -Infinity}', None, "top level"),
    ],
)
def test_values_of_every_shape(source: str, text: str | None, mark: str) -> None:
    document = read(source.encode(), ".json")
    assert document.text == (text or "a: 1.50 | b: -1e5 | c: NaN | d: -Infinity")
    assert names(document) == [mark]


def test_a_number_of_any_length_is_text() -> None:
    document = read(b'{"n": ' + b"9" * 5000 + b"}", ".json")
    assert (document.text, names(document)) == ("9" * 5000, ["/n"])


def test_what_escapes_can_hide_is_taken_out() -> None:
    source = rb'{"a\ud800": "x\udfff\u0000y\u0007", "b": "one\u0001\ntwo\ud83d\ude00"}'
    document = read(source, ".json")
    assert document.text == "a\ufffd: x\ufffdy\n\none\ntwo😀"
    assert names(document) == ["top level", "/b"]
    title = read(rb'{"title": "The\u0000 pit\ud800"}', ".json").metadata.title
    assert title == "The pit\ufffd"


def test_a_title_is_taken_where_it_tells_something() -> None:
    assert read(b'{"title": "Untitled 1", "name": "Pits"}', ".json").metadata.title == "Pits"
    assert read(b'{"title": ["Pits"]}', ".json").metadata.title is None
    assert read(b'["title"]', ".json").metadata.title is None


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"{",
        b'{"a": 1} {"b": 2}',
        b"plain words",
        b"\xef\xbb\xbf{",
    ],
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^damaged, or no JSON file: .+ anew\.$"):
        read(data, ".json")


@pytest.mark.parametrize("data", [b"{}", b"[[], {}, null]", b'{"a": " \\u0000 "}', b"null"])
def test_json_without_words_is_empty(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(data, ".json")


def test_pointers_that_grow_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.reading.formats.structured.SMALL", 1000)
    nested = '{"a long key":' * 200 + "[" + '{"b":1},' * 300 + "1]" + "}" * 200
    with pytest.raises(ReadError, match=r"^its pointers and text are longer than is reasonable"):
        read(nested.encode(), ".json")


# Lines of JSON


def test_every_line_is_a_record_and_bad_ones_are_noted() -> None:
    data = (
        b'{"name": "Ann", "likes": {"fish": true}}\n\nno json\r\n"words\\u2028"\n' + b"[" * 100_000
    )
    document = read(data, ".jsonl")
    assert lines(document) == ["name: Ann", "likes | fish: true", "words"]
    assert names(document) == ["line 1", "line 1/likes", "line 4"]
    assert document.notes == (
        "line 3 is no JSON and was left out",
        "line 5 is no JSON and was left out",
    )
    assert document.metadata.title is None
    assert read(data, ".ndjson") == document


def test_of_many_bad_lines_only_the_first_are_named() -> None:
    notes = read(b'{"a": 1}\n' + b"x\n" * 8, ".jsonl").notes
    assert len(notes) == 6
    assert notes[4:] == (
        "line 6 is no JSON and was left out",
        "3 more lines are no JSON and were left out",
    )


def test_a_file_without_a_line_of_json_is_refused() -> None:
    with pytest.raises(ReadError, match=r"^no line of it is JSON"):
        read(b"one\ntwo\n", ".jsonl")


# Locators


def test_passages_name_their_pointers() -> None:
    value = {"mine 1": {"metal": "zinc"}, "mine 2": {"metal": "lead"}, "mine 3": {"metal": "iron"}}
    assert locators(read(dumped(value), ".json"), 50) == [
        ("mine 1 | metal: zinc\n\nmine 2 | metal: lead", "/mine 1–/mine 2"),
        ("mine 3 | metal: iron", "/mine 3"),
    ]


def test_passages_name_their_lines() -> None:
    data = b'{"n": ["a", {"b": "c"}]}\n{"name": "Bob"}\n{"name": "Cid"}\n'
    assert locators(read(data, ".jsonl"), 18) == [
        ("n: a\n\nb: c", "line 1/n/0–line 1/n/1"),
        ("name: Bob", "line 2"),
        ("name: Cid", "line 3"),
    ]
    assert [place for _, place in locators(read(data, ".jsonl"), 100)] == ["line 1/n/0–line 3"]
    assert [place for _, place in locators(read(data[25:], ".jsonl"), 100)] == ["lines 1–2"]


# Arbitrary input

STRINGS = st.text(st.sampled_from("ab ~/.\n\r\t\x00\x01\ud800\udc00\u2028é"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | STRINGS | st.just("word " * 50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_any_value_is_sound(value: object) -> None:
    sound_or_refused(dumped(value), ".json")
    sound_or_refused(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), ".jsonl")


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@given(value=VALUES, place=st.integers(0, 200), noise=st.binary(max_size=6), cut=st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_damaged_json_is_sound_or_refused(
    suffix: str, value: object, place: int, noise: bytes, cut: int
) -> None:
    data = dumped(value)
    sound_or_refused(data[:place] + noise + data[place + cut :], suffix)


ESCAPED_TWICE = [
    (r'{"a": "Caf\u00c3\u00a9 \u00e2\u0080\u009cMole\u00e2\u0080\u009d"}', "a: Café “Mole”", True),
    (r'{"Stra\u00c3\u009fe": ["\u00F0\u009F\u008C\u008A"]}', "Straße: 🌊", True),
    (r'{"a": "Caf\u00e9 \u00c3\u00e9 na\u00efve"}', "a: Café Ãé naïve", False),
    (r'{"a": "\\u00c3\\u00a9"}', r"a: \u00c3\u00a9", False),
]


@pytest.mark.parametrize(("source", "text", "is_mended"), ESCAPED_TWICE)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_letters_that_were_encoded_before_they_were_escaped_are_mended(
    source: str, text: str, is_mended: bool, suffix: str
) -> None:
    document = read(source.encode(), suffix)
    assert document.text == text
    assert document.notes == (("encoded twice, and mended in 1 lines",) if is_mended else ())
