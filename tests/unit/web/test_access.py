"""What the guard makes of the file of users, and how often a password is compared."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

import pytest
from argon2 import extract_parameters
from login import WORDS, basic
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from bot.web.serving import access
from bot.web.serving.access import Logins, logins_of
from bot.web.serving.guard import Guard
from bot.web.serving.hosts import HostNames
from bot.web.serving.users import add_user, matches, read_users, remove_user

pytestmark = pytest.mark.slow


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Records every hash and password that are compared."""
    compared: list[tuple[str, str]] = []

    def counting(password_hash: str, password: str) -> bool:
        compared.append((password_hash, password))
        return matches(password_hash, password)

    monkeypatch.setattr(access, "matches", counting)
    return compared


async def _hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def guarded(logins: Logins | None, client: str = "192.0.2.7") -> TestClient:
    guard = Guard(
        Starlette(routes=[Route("/", _hello)]),
        hosts=HostNames("127.0.0.1"),
        upload_bytes=1,
        logins=logins,
    )
    return TestClient(guard, base_url="http://127.0.0.1:7860", client=(client, 1))


def status(client: TestClient, name: str, password: str) -> int:
    return client.get("/", headers=basic(name, password)).status_code


def test_each_user_comes_in_with_their_own_password(file: Path) -> None:
    client = guarded(logins_of(("eve", "by flag"), file))

    assert [status(client, name, password) for name, password in WORDS.items()] == [200, 200]
    assert status(client, "eve", "by flag") == 200
    assert status(client, "ada", WORDS["bob"]) == 401
    assert status(client, "eve", WORDS["bob"]) == 401
    assert status(client, "nobody", WORDS["bob"]) == 401


def test_the_password_of_the_command_line_counts_for_its_user(file: Path) -> None:
    client = guarded(logins_of(("ada", "by flag"), file))

    assert status(client, "ada", "by flag") == 200
    assert status(client, "ada", WORDS["ada"]) == 401


def test_without_users_nobody_is_asked() -> None:
    assert logins_of(None, None) is None
    assert guarded(None).get("/").status_code == 200


def test_a_header_is_hashed_once(file: Path, counted: list[tuple[str, str]]) -> None:
    client = guarded(logins_of(None, file))
    for _ in range(5):
        assert status(client, "ada", WORDS["ada"]) == 200
    for _ in range(2):
        assert status(client, "ada", "wrong") == 401

    assert [password for _, password in counted] == [WORDS["ada"], "wrong", "wrong"]


def test_an_unknown_name_costs_the_same_hash(file: Path, counted: list[tuple[str, str]]) -> None:
    client = guarded(logins_of(None, file))
    for name in ("ada", "nobody"):
        assert status(client, name, "wrong") == 401

    known, unknown = [password_hash for password_hash, _ in counted]
    assert known == read_users(file)["ada"]
    assert unknown not in read_users(file).values()
    assert extract_parameters(known) == extract_parameters(unknown)


def test_only_so_many_headers_are_remembered(
    file: Path, counted: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "_HEADERS_REMEMBERED", 1)
    client = guarded(logins_of(None, file))
    for name in ("ada", "ada", "bob", "ada"):
        assert status(client, name, WORDS[name]) == 200

    assert [password for _, password in counted] == [WORDS["ada"], WORDS["bob"], WORDS["ada"]]


def test_nothing_that_is_remembered_tells_a_password(file: Path) -> None:
    logins = logins_of(None, file)
    assert logins is not None
    client = guarded(logins)
    status(client, "ada", WORDS["ada"])

    ((digest, _),) = logins._remembered.items()
    assert len(digest) == 32
    other = logins_of(None, file)
    assert other is not None
    assert other._digest(basic("ada", WORDS["ada"])["Authorization"]) != digest


def test_a_changed_file_counts_at_once(file: Path) -> None:
    client = guarded(logins_of(None, file))
    assert [status(client, name, WORDS[name]) for name in WORDS] == [200, 200]

    remove_user(file, "ada")
    assert [status(client, name, WORDS[name]) for name in WORDS] == [401, 200]

    add_user(file, "eve", "word")
    add_user(file, "bob", "new")
    assert status(client, "eve", "word") == 200
    assert (status(client, "bob", WORDS["bob"]), status(client, "bob", "new")) == (401, 200)


