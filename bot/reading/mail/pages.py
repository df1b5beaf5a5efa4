"""Splits mails written in HTML into their own text, quotes, forwarded mail and signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...types import Block
from ..common.assembly import Piece, assemble
from ..common.parsing import Element
from ..web_page.html_walk import visible_pieces
from .headers import MOST_HEADERS, repeats_headers
from .quotes import QUOTED, SIGNATURE, Turn, answered, keep_a_mere_quote
from .wording import is_original, passes_on

_QUOTING_CLASSES = frozenset(
    "gmail_quote yahoo_quoted moz-cite-prefix protonmail_quote gmail_extra zmail_extra".split()
)
_SIGNING_CLASSES = frozenset({"gmail_signature", "moz-signature", "protonmail_signature_block"})

# Unicode noncharacters, reserved for use within a program, never occur in text.
_OPENS_QUOTE, _OPENS_SIGNATURE, _OPENS_OTHER, _CLOSES = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_REASONS = {_OPENS_QUOTE: QUOTED, _OPENS_SIGNATURE: SIGNATURE, _OPENS_OTHER: QUOTED}
_BORDERS = re.compile(f"[{_OPENS_QUOTE}-{_CLOSES}]")


def split_mail_page(root: Element, turn: Turn) -> tuple[str, tuple[Block, ...]]:
    """Returns the text of an HTML mail and its blocks, marked like those of plain text."""
    _draw_borders(root)
    pieces: list[Piece] = []
    reasons: list[str | None] = []
    around: list[str] = []
    is_first = is_passed_on = is_below = False
    found = list(visible_pieces(root))
    for at, piece in enumerate(found):
        text = _BORDERS.sub("", piece.text)
        if text.strip():
            top = text.strip().split("\n")[0].strip()
            if _begins_another(top, turn) and (is_first or not around):
                is_passed_on = True
            is_first = False
            if at and not around and _repeats_headers(found[at : at + MOST_HEADERS]):
                is_below = is_below or (turn.answers and not is_passed_on)
                is_passed_on = not is_below
            quoted = around[0] if around else QUOTED if is_below else None
            pieces.append(replace(piece, text=text))
            reasons.append(None if is_passed_on and quoted == QUOTED else quoted)
        for border in _BORDERS.findall(piece.text):
            if border != _CLOSES:
                is_first = is_first or not around
                is_passed_on = is_passed_on or (
                    turn.forwards
                    if border == _OPENS_QUOTE
                    else border == _OPENS_OTHER and not turn.answers
                )
                around.append(_REASONS[border])
            elif around:
                around.pop()
    _keep_questions(pieces, reasons)
    text, blocks, _ = assemble(pieces)
    marked = (replace(block, skipped=reason) for block, reason in zip(blocks, reasons, strict=True))
    return text, keep_a_mere_quote(list(marked))


def without_borders(source: str) -> str:
    """Removes the border characters from the source of a page, before borders are inserted."""
    return _BORDERS.sub("", source)


def _begins_another(line: str, turn: Turn) -> bool:
    return passes_on(line) or (is_original(line) and not turn.answers)


def _repeats_headers(pieces: Sequence[Piece]) -> bool:
    """Whether pieces begin with the headers of another mail, in one piece or one per piece."""
    lines = [line for piece in pieces for line in _BORDERS.sub("", piece.text).strip().split("\n")]
    return repeats_headers(lines)


def _keep_questions(pieces: list[Piece], reasons: list[str | None]) -> None:
    """Keeps a quoted question when its answer stands right below it."""
    runs: list[list[int]] = []
    for at, reason in enumerate(reasons):
        if reason == QUOTED:
            if not at or reasons[at - 1] != QUOTED:
                runs.append([])
            runs[-1].append(at)
    for run in runs:
        if run[-1] + 1 < len(reasons) and reasons[run[-1] + 1] is None:
            said = [" ".join(pieces[at].text.split()) for at in run]
            place = answered(said, is_between=len(runs) > 1)
            if place is not None:
                reasons[run[place]] = None


def _draw_borders(root: Element) -> None:
    """Inserts paragraphs with border characters around quotes and signatures."""
    drawn: set[Element] = set()
    for element in list(root.iter("blockquote", "div", "pre")):
        classes = set((element.get("class") or "").split())
        is_quote = element.tag == "blockquote" and element.get("type") == "cite"
        if element.getparent() is None or element in drawn:
            continue
        if element.get("id") == "divRplyFwdMsg":
            # Outlook puts the other mail after this element, not inside it.
            element.addprevious(_border(_OPENS_OTHER))
        elif is_quote or classes & _QUOTING_CLASSES:
            element.addprevious(_border(_OPENS_QUOTE))
            within = [] if is_quote else list(_outermost_quotes(element))
            if not within:
                element.append(_border(_CLOSES))
            for quote in within:
                # Text between the inner quotes answers them.
                drawn.add(quote)
                quote.append(_border(_CLOSES))
                if quote is not within[0]:
                    quote.addprevious(_border(_OPENS_QUOTE))
        elif classes & _SIGNING_CLASSES:
            element.addprevious(_border(_OPENS_SIGNATURE))
            element.append(_border(_CLOSES))


def _outermost_quotes(element: Element) -> Iterator[Element]:
    """Yields the quotes within an element that are not inside another quote."""
    end = None
    for quote in element.iter("blockquote"):
        if end is None or end not in quote.iterancestors():
            end = quote
            yield quote


def _border(sign: str) -> Element:
    from lxml import html

    element = html.Element("p")
    element.text = sign
    return element
