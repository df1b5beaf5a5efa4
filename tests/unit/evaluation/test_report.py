"""The report of a run: its charts, and its page, which is harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from cli_calls import HOSTILE, is_harmless
from outcomes import ABOUT, MARKUP, outcome, run

from bot.evaluation import summarize
from bot.evaluation.calibration import Bin
from bot.evaluation.charts import confidence_chart, reliability_chart, risk_chart
from bot.evaluation.comparison import compare
from bot.evaluation.history import Run
from bot.evaluation.report import page


def test_charts_say_what_they_are_given_and_are_the_same_each_time() -> None:
    bins = (Bin(0.0, 0.1, 17, 0.04, 0.5), Bin(0.8, 0.9, 2345, 0.83, 0.9))
    drawings = [
        reliability_chart(bins),
        risk_chart(((0.25, 0.0), (1.0, 0.5)), 0.25),
        confidence_chart([0.2, 0.9], [], 0.5),
    ]
    assert drawings[0] == reliability_chart(bins)
    assert {">17<", ">2345<"} <= set(re.findall(r">\d+<", drawings[0]))
    assert ">answerable<" in drawings[2]
    for drawing in drawings:
        assert drawing.startswith("<svg ")
        assert set(re.findall(r"https?://[^\"]+", drawing)) == {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert "var(--first)" in drawing
        assert re.search(r"#0[1-4]0[1-4]0[1-4]", drawing) is None
    names = re.findall(r' id="([^"]+)"', "".join(drawings))
    assert len(names) == len(set(names))


class Attributes(HTMLParser):
    """The names of all attributes of a page, and of its drawings but for inner references."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {name for name, value in attrs if not (value or "").startswith("#")}


def test_the_page_holds_everything_and_lets_nothing_in() -> None:
    hostile = f"{MARKUP} {{{{ 7 * 7 }}}} {HOSTILE}"
    now = Run(
        replace(ABOUT, file=hostile, model=hostile),
        summarize(
            [
                outcome("fine", 1),
                outcome("second", 2),
                outcome("missed", None, question=hostile),
                outcome(hostile, None, unanswerable=True, confidence=0.77),
            ],
            10,
        ),
    )
    before = run(outcome("missed", 1, question=hostile), outcome("fine", 3), outcome("second", 2))
    before = replace(before, about=now.about)
    html = page(now, compare(before, now.evaluation))
    assert html == page(now, compare(before, now.evaluation))
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    assert is_harmless(html)
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 8
    attributes = Attributes()
    attributes.feed(html)
    assert attributes.found & {"src", "href", "srcset", "action", "data"} == set()
    assert [name for name in attributes.found if name.startswith("on")] == []
    assert re.findall(r"@import|url\((?!#)", html) == []
    assert "default-src 'none'" in html
    rows = re.findall(r'<tr><td class="id">(.*?)</td>', html.partition("<h2>Questions</h2>")[2])
    assert [row[:6] for row in rows] == ["missed", "&lt;sc", "second", "fine"]
    assert "1 got worse, 1 better" in " ".join(html.split())
    assert re.search(r"<th scope=\"row\">hit@1</th><td class=\"number\">0.333</td>", html)
    assert html.count("<svg") == 3


def test_a_page_of_too_few_passages_or_no_comparison() -> None:
    html = page(run(outcome("a", 1), k=2), None)
    assert html.count("<svg") == 1
    assert "There is no earlier run" in html
    assert "1 question,\n2 passages looked at" in html
