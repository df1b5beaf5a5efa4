"""What the evidence for the few words that answer weighs, fitted by `tests/bench/spans.py`."""

from __future__ import annotations

from collections.abc import Mapping

from .wanted import Family

# By family, in the order of `span_evidence.NAMES`.
WEIGHTS: Mapping[Family, tuple[float, ...]] = {
    Family.WHETHER: (
        10.00,  # clause
        5.00,  # best
        -10.00,  # constant
    ),
    Family.WHO: (
        0.34,  # best
        1.45,  # clause
        7.01,  # around
        9.38,  # asking
        5.37,  # covered
        -4.01,  # repeats
        1.92,  # does
        -1.19,  # placed
        -1.30,  # opens
        -1.46,  # role
        -7.35,  # constant
    ),
    Family.WHERE: (
        0.54,  # best
        1.43,  # clause
        9.43,  # around
        3.90,  # asking
        4.80,  # covered
        1.54,  # placed
        -1.07,  # opens
        -1.27,  # role
        -2.05,  # lower
        -1.35,  # acronym
        -1.29,  # country
        1.94,  # country_asked
        -7.65,  # constant
    ),
    Family.WHEN: (
        -0.31,  # best
        1.72,  # clause
        15.45,  # around
        1.16,  # asking
        6.89,  # covered
        0.97,  # fits
        -6.94,  # constant
    ),
    Family.FIGURE: (
        0.09,  # best
        2.61,  # clause
        17.19,  # around
        2.41,  # asking
        4.18,  # covered
        1.10,  # fits
        -7.37,  # constant
    ),
}

# From which chance on words are marked: of those marked in sets that the weights were not fitted
# on, this leaves at least .92 right.
ENOUGH: Mapping[Family, float] = {
    Family.WHO: 0.58,
    Family.WHERE: 0.5,
    Family.WHEN: 0.5,
    Family.FIGURE: 0.5,
    Family.WHETHER: 0.5,
}
