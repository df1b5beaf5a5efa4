"""PDFs: tables with rules and without, columns of text, and what looks like either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reportlab.pdfgen.canvas import Canvas

from . import Written
from .pdf_builders import TypeLine, body, draw, file

Cells = Sequence[Sequence[str]]


def documents() -> Iterator[Written]:
    """All PDFs with tables or columns."""
    yield from _ruled()
    yield from _unruled()
    yield from _over_pages()
    yield from _columns()
    yield from _no_tables()


def _rows(cells: Cells) -> tuple[Mapping[str, str], ...]:
    """The rows below the header, without cells that are empty."""
    header, *rows = cells
    return tuple(
        {label: cell for label, cell in zip(header, row, strict=True) if cell} for row in rows
    )


def _at(cells: Cells, lefts: Sequence[float], top: float, leading: float = 16) -> list[TypeLine]:
    """Cells side by side, row by row; a line break begins another line of a cell."""
    lines: list[TypeLine] = []
    for row in cells:
        height = max(cell.count("\n") for cell in row)
        for left, cell in zip(lefts, row, strict=True):
            lines += (
                (left, top - 12 * number, 10, text)
                for number, text in enumerate(cell.split("\n"))
                if text
            )
        top -= leading + 12 * height
    return lines


MOORINGS = (
    ("Boat", "Berth", "Length", "Fee"),
    ("Sandpiper", "C-3", "7.2 m", "64 crowns"),
    ("Dunlin", "", "6.1 m", "58 crowns"),
    ("Whimbrel", "C-9", "", "71 crowns"),
    ("Total", "", "", "193 crowns"),
)


def _ruled() -> Iterator[Written]:
    wrapped = (
        ("Room", "Use", "Warden"),
        ("North\nloft", "Drying of nets\nand of sails", "Ebba\nStrand"),
        ("Cellar", "Barrels", "Folke\nNorin"),
    )
    edges = (70.0, 120.0, 210.0, 290.0)

    def tight(canvas: Canvas) -> None:
        draw(canvas, _at(wrapped, [edge + 3 for edge in edges[:3]], 700))
        canvas.grid(edges, (715, 695, 668, 640))

    flat = [[cell.replace("\n", " ") for cell in row] for row in wrapped]
    yield Written("a ruled table with wrapped cells", ".pdf", file([tight]), rows=_rows(flat))

    def merged(canvas: Canvas) -> None:
        cells = (
            ("Year", "Month", "Catch"),
            ("2031", "May", "410 kg"),
            ("", "June", "388 kg"),
            ("2032", "May", "295 kg"),
        )
        draw(canvas, _at(cells, (75, 155, 235), 700, 20))
        canvas.grid((70, 150, 230, 310), (715, 693))
        canvas.grid((150, 230, 310), (693, 673, 653))
        canvas.grid((70, 150), (693, 653))
        canvas.grid((70, 150, 230, 310), (653, 633))

    yield Written(
        "a ruled table with a cell over two rows",
        ".pdf",
        file([merged]),
        rows=(
            {"Year": "2031", "Month": "May", "Catch": "410 kg"},
            {"Year": "2031", "Month": "June", "Catch": "388 kg"},
            {"Year": "2032", "Month": "May", "Catch": "295 kg"},
        ),
    )

    def framed(canvas: Canvas) -> None:
        draw(canvas, _at(MOORINGS, (75, 165, 235, 300), 700, 14))
        canvas.grid((70, 160, 230, 295, 380), (712, 696, 635))

    yield Written(
        "a table ruled between columns alone", ".pdf", file([framed]), rows=_rows(MOORINGS)
    )

    def boxed(canvas: Canvas) -> None:
        canvas.rect(60, 660, 400, 60)
        draw(canvas, body(["The box says that the bridge is", "closed to carts in winter."], 700))

    yield Written(
        "a paragraph in a box",
        ".pdf",
        file([boxed]),
        pieces=("The box says that the bridge is closed to carts in winter.",),
    )


def _unruled() -> Iterator[Written]:
    above = body(["The harbour keeps a list of boats. It is read out in spring."], 760)
    above.append((72, 725, 10, "Table 3. Berths and fees"))
    lines = _at(MOORINGS, (72, 180, 280, 380), 700)
    below = body(["The list is closed in autumn, and nobody is added until the ice is gone."], 600)
    pieces = ("It is read out in spring.", "nobody is added until the ice is gone.")
    yield Written(
        "a table without rules, row by row",
        ".pdf",
        file([[*above, *lines, *below]]),
        pieces=pieces,
        rows=_rows(MOORINGS),
    )
    by_column = sorted(lines, key=lambda line: (line[0], -line[1]))
    yield Written(
        "a table without rules, column by column",
        ".pdf",
        file([[*above, *by_column, *below]]),
        pieces=pieces,
        rows=_rows(MOORINGS),
    )
    spanned: list[TypeLine] = [
        (72, 700, 10, "Cloth"),
        (200, 700, 10, "Price of a bale in the town"),
        (200, 684, 10, "Spring"),
        (290, 684, 10, "Autumn"),
        *_at((("Linen", "14", "16"), ("Felt", "9", "8")), (72, 200, 290), 668),
    ]
    label = "Price of a bale in the town"
    yield Written(
        "a header over two columns",
        ".pdf",
        file([spanned]),
        rows=(
            {"Cloth": "Linen", f"{label}, Spring": "14", f"{label}, Autumn": "16"},
            {"Cloth": "Felt", f"{label}, Spring": "9", f"{label}, Autumn": "8"},
        ),
    )
    middle: list[TypeLine] = [
        *_at((("Year", "Month", "Catch"),), (72, 160, 250), 700),
        (72, 676, 10, "2031"),
        *_at((("", "May", "410 kg"), ("", "June", "388 kg")), (72, 160, 250), 684),
        *_at((("2032", "May", "295 kg"), ("2033", "May", "301 kg")), (72, 160, 250), 652),
    ]
    yield Written(
        "a cell in the middle beside two rows",
        ".pdf",
        file([middle]),
        rows=(
            {"Year": "2031", "Month": "May", "Catch": "410 kg"},
            {"Year": "2031", "Month": "June", "Catch": "388 kg"},
            {"Year": "2032", "Month": "May", "Catch": "295 kg"},
        ),
    )
    tolls = (
        ("Vehicle", "Toll"),
        ("Cart", "4 crowns"),
        ("Coach", "9 crowns"),
        ("Sledge", "2 crowns"),
    )
    yield Written(
        "a table of two columns", ".pdf", file([_at(tolls, (72, 200), 700)]), rows=_rows(tolls)
    )


def _over_pages() -> Iterator[Written]:
    header = ("Lot", "Wood", "Cords")
    woods = ("birch", "alder", "ash", "elm", "larch", "spruce", "rowan", "maple")
    rows = [(f"L-{40 + 7 * at}", wood, f"{3 * at + 2}") for at, wood in enumerate(woods)]
    lefts = (72, 180, 300)
    pages = [
        [*_at((header, *rows[:4]), lefts, 760), (290, 40, 9, "1")],
        [*_at((header, *rows[4:]), lefts, 760), (290, 40, 9, "2")],
    ]
    yield Written("a table that goes over pages", ".pdf", file(pages), rows=_rows((header, *rows)))
    bare = [pages[0], [*_at(rows[4:], lefts, 760), (290, 40, 9, "2")]]
    yield Written(
        "a table that goes over pages without its header",
        ".pdf",
        file(bare),
        rows=_rows((header, *rows)),
    )


LEFT = (
    "The bakery by the gate makes",
    "flat bread before dawn, and it",
    "is sold out when the bells of",
    "the abbey are rung at noon.",
)
RIGHT = (
    "The saddler next door to it",
    "mends harness with waxed yarn",
    "and an awl that he had from",
    "his uncle in the far valley.",
)


def _columns() -> Iterator[Written]:
    one, other = body(LEFT), body(RIGHT, left=330)
    mixed = [line for pair in zip(one, other, strict=True) for line in pair]
    for name, lines in (("one after another", [*one, *other]), ("line by line", mixed)):
        yield Written(
            f"two columns drawn {name}",
            ".pdf",
            file([lines]),
            pieces=(" ".join(LEFT), " ".join(RIGHT)),
        )


def _no_tables() -> Iterator[Written]:
    bullets = [
        (72.0 + 40 * (at % 2), 700 - 14.0 * (at // 2), 11.0, text)
        for at, text in enumerate(("-", "Close the sluice.", "-", "Open the weir.", "-", "Wait."))
    ]
    yield Written(
        "bullets far from their items",
        ".pdf",
        file([bullets]),
        pieces=("- Close the sluice.", "- Open the weir.", "- Wait."),
    )
    labels = (("Owner:", "Ebba Strand"), ("Parish:", "Upper Fell"), ("Fee:", "12 crowns"))
    yield Written(
        "labels with their values",
        ".pdf",
        file([_at(labels, (72, 200), 700)]),
        pieces=tuple(f"{label} {value}" for label, value in labels),
    )
