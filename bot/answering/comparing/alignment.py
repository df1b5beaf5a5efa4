"""Finds where two sentences differ: a token diff by longest common subsequence (RapidFuzz)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from ...types import ConflictKind, Span
from .tokens import PARTICLES, TITLES, Role, Token, Wording, is_label, is_name
from .values import Unit, compatible

# Suffixes that turn the name of a place into the name of its people.
PEOPLE = frozenset("n s i an ns ian ians".split())

LONGEST_NAME = 10

# An acronym inside another acronym has at most this many letters.
LONGEST_ACRONYM = 4


@dataclass(frozen=True, slots=True)
class Region:
    """Tokens `left[a:b]` that replace `right[c:d]` of the other sentence; one may be empty."""

    left: Span
    right: Span


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values of one kind at the same place in two statements that can't both be true.

    `left` and `right` are spans of the sentences' tokens. `identifies` is true when statements
    that differ in this value may have different subjects. `about` is what figures count, if known.
    """

    kind: ConflictKind
    identifies: bool
    left: Span
    right: Span
    about: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing two sentences.

    `matched` counts the words and values that both have in the same order. `unexplained` counts
    the words and values that are neither matched nor a difference, on the side with more of them.
    `replaced` is true when a word replaces another somewhere, so the statements may be about
    different things.
    """

    matched: int
    unexplained: int
    replaced: bool
    differences: tuple[Difference, ...]

    @property
    def share(self) -> float:
        """The share of the statement that matches, not counting the differences."""
        whole = self.matched + self.unexplained
        return self.matched / whole if whole else 0.0


def regions(left: Wording, right: Wording) -> list[Region]:
    """Returns the places where two sentences differ, in order."""
    return _regions(left.keys, right.keys)


def _regions(left: Sequence[object], right: Sequence[object]) -> list[Region]:
    found: list[Region] = []
    for operation in Indel.opcodes(left, right):
        if operation.tag == "equal":
            continue
        ours = (operation.src_start, operation.src_end)
        theirs = (operation.dest_start, operation.dest_end)
        if found and found[-1].left[1] == ours[0] and found[-1].right[1] == theirs[0]:
            last = found.pop()
            ours, theirs = (last.left[0], ours[1]), (last.right[0], theirs[1])
        found.append(Region(ours, theirs))
    return found


def _weighty(left: Wording, right: Wording) -> list[Region]:
    """Returns the places where two sentences differ, ignoring prepositions, pronouns and the like.

    Such light words must stay out of the alignment: an "of" in two names would split both names.
    """
    ours, theirs = _places_of_weight(left), _places_of_weight(right)
    found = _regions([left.keys[at] for at in ours], [right.keys[at] for at in theirs])
    return [Region(_span(ours, one.left), _span(theirs, one.right)) for one in found]


def _places_of_weight(sentence: Wording) -> list[int]:
    return [at for at, token in enumerate(sentence.tokens) if token.role is not Role.LIGHT]


def _span(places: Sequence[int], span: Span) -> Span:
    """Returns the span of all tokens from the first to the last of these places."""
    if span[0] == span[1]:
        at = places[span[0]] if span[0] < len(places) else (places[-1] + 1 if places else 0)
        return at, at
    return places[span[0]], places[span[1] - 1] + 1


def compare(left: Wording, right: Wording, known: Container[object]) -> Comparison:
    """Returns what two sentences share and the values in which they differ."""
    found = _weighty(left, right)
    differences: list[Difference] = []
    unexplained = [0, 0]
    changed = 0
    replaced = False
    for region in found:
        changed += _counted(left, region.left)
        at = _differences(region, left, right, known)
        if at is not None:
            differences += at
        elif not same_name(left.tokens[slice(*region.left)], right.tokens[slice(*region.right)]):
            counts = _counted(left, region.left), _counted(right, region.right)
            unexplained = [unexplained[0] + counts[0], unexplained[1] + counts[1]]
            replaced = replaced or all(counts)
    matched = _counted(left, (0, len(left.tokens))) - changed
    return Comparison(matched, max(unexplained), replaced, tuple(differences))


def may_match(left: Wording, right: Wording, share: float) -> bool:
    """Whether at least this share of two sentences can match according to `compare`.

    A lowercase word that only one sentence has is neither matched nor a difference, unless it
    replaces a title.
    """
    return (
        left.has_title
        or right.has_title
        or all(
            len(one.plain - other.words) <= one.weight - share * one.weight
            for one, other in ((left, right), (right, left))
        )
    )


def same_name(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Whether two runs of words name the same thing: by initials, titles, people or containment.

    "United States" is "US", "President Obama" is "Obama", "Asia" fits "Asian" and "J. Smith" fits
    "John Smith".
    """
    if same_initials(left, right):
        return True
    ours, theirs = _name_words(left), _name_words(right)
    if not ours or not theirs:
        return _only_titles(left) or _only_titles(right) or not (_strong(left) or _strong(right))
    return (
        set(ours) <= set(theirs)
        or set(theirs) <= set(ours)
        or (len(ours) == len(theirs) and all(map(_fits, ours, theirs)))
    )


