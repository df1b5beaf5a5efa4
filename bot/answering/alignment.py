"""Where two sentences differ: a token-level diff (longest common subsequence, by RapidFuzz)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from ..types import ConflictKind, Span
from .values import Unit, compatible
from .wording import TITLES, Role, Token, Wording, is_name

# Words that stand within a name without a capital.
PARTICLES = frozenset("of and for on at in de da di du del della van von der den la le el al bin "
                      "ibn y e".split())  # fmt: skip
# What turns the name of a place into that of its people.
PEOPLE = frozenset("n s i an ns ian ians".split())


@dataclass(frozen=True, slots=True)
class Region:
    """Tokens `left[a:b]` that stand where the other sentence has `right[c:d]`; one may be empty."""

    left: Span
    right: Span


@dataclass(frozen=True, slots=True)
class Difference:
    """Values of one kind that stand at the same place of two statements and can't both be true.

    `left` and `right` are spans of the sentences' texts, `left_tokens` and `right_tokens` of
    their tokens. `identifies` tells that statements which differ in it may have different
    subjects; `about` is what figures count, where that is known.
    """

    kind: ConflictKind
    identifies: bool
    left: Span
    right: Span
    left_tokens: Span
    right_tokens: Span
    about: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sentences laid side by side.

    `matched` counts words and values that both have in order, `unexplained` those of the side
    that has more of them beyond the matched ones and the differences.
    """

    matched: int
    unexplained: int
    differences: tuple[Difference, ...]

    @property
    def share(self) -> float:
        """The share of the statement that matches, differences apart."""
        whole = self.matched + self.unexplained
        return self.matched / whole if whole else 0.0


def regions(left: Wording, right: Wording) -> list[Region]:
    """The places where two sentences differ, in order."""
    found: list[Region] = []
    for operation in Indel.opcodes(left.keys, right.keys):
        if operation.tag == "equal":
            continue
        ours = (operation.src_start, operation.src_end)
        theirs = (operation.dest_start, operation.dest_end)
        if found and found[-1].left[1] == ours[0] and found[-1].right[1] == theirs[0]:
            last = found.pop()
            ours, theirs = (last.left[0], ours[1]), (last.right[0], theirs[1])
        found.append(Region(ours, theirs))
    return found


def compare(left: Wording, right: Wording, known: Collection[object]) -> Comparison:
    """What two sentences share, and the values in which they differ."""
    found = list(_joined(regions(left, right), left, right, known))
    differences: list[Difference] = []
    unexplained = [0, 0]
    changed = 0
    for region in found:
        changed += _counted(left, region.left)
        at = _differences(region, left, right, known)
        if at is not None:
            differences += at
        elif not same_name(left.tokens[slice(*region.left)], right.tokens[slice(*region.right)]):
            unexplained[0] += _counted(left, region.left)
            unexplained[1] += _counted(right, region.right)
    matched = _counted(left, (0, len(left.tokens))) - changed
    return Comparison(matched, max(unexplained), tuple(differences))


def same_name(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Whether two runs of words name the same: by initials, titles, people, or one in the other.

    "United States" is "US", "President Obama" is "Obama", "Asia" fits "Asian" and "J. Smith" fits
    "John Smith".
    """
    ours, theirs = _name_words(left), _name_words(right)
    if not ours or not theirs:
        return not ours and not theirs and not _strong(left) and not _strong(right)
    return (
        _initials(ours, theirs)
        or _initials(theirs, ours)
        or set(ours) <= set(theirs)
        or set(theirs) <= set(ours)
        or (len(ours) == len(theirs) and all(map(_fits, ours, theirs)))
    )


def same_initials(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Whether one run of words is made of the initials of the other, as "US" is."""
    ours, theirs = _name_words(left), _name_words(right)
    return _initials(ours, theirs) or _initials(theirs, ours)


def _strong(tokens: Sequence[Token]) -> bool:
    return any(token.role is not Role.LIGHT for token in tokens if token.key not in TITLES)


def _name_words(tokens: Sequence[Token]) -> list[str]:
    if any(token.role in (Role.VALUE, Role.STRONG) for token in tokens):
        return []
    return [
        str(token.key) for token in tokens if token.role is Role.WORD and token.key not in TITLES
    ]


def _initials(short: Sequence[str], long: Sequence[str]) -> bool:
    return len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long)


