"""Translates the interface: English, German, Russian, French, Spanish, Chinese.

A message is looked up in the catalogue of the language by its English text, in which values have
names in braces. If a number decides the wording, the catalogue has one wording for each plural form
of the Unicode CLDR. The engine writes English only: its messages are matched against the English
templates and translated. Text by others (quotes, titles, questions, file names) passes through here
only as a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.numbers import format_decimal

from .escaping import verbatim

# The page sets this cookie when the reader chooses a language.
COOKIE = "pincite-language"

LOCALES: Final = Path(__file__).parents[1] / "locales"

NAMES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "zh": "中文",
}

# Longer texts stay English: matching a template is slow if a name in the text resembles one.
_LONGEST_RETOLD = 1_000

# Patterns for some values; any other value may be any text.
_VALUES = dict.fromkeys(("count", "number", "last", "sure"), r"[\d,]+")

# Values that are English names of languages, one or several.
_LANGUAGE_NAMES = ("asked", "known")

_FIELD = re.compile(r"\{(\w+)\}")

Wording = str | dict[str, str]


@dataclass(frozen=True)
class Language:
    """The messages of the interface in one language.

    `page` has the messages of the page and `engine` the templates of the engine's messages. Both
    map the English text to a wording, or, if it has a `{count}`, to wordings by plural form.
    """

    code: str
    page: Mapping[str, Wording]
    engine: Mapping[str, Wording]

    @property
    def tag(self) -> str:
        """The language tag with the country that Gradio and screen readers need, such as zh-CN."""
        return {"zh": "zh-CN"}.get(self.code, self.code)

    def say(self, message: str, /, **values: object) -> str:
        """Returns a message of the page with its values; numbers are formatted for the language."""
        template = self._template(message, values.get("count"))
        return _filled(template, lambda name: self._written(values[name]))

    def html(self, message: str, /, **values: str) -> str:
        """Returns a message of the page as HTML; the values must be HTML already."""
        return _filled(self._template(message), values.__getitem__, verbatim)

    def translation_of(self, text: str) -> str:
        """Translates an English message of the engine; returns unknown messages unchanged."""
        if len(text) > _LONGEST_RETOLD:
            return text
        found = self._retold(text)
        if found is None and text[:1].isupper():
            # The command line prints the same message in lower case after "error:"; here it is a
            # sentence.
            found = self._retold(text[0].lower() + text[1:])
            found = found and found[0].upper() + found[1:]
        return text if found is None else found

    def _template(self, message: str, count: object = 0) -> str:
        return self._worded(self.page.get(message, message), count)

    def _written(self, value: object) -> str:
        if isinstance(value, int):
            return str(format_decimal(value, locale=self._locale))
        if isinstance(value, float):
            return str(format_decimal(value, "0.00", locale=self._locale))
        return str(value)

    def _retold(self, text: str) -> str | None:
        for pattern, wording in self._patterns:
            if match := pattern.fullmatch(text):
                values = match.groupdict()
                count = values.get("count", "").replace(",", "")
                template = self._worded(wording, int(count) if count.isdecimal() else 0)
                values |= {
                    name: self._languages_retold(values[name])
                    for name in _LANGUAGE_NAMES
                    if name in values
                }
                return _filled(template, values.__getitem__)
        return None

    def _languages_retold(self, names: str) -> str:
        own = self._locale.languages
        return ", ".join(own.get(_codes().get(name, ""), name) for name in names.split(", "))

    def _worded(self, wording: Wording, count: object) -> str:
        if isinstance(wording, str):
            return wording
        form = self._locale.plural_form(count if isinstance(count, int) else 0)
        return wording.get(form, wording["other"])

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(self.code)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], Wording]]:
        # Templates with more literal text first, since a value may match anything.
        ordered = sorted(
            self.engine, key=lambda message: len(_FIELD.sub("", message)), reverse=True
        )
        return [(_pattern(message), self.engine[message]) for message in ordered]


@cache
def _codes() -> dict[str, str]:
    """Maps the English name of each language to its code."""
    return {name: code for code, name in Locale("en").languages.items()}


def language_of(code: str) -> Language:
    """Returns the language with a code; English for an unknown code."""
    return _loaded(code if code in NAMES else "en")


def chosen(headers: Mapping[str, str]) -> Language:
    """Returns the language of a request: the reader's choice, or else the browser's preference."""
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    if cookie is not None and cookie.value in NAMES:
        return language_of(cookie.value)
    return language_of(_preferred(headers.get("accept-language", "")))


def _preferred(accepted: str) -> str:
    """Returns the first supported language of Accept-Language (RFC 9110, section 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for item in accepted.split(","):
        tag, _, quality = item.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    known = (code for _, code in sorted(ranked, key=lambda pair: pair[0]) if code in NAMES)
    return next(known, "en")


def _filled(template: str, value: Callable[[str], str], literal: Callable[[str], str] = str) -> str:
    """Fills in the values of a template, and applies `literal` to the text around them."""
    parts = _FIELD.split(template)
    return "".join(value(part) if place % 2 else literal(part) for place, part in enumerate(parts))


def _pattern(message: str) -> re.Pattern[str]:
    parts = _FIELD.split(message)
    source = "".join(
        f"(?P<{part}>{_VALUES.get(part, '.+?')})" if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    )
    return re.compile(source, re.DOTALL)


@cache
def _loaded(code: str) -> Language:
    text = (LOCALES / f"{code}.json").read_text("utf-8")
    sections: dict[str, Any] = json.loads(text)
    return Language(code, sections["page"], sections["engine"])
