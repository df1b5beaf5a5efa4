"""The weights of the features of answer spans, fitted by `tests/bench/spans.py`."""

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
        0.44,  # best
        0.95,  # clause
        8.21,  # around
        9.38,  # asking
        4.46,  # covered
        -3.33,  # repeats
        2.16,  # does
        -1.40,  # placed
        -1.76,  # opens
        -1.21,  # role
        -6.81,  # constant
    ),
    Family.WHERE: (
        0.46,  # best
        1.53,  # clause
        8.36,  # around
        2.37,  # asking
        3.92,  # covered
        1.66,  # placed
        -1.56,  # opens
        -1.56,  # role
        -1.45,  # lower
        -1.05,  # acronym
        -1.42,  # country
        2.23,  # country_asked
        -6.60,  # constant
    ),
    Family.WHEN: (
        -0.12,  # best
        1.97,  # clause
        14.41,  # around
        1.76,  # asking
        6.83,  # covered
        1.22,  # fits
        -7.50,  # constant
    ),
    Family.FIGURE: (
        0.27,  # best
        2.36,  # clause
        11.91,  # around
        3.55,  # asking
        4.07,  # covered
        0.68,  # fits
        -7.53,  # constant
    ),
}

# The probability from which words are marked. At these thresholds, .92 of all marked words are
# right in sets that the weights were not fitted on; for figures alone the share is lower.
ENOUGH: Mapping[Family, float] = {
    Family.WHO: 0.58,
    Family.WHERE: 0.76,
    Family.WHEN: 0.5,
    Family.FIGURE: 0.6,
    Family.WHETHER: 0.5,
}
