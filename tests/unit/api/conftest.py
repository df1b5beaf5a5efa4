"""A chat over a small index, and a client of its HTTP API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from programs_site import ORIGIN, settled
from starlette.testclient import TestClient

import bot
from bot.web import build_app


@pytest.fixture
def indexed(engine: bot.Engine, quick_disk: None) -> bot.Engine:
    return settled(engine)


@pytest.fixture
def client(indexed: bot.Engine) -> Iterator[TestClient]:
    with TestClient(build_app(indexed), base_url=ORIGIN) as client:
        yield client
