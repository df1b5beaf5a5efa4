"""The messages of the interface in every language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from places import ROOT

from bot.answering.presentation import (
    _DIFFERING,
    CAUTION,
    FINDINGS,
    PROBABLE,
    REFUSAL,
    SAID,
    STATES,
)
from bot.export.styles import STYLES
from bot.web.rendering.page_text import ATTRIBUTE, STATIC, TEXT

BOT = ROOT / "bot"
# Names, symbols and formats, which are the same in all languages.
UNTRANSLATED = {
    *("pincite", "pincite ask", ".", "?", "Markdown", "JSON", "CSV", "Word"),
    *(style.label for style in STYLES.values()),
}
_SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
_NOT_SHOWN = re.compile(r"<(style|script)\b.*?</\1>|<kbd>.*?</kbd>|<!--.*?-->", re.DOTALL)


def said_by_scripts() -> Iterator[str]:
    for file in (*STATIC.rglob("*.js"), STATIC / "page" / "starting.html"):
        yield from _SAID.findall(file.read_text("utf-8"))


def said_by_files() -> Iterator[str]:
    for name in ("frame.html", "starting.html"):
        html = _NOT_SHOWN.sub("", (STATIC / "page" / name).read_text("utf-8"))
        yield from (match[2] for match in TEXT.finditer(html))
        yield from (match[2] for match in ATTRIBUTE.finditer(html))


def said_by_server() -> Iterator[str]:
    for file in (
        *(BOT / "web").rglob("*.py"),
        BOT / "answering" / "presentation.py",
        BOT / "export" / "notebook.py",
    ):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("say", "html") and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
    yield from ("Very likely", "Likely")
    yield from filter(None, SAID.values())
    yield from _DIFFERING.values()
    yield from (*STATES.values(), *FINDINGS)
    yield from (REFUSAL, CAUTION, PROBABLE)
    yield from ("Loading the model…", "Searching…")
    yield from ("Conversation", "Your question", "Ask a question", "New conversation", "Check")


MESSAGES = {*said_by_scripts(), *said_by_files(), *said_by_server()} - UNTRANSLATED
