"""Charts of a report, as inline SVG that takes its colours from the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from .calibration import BINS, Bin, RiskCoverage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Placeholders for the colours of the page, light or dark.
INK, FAINT, FIRST, SECOND = "#010101", "#020202", "#030303", "#040404"
VARIABLES = {INK: "--ink", FAINT: "--faint", FIRST: "--first", SECOND: "--second"}

SIZE = (4.6, 3.6)


def reliability_chart(bins: Sequence[Bin]) -> str:
    """Returns a chart of the share of right outcomes by confidence, with the count of each bin."""
    centres = [(part.low + part.high) / 2 for part in bins]
    shares = [part.right for part in bins]

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=FAINT, linestyle="--", linewidth=1)
        axes.bar(centres, shares, width=0.9 / BINS, color=FIRST)
        axes.plot([part.confidence for part in bins], shares, "o", color=INK, markersize=3)
        for centre, part in zip(centres, bins, strict=True):
            count = str(part.count)
            axes.text(centre, part.right + 0.03, count, ha="center", color=INK, fontsize=9)
        axes.set_ylim(0, 1.1)

    return _svg("confidence", "share right", draw)


def risk_chart(curve: RiskCoverage, now: float) -> str:
    """Returns a chart of wrong answers by share of questions answered, with a line at `now`."""
    coverage, risk = zip(*curve, strict=True)

    def draw(axes: Axes) -> None:
        axes.plot(coverage, risk, color=FIRST, linewidth=2)
        axes.axvline(now, color=INK, linestyle=":", linewidth=1)
        axes.set_ylim(0, 1)

    return _svg("share answered", "share of answers wrong", draw)


def confidence_chart(
    answerable: Sequence[float], unanswerable: Sequence[float], threshold: float
) -> str:
    """Returns a histogram of confidence for both kinds of question, with the threshold."""
    from matplotlib.ticker import MaxNLocator

    def draw(axes: Axes) -> None:
        axes.hist(
            [list(answerable), list(unanswerable)],
            bins=[edge / BINS for edge in range(BINS + 1)],
            color=[FIRST, SECOND],
            label=["answerable", "unanswerable"],
        )
        axes.axvline(threshold, color=INK, linestyle=":", linewidth=1)
        axes.legend(frameon=False, labelcolor=INK, fontsize=9)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))

    return _svg("confidence", "questions", draw)


def _svg(across: str, upwards: str, draw: Callable[[Axes], None]) -> str:
    """Returns a reproducible SVG: no date, no random names, no external address."""
    from matplotlib import rc_context, style
    from matplotlib.figure import Figure

    written = StringIO()
    # A matplotlibrc on this machine must not change the report.
    with style.context("default"), rc_context({"svg.hashsalt": upwards, "svg.fonttype": "none"}):
        figure = Figure(figsize=SIZE, layout="constrained")
        figure.patch.set_visible(False)
        axes = figure.add_subplot()
        _dress(axes, across, upwards)
        draw(axes)
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing)
    drawing = written.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    # All drawings use the same group ids, but an id must be unique in the page.
    drawing = re.sub(r'<g id="[^"]*">', "<g>", drawing)
    for colour, variable in VARIABLES.items():
        drawing = drawing.replace(colour, f"var({variable})")
    return drawing


def _dress(axes: Axes, across: str, upwards: str) -> None:
    axes.set_xlim(0, 1)
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(upwards, color=INK)
    axes.tick_params(colors=INK)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.3)
    axes.set_axisbelow(True)
    axes.patch.set_visible(False)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(FAINT)
