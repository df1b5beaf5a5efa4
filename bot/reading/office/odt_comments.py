"""Reads the comments in an OpenDocument file, with their authors and the text they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..common.comments import Ranges
from ..common.parsing import Element
from .open_names import OFFICE, PARAGRAPHS, TEXT, UNSEEN, Styles

ANNOTATION = OFFICE + "annotation"
_END = OFFICE + "annotation-end"
_NAME = OFFICE + "name"
_ASIDE = UNSEEN | {TEXT + "note"}
_PARTING = PARAGRAPHS | {TEXT + "s", TEXT + "tab", TEXT + "line-break"}
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_ENOUGH = 250
"""Characters of a paragraph that are read for a comment at a point."""


def commented(body: Element, styles: Styles) -> dict[str, str]:
    """Returns the texts that comments with a range refer to, by comment name."""
    ranges = Ranges()
    for element, text in _shown(body, styles):
        if element is not None and element.tag == ANNOTATION:
            ranges.begin(element.get(_NAME) or "")
        elif element is not None:
            ranges.end(element.get(_NAME) or "")
        elif ranges.is_open:
            ranges.add(text)
    return ranges.about


def author_of(annotation: Element) -> str:
    """Returns the author of a comment."""
    return annotation.findtext(_CREATOR) or ""


@dataclass(slots=True)
class Around:
    """The beginnings of the paragraphs that contain comments."""

    styles: Styles
    known: tuple[Element, str] = (None, "")
    """The last paragraph read, because a paragraph may have many comments."""

    def text(self, annotation: Element) -> str:
        """Returns the beginning of the paragraph that contains a comment."""
        paragraph = annotation.getparent()
        if paragraph.tag not in PARAGRAPHS:
            return ""
        if paragraph is not self.known[0]:
            about = ""
            for _, text in _shown(paragraph, self.styles):
                about += text
                if len(about) > _ENOUGH:
                    break
            self.known = paragraph, about
        return self.known[1]


def _shown(container: Element, styles: Styles) -> Iterator[tuple[Element | None, str]]:
    """Yields the texts below an element in order, and the start and end points of comments."""
    from lxml.etree import iterwalk

    walk = iterwalk(container, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if element.tag in (ANNOTATION, _END):
                yield element, ""
            is_hidden = element.get(TEXT + "style-name") in styles.hidden
            if is_hidden or element.tag in _ASIDE:
                walk.skip_subtree()
            elif element.text:
                yield None, element.text
            continue
        if element.tag in _PARTING:
            yield None, " "
        if element is not container and element.tail:
            yield None, element.tail
