"""What became of sources that were cited and are not in the live generation any more."""

from __future__ import annotations

from collections import OrderedDict

from .display import one_line
from .errors import PinciteError, SourceGone
from .store import Generation, IndexLayout
from .types import SourceInfo

# Sources remembered from generations that are not on disk any more.
REMEMBERED = 10_000


class FormerSources:
    """The sources that one engine has seen go, and those in the generations kept on disk."""

    def __init__(self, layout: IndexLayout) -> None:
        self._layout = layout
        self._seen: OrderedDict[str, SourceInfo] = OrderedDict()

    def remember(self, before: Generation, after: Generation) -> None:
        """Notes what one generation had and the next has not."""
        for source_id in before.infos.keys() - after.infos.keys():
            self._seen[source_id] = before.infos[source_id]
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def explained(self, source_id: str, live: Generation) -> SourceGone | None:
        """Whether a source was removed or changed; None for one that nobody has seen."""
        info = self._seen.get(source_id) or self._kept(source_id)
        if info is None:
            return None
        paths = {info.path, *info.also_at}
        now = next(
            (other for other in live.infos.values() if paths & {other.path, *other.also_at}), None
        )
        what = f"{one_line(info.title)} ({one_line(info.path)})"
        if now is None:
            return SourceGone(f"{what} was removed from the corpus after it was cited.", None)
        return SourceGone(
            f"{what} has changed since it was cited; what was quoted may not be in it now.", now.id
        )

    def _kept(self, source_id: str) -> SourceInfo | None:
        for number in reversed(self._layout.numbers()):
            try:
                info = Generation(self._layout, number).infos.get(source_id)
            except PinciteError:
                continue  # one that cannot be read tells nothing
            if info is not None:
                return info
        return None
