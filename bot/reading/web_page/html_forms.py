"""Reads the values in form fields of a web page like the text around them."""

from __future__ import annotations

from ..common.parsing import Element

FIELDS = frozenset({"input", "select", "textarea"})
_UNSEEN = frozenset("button file hidden image password reset submit".split())
_CHOICES = frozenset({"checkbox", "radio"})


def entered(element: Element) -> str:
    """Returns the visible value of a field, with blanks around it.

    For a selection this is the selected option; unchecked boxes and buttons show nothing.
    """
    if element.tag == "textarea":
        return f" {element.text or ''} "
    if element.tag == "select":
        options = list(element.iter("option"))
        selected = [option for option in options if option.get("selected") is not None]
        shown = selected or (options[:1] if element.get("multiple") is None else [])
        return f" {', '.join(' '.join(option.text_content().split()) for option in shown)} "
    kind = (element.get("type") or "text").lower()
    if kind in _UNSEEN:
        return " "
    if kind in _CHOICES:
        return " [x] " if element.get("checked") is not None else " "
    return f" {element.get('value') or ''} "
