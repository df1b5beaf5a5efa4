"""The language of the reader, as an argument of a route."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from ..rendering.languages import Language, chosen


def _language_of(request: Request) -> Language:
    return chosen(request.headers)


Reading = Annotated[Language, Depends(_language_of)]