def same_initials(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Whether one run of words consists of the initials of the other, as "US" does."""
    ours, theirs = _name_words(left), _name_words(right)
    if _initials(ours, theirs) or _initials(theirs, ours):
        return True
    # "General" is a title, but its initial counts in "UNGA".
    ours, theirs = _name_words(left, titles=True), _name_words(right, titles=True)
    return _initials(ours, theirs) or _initials(theirs, ours)


def _only_titles(tokens: Sequence[Token]) -> bool:
    return any(token.key in TITLES for token in tokens) and not _strong(tokens)


def _strong(tokens: Sequence[Token]) -> bool:
    return any(token.role is not Role.LIGHT for token in tokens if token.key not in TITLES)


def _name_words(tokens: Sequence[Token], *, titles: bool = False) -> list[str]:
    if any(token.role in (Role.VALUE, Role.STRONG) for token in tokens):
        return []
    return [
        str(token.key)
        for token in tokens
        if token.role is Role.WORD and (titles or token.key not in TITLES)
    ]


def _initials(short: Sequence[str], long: Sequence[str]) -> bool:
    return len(short) == 1 and 1 < len(long) <= LONGEST_NAME and _abbreviates(short[0], long)


def _abbreviates(short: str, words: Sequence[str]) -> bool:
    """Whether a word is built from the first letters of other words.

    Short words may be included whole: "UN General Assembly" is "UNGA".
    """
    if not words:
        return not short
    first, others = words[0], words[1:]
    if short[:1] == first[:1] and _abbreviates(short[1:], others):
        return True
    is_whole = 1 < len(first) <= LONGEST_ACRONYM and short.startswith(first)
    return is_whole and _abbreviates(short[len(first) :], others)


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


def _named(region: Region, left: Wording, right: Wording, known: Container[object]) -> bool:
    """Whether both sides are names.

    A capital at the start of a sentence counts as a name only if the other side is surely a name.
    """
    ours = _all_names(left, region.left, known, at_start=False)
    theirs = _all_names(right, region.right, known, at_start=False)
    return (ours and (theirs or _all_names(right, region.right, known, at_start=True))) or (
        theirs and _all_names(left, region.left, known, at_start=True)
    )


def _all_names(sentence: Wording, span: Span, known: Container[object], *, at_start: bool) -> bool:
    """Whether a span consists of names and of words that may occur inside names."""
    tokens = sentence.tokens
    names = [
        at
        for at in range(*span)
        if is_name(sentence, at, known) or (at_start and tokens[at].opens and tokens[at].capital)
    ]
    if not names or len(names) > LONGEST_NAME:
        return False
    for at in range(*span):
        token = tokens[at]
        inside = names[0] < at < names[-1]
        # "The Eleventh Doctor", "Super Bowl 50"
        numbered = token.value is not None and (
            sentence.text[token.start].isupper()
            or (token.value.number is not None and at > names[0])
        )
        if not (
            at in names or numbered or token.key in TITLES or (inside and token.key in PARTICLES)
        ):
            return False
    return True


def _differences(
    region: Region, left: Wording, right: Wording, known: Container[object]
) -> list[Difference] | None:
    """Returns the differences that make up a region; None if something else differs there too."""
    if _named(region, left, right, known):
        ours, theirs = left.tokens[slice(*region.left)], right.tokens[slice(*region.right)]
        if same_name(ours, theirs):
            return []
        return [Difference(ConflictKind.NAME, True, region.left, region.right)]
    ours_at = _value_places(left, region.left)
    theirs_at = _value_places(right, region.right)
    if not ours_at or not theirs_at:
        return None
    if len(ours_at) != len(theirs_at):
        one = _one_kind(left, right, ours_at, theirs_at)
        return None if one is None else [Difference(one, False, region.left, region.right)]
    found = []
    for a, b in zip(ours_at, theirs_at, strict=True):
        kind = _one_kind(left, right, [a], [b])
        if kind is None:
            return None
        mine, its = left.tokens[a].value, right.tokens[b].value
        if mine is not None and its is not None and not compatible(mine, its):
            ordinal = mine.key[0] == Unit.ORDINAL
            found.append(Difference(kind, ordinal, (a, a + 1), (b, b + 1)))
    return found


def _value_places(sentence: Wording, span: Span) -> list[int]:
    """Returns the places of the values in a span; empty if the span has other content words."""
    tokens = sentence.tokens
    if any(
        is_label(sentence, at) or tokens[at].role in (Role.WORD, Role.STRONG) for at in range(*span)
    ):
        return []
    return [at for at in range(*span) if tokens[at].role is Role.VALUE]


def _one_kind(
    left: Wording, right: Wording, ours: Sequence[int], theirs: Sequence[int]
) -> ConflictKind | None:
    """Returns the kind shared by all these values; None if they can't be compared."""
    found = [left.tokens[at].value for at in ours] + [right.tokens[at].value for at in theirs]
    values = [value for value in found if value is not None]
    kinds = {value.kind for value in values}
    if len(kinds) > 1:
        return ConflictKind.FIGURE if all(value.number is not None for value in values) else None
    if kinds == {ConflictKind.FIGURE} and len({value.key[0] for value in values}) > 1:
        return None
    return kinds.pop()


def value_span(sentence: Wording, span: Span, kind: ConflictKind) -> Span:
    """Returns the text span to show for the value at a span of tokens; names are completed."""
    tokens, (first, last) = sentence.tokens, span
    if kind is ConflictKind.NAME:
        while first > 0 and _continues(sentence, first - 1):
            first -= 1
        while last < len(tokens) and _continues(sentence, last - 1):
            last += 1
    return tokens[first].start, tokens[last - 1].end


def _continues(sentence: Wording, at: int) -> bool:
    """Whether another capitalised word follows a capitalised word, with only a blank between."""
    if at + 1 >= len(sentence.tokens):
        return False
    here, following = sentence.tokens[at], sentence.tokens[at + 1]
    return (
        here.capital
        and following.capital
        and sentence.text[here.end : following.start] in (" ", "-", ". ", "\n")
    )
