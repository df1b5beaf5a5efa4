"""Subtitles: cues joined to prose, their times, text that is not spoken, and hostile files."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_documents import sound_or_refused
from table_blocks import lines, locators, names

from bot.errors import ReadError
from bot.reading import read
from bot.types import Block, BlockKind, Mark, Metadata

PARAGRAPH = BlockKind.PARAGRAPH

ASS = """[Script Info]
Title: The valley
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\b1}Second,{\\b0} with a comma.
Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,Not said.
Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
Dialogue: 0,0:00:01.00,0:00:03.50,Default,,0,0,0,,First\\Nof\\hall.
"""


def clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{thousandths:03}"


def srt(cues: Iterable[tuple[float, float, str]]) -> bytes:
    return "\n".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    ).encode()


def test_cues_run_on_until_a_pause_and_each_is_marked_by_its_time() -> None:
    document = read(
        srt(
            [
                (1, 2, "<i>The mine</i>\nis"),
                (2.5, 3, '{\\an8}<font color="red">closed.</font>'),
                (5, 6, "Nobody\u00a0works  there."),
                (3661.5, 3663, "An hour later."),
            ]
        ),
        ".srt",
    )
    assert document.text == "The mine is closed.\n\nNobody works there.\n\nAn hour later."
    assert document.blocks == (
        Block(0, 19, PARAGRAPH),
        Block(21, 40, PARAGRAPH),
        Block(42, 56, PARAGRAPH),
    )
    assert document.marks == (
        Mark(0, "00:00:01"),
        Mark(12, "00:00:02"),
        Mark(21, "00:00:05"),
        Mark(42, "01:01:01"),
    )
    assert document.metadata == Metadata(language=document.metadata.language)
    assert (document.first_line, document.notes) == (None, ())


def test_a_pause_of_less_than_two_seconds_breaks_nothing() -> None:
    assert len(read(srt([(0, 1, "One"), (2.999, 4, "two")]), ".srt").blocks) == 1
    assert len(read(srt([(0, 1, "One"), (3, 4, "two")]), ".srt").blocks) == 2


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    cues = [
        (n, n + 1, f"{n:02}" + "x" * (97 if n % 4 else 96) + "." * (n % 4 == 0)) for n in range(12)
    ]
    assert [len(line) for line in lines(read(srt(cues), ".srt"))] == [899, 299]


def test_captions_without_sentences_are_parted_too() -> None:
    cues = [(n, n + 1, f"{n:02}" + "x" * 97) for n in range(12)]
    assert [len(line) for line in lines(read(srt(cues), ".srt"))] == [1099, 99]


def test_captions_that_roll_are_said_once() -> None:
    cues = [(0, 1, "one"), (1, 2, "one"), (2, 3, "one\ntwo"), (3, 4, "two\nthree"), (4, 5, "two")]
    document = read(srt(cues), ".srt")
    assert document.text == "one two three two"
    assert names(document) == ["00:00:00", "00:00:02", "00:00:03", "00:00:04"]


def test_cues_are_said_in_the_order_of_their_times() -> None:
    document = read(srt([(5, 6, "second"), (4, 5, "first"), (6, 7, "")]), ".srt")
    assert (document.text, names(document)) == ("first second", ["00:00:04", "00:00:05"])


def test_webvtt_without_its_notes_styles_and_names_of_cues() -> None:
    data = (
        "\ufeffWEBVTT - A talk\nKind: captions\n\n"
        "STYLE\n::cue { color: red }\n\nREGION\nid:fred\n\n"
        "NOTE not said\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start\n<v Ann>Fish &amp; &lt;b&gt;</v>\n\n"
        "NOTE\nnot said either\n\n"
        "2 - chips\n100:00:02.500 --> 100:00:03.000\n"
        "<c.loud>chips</c><100:00:02.700><c> are</c><100:00:02.800><c> good</c>\n"
    )
    document = read(data.encode(), ".vtt")
    assert document.text == "Ann: Fish & <b>\n\nchips are good"
    assert names(document) == ["00:00:01", "100:00:02"]


@pytest.mark.parametrize("suffix", [".ass", ".ssa"])
def test_substation_without_its_comments_and_drawings(suffix: str) -> None:
    document = read(ASS.encode(), suffix)
    assert document.text == "First of all. Second, with a comma."
    assert names(document) == ["00:00:01", "00:00:05"]
    assert document.metadata.title == "The valley"
    unnamed = ASS.replace("The valley", "Default Aegisub file")
    assert read(unnamed.encode(), suffix).metadata.title is None


def test_the_encoding_is_guessed_and_noted() -> None:
    data = srt([(1, 2, "Die Grube schließt früh."), (2, 3, "Später öffnet sie für Gäste.")])
    document = read(data.decode().encode("cp1252"), ".srt")
    assert document.text == "Die Grube schließt früh. Später öffnet sie für Gäste."
    assert document.notes == ("read as cp1252",)


def test_control_characters_do_not_reach_the_text() -> None:
    document = read(srt([(1, 2, "a\x01b\x0cc, " + "words " * 30)]), ".srt")
    assert document.text.startswith("ab c, words words")
    assert (
        "\ud800"
        not in read(b"WEBVTT\n\n00:01.000 --> 00:02.000\na&#xD800;&#0;&#1;b\n", ".vtt").text
    )


@pytest.mark.parametrize("suffix", [".srt", ".vtt", ".ass", ".ssa"])
def test_a_file_without_times_is_refused(suffix: str) -> None:
    with pytest.raises(ReadError, match=r"^no subtitles: no line tells a time"):
        read(b"WEBVTT\n\nHello.\n", suffix)


def test_cues_without_words_are_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(srt([(1, 2, "<i></i>"), (3, 4, "{\\an8}")]), ".srt")


def test_damaged_substation_is_refused() -> None:
    with pytest.raises(ReadError, match=r"^damaged, or no subtitle \(\.ass\) file"):
        read(ASS.replace("0:00:05.00", "soon").encode(), ".ass")


@pytest.mark.parametrize("suffix", [".srt", ".vtt"])
@pytest.mark.parametrize("filler", ["\n", "<a", "{", "< ", "\n1 ", "&lt;a", "<00:", "\\N"])
def test_no_filler_takes_long(suffix: str, filler: str) -> None:
    data = f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nfirst\n{filler * 100_000}\nlast\n"
    assert read(data.encode(), suffix).text.startswith("first")


def test_passages_name_their_times() -> None:
    cues = [(62, 64, "The mine closed"), (65, 70, "in 1921."), (75, 80, "It opened again later.")]
    assert locators(read(srt(cues), ".srt"), 30) == [
        ("The mine closed in 1921.", "00:01:02–00:01:05"),
        ("It opened again later.", "00:01:15"),
    ]


PARTS = st.lists(
    st.sampled_from(
        [
            *("WEBVTT\n\n", "1\n", "\n", "\n\n", "NOTE x\n", "STYLE\n", "-->", " --> ", "<i>"),
            *("00:00:01,000 --> 00:00:02,000\n", "00:01.000 --> 00:02.000\n", "99:99:99.999"),
            *("0000:00:01.000 --> 00:00:00.000\n", "Words. ", "words", "</i>", "<", ">", "{", "}"),
            *("{\\p1}", "\\N", "\\h", "\x01", "\x85", "\u2028", "\r", "&#xD800;", "&amp;", "é"),
            *("[Events]\n", "[Script Info]\n", "Title: \x02\n", "Format: Start, End, Text\n"),
            *("Dialogue: 0:00:01.00,-0:00:02.00,words\n", "Dialogue: 0,0:00:01.00,1,D,,0,0,0,,w\n"),
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize("suffix", [".srt", ".vtt", ".ass", ".ssa"])
@given(text=PARTS)
@settings(max_examples=100, deadline=None)
def test_any_subtitles_are_sound_or_refused(suffix: str, text: str) -> None:
    sound_or_refused(text.encode(), suffix)


@given(place=st.integers(0, len(ASS)), noise=st.binary(max_size=6), cut=st.integers(0, 20))
@settings(max_examples=100, deadline=None)
def test_damaged_subtitles_are_sound_or_refused(place: int, noise: bytes, cut: int) -> None:
    data = ASS.encode()
    sound_or_refused(data[:place] + noise + data[place + cut :], ".ass")


def test_an_endless_line_that_is_no_cue_takes_no_time() -> None:
    plain = read(ASS.encode(), ".ass")
    long = f"[E1.00,0:00:04.00{'never run dry, ' * 14_000}"
    document = read(ASS.replace("[Events]", f"{long}\n[Events]").encode(), ".ass")
    assert document.text == plain.text

    said = "never run dry, " * 14_000
    document = read(ASS.replace("Second,", said).encode(), ".ass")
    assert said.strip() in document.text
