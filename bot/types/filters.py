"""To which sources a question is restricted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Admits the sources that meet every field that is given; one of a field's values is enough.

    sources       titles, paths or ids; the path of a folder admits all that is below it
    publishers    as the sources name them
    since, until  the first and the last day: a year, a month or a day, such as "2024-06"
    languages     ISO 639 codes, such as "en"
    types         endings of file names, such as "pdf"

    Capitals make no difference. A source without a date meets neither `since` nor `until`; one
    that names no more than its year or month meets them if one of those days does.
    """

    sources: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    languages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it restricts anything."""
        return self != SourceFilter()


@dataclass(frozen=True, slots=True)
class AppliedFilter:
    """A filter as it was applied to one generation.

    `admitted` counts the sources that were searched, and `undated` those that were left out only
    because they have no date. `named` says in the order of `only.sources` what each of them is:
    the title of a source, or the value itself where it names several.
    """

    only: SourceFilter
    admitted: int
    undated: int = 0
    named: tuple[str, ...] = ()
