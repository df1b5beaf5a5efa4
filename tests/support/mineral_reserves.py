"""Two sources that give different figures for the same reserves."""

from __future__ import annotations

RESERVES = (
    "Central Asia reportedly holds 38.6 percent of global manganese ore reserves, 30.07 percent "
    "of chromium, 20 percent of lead, 12.6 percent of zinc, and 8.7 percent of titanium.",
    "Central Asian countries hold 38.6 percent of global manganese ore reserves, 31 percent "
    "of chromium, 20 percent of lead, 12.6 percent of zinc, 8.7 percent of titanium.",
)
