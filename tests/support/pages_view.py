"""A PDF in the source pane, drawn as pages."""

from __future__ import annotations

import re

from browser import Page

import bot

SENTENCE = "It is dug from the hill by the river and melted with coke for a whole day."
REPORT = [
    [(760, 18, "Zinc of the valley"), (700, 11, "The first page says nothing of note.")],
    [
        (700, 11, "Zinc is a metal. It is dug from the hill by the"),
        (686, 11, "river and mel-"),
        (672, 11, "ted with coke for a whole day. Then it is sold."),
        (300, 11, "Then it is sold."),
    ],
    [(700, 11, "The last page ends here.")],
]


def hash_of(engine: bot.Engine, name: str, passage: str = "", *marked: str) -> str:
    """Returns the address of a passage, with a sentence to mark and its answering words."""
    (found,) = (each.info.id for each in engine.sources() if each.info.path.endswith(f"/{name}"))
    text = engine.source(found).text

    def span(words: str) -> str:
        found = re.search(r"\s+".join(map(re.escape, words.split())), text)
        assert found, text
        return f"{found.start()}-{found.end()}"

    parts = [span(words) for words in (passage, *marked)] if passage else ["0-0"]
    return f"/#src/{found}/{'/'.join(parts)}"


def sentence_hash(engine: bot.Engine, name: str = "report.pdf") -> str:
    """Returns the address of the sentence that spans two lines and a hyphen."""
    return hash_of(engine, name, f"Zinc is a metal. {SENTENCE}", SENTENCE, "with coke")


def as_pages(page: Page) -> Page:
    page.click(".view-choice [data-view=pages]")
    page.locator(".pdf-page.drawn").first.wait_for()
    return page


def current(page: Page) -> str:
    return str(page.locator(".page-number").input_value())


# The fraction of a canvas that is not white.
INK = """canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) dark += data[at] < 128 && data[at + 3] > 128;
    return dark / (data.length / 4);
}"""
# The boxes of marks and of the words in the text layer, rounded to pixels.
BOXES = """([kind, words]) => {
    const rounded = ({ left, top, right, bottom }) => [left, top, right, bottom].map(Math.round);
    const page = document.querySelector('.pdf-page.drawn:has(i.lit)');
    const boxes = words.map(word => {
        for (const span of page.querySelectorAll('.pdf-text span')) {
            const at = span.textContent.indexOf(word);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(span.firstChild, at);
            range.setEnd(span.firstChild, at + word.length);
            return rounded(range.getBoundingClientRect());
        }
    });
    const marks = [...page.querySelectorAll(`i.${kind}`)];
    return [marks.map(mark => rounded(mark.getBoundingClientRect())), boxes];
}"""


def near(one: list[int], other: list[int]) -> bool:
    return all(abs(a - b) <= 2 for a, b in zip(one, other, strict=True))
