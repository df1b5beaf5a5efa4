"""Passages in languages that the encoder does not know are met by words alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import bot
from bot.answering.presentation import first_span
from bot.embedding import SentenceTransformerEncoder
from bot.embedding.word_pieces import content_words
from bot.retrieval.word_matching import Worded, is_known, match_words
from bot.types import Verdict

pytestmark = pytest.mark.slow

KNOWN = frozenset(("en",))


@pytest.mark.parametrize(
    ("text", "language", "is_understood"),
    [
        ("The mine was closed.", "en", True),
        ("The mine was closed.", "en-GB", True),
        ("The mine was closed.", None, True),
        ("Die Grube schloss.", "de", False),
        ("Шахта закрыта.", None, False),
        # One name in other letters does not make another language.
        ("The mine (шахта) was closed.", None, True),
        ("Café Ĝoĵo", None, True),
        ("1921", None, True),
    ],
)
def test_what_an_encoder_knows(text: str, language: str | None, is_understood: bool) -> None:
    assert is_known(text, language, KNOWN) is is_understood
    assert is_known(text, language, None)


def _spans(*spans: tuple[int, int]) -> np.ndarray:
    return np.array(spans, dtype=np.int32).reshape(-1, 2)


def test_what_is_met_by_hand() -> None:
    question = "Шахта цинка 1921"
    spans = ((0, 5), (6, 11), (12, 16))
    text = "Шахты закрыли. Цинк плавили в 1921."
    passage = Worded(
        text,
        "О шахте",
        _spans((0, 14), (15, 35)),
        np.array([False, False]),
        np.array([False, False]),
    )
    weights = np.array([0.5, 0.3, 0.2], dtype=np.float32)

    (found,) = match_words(tuple(content_words(question, spans)), weights, "en", [passage])

    assert found.interaction == pytest.approx(1.0)
    assert found.even_interaction == pytest.approx(1.0)
    # The first sentence has the mine, the second zinc and the year, and the title the mine.
    assert found.interactions == pytest.approx([0.5, 0.5])
    assert found.context_interactions == pytest.approx([0.5, 1.0])
    assert found.context_cosines == pytest.approx([0.5, 1.0])
    assert found.context_pieces.tolist() == [[1, 1], [0, 1], [0, 1]]
    met = [[text[start:end] for start, end in found.spans[row > 0]] for row in found.cosines]
    assert met == [["", "Шахты"], ["Цинк"], ["1921"]]


def test_nothing_is_met_of_a_question_or_a_passage_without_words() -> None:
    empty = Worded("…", "", _spans((0, 1)), np.array([False]), np.array([False]))
    weights = np.ones(1, dtype=np.float32)

    (of_nothing,) = match_words((), weights, "en", [empty])
    (nothing,) = match_words(((("цинк",), (0,)),), weights, "en", [empty])

    assert of_nothing.interaction == nothing.interaction == 0.0
    assert nothing.context_pieces.tolist() == [[0.0]]


RUSSIAN = {
    "mill.txt": "Водяная мельница у моста работала с 1874 года. Её построил купец Артемьев на"
    " деньги, которые занял у брата. Жернова привезли по реке из соседней губернии.",
    "market.txt": "Рынок открывали по субботам в семь утра. Торговали льном, мёдом и скобяным"
    " товаром. За место платили три копейки в день, а зимой две.",
    "school.txt": "В школе учились сорок детей. Учительница Вера Логинова вела уроки пения и"
    " рисования. Занятия начинались в сентябре и кончались в мае.",
}
GERMAN = {
    "muehle.txt": "Die Wassermühle an der Brücke arbeitete seit 1874. Der Kaufmann Arends baute sie"
    " mit Geld, das er von seinem Bruder geliehen hatte. Die Mühlsteine kamen über den Fluss.",
    "markt.txt": "Der Markt öffnete samstags um sieben Uhr. Verkauft wurden Flachs, Honig und"
    " Eisenwaren. Ein Stand kostete drei Groschen am Tag, im Winter nur zwei.",
}


def _opened(folder: Path, files: dict[str, str], encoder: SentenceTransformerEncoder) -> bot.Engine:
    for name, text in files.items():
        (folder / "corpus").mkdir(exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    engine = bot.open(folder / "corpus", folder / "index", encoder=encoder)
    engine.sync()
    return engine


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        (RUSSIAN, "На чьи деньги купец построил мельницу?", "Её построил купец Артемьев"),
        (RUSSIAN, "Сколько платили за место на рынке?", "За место платили три копейки"),
        (
            GERMAN,
            "Von wem hatte der Kaufmann Arends das Geld geliehen?",
            "Der Kaufmann Arends baute sie",
        ),
        (GERMAN, "Was kostete ein Stand auf dem Markt?", "Ein Stand kostete drei Groschen"),
    ],
)
def test_a_question_in_the_language_of_the_text_finds_its_sentence(
    files: dict[str, str],
    question: str,
    said: str,
    tmp_path: Path,
    packaged_model: SentenceTransformerEncoder,
) -> None:
    answer = _opened(tmp_path, files, packaged_model).ask(question)

    assert answer.verdict is not Verdict.UNANSWERED
    quote = answer.quotes[0]
    marked = [quote.text[start:end] for start, end in _within(quote)]
    assert any(text.startswith(said) for text in marked), marked
    # Words alone tell hardly which sentence answers: the whole passage is seen.
    assert first_span(quote, answer) == (quote.start, quote.start + len(quote.text))


@pytest.mark.parametrize(
    ("files", "question"),
    [
        (RUSSIAN, "Когда затонул пароход «Отважный»?"),
        (RUSSIAN, "Какой налог платили владельцы собак в Казани?"),
        (GERMAN, "Wie viele Lokomotiven fuhren nach Bremen?"),
    ],
)
def test_a_question_that_the_text_does_not_answer_is_not_answered(
    files: dict[str, str], question: str, tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    answer = _opened(tmp_path, files, packaged_model).ask(question)

    assert answer.verdict is Verdict.UNANSWERED


ENGLISH = {
    "wharf.txt": "The keeper of the wharf was named Biden. Grain barges moored there in the winter"
    " months, and the toll was twopence for each of them until the railway came.",
}


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ('Where does it say "Die Mühlsteine kamen über den Fluss"?', "Die Mühlsteine kamen"),
        ('Wo steht "Grain barges moored there"?', "Grain barges moored there"),
        ('Wo steht der Name "was named Biden" und warum?', "was named Biden"),
    ],
)
def test_a_quoted_phrase_is_found_in_whatever_language_it_stands(
    question: str, phrase: str, tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    answer = _opened(tmp_path, {**GERMAN, **ENGLISH}, packaged_model).ask(question)

    assert answer.unquoted == ()
    assert phrase in answer.quotes[0].text


def test_the_cross_encoder_reads_no_letters_that_it_does_not_know(
    tmp_path: Path, packaged_model: SentenceTransformerEncoder
) -> None:
    # So short that its language is not told.
    note = {"note.txt": "Рынок открыт в семь утра."}

    answer = _opened(tmp_path, note, packaged_model).ask("Когда открыт рынок?")

    assert answer.quotes[0].source.language is None
    assert answer.quotes[0].evidence is not None
    assert answer.quotes[0].evidence.by_words
    assert answer.quotes[0].relevance is None


def _within(quote: bot.types.Quote) -> Sequence[tuple[int, int]]:
    start = quote.start
    return [(first - start, last - start) for first, last in quote.highlights]
