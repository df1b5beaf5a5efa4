"""Converts sources, index state and index runs to plain JSON values for the page's script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from ...reading.formats.approved import is_approved_questions
from ...text.passages import locator
from ...types import (
    CorpusFile,
    Outstanding,
    Preview,
    SkippedFile,
    Source,
    SourceInfo,
    SourceSummary,
    SyncReport,
)
from ..rendering.escaping import is_web_address, named, well_formed
from ..rendering.languages import Language
from .synchronising import SyncState

CONTEXT_CHARACTERS = 200

# Number of titles that the question box can complete.
TITLES_COMPLETED = 2_000


def source_json(source: Source, language: Language) -> dict[str, Any]:
    """Returns a source with its text and the structure that the page needs to lay it out.

    `blocks` is flat, with three numbers per block: start and end in code points, and the index of
    its shape in `shapes`. One object per block would take longer to parse than the text.
    """
    shapes: dict[tuple[str, int, str | None], int] = {}
    blocks: list[int] = []
    for block in source.blocks:
        shape = (block.kind.value, block.level, block.skipped)
        blocks += (block.start, block.end, shapes.setdefault(shape, len(shapes)))
    return {
        **_info_json(source.info),
        "format": source.info.format,
        "text": source.text,
        "shapes": [
            {"kind": kind, "level": level, "skipped": skipped and language.translation_of(skipped)}
            for kind, level, skipped in shapes
        ],
        "blocks": blocks,
        "marks": [
            [mark.start, language.translation_of(mark.name)]
            for mark in source.marks
            if mark.divides
        ],
    }


def unread_json(source_id: str, file: CorpusFile, language: Language) -> dict[str, Any]:
    """Returns a PDF without text, like `source_json`, with the reason why it was `unread`."""
    path = PurePosixPath(file.path)
    return {
        "id": source_id,
        "path": named(file.path),
        "title": named(path.name),
        "format": "pdf",
        "unread": named(language.translation_of(file.reason or "")),
        "text": "",
        **{name: [] for name in ("shapes", "blocks", "marks")},
        **dict.fromkeys(("publisher", "author", "date", "language", "url")),
    }


def around_json(source: Source, start: int, end: int, language: Language) -> dict[str, Any]:
    """Returns a span of a source with the text around it.

    That text ends at whole words, or at a block that is not searched.

    `begins` and `ends` say whether the result reaches the beginning and the end of the source.
    """
    text = source.text
    skipped = [(block.start, block.end) for block in source.blocks if block.skipped is not None]
    least = max((last for _, last in skipped if last <= start), default=0)
    most = min((first for first, _ in skipped if first >= end), default=len(text))
    before, after = text[least:start], text[end:most]
    # Cut at a whole word, if there is whitespace to cut at.
    if len(before) > CONTEXT_CHARACTERS:
        before = before[-CONTEXT_CHARACTERS:]
        before = before[_first_blank(before) :]
    if len(after) > CONTEXT_CHARACTERS:
        after = after[:CONTEXT_CHARACTERS]
        after = after[: len(after) - _first_blank(after[::-1])]
    return {
        **_info_json(source.info),
        "locator": named(language.translation_of(locator(source)(start, end))),
        "before": before.lstrip(),
        "text": text[start:end],
        "after": after.rstrip(),
        "begins": not text[: start - len(before)].strip(),
        "ends": not text[end + len(after) :].strip(),
    }


def _first_blank(text: str) -> int:
    return next((at for at, sign in enumerate(text) if sign.isspace()), 0)


def states_of(outstanding: Outstanding) -> dict[str, str]:
    """Returns the state of each file that differs from its indexed version, by path."""
    return {
        **dict.fromkeys(outstanding.changed, "changed"),
        **dict.fromkeys(outstanding.removed, "removed"),
        **dict.fromkeys((before for before, _ in outstanding.renamed), "renamed"),
    }


def summary_json(summary: SourceSummary, states: Mapping[str, str]) -> dict[str, Any]:
    """Returns a row of the list of sources; its state follows from those of its files."""
    found = {states.get(path, "current") for path in (summary.info.path, *summary.info.also_at)}
    return {
        **_info_json(summary.info),
        "format": summary.info.format,
        "also_at": list(map(named, summary.info.also_at)),
        "passages": summary.passages,
        "skipped_blocks": summary.skipped_blocks,
        # Several files can have the same content, and one of them may be gone.
        "state": found.pop() if len(found) == 1 else "changed",
    }


def preview_json(preview: Preview, language: Language) -> dict[str, Any]:
    """Returns what pincite would read from a file."""
    return {
        "name": named(preview.name),
        "reason": preview.reason and named(language.translation_of(preview.reason)),
        "title": preview.title and named(preview.title),
        "characters": preview.characters,
        "passages": preview.passages,
        "skipped": [
            [named(language.translation_of(reason)), blocks] for reason, blocks in preview.skipped
        ],
        "notes": [named(language.translation_of(note)) for note in preview.notes],
        "known": preview.is_known,
    }


def skipped_json(
    files: Sequence[SkippedFile], language: Language, ids: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """Returns the files that could not be read, with the id of those that have pages to show."""
    known = ids or {}
    return [
        {
            "path": named(file.path),
            "reason": named(language.translation_of(file.reason)),
            **({"id": known[file.path]} if file.path in known else {}),
        }
        for file in files
    ]


def sync_json(state: SyncState, language: Language) -> dict[str, Any]:
    """Returns the state of the latest index run."""
    progress = state.progress
    return {
        "phase": state.phase,
        "run": state.run,
        "fault": state.fault and language.translation_of(state.fault),
        "progress": progress
        and {
            "stage": progress.stage,
            "done": progress.done,
            "total": progress.total,
            "item": named(progress.item),
            "seconds_left": progress.seconds_left,
        },
        "report": state.report and _report_json(state.report, language),
    }


def _report_json(report: SyncReport, language: Language) -> dict[str, Any]:
    return {
        "generation": report.generation,
        "added": list(map(named, report.added)),
        "changed": list(map(named, report.changed)),
        "removed": list(map(named, report.removed)),
        "renamed": [list(map(named, pair)) for pair in report.renamed],
        "unchanged": len(report.unchanged),
        "skipped": skipped_json(report.skipped, language),
        "passages": report.passages,
        "notes": [named(language.translation_of(note)) for note in report.notes],
    }


def _info_json(info: SourceInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "path": named(info.path),
        "title": named(info.title),
        "publisher": info.publisher,
        "author": info.author,
        "date": info.date,
        "language": info.language,
        "url": info.url if is_web_address(info.url) else None,
    }


def filters_json(infos: Sequence[SourceInfo], *, titles: bool) -> dict[str, Any]:
    """Returns the values that a filter offers, by kind; a kind with a single value is left out.

    Values are not escaped, since the page sends them back and shows them as text nodes. Without
    `titles`, only the number of sources is sent, since there may be many.
    """
    listed = _documents(infos)
    values: dict[str, list[str | None]] = {
        "publisher": [info.publisher for info in listed],
        "language": [info.language for info in listed],
        "type": [info.format for info in listed],
    }
    sources = _titled(listed) if titles else []
    return {
        "sources": len(listed),
        "source": sources if len(sources) > 1 else [],
        **{name: _several(found) for name, found in values.items()},
        "dates": len({info.date for info in listed}) > 1 and any(info.date for info in listed),
    }


def completions_json(questions: Sequence[str], infos: Sequence[SourceInfo]) -> dict[str, Any]:
    """Returns what the question box completes: questions, and the titles if there are several."""
    titled = _titled(_documents(infos))
    return {
        "questions": list(map(well_formed, questions)),
        "sources": titled[:TITLES_COMPLETED] if len(titled) > 1 else [],
    }


def _documents(infos: Sequence[SourceInfo]) -> list[SourceInfo]:
    return [info for info in infos if not is_approved_questions(info.path)]


def _titled(infos: Sequence[SourceInfo]) -> list[dict[str, str]]:
    """Returns the sources sorted by title, each with its value in a filter."""
    return [
        {"value": well_formed(info.path), "name": well_formed(info.title)}
        for info in sorted(infos, key=lambda info: (info.title.casefold(), info.path))
    ]


def _several(values: Sequence[str | None]) -> list[dict[str, str]]:
    """Returns the distinct values, sorted by name; none if all sources have the same."""
    if len(set(values)) < 2:
        return []
    known = {" ".join(value.casefold().split()): well_formed(value) for value in values if value}
    return [{"value": value, "name": value} for _, value in sorted(known.items())]
