"""Characters that no text can hold, which escapes in a file or damage to it bring in."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile(r"\r\n?|[\v\f]")


def storable(text: str) -> str:
    """`text` with line feeds for all line ends, without control characters and lone surrogates.

    A pair of surrogates becomes the character that it stands for.
    """
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", paired))
