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
        0.50,  # best
        2.08,  # near
        -2.95,  # close
        1.40,  # clause
        6.55,  # around
        9.69,  # asking
        5.05,  # covered
        -4.05,  # repeats
        1.95,  # does
        -1.22,  # placed
        -1.36,  # opens
        -1.50,  # role
        -7.35,  # constant
    ),
    Family.WHERE: (
        0.54,  # best
        0.81,  # near
        -1.63,  # close
        1.41,  # clause
        8.80,  # around
        3.64,  # asking
        4.63,  # covered
        1.67,  # placed
        -0.94,  # opens
        -1.40,  # role
        -2.10,  # lower
        -1.45,  # acronym
        -1.16,  # country
        1.62,  # country_asked
        -7.41,  # constant
    ),
    Family.WHEN: (
        -0.11,  # best
        3.16,  # near
        -1.70,  # close
        0.94,  # clause
        14.07,  # around
        1.02,  # asking
        6.76,  # covered
        1.00,  # fits
        -7.25,  # constant
    ),
    Family.FIGURE: (
        0.24,  # best
        4.87,  # near
        -2.29,  # close
        1.48,  # clause
        16.47,  # around
        2.09,  # asking
        3.34,  # covered
        1.13,  # fits
        -7.47,  # constant
    ),
}

# From which chance on words are marked: chosen so that of those marked .92 were right in sets that
# the weights were not fitted on.
ENOUGH: Mapping[Family, float] = {
    Family.WHO: 0.57,
    Family.WHERE: 0.52,
    Family.WHEN: 0.49,
    Family.FIGURE: 0.55,
    Family.WHETHER: 0.45,
}