def _fits(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if not long.startswith(short):
        return False
    return (
        len(short) == 1
        or len(short) == len(long)
        or (len(short) > 3 and long[len(short) :] in PEOPLE)
    )


def _counted(sentence: Wording, span: Span) -> int:
    return sum(token.role is not Role.LIGHT for token in sentence.tokens[slice(*span)])


def _joined(
    found: Sequence[Region], left: Wording, right: Wording, known: Collection[object]
) -> Iterator[Region]:
    """Regions, with those joined that are parts of one name: "Duke of Kent", "King of Spain"."""
    held: Region | None = None
    for region in found:
        if held is not None:
            gap = left.tokens[held.left[1] : region.left[0]]
            if (
                all(token.key in PARTICLES for token in gap)
                and _named(region, left, right, known)
                and _named(held, left, right, known)
            ):
                held = Region((held.left[0], region.left[1]), (held.right[0], region.right[1]))
                continue
            yield held
        held = region
    if held is not None:
        yield held


def _named(region: Region, left: Wording, right: Wording, known: Collection[object]) -> bool:
    return _all_names(left, region.left, known) and _all_names(right, region.right, known)


def _all_names(sentence: Wording, span: Span, known: Collection[object]) -> bool:
    """Whether a span is made of names, with what may stand within them."""
    tokens = sentence.tokens
    names = [at for at in range(*span) if is_name(sentence, at, known)]
    if not names:
        return False
    for at in range(*span):
        inside = names[0] < at < names[-1]
        numbered = tokens[at].value is not None and tokens[at].value.number is not None  # type: ignore[union-attr]
        if not (
            at in names
            or tokens[at].role is Role.LIGHT
            or tokens[at].key in TITLES
            or (inside and tokens[at].key in PARTICLES)
            or (numbered and at > names[0])
        ):
            return False
    return True


def _differences(
    region: Region, left: Wording, right: Wording, known: Collection[object]
) -> list[Difference] | None:
    """The differences that make up a region; None if something else differs there too."""
    if _named(region, left, right, known):
        ours, theirs = left.tokens[slice(*region.left)], right.tokens[slice(*region.right)]
        if same_name(ours, theirs):
            return []
        return [_difference(ConflictKind.NAME, region, left, right, identifies=True)]
    ours_at = _value_places(left, region.left)
    theirs_at = _value_places(right, region.right)
    if not ours_at or not theirs_at:
        return None
    if len(ours_at) != len(theirs_at):
        one = _one_kind(left, right, ours_at, theirs_at)
        return None if one is None else [_difference(one, region, left, right)]
    found = []
    for a, b in zip(ours_at, theirs_at, strict=True):
        kind = _one_kind(left, right, [a], [b])
        if kind is None:
            return None
        mine, its = left.tokens[a].value, right.tokens[b].value
        if mine is not None and its is not None and not compatible(mine, its):
            ordinal = mine.key[0] == Unit.ORDINAL
            place = Region((a, a + 1), (b, b + 1))
            found.append(_difference(kind, place, left, right, identifies=ordinal))
    return found


def _value_places(sentence: Wording, span: Span) -> list[int]:
    """The places of the values of a span; none if it has anything else of weight."""
    tokens = sentence.tokens
    if any(tokens[at].role in (Role.WORD, Role.STRONG) for at in range(*span)):
        return []
    return [at for at in range(*span) if tokens[at].role is Role.VALUE]


def _one_kind(
    left: Wording, right: Wording, ours: Sequence[int], theirs: Sequence[int]
) -> ConflictKind | None:
    """The kind that all these values have, if they can be compared at all."""
    found = [left.tokens[at].value for at in ours] + [right.tokens[at].value for at in theirs]
    values = [value for value in found if value is not None]
    kinds = {value.kind for value in values}
    if len(kinds) > 1:
        return ConflictKind.FIGURE if all(value.number is not None for value in values) else None
    if kinds == {ConflictKind.FIGURE} and len({value.key[0] for value in values}) > 1:
        return None
    return kinds.pop()


def _difference(
    kind: ConflictKind, region: Region, left: Wording, right: Wording, *, identifies: bool = False
) -> Difference:
    whole = kind is ConflictKind.NAME
    return Difference(
        kind,
        identifies,
        _shown(left, region.left, whole),
        _shown(right, region.right, whole),
        region.left,
        region.right,
    )


def _shown(sentence: Wording, span: Span, whole_name: bool) -> Span:
    """The span of a sentence's text for a span of its tokens, light words at its ends apart."""
    tokens, (first, last) = sentence.tokens, span
    while last - first > 1 and tokens[first].role is Role.LIGHT:
        first += 1
    while last - first > 1 and tokens[last - 1].role is Role.LIGHT:
        last -= 1
    if whole_name:
        while first > 0 and _continues(sentence, first - 1):
            first -= 1
        while last < len(tokens) and _continues(sentence, last - 1):
            last += 1
    return tokens[first].start, tokens[last - 1].end


def _continues(sentence: Wording, at: int) -> bool:
    """Whether a capitalised word is followed, a blank between, by another."""
    if at + 1 >= len(sentence.tokens):
        return False
    here, following = sentence.tokens[at], sentence.tokens[at + 1]
    return (
        here.capital
        and following.capital
        and sentence.text[here.end : following.start] in (" ", "-", ". ", "\n")
    )
