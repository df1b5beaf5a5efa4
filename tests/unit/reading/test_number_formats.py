"""Numbers as the formats of a workbook display them."""

from __future__ import annotations

import time

import pytest

from bot.reading.office.number_formats import shown_number


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (100, '"€"#,##0.00', "€100"),
        (-5.5, "$#,##0.00;[Red]-$#,##0.00", "-$5.5"),
        (1234.5, '_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-', "1234.5 €"),
        (70, "[$CHF-807] #,##0", "CHF 70"),
        (5, '0" kg"', "5 kg"),
        (5, r"0\ \m", "5 m"),
        (0.175, "0.0%", "17.5%"),
        (412, "00000", "00412"),
        (-412, "00000", "-412"),
        (4.25, "General", "4.25"),
        (4.25, "@", "4.25"),
        (4.25, "0.00E+00", "4.25"),
        (4.25, "# ?/?", "4.25"),
        # displayed in thousands, which is another number
        (5000, '#,##0,"k"', "5000"),
        (5, '"' + "long " * 9 + '"0', "5"),
        (5, '"no number"', "5"),
        (5, '"' * 999, "5"),
    ],
)
def test_a_number_is_shown_with_what_stands_around_it(
    value: float, number_format: str, shown: str
) -> None:
    assert shown_number(value, number_format) == shown


def test_absurd_formats_end_soon() -> None:
    begun = time.process_time()
    for part in ("0", "#,", "[", '"', "\\", "_", "[$", "0 ", "%"):
        shown_number(5, part * 100_000)
    assert time.process_time() - begun < 2
