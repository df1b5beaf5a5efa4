"""A filter reads back from its JSON."""

from __future__ import annotations

import pytest

from bot.errors import FilterError
from bot.export.answer_json import filter_from_json, filter_json
from bot.types import SourceFilter


def test_a_filter_reads_back_from_its_json() -> None:
    only = SourceFilter(("a",), ("b", "c"), "2023", "2024-06", ("en",), ("pdf",))
    assert filter_from_json(filter_json(only)) == only
    assert filter_from_json({}) == SourceFilter()
    assert filter_from_json(None) is None
    assert filter_from_json({"source": ["\ud800"]}) == SourceFilter(sources=("?",))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            [],
            "the filter must be an object with some of source, publisher, since, until, "
            "language, type.",
        ),
        (
            {"sources": []},
            "the filter must be an object with some of source, publisher, since, until, "
            "language, type.",
        ),
        ({"source": "a"}, "'source' of the filter must be a list of texts."),
        ({"type": [1]}, "'type' of the filter must be a list of texts."),
        ({"since": 2024}, "'since' of the filter must be a text."),
        ({"until": ["2024"]}, "'until' of the filter must be a text."),
    ],
)
def test_what_is_no_filter_is_refused(value: object, message: str) -> None:
    with pytest.raises(FilterError) as error:
        filter_from_json(value)
    assert str(error.value) == message
