"""The language of a question, and how it is named beside a refusal."""

from __future__ import annotations

import pytest
from word_encoder import MINERALS, WordEncoder

import bot
from bot.answering.presentation import REFUSAL
from bot.answering.question.language import language_of_question
from bot.web.rendering.languages import NAMES, language_of

ENGLISH = (
    "Zinc is a metal that is used for coating sheets of steel, so that rain and salt do not "
    "harm them, and most of it is mined in the mountains of the north."
)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("哪里有锌？", "zh"),
        ("哈萨克斯坦有多少铬矿 (Donskoy GOK)?", "zh"),
        ("亜鉛はどこにありますか", "ja"),
        ("아연은 어디에 있습니까", "ko"),
        ("Ποῦ εἶναι ὁ χαλκός", "el"),
        ("כמה אבץ יש?", "he"),
        ("كم الزنك؟", "ar"),
        ("जस्ता कहाँ है?", "hi"),
        ("Сколько цинка в Казахстане?", "ru"),
        ("Мұнай қайда бар екен?", "kk"),
        ("Скільки цинку є в Україні?", "uk"),
        ("Wie viel Zink gibt es in Kasachstan?", "de"),
        ("¿Cuánto zinc hay en Kazajistán?", "es"),
        ("Combien de zinc y a-t-il au Kazakhstan ?", "fr"),
        ("Quanto zinco c'è nel Kazakistan?", "it"),
        ("Ile cynku jest w Kazachstanie?", "pl"),
        ("Kazakistan'da ne kadar çinko var?", "tr"),
        ("Hoeveel zink is er in Kazachstan?", "nl"),
        ("How much zinc is there in Kazakhstan?", "en"),
        ("What does <b>“Цинк”</b> mean on the label of the tin?", "en"),
    ],
)
def test_the_language_of_a_question(question: str, code: str) -> None:
    assert language_of_question(question) == code


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "锌".encode().decode("latin-1"),
        "<table><thead><tr><th>szczegóły</th></tr></thead></table>",
        "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
        "<div class='wrapper' onclick='przejdz()'",
        "&lt;script&gt;&nbsp;&copy;",
        "https://example.com/szcz/rzeszow/index.html",
        "Przybylski Wojciechowski Kowalczyk Szczepański",
        "asdfgh qwerty zxcvbn poiuy lkjh mnbvc",
        "C6H12O6 + 6 O2 -> 6 CO2 + 6 H2O",
        "user_id=12; DROP_TABLE(students)",
        "42 17 3.5",
    ],
)
def test_what_is_in_no_language_is_called_none(question: str) -> None:
    assert language_of_question(question) is None


@pytest.mark.parametrize(
    ("code", "asked", "known"),
    [
        ("en", "Chinese", "English"),
        ("de", "Chinesisch", "Englisch"),
        ("fr", "chinois", "anglais"),
        ("es", "chino", "inglés"),
        ("ru", "китайский", "английский"),
        ("zh", "中文", "英语"),
    ],
)
def test_the_reason_names_the_languages_as_the_reader_does(
    engine: bot.Engine, code: str, asked: str, known: str
) -> None:
    (engine.settings.corpus / "a.txt").write_text(ENGLISH, encoding="utf-8")
    engine.sync()
    strict = bot.open(
        engine.settings.corpus,
        engine.settings.index,
        encoder=WordEncoder(MINERALS),
        threshold=1.0,
    )
    notice = strict.ask("哪里有锌？").notice or ""
    reason = notice.removeprefix(REFUSAL).strip()
    assert "(Chinese) than the sources (English)" in reason

    said = language_of(code).translation_of(reason)
    assert asked in said
    assert known in said
    assert (said == reason) == (code == "en")


def test_every_language_of_the_page_can_be_named_in_each() -> None:
    reason = (
        "The question seems to be in another language (Russian) than the sources (English, "
        "German, xx). Ask in a language of the sources."
    )
    for code in NAMES:
        said = language_of(code).translation_of(reason)
        assert "xx" in said
        assert ("Russian" in said) == (code == "en")
