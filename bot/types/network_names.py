"""Setting types for host names, networks and the URL path of the chat."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
_SUB_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")


def _listed(value: Any) -> Any:
    """Splits comma-separated text, as environment variables give it."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _host_names(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not _HOST_NAME.fullmatch(name):
            raise ValueError(f"{name!r} should be a name alone, as in 'docs.example.org'")
    return names


def _networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise ValueError(
                f"{error}; it should be an address or network, as in '10.0.0.1' or '10.0.0.0/8'"
            ) from None
    return networks


def _sub_path(path: str) -> str:
    if not _SUB_PATH.fullmatch(path):
        raise ValueError(
            f"{path!r} should begin with a slash and end without one, as in '/pincite'"
        )
    return path


HostNames = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_host_names)
]
Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_networks)]
SubPath = Annotated[str, AfterValidator(_sub_path)]
