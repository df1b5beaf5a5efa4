"""The same statement in several sources is shown once, with all their citations.

The wording of the best-ranked passage is shown, with its own citation first; those of the
passages that corroborate it follow by rank. A passage corroborates another in two ways:

- It repeats it: each of its sentences stands in the passage that is shown. It is not shown again.
- It supports it: it has all the sentences that the answer highlights in the other. Its citation is
  added there, and it stays a quote of its own as far as passages are shown, for it says more.
  It must not differ from the other passage in a figure, date or name anywhere: what is quoted
  under a number has to stand there.

A sentence stands in another when the other has all its words in the same order and little else.
Words that only one of them has must be few, and may be no figure, date, name or negation; a word
that is replaced by another always sets them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...text.remembered import remembered
from ...types import Hit, Span
from .alignment import compare, may_match, regions, same_initials
from .prefilter import BEGINNING, Outline, outline
from .tokens import ProperNames, Role, Sentence, Wording, overlap, read

# The share of a sentence that another must have to be the same statement.
CONTAINED = 0.8
# A shorter sentence ("It is.") says too little for another source to support it.
SAYS_SOMETHING = 3
# No more than this of the other words: one in another spelling.
RESPELLED = 1
# So many of the words of a sentence, at least, must be words of the other.
COMMON = 0.5
# A longer word of small letters alone, of which no figure, acronym or little word is one.
_PLAIN = re.compile(r"[a-z]{4,}")
# Shares of words in common from which sentences are compared, and are the same statement.
LOOKS_ALIKE = 0.3
NEARLY_SAME = 0.75


def corroborate(hits: Sequence[Hit], count: int) -> list[tuple[Hit, ...]]:
    """Up to `count` groups in rank order: the passage to show, then those that repeat it."""
    groups: list[list[Hit]] = []
    likely: list[list[int]] = []
    outlines = [outline(hit.passage.text) for hit in hits]
    for at, hit in enumerate(hits):
        home = next(
            (
                group
                for group, places in zip(groups, likely, strict=True)
                if at in places and _repeats(hit, group[0])
            ),
            None,
        )
        if home is not None:
            home.append(hit)
        elif len(groups) < count:
            groups.append([hit])
            likely.append(
                [place for place, part in enumerate(outlines) if part.mostly_in(outlines[at])]
            )
    return [tuple(group) for group in groups]


def supporting(
    group: Sequence[Hit], highlights: Sequence[Span], hits: Sequence[Hit]
) -> tuple[Hit, ...]:
    """The hits of other sources that have every highlighted sentence of a group's first passage.

    `highlights` are spans of its source.
    """
    if not highlights:
        return ()
    own = group[0].passage
    cited = {hit.passage.source_id for hit in group}
    said = outline(
        " ".join(own.text[start - own.start : end - own.start] for start, end in highlights)
    )
    likely = [
        (hit, whole)
        for hit in hits
        if hit.passage.source_id not in cited and said.mostly_in(whole := outline(hit.passage.text))
    ]
    if not likely:
        return ()
    parts = [
        part
        for part in _parts(own.text)
        if any(
            start < own.start + part.sentence.end and own.start + part.sentence.start < end
            for start, end in highlights
        )
    ]
    if not parts or any(len(part.wording.content) < SAYS_SOMETHING for part in parts):
        return ()
    needed = frozenset[str]().union(*(part.needed for part in parts))
    likely = [
        (hit, whole) for hit, whole in likely if len(needed - whole.words) <= RESPELLED * len(parts)
    ]
    found = []
    for hit, _ in likely:
        if hit.passage.source_id in cited:
            continue
        theirs = _parts(hit.passage.text)
        if all(_stands_in(part, theirs) for part in parts) and not _differ(
            _parts(own.text), theirs
        ):
            found.append(hit)
            cited.add(hit.passage.source_id)
    return tuple(found)


def contains(whole: Wording, part: Wording) -> bool:
    """Whether a sentence says what another says, and little else."""
    if whole.keys == part.keys:
        return True
    beyond = 0
    for region in regions(whole, part):
        ours, theirs = whole.tokens[slice(*region.left)], part.tokens[slice(*region.right)]
        if same_initials(ours, theirs):
            continue
        if ours and theirs:
            return False
        if any(token.role is not Role.LIGHT for token in theirs):
            return False
        if any(token.role is Role.STRONG for token in ours):
            return False
        beyond += sum(token.counts for token in ours)
    size = sum(token.counts for token in whole.tokens)
    return size > 0 and size - beyond >= CONTAINED * size


@dataclass(frozen=True)
class _Part:
    """A sentence, of which no more is found out than is asked for."""

    sentence: Sentence

    @property
    def text(self) -> str:
        return self.sentence.text

    @property
    def wording(self) -> Wording:
        return self.sentence.wording

    @cached_property
    def outline(self) -> Outline:
        return outline(self.sentence.text)

    @cached_property
    def needed(self) -> frozenset[str]:
        """How its longer words begin that are neither names nor little words."""
        return frozenset(
            token.key[:BEGINNING]
            for token in self.wording.tokens
            if token.role is Role.WORD
            and not token.capital
            and isinstance(token.key, str)
            and _PLAIN.fullmatch(token.key)
        )


@remembered(1 << 9)
def _parts(text: str) -> tuple[_Part, ...]:
    """The sentences of a passage; the latest are kept, as popular passages are read often."""
    return tuple(map(_Part, read(text, None)))


def _repeats(hit: Hit, shown: Hit) -> bool:
    """Whether each sentence of a passage stands in one that is shown."""
    parts, wholes = _parts(hit.passage.text), _parts(shown.passage.text)
    return all(_stands_in(part, wholes) for part in parts) and any(
        part.wording.keys for part in parts
    )


def _stands_in(part: _Part, wholes: Sequence[_Part]) -> bool:
    """Whether a sentence stands in one of others; one without a word stands anywhere."""
    if any(whole.text == part.text for whole in wholes):
        return True
    own = part.outline
    likely = [whole for whole in wholes if own.mostly_in(whole.outline)]
    if own.words and not likely:
        return False
    said = part.wording
    return not said.keys or any(
        len(part.needed - whole.outline.words) <= RESPELLED
        and own.may_match(whole.outline, CONTAINED)
        and len(said.content & whole.wording.content) >= COMMON * len(said.content)
        and contains(whole.wording, said)
        for whole in likely
    )


def _differ(left: Sequence[_Part], right: Sequence[_Part]) -> bool:
    """Whether statements of two passages match but for a value or a word that is replaced."""
    pairs = [
        (one.wording, other.wording)
        for one in left
        for other in right
        if one.text != other.text
        and one.outline.shares(other.outline, LOOKS_ALIKE)
        and one.outline.may_match(other.outline, NEARLY_SAME)
        and one.wording.keys != other.wording.keys
        and overlap(one.wording.content, other.wording.content) >= LOOKS_ALIKE
        and may_match(one.wording, other.wording, NEARLY_SAME)
    ]
    if not pairs:
        return False
    known = ProperNames(part.wording for part in (*left, *right))
    return any(
        (compared.differences or compared.replaced) and compared.share >= NEARLY_SAME
        for one, other in pairs
        for compared in (compare(one, other, known),)
    )
