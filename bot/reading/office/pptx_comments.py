"""Reads comments on slides in PowerPoint's current and older formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..common.characters import one_line
from ..common.comments import comment_text
from ..common.parsing import Element
from .graphics import DRAWING
from .xml_source import parse_xml


def authors_of(presentation_part: Any) -> Mapping[str, str]:
    """Returns the names of comment authors by their ids."""
    authors: dict[str, str] = {}
    for part in _related(presentation_part, "/commentAuthors", "/authors"):
        for author in parse_xml(part.blob).iter("{*}cmAuthor", "{*}author"):
            authors[author.get("id") or ""] = one_line(author.get("name") or "")
    return authors


def slide_comments(slide_part: Any, authors: Mapping[str, str], place: str) -> Iterator[str]:
    """Yields the comments on a slide, each followed by its replies."""
    for part in _related(slide_part, "/comments"):
        for comment in parse_xml(part.blob).iter("{*}cm", "{*}reply"):
            if words := _words(comment):
                yield comment_text(words, authors.get(comment.get("authorId") or "", ""), place)


def _words(comment: Element) -> str:
    """Returns the text of a comment without its replies."""
    plain = comment.findtext("{*}text")
    if plain is not None:
        return one_line(plain)
    bodies = comment.iterchildren("{*}txBody")
    paragraphs = (paragraph for body in bodies for paragraph in body.iter(DRAWING + "p"))
    texts = ("".join(text.text or "" for text in p.iter(DRAWING + "t")) for p in paragraphs)
    return one_line(" ".join(texts))


def _related(part: Any, *kinds: str) -> Iterator[Any]:
    """Yields the parts of some kinds that a part refers to, without duplicates."""
    relationships = (one for one in part.rels.values() if not one.is_external)
    parts = (one.target_part for one in relationships if one.reltype.endswith(kinds))
    yield from {str(each.partname): each for each in parts}.values()
