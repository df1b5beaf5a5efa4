"""The rows of a document, as tests compare them."""

from __future__ import annotations

from passage_words import words

from bot.text.passages import PassageRules, split
from bot.types import Document, Source, SourceInfo


def lines(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def names(document: Document) -> list[str]:
    return [mark.name for mark in document.marks]


def locators(document: Document, characters: int) -> list[tuple[str, str]]:
    info = SourceInfo("id", "corpus/a", "A", None, None, None, None, "en", "csv", "0" * 64)
    source = Source(info, document.text, document.blocks, document.marks, document.first_line)
    passages = split(source, PassageRules(characters, 254), words)
    assert all(passage.text == source.text[passage.start : passage.end] for passage in passages)
    return [(passage.text, passage.locator) for passage in passages]