@pytest.mark.parametrize("damage", ["removed", "damaged"])
def test_of_a_file_that_cannot_be_used_nobody_comes_in(
    file: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = guarded(logins_of(("eve", "by flag"), file))
    assert status(client, "ada", WORDS["ada"]) == 200
    whole = file.read_text()

    if damage == "removed":
        file.unlink()
    else:
        file.write_text(whole + "line\n")
    with caplog.at_level(logging.ERROR):
        assert [status(client, "ada", WORDS["ada"]) for _ in range(2)] == [401, 401]

    assert status(client, "eve", "by flag") == 200
    (record,) = caplog.records
    assert str(file) in record.getMessage()
    assert record.getMessage().endswith("Until then nobody of it can log in.")
    assert WORDS["ada"] not in caplog.text
    file.write_text(whole)
    assert status(client, "ada", WORDS["ada"]) == 200


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("2001:db8:1:1:ffff::9", 429),
        ("2001:db8:1:2::1", 200),
        ("192.0.2.7", 200),
    ],
)
def test_a_household_of_ipv6_is_locked_out_as_one(file: Path, other: str, expected: int) -> None:
    logins = logins_of(None, file)
    guard = guarded(logins, "2001:db8:1:1::1").app
    for number in range(5):
        client = TestClient(guard, "http://127.0.0.1:7860", client=(f"2001:db8:1:1::{number}", 1))
        assert status(client, "ada", "wrong") == 401

    client = TestClient(guard, "http://127.0.0.1:7860", client=(other, 1))
    assert status(client, "ada", WORDS["ada"]) == expected


def test_an_ipv4_address_is_the_same_written_as_ipv6() -> None:
    assert access.counted_as("::ffff:192.0.2.7") == access.counted_as("192.0.2.7") == "192.0.2.7"
    assert access.counted_as("testclient") == "testclient"


def test_many_tries_at_once_are_counted_one_by_one(
    file: Path, counted: list[tuple[str, str]]
) -> None:
    statuses: list[int] = []
    with guarded(logins_of(None, file)) as client:
        threads = [
            threading.Thread(target=lambda: statuses.append(status(client, "ada", "wrong")))
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(statuses) == [401] * 5 + [429] * 7
    assert len(counted) == 5


async def answered(guard: ASGIApp, name: str, password: str, client: str) -> int:
    """Returns the status of one request, without its own thread, so that requests start in a known
    order.
    """
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = {"Host": "127.0.0.1:7860", **basic(name, password)}
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": [(key.lower().encode(), value.encode()) for key, value in headers.items()],
        "client": (client, 1),
    }
    await guard(scope, receive, send)
    return statuses[0]


@pytest.mark.parametrize("before", [0, 1])
def test_a_remembered_login_is_no_way_around_the_limit(
    file: Path, counted: list[tuple[str, str]], before: int
) -> None:
    guard = guarded(logins_of(None, file)).app
    words = [f"wrong {number}" for number in range(20)] + [WORDS["ada"]]

    async def tries() -> list[int]:
        for _ in range(before):
            assert await answered(guard, "ada", "wrong", "192.0.2.7") == 401
        assert await answered(guard, "ada", WORDS["ada"], "192.0.2.8") == 200
        counted.clear()
        return await asyncio.gather(*(answered(guard, "ada", word, "192.0.2.7") for word in words))

    failures = 5 - before
    assert asyncio.run(tries()) == [401] * failures + [429] * (len(words) - failures)
    assert [password for _, password in counted] == words[:failures]


def test_who_is_logged_in_does_not_wait_for_the_tries_of_others(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guarded(logins_of(None, file)).app
    ending = threading.Event()

    async def asked() -> tuple[int, bool]:
        assert await answered(guard, "ada", WORDS["ada"], "192.0.2.8") == 200
        monkeypatch.setattr(access, "matches", lambda *_: ending.wait(60) and False)
        guess = asyncio.create_task(answered(guard, "ada", "wrong", "192.0.2.7"))
        await asyncio.sleep(0)
        try:
            known = await answered(guard, "ada", WORDS["ada"], "192.0.2.8")
            return known, guess.done()
        finally:
            ending.set()
            assert await guess == 401
            # The wrong guess leaves no trace except in the count.
            assert await answered(guard, "ada", WORDS["ada"], "192.0.2.7") == 200

    assert asyncio.run(asked()) == (200, False)


def test_who_asks_for_much_at_once_with_the_right_password_waits_once(
    file: Path, counted: list[tuple[str, str]]
) -> None:
    statuses: list[int] = []
    with guarded(logins_of(None, file)) as client:
        threads = [
            threading.Thread(target=lambda: statuses.append(status(client, "ada", WORDS["ada"])))
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert statuses == [200] * 12
    assert len(counted) == 1


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic YWRh", "Basic /////w==", "Bearer abc", "", "Basic Og=="]
)
def test_headers_that_are_none_cost_no_hash_but_a_try(
    file: Path, header: str, counted: list[tuple[str, str]]
) -> None:
    client = guarded(logins_of(None, file))
    statuses = [client.get("/", headers={"Authorization": header}).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    assert [password for _, password in counted if password] == []
