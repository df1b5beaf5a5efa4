"""The interface in six languages: its texts, its plural forms, and that no message is missing."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest
from catalogues import BOT, MESSAGES
from fake_answers import make_answer, make_info, make_quote, make_source

from bot.answering.presentation import CAUTION, PROBABLE
from bot.types import Verdict
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import NAMES, Language, chosen, language_of
from bot.web.rendering.page_text import translated

_FIELD = re.compile(r"\{\w+\}")

# Locators assembled from parts; no single template in the code has the whole text.
LOCATORS = re.compile(r"(hidden )?(page|line|paragraph|slide|chapter|row|sheet)s? \{")

FORMS = {
    "en": {"one", "other"},
    "de": {"one", "other"},
    "es": {"one", "many", "other"},
    "fr": {"one", "many", "other"},
    "ru": {"one", "few", "many", "other"},
    "zh": {"other"},
}


def templates_of_the_engine() -> set[str]:
    """Every message in the engine's code, with its values left open."""
    found = set()
    for file in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
                found.add("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


@pytest.mark.parametrize("code", [code for code in NAMES if code != "en"])
def test_a_language_has_every_message_and_no_other(code: str) -> None:
    language = language_of(code)
    assert language.code == code
    assert sorted(language.page) == sorted(MESSAGES)
    assert list(language.engine) == list(language_of("en").engine)


@pytest.mark.parametrize("code", NAMES)
def test_every_wording_has_the_values_and_plural_forms(code: str) -> None:
    language = language_of(code)
    for message, wording in [*language.page.items(), *language.engine.items()]:
        wordings = {"other": wording} if isinstance(wording, str) else wording
        if not isinstance(wording, str):
            assert {"{count}"} <= set(_FIELD.findall(message)), message
            assert set(wording) == FORMS[code], message
        for form, text in wordings.items():
            assert text.strip() == text != "", message
            # The form "one" may omit the number in a language where it means only 1.
            optional = {"{count}"} if form == "one" and code in ("en", "de", "es") else set()
            assert set(_FIELD.findall(message)) - optional <= set(_FIELD.findall(text)), message
            assert set(_FIELD.findall(text)) <= set(_FIELD.findall(message)), message


@pytest.mark.parametrize("code", [code for code in NAMES if code != "en"])
def test_what_is_counted_has_plural_forms(code: str) -> None:
    plurals = {name for name, said in language_of("en").page.items() if not isinstance(said, str)}
    if code == "zh":
        return
    page = language_of(code).page
    assert {name for name, said in page.items() if not isinstance(said, str)} == plurals


def test_the_engine_says_what_it_is_expected_to() -> None:
    said = templates_of_the_engine()
    missing = [
        template
        for template in language_of("en").engine
        if _FIELD.sub("{}", template) not in said and not LOCATORS.match(template)
    ]
    assert missing == []


def test_catalogues_are_sorted_alike() -> None:
    folder = BOT / "web" / "locales"
    assert {file.stem for file in folder.glob("*.json")} == set(NAMES)
    for file in folder.glob("*.json"):
        sections: dict[str, Any] = json.loads(file.read_text("utf-8"))
        assert list(sections) == ["page", "engine"]


A_LANGUAGE = Language(
    "ru",
    page={
        "{count} files": {"one": "{count} файл", "few": "{count} файла", "other": "{count} файлов"},
        "See {title}": "<см.> {title}",
        "Sure: {part}": "{part} — точно",
    },
    engine={
        "page {number}": "страница {number}",
        "{name}: gone": "{name}: нет",
        "the file {name} has {count} parts.": {
            "one": "в файле {name} {count} часть.",
            "other": "в файле {name} частей: {count}.",
        },
    },
)


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 файл"), (3, "3 файла"), (5, "5 файлов"), (21, "21 файл"), (1200, "1\xa0200 файлов")],
)
def test_a_number_chooses_its_wording(count: int, said: str) -> None:
    assert A_LANGUAGE.say("{count} files", count=count) == said


def test_values_are_written_as_the_language_does() -> None:
    assert A_LANGUAGE.say("Sure: {part}", part=0.8666) == "0,87 — точно"
    assert language_of("en").say("Sure: {part}", part=0.5) == "Sure: 0.50"
    assert A_LANGUAGE.say("not known: {count}", count=1) == "not known: 1"


def test_a_value_is_never_taken_for_a_template() -> None:
    assert A_LANGUAGE.say("See {title}", title="{count}") == "<см.> {count}"
    assert A_LANGUAGE.html("See {title}", title="<b>{title}</b>") == (
        "&#60;см&#46;&#62;&#32;<b>{title}</b>"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("page 3", "страница 3"),
        ("page 3–slide 4", "page 3–slide 4"),
        ("page {number}", "page {number}"),
        ("a: b: gone", "a: b: нет"),
        ("two\nlines: gone", "two\nlines: нет"),
        ("the file x has 1 parts.", "в файле x 1 часть."),
        ("The file x has 1,200 parts.", "В файле x частей: 1,200."),
        ("Nothing of the kind.", "Nothing of the kind."),
        ("", ""),
        (f"{'x' * 2000}: gone", f"{'x' * 2000}: gone"),
    ],
)
def test_what_the_engine_says_is_said_anew(text: str, said: str) -> None:
    assert A_LANGUAGE.translation_of(text) == said


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "en"),
        ({"accept-language": "de-AT,en;q=0.7"}, "de"),
        ({"accept-language": "en;q=0.3, ru;q=0.9, fr;q=0.5"}, "ru"),
        ({"accept-language": "kk, zh-Hant-TW"}, "zh"),
        ({"accept-language": "kk"}, "en"),
        ({"accept-language": "fr;q=x, *"}, "en"),
        ({"accept-language": "de", "cookie": "a=b; pincite-language=es"}, "es"),
        ({"accept-language": "de", "cookie": "pincite-language=../x"}, "de"),
        ({"cookie": "pincite-language=\x00;=;;"}, "en"),
    ],
)
def test_the_reader_chooses_before_the_browser_does(headers: dict[str, str], code: str) -> None:
    assert chosen(headers).code == code


@pytest.mark.parametrize("code", NAMES)
def test_the_page_cautions_in_the_language_of_its_reader(code: str) -> None:
    language = language_of(code)
    quote = make_quote(make_source(make_info("a", "A"), "It is 9."), 1, (0, 8))

    for confidence, words in ((0.59, CAUTION), (0.6, PROBABLE)):
        answer = make_answer("q", quote, verdict=Verdict.UNSURE, confidence=confidence)
        assert (language.page.get(words, words) == words) == (code == "en")
        assert f'">{language.html(words)}</p>' in answer_html(answer, language)
    assert "caution" not in answer_html(make_answer("q", quote), language)


def test_our_own_html_is_translated() -> None:
    frame = translated("page/frame.html", language_of("en"))
    assert 'data-language="de" aria-current="false">Deutsch<' in frame
    assert 'data-language="en" aria-current="true">English<' in frame
    assert "<!-- languages -->" not in frame
