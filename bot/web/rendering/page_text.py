"""Translates the parts of the page that are static files."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from .escaping import verbatim
from .languages import NAMES, Language, language_of

STATIC: Final = Path(__file__).parents[1] / "static"

# The translated parts of our HTML: text between tags, and these attributes.
TEXT = re.compile(r"(?<=>)(\s*)([^<>]*[^<>\s])(\s*)(?=<)")
ATTRIBUTE = re.compile(r'(?<= )(aria-label|title|placeholder)="([^"]+)"')

_LANGUAGES = "<!-- languages -->"


def translated(name: str, language: Language) -> str:
    """Returns the HTML of an asset, translated."""
    return _translated(name, language.code)


def spoken_script(language: Language) -> str:
    """Returns a script that hands the messages to the other scripts, and the language to Gradio.

    Gradio uses the language of the browser, which can differ from the language that the reader
    chose.
    """
    said = json.dumps({"language": language.tag, "messages": language.page})
    safe = said.replace("<", r"\u003c")
    tag = json.dumps(language.tag)
    return (
        f"<script>window.pincite = {safe};"
        f' Object.defineProperty(navigator, "language", {{ value: {tag} }});</script>'
    )


@cache
def _translated(name: str, code: str) -> str:
    language = language_of(code)

    def said(text: str) -> str:
        return verbatim(language.say(text)) if text in language.page else text

    html = (STATIC / name).read_text("utf-8")
    html = TEXT.sub(lambda text: f"{text[1]}{said(text[2])}{text[3]}", html)
    html = ATTRIBUTE.sub(lambda pair: f'{pair[1]}="{said(pair[2])}"', html)
    return html.replace(_LANGUAGES, _choices(code))


def _choices(chosen: str) -> str:
    return "".join(
        f'<li><button type="button" lang="{code}" data-language="{code}"'
        f' aria-current="{"true" if code == chosen else "false"}">{name}</button></li>'
        for code, name in NAMES.items()
    )
