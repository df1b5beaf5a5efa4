"""Open documents (.odt, .odp, .ods) and rich text: spans, lists, notes, changes, what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from . import Written

_NAMES = {
    "office": "office",
    "text": "text",
    "table": "table",
    "draw": "drawing",
    "style": "style",
    "meta": "meta",
    "chart": "chart",
    "presentation": "presentation",
    "svg": "svg-compatible",
    "fo": "xsl-fo-compatible",
}
DECLARED = " ".join(
    [
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for key, name in _NAMES.items()
    ]
    + ['xmlns:dc="http://purl.org/dc/elements/1.1/"']
    + ['xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:math="http://www.w3.org/1998/Math/MathML"']
)


def documents() -> Iterator[Written]:
    """A document for each feature."""
    yield _text_document()
    yield _lists()
    yield _objects()
    yield _slides()
    yield _sheets()
    yield from _rich_texts()


def packed(kind: str, body: str, styles: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """An open document with this body."""
    content = (
        f"<office:document-content {DECLARED}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>"
    )
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", content)
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return buffer.getvalue()


def _cell(words: str, **stated: int) -> str:
    spans = "".join(f' table:number-{name}-spanned="{many}"' for name, many in stated.items())
    return f"<table:table-cell{spans}><text:p>{words}</text:p></table:table-cell>"


def _row(*cells: str, stated: str = "") -> str:
    parts = (cell if cell.startswith("<") else _cell(cell) for cell in cells)
    return f"<table:table-row{stated}>{''.join(parts)}</table:table-row>"


_COVERED = "<table:covered-table-cell/>"


def _text_document() -> Written:
    table = (
        "<table:table><table:table-header-rows>"
        + _row("Tide", _cell("Depth", columns=2), _COVERED)
        + _row("", "bar", "basin")
        + "</table:table-header-rows>"
        + _row(_cell("Spring tide", rows=2), "7", "9")
        + _row(_COVERED, "6", "8")
        + "</table:table>"
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>The bar is shut."
        "</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:h>Tides of the harbour</text:h>"
        "<text:p>The bell rings at flood<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Twice in fog.</text:p></text:note-body></text:note> only"
        "<office:annotation><text:p>Sure?</text:p></office:annotation>.</text:p>"
        '<text:p text:style-name="H">Known to the pilot alone.</text:p>'
        '<text:p>Shown <text:span text:style-name="H">and not shown </text:span>here.</text:p>'
        '<text:section text:display="none"><text:p>A hidden section.</text:p></text:section>'
        "<text:p>See<draw:custom-shape><text:p>Anchor east of the shoal.</text:p>"
        "</draw:custom-shape> the mark.</text:p>" + table
    )
    hidden = (
        '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    )
    styles = (
        f"<office:document-styles {DECLARED}><office:master-styles><style:master-page>"
        "<style:header><text:p>Valid until Lammas</text:p></style:header><style:footer><text:p>"
        "Harbour office</text:p></style:footer></style:master-page></office:master-styles>"
        "</office:document-styles>"
    )
    return Written(
        "a text with all that stands beside it",
        ".odt",
        packed("text", body, hidden, {"styles.xml": styles}),
        pieces=(
            "Valid until Lammas",
            "Harbour office",
            "Tides of the harbour",
            "The bell rings at flood[1] only.",
            "Shown here.",
            "See the mark.",
            "Anchor east of the shoal.",
            "[1] Twice in fog.",
        ),
        rows=(
            {"Tide": "Spring tide", "Depth, bar": "7", "Depth, basin": "9"},
            {"Tide": "Spring tide", "Depth, bar": "6", "Depth, basin": "8"},
        ),
        absent=("The bar is shut", "pilot alone", "and not shown", "hidden section"),
        notes=(
            "tracked deletions that are left out: 1",
            "comments of reviewers, read and marked as comments: 1",
            "hidden texts that are left out: 3",
        ),
        title="Tides of the harbour",
    )


def _lists() -> Written:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
        'style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" '
        'style:num-format="a" style:num-suffix=")"/></text:list-style>'
    )
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('Rinse it twice.', '')}</text:list>"
    first = item.format("Fill the kettle.", "") + item.format("Warm the pot.", inner)
    body = (
        f'<text:list text:style-name="L">{first}</text:list><text:p>Wait.</text:p>'
        '<text:list text:style-name="L" text:continue-numbering="true">'
        f"{item.format('Pour the tea.', '')}</text:list>"
        f"<text:list>{item.format('Milk.', '')}</text:list>"
    )
    return Written(
        "numbered lists",
        ".odt",
        packed("text", body, styles),
        pieces=(
            *("1. Fill the kettle.", "2. Warm the pot.", "a) Rinse it twice.", "Wait."),
            *("3. Pour the tea.", "- Milk."),
        ),
    )


def _objects() -> Written:
    frame = '<draw:frame>{}<draw:object xlink:href="./{}"/></draw:frame>'
    math = (
        f"<math:math {DECLARED}><math:semantics><math:mrow><math:mi>p</math:mi></math:mrow>"
        '<math:annotation encoding="StarMath 5.0">p = F over A</math:annotation></math:semantics>'
        "</math:math>"
    )
    chart = (
        f"<office:document-content {DECLARED}><office:body><office:chart><chart:chart>"
        "<chart:title><text:p>Eels by month</text:p></chart:title><table:table>"
        "<table:table-header-rows>"
        f"{_row('', 'Eels', 'Pike')}</table:table-header-rows>{_row('May', '17', '4')}"
        f"{_row('June', '23', '6')}</table:table></chart:chart></office:chart></office:body>"
        "</office:document-content>"
    )
    body = (
        f"<text:p>The pressure is {frame.format('', 'Object 1')} by law.</text:p>"
        f"<text:p>{frame.format('<svg:desc>Curve of the catch of eels</svg:desc>', 'Object 2')}"
        "</text:p>"
    )
    parts = {"Object 1/content.xml": math, "Object 2/content.xml": chart}
    return Written(
        "an equation, a chart and a picture",
        ".odt",
        packed("text", body, parts=parts),
        pieces=(
            "The pressure is p = F over A by law.",
            "Curve of the catch of eels",
            "Eels by month",
        ),
        rows=({"": "June", "Eels": "23", "Pike": "6"},),
    )


def _slides() -> Written:
    frame = "<draw:frame{}>{}</draw:frame>"
    box = "<draw:text-box><text:p>{}</text:p></draw:text-box>"
    title = f'<draw:frame presentation:class="title">{box}</draw:frame>'
    table = (
        f"<table:table>{_row('Lamp', 'Hours')}{_row('Oil', '9')}{_row('Gas', '14')}</table:table>"
    )
    body = (
        f"<draw:page>{title.format('Lamps of the pier')}{frame.format('', table)}</draw:page>"
        f'<draw:page draw:style-name="X">{title.format("Lamps of old")}<draw:custom-shape><text:p>'
        "They burned whale oil.</text:p></draw:custom-shape></draw:page>"
    )
    style = (
        '<style:style style:name="X"><style:drawing-page-properties '
        'presentation:visibility="hidden"/></style:style>'
    )
    return Written(
        "slides, one hidden",
        ".odp",
        packed("presentation", body, style),
        pieces=("Lamps of the pier", "Lamps of old", "They burned whale oil."),
        rows=({"Lamp": "Gas", "Hours": "14"},),
        notes=("marked as hidden: slide 2",),
    )


def _sheets() -> Written:
    gap = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    hidden = ' table:visibility="collapse"'
    name = '<table:table table:name="{}"{}>{}</table:table>'
    comment = "<office:annotation><text:p>Agreed with the co-op.</text:p></office:annotation>"
    first = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        + _row("Apple", "Cost", "Price")
        + _row("Boskoop", "2", _cell("5").replace("<text:p>", f"{comment}<text:p>", 1))
        + _row("Elstar", "3", "6", stated=hidden)
        + gap
        + _row("Picker", "Tree")
        + _row("Marten", "12")
        + _row("Gesche", "40")
    )
    secret = (
        '<style:style style:name="T"><style:table-properties table:display="false"/></style:style>'
    )
    body = name.format("Orchard", "", first) + name.format(
        "Old", ' table:style-name="T"', _row("Pear", "Price") + _row("Conference", "4")
    )
    return Written(
        "sheets, one hidden",
        ".ods",
        packed("spreadsheet", body, secret),
        pieces=(
            "Orchard",
            "Old",
            "Comment on sheet Orchard, “5”: Agreed with the co-op.",
        ),
        rows=(
            {"Apple": "Boskoop", "Cost (hidden)": "2", "Price": "5"},
            {"Apple": "Elstar", "Price": "6"},
            {"Picker": "Gesche"},
            {"Pear": "Conference", "Price": "4"},
        ),
        notes=("columns of sheet Orchard, sheet Old",),
        absent=("Apple: Gesche",),
    )


def _rich_texts() -> Iterator[Written]:
    table = r"\trowd\cellx2000\cellx4000 {}\cell {}\cell\row"
    cells = (("Voice", "Leader"), ("Alto", "Mrs. Quill"), ("Bass", "Mr. Orme"))
    rows = "\n".join(table.format(*row) for row in cells)
    yield _rich(
        "a table",
        rf"\pard The choir sings.\par {rows}\pard The end.\par",
        pieces=("The choir sings.", "The end."),
        rows=({"Voice": "Bass", "Leader": "Mr. Orme"},),
    )
    yield _rich(
        "hidden text, notes, headers",
        r"{\header Parish of St. Odo}\pard Bells ring at six{\super\chftn}{\footnote\pard "
        r"{\super\chftn} On Sundays at nine.}.\par {\v Known to the sexton.}Shown.\par"
        r"{\deleted Struck out.}Kept.\par {\*\atnid T}{\*\atnauthor Tjark}\chatn "
        r"{\*\annotation{\*\atnref 1}{\*\atndate 7}\pard Is it?}{\*\annotation No.}"
        r"{\footer Page of the sexton}",
        pieces=(
            *(
                "Parish of St. Odo",
                "Page of the sexton",
                "Bells ring at six[1].",
                "Shown.",
                "Kept.",
            ),
            "[1] On Sundays at nine.",
            "Comments",
            "Comment by Tjark: Is it?",
            "Comment: No.",
        ),
        absent=("Known to the sexton", "Struck out"),
        notes=("hidden texts that are left out: 1", "tracked deletions that are left out: 1"),
    )


def _rich(name: str, body: str, **wanted: Any) -> Written:
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}"
    return Written(name, ".rtf", f"{head}{body}}}".encode("cp1252"), **wanted)
