"""Selects the sources that a filter admits: a pure function over their descriptions."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from ..errors import FilterError
from ..text.remembered import remembered
from ..text.terminal_escaping import one_line
from ..types import AppliedFilter, SourceFilter, SourceInfo

# Limit on filter values; more than a person would enter.
MOST_VALUES = 100

# Characters of a value to compare with known values when suggesting similar ones.
COMPARED = 100
SUGGESTED = 3

# Shortest accepted id prefix: the number of digits that lists and answers show.
SHORTEST_ID = 6

# Size of the cache of parsed dates: every question compares the same few thousand.
DATES_KEPT = 10_000

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
_MONTH = re.compile(rf"({'|'.join(_MONTHS)})\.?,? (\d{{4}})", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Admission:
    """The ids of the admitted sources, and the filter as applied."""

    ids: frozenset[str]
    applied: AppliedFilter


def admitted(only: SourceFilter, infos: Iterable[SourceInfo]) -> Admission:
    """Returns the sources that a filter admits.

    Raises FilterError for a value that no source has, for an invalid date, and if no source is
    admitted.
    """
    sources = tuple(infos)
    first, last = _range(only)
    named = _named(only.sources, sources)
    found: list[SourceInfo] = list(sources)
    # Accept file suffixes with their dot, too.
    types = tuple(value.strip().removeprefix(".") for value in only.types)
    for values, own, complaint in (
        (only.publishers, _publisher, _no_publisher),
        (only.languages, _language, _no_language),
        (types, _type, _no_type),
    ):
        if values:
            known = {own(info) for info in sources} - {""}
            wanted = {_required(value, known, sources, complaint) for value in _bounded(values)}
            found = [info for info in found if own(info) in wanted]
    if named:
        ids = {info.id for group in named for info in group}
        found = [info for info in found if info.id in ids]
    undated = 0
    if first or last:
        days = {info.id: days_of(info.date) for info in found}
        undated = sum(own is None for own in days.values())
        found = [info for info in found if _is_within(days[info.id], first, last)]
    if not found:
        raise FilterError(_none_admitted(undated))
    return Admission(
        frozenset(info.id for info in found),
        AppliedFilter(
            only,
            len(found),
            undated,
            tuple(
                group[0].title if len(group) == 1 else value
                for value, group in zip(only.sources, named, strict=True)
            ),
        ),
    )


@remembered(DATES_KEPT)
def days_of(written: str | None) -> Days | None:
    """Returns the first and last day that a date may mean; None if it names no year."""
    text = " ".join((written or "").split())
    if match := _DATE.fullmatch(text):
        return _days(*(int(part) if part else None for part in match.groups()))
    if match := _MONTH.fullmatch(text):
        return _days(int(match[2]), _MONTHS[match[1].casefold()])
    years = sorted(set(map(int, _YEAR.findall(text))))
    # A range such as "2021-2023" may mean any day in it.
    return (date(years[0], 1, 1), date(years[-1], 12, 31)) if years else None


def _days(year: int | None, month: int | None = None, day: int | None = None) -> Days | None:
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first
    until = month or 12
    return first, date(first.year, until, calendar.monthrange(first.year, until)[1])


def _range(only: SourceFilter) -> tuple[date | None, date | None]:
    found = []
    for name, value in (("since", only.since), ("until", only.until)):
        days = days_of(value) if value is not None and _DATE.fullmatch(value) else None
        if value is not None and days is None:
            raise FilterError(
                f"{name} is '{_shown(value)}'; it must be a year, a month or a day, as in 2024, "
                "2024-06 or 2024-06-30."
            )
        found.append(days)
    since, until = found
    if since and until and since[0] > until[1]:
        raise FilterError(
            f"since is {only.since} and until is {only.until}: no day lies between them."
        )
    return since and since[0], until and until[1]


def _is_within(days: Days | None, first: date | None, last: date | None) -> bool:
    if days is None:
        return False
    return (first is None or days[1] >= first) and (last is None or days[0] <= last)


def _named(values: Sequence[str], sources: Sequence[SourceInfo]) -> list[list[SourceInfo]]:
    """Returns the sources that each value names by title, path, folder or id."""
    wanted = {_key(value).rstrip("/"): value for value in _bounded(values)}
    groups: dict[str, list[SourceInfo]] = {key: [] for key in wanted}
    for info in sources if wanted else ():
        for name in wanted.keys() & set(_names(info)):
            groups[name].append(info)
    for key, value in wanted.items():
        if not groups[key] and len(key) >= SHORTEST_ID:
            beginning = [info for info in sources if info.id.startswith(key)]
            groups[key] = beginning if len(beginning) == 1 else []
        if not groups[key]:
            raise FilterError(_no_such_source(value, sources))
    return [groups[_key(value).rstrip("/")] for value in values]


def _names(info: SourceInfo) -> Iterator[str]:
    """Yields the names of a source: its id, title, paths, and the folders that contain it."""
    yield info.id
    yield _key(info.title).rstrip("/")
    for path in (info.path, *info.also_at):
        parts = _key(path).split("/")
        yield parts[-1]
        # With and without the name of the corpus folder.
        for first in (0, 1):
            yield from ("/".join(parts[first:end]) for end in range(first + 1, len(parts) + 1))


def _inner(path: str) -> str:
    """Returns a path without the name of the corpus folder."""
    return path.partition("/")[2]


def _publisher(info: SourceInfo) -> str:
    return _key(info.publisher or "")


def _language(info: SourceInfo) -> str:
    return _key(info.language or "")


def _type(info: SourceInfo) -> str:
    return _key(info.format)


def _no_publisher(value: str, sources: Sequence[SourceInfo]) -> str:
    names = near(value, {info.publisher for info in sources if info.publisher})
    if names:
        return f"no source is published by '{_shown(value)}'. Did you mean {_quoted(names)}?"
    return f"no source is published by '{_shown(value)}'. See: pincite sources"


def _no_such_source(value: str, sources: Sequence[SourceInfo]) -> str:
    known = {info.title for info in sources} | {_inner(info.path) for info in sources}
    names = near(value, known)
    if names:
        return (
            f"no source has the title, path or id '{_shown(value)}'. Did you mean {_quoted(names)}?"
        )
    return f"no source has the title, path or id '{_shown(value)}'. See: pincite sources"


def _no_language(value: str, sources: Sequence[SourceInfo]) -> str:
    known = sorted({info.language for info in sources if info.language})
    return (
        f"no source is in the language '{_shown(value)}'. There are: {', '.join(known) or 'none'}."
    )


def _no_type(value: str, sources: Sequence[SourceInfo]) -> str:
    known = sorted({info.format for info in sources})
    return (
        f"no source is of the file type '{_shown(value)}'. There are: {', '.join(known) or 'none'}."
    )


def _required(
    value: str,
    known: Collection[str],
    sources: Sequence[SourceInfo],
    complaint: Callable[[str, Sequence[SourceInfo]], str],
) -> str:
    key = _key(value)
    if key not in known:
        raise FilterError(complaint(value, sources))
    return key


def near(value: str, known: Iterable[str]) -> list[str]:
    """Returns the names most similar to a value; those that contain its words come first."""
    by_key: dict[str, str] = {}
    for name in sorted(known):
        by_key.setdefault(_key(name)[:COMPARED], name)
    key = _key(value)[:COMPARED]
    words = set(key.split())
    containing = [other for other in by_key if words and words <= set(other.split())]
    likest = get_close_matches(key, by_key, n=SUGGESTED)
    chosen = list(dict.fromkeys([*likest, *containing]))[:SUGGESTED]
    return [by_key[other] for other in chosen]


def _none_admitted(undated: int) -> str:
    if undated:
        return (
            "no source meets the whole filter. Sources left out because they have no date: "
            f"{undated:,}. Leave a part of the filter out."
        )
    return "no source meets the whole filter. Leave a part of it out."


def _bounded(values: Sequence[str]) -> Sequence[str]:
    if len(values) > MOST_VALUES:
        raise FilterError(
            f"the filter has {len(values):,} values of one kind; the limit is {MOST_VALUES}."
        )
    return values


def _shown(value: str) -> str:
    text = one_line(value)
    return text if len(text) <= COMPARED else f"{text[: COMPARED - 1]}…"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{_shown(name)}'" for name in names)


def _key(text: str) -> str:
    """Returns the form of a name that is used for comparison."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
