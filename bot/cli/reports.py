"""Formats lists and reports for the terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime

from ..text.passages import locator
from ..text.terminal_escaping import one_line
from ..types import (
    ApproximateSearch,
    BlockKind,
    Deletion,
    Preview,
    Source,
    SourceSummary,
    Status,
    SyncReport,
    Verification,
    ocr_of,
)
from .context import say, say_json, with_call_options

WIDTH = 100

_KINDS = {
    BlockKind.HEADING: "heading",
    BlockKind.QUESTION: "question",
    BlockKind.PARAGRAPH: "paragraph",
    BlockKind.LIST_ITEM: "list item",
    BlockKind.TABLE: "row of a table",
    BlockKind.CODE: "block of code",
}


def show_sync(report: SyncReport, corpus: str) -> None:
    """Prints added, changed, removed, renamed, unchanged and skipped files, then the generation."""
    for label, paths in (
        ("added", report.added),
        ("changed", report.changed),
        ("removed", report.removed),
    ):
        for path in paths:
            say(f"{label:<9} {one_line(path)}")
    for before, after in report.renamed:
        say(f"{'renamed':<9} {one_line(before)} → {one_line(after)}")
    for file in report.skipped:
        say(f"{'skipped':<9} {one_line(file.path)}: {one_line(file.reason)}")
    for note in report.notes:
        say(f"{'note':<9} {one_line(note)}")
    counts = (
        (len(report.added), "added"),
        (len(report.changed), "changed"),
        (len(report.removed), "removed"),
        (len(report.renamed), "renamed"),
        (len(report.unchanged), "unchanged"),
        (len(report.skipped), "skipped"),
    )
    say(", ".join(f"{count} {label}" for count, label in counts))
    say(
        f"generation {report.generation}: {_counted(report.passages, 'passage')}, "
        f"{report.embedded:,} newly embedded"
    )
    if not report.passages:
        say(f"{corpus} holds no passages now: nothing can be answered until documents are added.")


def show_sources(summaries: tuple[SourceSummary, ...]) -> None:
    """Prints a table of sources: id, size, date, path and title."""
    for summary in summaries:
        info = summary.info
        described = " · ".join(filter(None, (info.title, info.publisher, info.date)))
        say(f"{info.id}  {one_line(info.path)}")
        say(
            f"    {one_line(described)}\n    {_counted(summary.passages, 'passage')}, "
            f"{_counted(summary.characters, 'character')}, "
            f"{_counted(summary.skipped_blocks, 'block')} skipped"
        )
        for other in info.also_at:
            say(f"    also at {one_line(other)}")


def show_explained(source: Source, seen: Preview) -> None:
    """Prints what was read of a source.

    This is its metadata, the number of blocks of each kind, the remarks of its reader and every
    skipped block.
    """
    info = source.info
    date = f"{info.date} ({seen.date_from})" if info.date and seen.date_from else info.date
    kinds = Counter(block.kind for block in source.blocks if block.skipped is None)
    skipped = sum(block.skipped is not None for block in source.blocks)
    say(f"{info.id}  {one_line(info.path)}")
    for name, value in (
        ("title", info.title),
        ("author", info.author),
        ("publisher", info.publisher),
        ("date", date),
        ("language", info.language),
        ("address", info.url),
        ("format", info.format),
    ):
        say(f"    {name:10}{one_line(value) if value else 'not told'}")
    told = [_counted(kinds[kind], _KINDS[kind]) for kind in BlockKind if kinds[kind]]
    say(f"    {'read':10}{', '.join(told) or 'nothing'}")
    say(
        f"    {'kept as':10}{_counted(seen.passages, 'passage')}, "
        f"{_counted(len(source.text), 'character')}"
    )
    for mark in source.marks:
        place, sure = ocr_of(mark.name)
        if sure is not None:
            say(f"    {'OCR':10}{one_line(place)}: {sure} % sure")
    for note in seen.notes:
        say(f"    {'remark':10}{one_line(note)}")
    say(f"    {'skipped':10}{_counted(skipped, 'block')}")
    show_skipped_blocks(source)


def show_skipped_blocks(source: Source) -> None:
    """Prints the skipped blocks of a source, each with its place and reason."""
    locate = locator(source)
    # Without marks or line numbers, places are paragraphs, and only paragraphs that are not skipped
    # have numbers.
    by_paragraph = not source.marks and source.first_line is None
    paragraphs = 0
    for block in source.blocks:
        if block.skipped is None:
            paragraphs += 1
            continue
        if by_paragraph:
            place = f"after paragraph {paragraphs}" if paragraphs else "before paragraph 1"
        else:
            place = locate(block.start, block.end)
        text = one_line(source.text[block.start : block.end])
        say(f"    {one_line(place)}: {block.skipped}: {textwrap.shorten(text, WIDTH)}")


def show_status(status: Status, as_json: bool = False) -> None:
    """Prints the live generation in numbers, and the files that were skipped."""
    if as_json:
        say_json(asdict(status))
        return
    say(f"corpus      {one_line(status.corpus)}")
    say(f"index       {one_line(status.index)}")
    say(f"generation  {status.generation}, built {status.created} ({_age(status.created)})")
    say(f"model       {status.model}")
    if status.without_copy is not None:
        say(f"questions   need PyTorch: {one_line(status.without_copy)}")
    say(f"sources     {status.sources:,}")
    say(f"passages    {status.passages:,}")
    say(f"search      {_search(status.approximate)}")
    say(f"on disk     {_size(status.bytes_on_disk)}")
    for kept in status.kept:
        if not kept.is_live:
            built = f"built {kept.created}" if kept.created else "damaged"
            say(f"kept        generation {kept.number}, {built}, {_size(kept.bytes_on_disk)}")
    for file in status.skipped:
        say(f"skipped     {one_line(file.path)}: {one_line(file.reason)}")


def _search(approximate: ApproximateSearch | None) -> str:
    if approximate is None:
        return "exact"
    if not approximate.lists:
        return f"approximate for {approximate.passages:,} passages, as Milvus chooses"
    return (
        f"approximate for {approximate.passages:,} passages: {approximate.recall:.1%} of the ten "
        f"nearest found in samples, reading {approximate.probes:,} of {approximate.lists:,} lists"
    )


def show_deletion(deletion: Deletion) -> None:
    """Prints whether a removed source is gone, and where it remains."""
    source = one_line(deletion.source_id)
    erase = with_call_options("To erase: pincite index --erase-older")
    for found in deletion.remains:
        say(f"found: {one_line(found)}")
    if deletion.remains:
        say(
            with_call_options(
                f"generation {deletion.generation} still answers from {source}. Remove its file "
                "from the corpus, then run: pincite index"
            )
        )
    else:
        say(
            f"nothing of {source} is in generation {deletion.generation}: none of its "
            f"{_counted(deletion.rows, 'passage')} is of it, nor is a vector or word of it searched"
        )
    if deletion.kept_in:
        numbers = ", ".join(map(str, deletion.kept_in))
        say(
            f"kept for rollback, and answering nothing, but holding it: generation {numbers}. "
            f"{erase}"
        )
    if deletion.hidden_in:
        say(
            f"not searched, but still on disk: in segment {', '.join(deletion.hidden_in)} of "
            f"generation {deletion.generation}. {erase}"
        )
    if not (deletion.remains or deletion.kept_in or deletion.hidden_in):
        say(
            "no generation on disk holds it, so that nothing here shows whether there was ever "
            "such a source: compare the id with the one that you noted"
        )


def show_verification(result: Verification) -> None:
    """Prints what was checked, and every fault."""
    for fault in result.faults:
        say(f"fault: {one_line(fault)}")
    say(
        f"generation {result.generation}: {_counted(result.files, 'file')}, "
        f"{_counted(result.sources, 'source')} and {_counted(result.passages, 'passage')} "
        f"checked, {_counted(len(result.faults), 'fault')}"
    )


def _counted(count: int, noun: str) -> str:
    first, *others = noun.split(" of ")
    many = " of ".join((f"{first}s", *others))
    return f"{count:,} {noun if count == 1 else many}"


def _age(created: str) -> str:
    """Returns the age in its largest whole unit."""
    seconds = max(0.0, (datetime.now(UTC) - datetime.fromisoformat(created)).total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{_counted(int(seconds // length), unit)} ago"
    return "just now"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1_000_000 else f"{count / 1e3:.0f} kB"
