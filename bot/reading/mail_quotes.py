"""What a mail repeats: the mails that it answers, and the signature below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..types import Block, BlockKind
from .assembly import Piece, assemble
from .html_walk import visible_pieces
from .lines import Line, split_lines, trim
from .parsing import Element
from .plain_text import split_blocks

QUOTED = "quoted mail"
SIGNATURE = "signature"

_ATTRIBUTION_START = re.compile(r"(?:On|Am|Le|El|Il|Op|Em|Den)\b")
_ATTRIBUTION_END = re.compile(
    r"(?:wrote|schrieb(?:\s[^\n]{1,80})?|a écrit|escribió|ha scritto|schreef|escreveu)\s?:\s*\Z"
)
_ORIGINAL = re.compile(
    r"-{3,}\s?(?:original message|original-nachricht|ursprüngliche nachricht|message d'origine"
    r"|mensaje original|messaggio originale|исходное сообщение)\s?-{3,}\s*",
    re.IGNORECASE,
)
_VISIBLE = re.compile(r"\S")

_QUOTING_CLASSES = frozenset({"gmail_quote", "yahoo_quoted", "moz-cite-prefix"})
_SIGNING_CLASSES = frozenset({"gmail_signature", "moz-signature"})

# Signs that Unicode reserves for use within a program: they stand in no text.
_OPENS_QUOTE, _OPENS_SIGNATURE, _CLOSES = "\ufdd0", "\ufdd1", "\ufdd2"
_REASONS = {_OPENS_QUOTE: QUOTED, _OPENS_SIGNATURE: SIGNATURE}
_BORDERS = re.compile(f"[{_OPENS_QUOTE}-{_CLOSES}]")


def split_mail(text: str) -> tuple[Block, ...]:
    """The blocks of a mail in plain text, those that are not its own words marked as skipped."""
    lines = split_lines(text)
    reasons = _reasons(lines)
    masked = "\n".join(
        _VISIBLE.sub(" ", line.text) if reason else line.text
        for line, reason in zip(lines, reasons, strict=True)
    )
    own, _ = split_blocks(masked)
    blocks = sorted([*own, *_runs(text, lines, reasons)], key=lambda block: block.start)
    return _keep_a_mere_quote(blocks)


def split_mail_page(root: Element) -> tuple[str, tuple[Block, ...]]:
    """The text of a mail written as a web page, and its blocks, marked like those of plain text."""
    _draw_borders(root)
    pieces: list[Piece] = []
    reasons: list[str | None] = []
    around: list[str] = []
    for piece in visible_pieces(root):
        text = _BORDERS.sub("", piece.text)
        if text.strip():
            pieces.append(replace(piece, text=text))
            reasons.append(around[0] if around else None)
        for border in _BORDERS.findall(piece.text):
            if border != _CLOSES:
                around.append(_REASONS[border])
            elif around:
                around.pop()
    text, blocks, _ = assemble(pieces)
    marked = (replace(block, skipped=reason) for block, reason in zip(blocks, reasons, strict=True))
    return text, _keep_a_mere_quote(list(marked))


def without_borders(source: str) -> str:
    """The source of a page without the signs that mark borders in it later."""
    return _BORDERS.sub("", source)


def _reasons(lines: Sequence[Line]) -> list[str | None]:
    """Why each line is not the mail's own, None for one that is."""
    reasons: list[str | None] = []
    is_below = is_signed = False
    for place, line in enumerate(lines):
        is_below = is_below or _ORIGINAL.fullmatch(line.text) is not None
        is_quoted = is_below or line.text.startswith(">")
        is_signed = not is_quoted and (is_signed or line.text.rstrip() == "--")
        reasons.append(QUOTED if is_quoted else SIGNATURE if is_signed else None)
        if is_quoted and not is_below:
            for above in _attribution(lines, reasons, place):
                reasons[above] = QUOTED
    return reasons


def _attribution(lines: Sequence[Line], reasons: Sequence[str | None], place: int) -> Sequence[int]:
    """The one or two lines above the quote at `place` that say whose words it has."""
    last = place - 1
    while last >= 0 and reasons[last] is None and lines[last].is_blank and place - last < 3:
        last -= 1
    if last < 0 or reasons[last] or not _ATTRIBUTION_END.search(lines[last].text[-200:]):
        return ()
    for first in (last, last - 1):
        if first >= 0 and not reasons[first] and _ATTRIBUTION_START.match(lines[first].text):
            return range(first, last + 1)
    return ()


def _runs(text: str, lines: Sequence[Line], reasons: Sequence[str | None]) -> list[Block]:
    """One block for each run of lines with the same reason that no blank line interrupts."""
    runs: list[Block] = []
    reason_above: str | None = None
    for line, reason in zip(lines, reasons, strict=True):
        if reason and not line.is_blank:
            start, end = trim(text, line.start, line.end)
            if reason == reason_above:
                start = runs.pop().start
            runs.append(Block(start, end, BlockKind.PARAGRAPH, skipped=reason))
        reason_above = None if line.is_blank else reason
    return runs


def _keep_a_mere_quote(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """`blocks`, with quotes kept where there is nothing else: the mail was passed on for them."""
    if any(block.skipped is None for block in blocks):
        return tuple(blocks)
    return tuple(
        replace(block, skipped=None) if block.skipped == QUOTED else block for block in blocks
    )


def _draw_borders(root: Element) -> None:
    """Puts paragraphs with a border's sign before and at the end of quotes and signatures."""
    from lxml import html

    def border(sign: str) -> Element:
        element = html.Element("p")
        element.text = sign
        return element

    for element in list(root.iter("blockquote", "div", "pre")):
        classes = set((element.get("class") or "").split())
        is_quote = element.tag == "blockquote" and element.get("type") == "cite"
        # Outlook has the quoted mail not within this element but after it.
        is_heading = element.get("id") == "divRplyFwdMsg"
        if element.getparent() is None:
            continue
        if is_quote or is_heading or classes & _QUOTING_CLASSES:
            element.addprevious(border(_OPENS_QUOTE))
        elif classes & _SIGNING_CLASSES:
            element.addprevious(border(_OPENS_SIGNATURE))
        else:
            continue
        if not is_heading:
            element.append(border(_CLOSES))
