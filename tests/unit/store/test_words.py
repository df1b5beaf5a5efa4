"""The words of a corpus come back, and damage to them is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from folder_index import damaged_file, opened

from bot.errors import IndexDamaged
from bot.store.folder.layout import REPAIR
from bot.store.folder.words import Tally
from bot.text.rewriting import Phrasing, rewrite_question

pytestmark = pytest.mark.usefixtures("quick_disk")

# Words that an engine has to cope with once they are read.
ASKED = "Wat is the CMD of chromiun, or Critical Minerals Dialogue?"


def read_and_used(folder: Path) -> Phrasing:
    file = folder / "words.json"
    words = Tally.read(file.read_bytes(), file).words()
    return rewrite_question(ASKED, words, lambda _: False, lambda _: False)


def tally(*passages: tuple[str, str]) -> Tally:
    found = Tally()
    for text, headings in passages:
        found.count(text, headings)
    return found


def test_the_words_of_a_corpus_come_back(tmp_path: Path) -> None:
    written = tally(
        ("The Critical Minerals Dialogue (CMD) met.", "Zinc"),
        ("The critical minerals dialogue (CMD) met on zinc.", "Zinc"),
        ("A common metal deposit (CMD), zinc.", ""),
        ("A cold mine door (CMD) of Zürich.", ""),
    )
    written.write(tmp_path)

    file = tmp_path / "words.json"
    found = Tally.read(file.read_bytes(), file)
    words = found.words()

    # The long form of most passages first, then by the alphabet, and two at most.
    assert words.acronyms == {"CMD": ("Critical Minerals Dialogue", "cold mine door")}
    # Passages are counted, not words, and a word has three letters or more.
    assert words.frequencies["zinc"] == 3
    assert words.frequencies["cmd"] == 4
    assert words.frequencies["zürich"] == 1
    assert "on" not in words.frequencies
    # What is removed is forgotten, as if it had never been there.
    found.take_away(tally(("A cold mine door (CMD) of Zürich.", "")))
    assert (
        found.words()
        == tally(
            ("A common metal deposit (CMD), zinc.", ""),
            ("The Critical Minerals Dialogue (CMD) met.", "Zinc"),
            ("The critical minerals dialogue (CMD) met on zinc.", "Zinc"),
        ).words()
    )


@pytest.mark.parametrize("bit", [1, 8, 32])
def test_words_with_any_bit_flipped_are_damage_or_are_used(tmp_path: Path, bit: int) -> None:
    tally(("The Critical Minerals Dialogue (CMD) of Zürich met on chromium.", "Zinc")).write(
        tmp_path
    )
    intact = (tmp_path / "words.json").read_bytes()
    faults = []
    for place in range(len(intact)):
        altered = intact[:place] + bytes([intact[place] ^ bit]) + intact[place + 1 :]
        (tmp_path / "words.json").write_bytes(altered)
        try:
            read_and_used(tmp_path)
        except IndexDamaged as error:
            faults.append(str(error))
    assert len(faults) > 10
    assert all(fault.endswith(REPAIR) for fault in faults)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"frequencies": {}}',
        '{"acronyms": {}, "frequencies": []}',
        '{"acronyms": [], "frequencies": {}}',
        '{"acronyms": {"CMD": 5}, "frequencies": {}}',
        '{"acronyms": {"CMD": ["long"]}, "frequencies": {}}',
        '{"acronyms": {"": {"long": 1}}, "frequencies": {}}',
        '{"acronyms": {"C": {"long": 1}}, "frequencies": {}}',
        '{"acronyms": {"CMD": {"a\\ud800": 1}}, "frequencies": {}}',
        '{"acronyms": {"\\udfffD": {"long": 1}}, "frequencies": {}}',
        '{"acronyms": {}, "frequencies": {"chromiu\\ud800": 1}}',
        '{"acronyms": {}, "frequencies": {"zinc": "x"}}',
        '{"acronyms": {}, "frequencies": {"zinc": null}}',
        '{"acronyms": {}, "frequencies": {"zinc": NaN}}',
        '{"acronyms": {}, "frequencies": {"zinc": Infinity}}',
        pytest.param("[" * 100_000, id="nested"),
    ],
)
def test_words_that_nobody_wrote_are_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / "words.json").write_text(text, encoding="utf-8")

    with pytest.raises(IndexDamaged, match=rf"words.json is damaged.*{REPAIR}"):
        read_and_used(tmp_path)


def test_words_are_read_when_they_are_first_needed(folder: Path) -> None:
    file = damaged_file(folder, "words.json")
    file.write_bytes(b"{" * file.stat().st_size)
    engine = opened(folder)

    assert engine.status().sources == 2
    assert len(engine.sources()) == 2
    with pytest.raises(IndexDamaged, match=rf"words.json is damaged.*{REPAIR}"):
        engine.ask("zinc")
