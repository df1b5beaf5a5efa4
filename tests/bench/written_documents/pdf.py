"""PDFs: running lines, forms and remarks, words cut at line ends, titles and notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import matplotlib
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from . import Written
from .pdf_builders import TypeLine, body, draw, file


def documents() -> Iterator[Written]:
    """All PDFs."""
    yield from _running()
    yield from _remarks()
    yield from _cut()
    yield from _titles()
    yield from _notes()
    yield from _initials()
    yield from _scans()
    yield from _leftward()


def _running() -> Iterator[Written]:
    names = ("Ebba", "Folke", "Greta", "Halvar")
    pay = (2310, 2475, 1980, 2310)
    slips = [
        [
            (72, 800, 11, f"Payslip {417 + number}"),
            (72, 780, 11, "Sawmill of the lower valley"),
            (72, 700, 11, f"Paid to {name} for the month of May."),
            (72, 60, 11, f"Net pay: {amount} crowns"),
        ]
        for number, (name, amount) in enumerate(zip(names, pay, strict=True))
    ]
    told = tuple(" ".join(words for _, _, _, words in slip) for slip in slips)
    yield Written("payslips on a page each", ".pdf", file(slips), pieces=told)
    stones = ("granite", "marble", "slate", "basalt")
    book = [
        [
            (72, 800, 9, "Quarries of the north" if number % 2 else f"{number + 31}"),
            (480, 800, 9, f"{number + 31}" if number % 2 else "Quarries of the north"),
            *body(
                [
                    f"The chapter on {stone} tells how it was split with wedges of dry wood.",
                    f"Water made the wedges swell, and the {stone} broke along its grain.",
                ]
            ),
            (72, 40, 9, "Lent by the museum; not to be sold."),
        ]
        for number, stone in enumerate(stones)
    ]
    yield Written(
        "headers with page numbers on either side",
        ".pdf",
        file(book),
        pieces=(
            "Quarries of the north",
            "how it was split with wedges of dry wood. Water made the wedges swell",
            "Lent by the museum; not to be sold.",
            "the slate broke along its grain.",
        ),
        absent=("31", "32", "33", "34", "Quarries of the north\nThe chapter on marble"),
    )
    steps = ("Close the valve.", "Open the drain.", "Lift the lid.", "Wash the sieve.")
    manual = [
        [
            (72, 800, 11, f"{number}. {step}"),
            *body([f"This takes about {number + 3} minutes, and longer when it freezes."]),
            (280, 40, 9, f"Page {number} of 4"),
        ]
        for number, step in enumerate(steps, start=1)
    ]
    yield Written(
        "steps of a list at page tops",
        ".pdf",
        file(manual),
        pieces=tuple(f"{number}. {step}" for number, step in enumerate(steps, start=1)),
        absent=("Page 1 of 4", "Page 3 of 4"),
    )


def _remarks() -> Iterator[Written]:
    def form(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 760, "Name of the owner:")
        canvas.drawString(72, 720, "Breed")
        canvas.drawString(72, 680, "Colour:")
        canvas.drawString(300, 680, "Age:")
        canvas.drawString(100, 640, "Vaccinated")
        canvas.drawString(100, 620, "Chipped")
        fields = canvas.acroForm
        fields.textfield(name="o", value="Ingeborg Falk", x=220, y=754, width=200, height=18)
        fields.textfield(name="b", value="Otterhound", x=72, y=698, width=200, height=16)
        fields.textfield(name="c", value="grizzle", x=130, y=676, width=100, height=16)
        fields.textfield(name="a", value="7 years", x=340, y=676, width=100, height=16)
        fields.checkbox(name="v", checked=True, x=76, y=638, size=14)
        fields.checkbox(name="d", checked=False, x=76, y=618, size=14)
        options = [("Harbour district", "h"), ("Hill district", "q")]
        canvas.drawString(72, 580, "The owner, ____________, keeps the dog on a lead.")
        fields.textfield(name="k", value="I. Falk", x=128, y=576, width=80, height=14)
        fields.choice(name="Ward", value="h", options=options, x=72, y=500, width=90, height=16)

    yield Written(
        "a form that was filled in",
        ".pdf",
        file([form]),
        pieces=(
            "Name of the owner: Ingeborg Falk",
            "Breed: Otterhound",
            "Colour: grizzle Age: 7 years",
            "Vaccinated: yes",
            "Chipped: no",
            "The owner, I. Falk, keeps the dog on a lead.",
            "Ward: Harbour district",
        ),
    )

    def annotated(canvas: Canvas) -> None:
        lines = [
            "The lock keeper lets boats through",
            "from April to October.",
            "",
            "Fees are due.",
        ]
        draw(canvas, body(lines))
        canvas.freeTextAnnotation(
            "In 2031 the lock stays shut\nin June.", "/Helv 10 Tf 0 g", Rect=[72, 690, 300, 700]
        )

    yield Written(
        "text written upon a page",
        ".pdf",
        file([annotated]),
        pieces=(
            "The lock keeper lets boats through from April to October.",
            "In 2031 the lock stays shut in June.",
            "Fees are due.",
        ),
    )


def _cut() -> Iterator[Written]:
    lines = [
        "The warden of the reser-",
        "voir keeps a well-known re-",
        "cord of long-",
        "term levels, and the munici-",
        "pality pays for it with pre-",
        "and postpaid cards. The lake-",
        "side paths are his too.",
    ]
    yield Written(
        "words cut at line ends",
        ".pdf",
        file([body(lines)]),
        pieces=(
            "The warden of the reservoir keeps a well-known record of long-term",
            "levels, and the municipality pays for it with pre- and postpaid cards. The lakeside",
        ),
    )
    own = ["The quernhouse stands alone.", "Nobody would move the quern-", "house to the village."]
    yield Written(
        "a cut word that the text spells elsewhere",
        ".pdf",
        file([body(own)]),
        pieces=("Nobody would move the quernhouse to the village.",),
    )
    first = body(
        [
            "The ferry runs every hour in summer, and in winter it leaves only when",
            "the ice allows. Nobody has counted the passengers since the harbour admini-",
        ],
        top=120,
    )
    second = body(
        [
            "stration closed. The captain thinks that there are more of them than before,",
            "for the bus was given up. He sells the tickets himself.",
        ]
    )
    notes: list[TypeLine] = [(72, 70, 8, "The ice is measured by the school."), (290, 40, 9, "1")]
    yield Written(
        "a paragraph that goes over the end of a page",
        ".pdf",
        file([first + notes, [*second, (290, 40, 9, "2")]]),
        pieces=(
            "The ice is measured by the school.",
            "since the harbour administration closed. The captain thinks",
        ),
    )


def _titles() -> Iterator[Written]:
    depths = range(2, 9)
    text = body([f"Bog oak lies {depth} feet deep in the eastern moss." for depth in depths], 600)
    yield Written(
        "a title in two lines, none in the properties",
        ".pdf",
        file([[(72, 760, 20, "On the Finding of Bog Oak"), (72, 736, 20, "in the Mosses"), *text]]),
        pieces=("On the Finding of Bog Oak in the Mosses",),
        title="On the Finding of Bog Oak in the Mosses",
        author="",
    )
    page = [(72, 760, 18, "Bog oak of the east"), *text]
    for placeholder in ("(anonymous)", "(unspecified)", "untitled"):
        yield Written(
            f"the placeholder {placeholder} for a title",
            ".pdf",
            file([page], title=placeholder, author="(anonymous)"),
            title="Bog oak of the east",
            author="",
        )


def _notes() -> Iterator[Written]:
    def page(canvas: Canvas) -> None:
        text = canvas.beginText(72, 720)
        for rise, size, words in (
            (0, 11, "The toll"),
            (4, 7, "1"),
            (0, 11, " was lifted. The bridge is 40 m"),
            (4, 7, "2"),
            (0, 11, " wide."),
            (4, 7, "2"),
            (0, 11, " It was built in a year."),
        ):
            text.setRise(rise)
            text.setFont("Helvetica", size)
            text.textOut(words)
        canvas.drawText(text)
        canvas.setFont("Helvetica", 11)
        before = canvas.stringWidth("The toll keeper was Jorg M", "Helvetica", 11)
        canvas.drawString(72, 690, "The toll keeper was Jorg Moller of the town.")
        canvas.drawString(72 + before + 1, 690, "\u00a8")

    yield Written(
        "raised numbers of notes, and an accent of its own",
        ".pdf",
        file([page]),
        pieces=(
            "The toll¹ was lifted. The bridge is 40 m² wide.² It was built in a year.",
            "The toll keeper was Jorg Möller of the town.",
        ),
    )


def _initials() -> Iterator[Written]:
    first: TypeLine = (72, 692, 40, "T")
    beside = [
        "he pit by the mill was opened when the",
        "road came, and stone was cut for all",
        "of",
    ]
    below = ["the bridges of the valley, and for a few of the walls of its churches."]
    lines = [first, *body(beside, 720, 102), *body(below, 678)]
    yield Written(
        "a large first letter",
        ".pdf",
        file([lines]),
        pieces=("The pit by the mill was opened when the road came, and stone was cut for all",),
    )


def _scans() -> Iterator[Written]:
    def scan(canvas: Canvas) -> None:
        canvas.drawInlineImage(Image.new("L", (60, 80), 200), 0, 0, 595, 842)
        draw(canvas, [(290, 30, 9, "WB 17")])

    def mixed(canvas: Canvas) -> None:
        canvas.drawInlineImage(Image.new("L", (60, 80), 200), 0, 300, 595, 542)
        draw(canvas, body(["The picture shows the weir as it was before the flood came."], 250))

    def empty(canvas: Canvas) -> None:
        canvas.line(72, 400, 500, 400)

    yield Written(
        "scanned pages among others",
        ".pdf",
        file([mixed, scan, empty, scan, scan]),
        pieces=("The picture shows the weir as it was before the flood came.",),
        notes=("pages without text: 2, 4–5 of 5 (a scan?)",),
    )


def _leftward() -> Iterator[Written]:
    font = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    pdfmetrics.registerFont(TTFont("DejaVu", font))

    def draw_leftward(canvas: Canvas, height: float, size: float, words: str) -> None:
        """Each word further to the left, and its letters as they are seen: the last one first."""
        canvas.setFont("DejaVu", size)
        right = 520.0
        for word in words.split():
            shown = word if word.isdigit() else word[::-1]
            right -= canvas.stringWidth(shown, "DejaVu", size)
            canvas.drawString(right, height, shown)
            right -= size / 3

    def page(canvas: Canvas) -> None:
        draw_leftward(canvas, 760, 18, "متحف الجسور")
        draw_leftward(canvas, 720, 11, "يفتح المتحف كل يوم من الساعة 9 حتى غروب الشمس في الصيف")
        draw_leftward(canvas, 704, 11, "وفي الشتاء حتى الظهر.")

    yield Written(
        "Arabic drawn as it is seen",
        ".pdf",
        file([page]),
        pieces=(
            "متحف الجسور",
            "من الساعة 9 حتى غروب الشمس في الصيف وفي الشتاء حتى الظهر.",
        ),
        title="متحف الجسور",
    )
