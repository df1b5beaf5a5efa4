"""The difference between the corpus and a generation, determined by content."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ..corpus.archives import suffix_of
from ..reading import MAY_BE_SCANS
from ..types import CorpusFile


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of an index run; every path of the corpus and the generation is in one list.

    `skipped` holds the files that are known to be unreadable and have not changed since.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    unchanged: tuple[str, ...]
    skipped: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """True if the generation is up to date."""
        return not (self.added or self.changed or self.removed or self.renamed)

    def without(self, same: Collection[str]) -> Plan:
        """Returns the plan with the files in `same` as unchanged; they were read again."""
        changed = tuple(path for path in self.changed if path not in same)
        unchanged = sorted({*self.unchanged, *(set(self.changed) - set(changed))})
        return replace(self, changed=changed, unchanged=tuple(unchanged)) if same else self


def keep_previous(
    now: Mapping[str, str | None], before: Mapping[str, CorpusFile], paths: Collection[str]
) -> dict[str, str | None]:
    """Returns the SHA-256 of the files by path; those at `paths` keep their earlier values.

    A file at `paths` that was not a source before is left out. An archive at `paths` includes its
    files, which are kept even if it cannot be opened now.
    """
    if not paths:
        return dict(now)

    def is_left(path: str) -> bool:
        # The path of a file in an archive starts with the path of the archive.
        ends = [at for at, sign in enumerate(path) if sign == "/"]
        return path in paths or any(path[:end] in paths for end in ends)

    kept = {
        path: file.sha256
        for path, file in before.items()
        if is_left(path) and file.source_id is not None and (path in now or path not in paths)
    }
    rest = {
        path: kept.get(path, sha256)
        for path, sha256 in now.items()
        if path in kept or not is_left(path)
    }
    return rest | kept


def to_read_again(
    before: Mapping[str, CorpusFile], ocr_before: str, ocr_now: str
) -> frozenset[str]:
    """Returns the files that OCR may read differently because its settings have changed."""
    if ocr_before == ocr_now:
        return frozenset()
    return frozenset(path for path in before if suffix_of(path) in MAY_BE_SCANS)


def plan(
    before: Mapping[str, CorpusFile],
    now: Mapping[str, str | None],
    again: Collection[str] = (),
) -> Plan:
    """Compares the files of a generation with the SHA-256 of the files in the corpus, by path.

    None means that the bytes cannot be read. Such a file is tried again unless it was skipped
    before for the same reason. Files in `again` count as changed.
    """
    gone = {path: file for path, file in before.items() if path not in now}
    origins: dict[str, list[str]] = {}
    for path, file in gone.items():
        if file.sha256 is not None and file.reason is None:
            origins.setdefault(file.sha256, []).append(path)

    added, changed, renamed, unchanged, skipped = [], [], [], [], []
    for path, sha256 in sorted(now.items()):
        known = before.get(path)
        if known is None:
            candidates = origins.get(sha256 or "", [])
            if candidates:
                renamed.append((candidates.pop(0), path))
            else:
                added.append(path)
        elif known.sha256 != sha256 or (path in again and sha256 is not None):
            changed.append(path)
        elif known.reason is not None:
            skipped.append(path)
        else:
            unchanged.append(path)
    moved = {origin for origin, _ in renamed}
    return Plan(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(sorted(path for path in gone if path not in moved)),
        renamed=tuple(renamed),
        unchanged=tuple(unchanged),
        skipped=tuple(skipped),
    )
