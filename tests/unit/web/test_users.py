"""Logins: the users file, its commands, and how the guard uses it."""

from __future__ import annotations

import asyncio
import logging
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from argon2 import extract_parameters
from cli_calls import Pincite, environment, process
from login import basic
from places import ROOT
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message
from web_fakes import FakeEngine

from bot.errors import ServeError, SettingsError, UsageError
from bot.web import serve
from bot.web.serving import access
from bot.web.serving.access import Logins, logins_of
from bot.web.serving.guard import Guard
from bot.web.serving.hosts import HostNames
from bot.web.serving.users import (
    add_user,
    hashed,
    matches,
    new_owner,
    read_users,
    remove_user,
    users_file,
)

WORDS = {"ada": "pass:wörd", "bob": "another one"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Writes a file of two users."""
    file = tmp_path / "pincite.users"
    for name, password in WORDS.items():
        assert add_user(file, name, password) is True
    return file


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


# The file


def test_a_file_holds_names_and_argon2_hashes_for_its_owner_alone(file: Path) -> None:
    users = read_users(file)

    assert list(users) == ["ada", "bob"]
    assert {extract_parameters(each).type.name for each in users.values()} == {"ID"}
    assert all(matches(users[name], password) for name, password in WORDS.items())
    assert not matches(users["ada"], WORDS["bob"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(password in file.read_text() for password in WORDS.values())
    assert [each.name for each in file.parent.iterdir()] == ["pincite.users"]


def test_a_known_name_gets_a_new_password(file: Path) -> None:
    file.chmod(0o644)

    assert add_user(file, "ada", "new") is False

    assert list(read_users(file)) == ["ada", "bob"]
    assert matches(read_users(file)["ada"], "new")
    assert file.stat().st_mode & 0o777 == 0o600


def test_removing(file: Path) -> None:
    remove_user(file, "ada")

    assert list(read_users(file)) == ["bob"]
    with pytest.raises(
        UsageError, match=r"pincite\.users has no user 'ada'\. To see who is there:"
    ):
        remove_user(file, "ada")


def test_a_linked_file_stays_linked(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    add_user(link, "eve", "word")

    assert link.is_symlink()
    assert list(read_users(file)) == ["ada", "bob", "eve"]


def test_what_is_written_at_the_same_time_is_all_kept(tmp_path: Path) -> None:
    file = tmp_path / "users"
    names = [f"user {number}" for number in range(8)]
    threads = [threading.Thread(target=add_user, args=(file, name, "x")) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(read_users(file)) == names


def test_a_write_that_fails_leaves_the_file_as_it_was(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.web.serving.users.os.fsync", refuse)
    with pytest.raises(SettingsError, match=r"cannot be written: No space left on device\.$"):
        add_user(file, "eve", "word")

    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == ["pincite.users"]


AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="Only root may give a file away.")


@AS_ROOT
def test_a_file_that_root_changes_stays_its_owners(file: Path) -> None:
    os.chown(file, 10001, 10002)
    add_user(file, "eve", "word")
    remove_user(file, "ada")

    assert (file.stat().st_uid, file.stat().st_gid) == (10001, 10002)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(read_users(file)) == ["bob", "eve"]


@AS_ROOT
def test_a_file_that_root_creates_is_of_the_owner_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    folder.mkdir()
    os.chown(folder, 10001, 10002)
    link = tmp_path / "link"
    link.symlink_to(folder / "users")
    add_user(link, "ada", "word")

    assert ((folder / "users").stat().st_uid, (folder / "users").stat().st_gid) == (10001, 10002)
    assert link.lstat().st_uid == 0


def owned_by(user: int) -> os.stat_result:
    return os.stat_result((0o100600, 1, 1, 1, user, user + 1, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("account", "folder", "replaced", "owner"),
    [
        (0, 10001, None, (10001, 10002)),
        (0, 10001, 10003, (10003, 10004)),
        (0, 10001, 0, None),
        (0, 0, None, None),
        (10001, 10001, None, None),
        (10001, 10001, 10001, None),
        # In a folder that accounts share, a new file belongs to its creator.
        (10001, 10003, None, None),
        (10001, 10001, 10003, (10003, 10004)),
    ],
)
def test_who_a_written_file_is_given_to(
    account: int, folder: int, replaced: int | None, owner: tuple[int, int] | None
) -> None:
    before = None if replaced is None else owned_by(replaced)

    assert new_owner(account, owned_by(folder), before) == owner


def test_a_file_that_cannot_be_given_to_its_owner_stays_as_it_was(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("bot.web.serving.users.new_owner", lambda *_: (10001, 10002))
    monkeypatch.setattr("bot.web.serving.users.os.fchown", refuse)
    with pytest.raises(SettingsError) as caught:
        add_user(file, "eve", "word")

    assert str(caught.value) == (
        f"{file}: cannot be given to its owner, the account 10001: Operation not permitted. Run the"
        " command as that account, or as root."
    )
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == ["pincite.users"]


@pytest.mark.parametrize(
    "name",
    ["", "a:b", "a\nb", "a\x1b[2J", " a", "a ", "a\u202eb", "a\u2028b", "a\u2029b", "x" * 256],
)
def test_names_that_cannot_be(file: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"^the name of a user must not be empty"):
        add_user(file, name, "word")

    assert list(read_users(file)) == ["ada", "bob"]


@pytest.mark.parametrize("name", ["a\u2028b", "a\u2029b", "a\x85b", "a\x1cb", "a\x0cb"])
def test_a_line_ends_with_a_line_feed_alone(file: Path, name: str) -> None:
    file.write_bytes(f"{name}:{hashed('x')}\r\n".encode() + file.read_bytes())

    assert list(read_users(file)) == [name, "ada", "bob"]
    remove_user(file, name)
    assert list(read_users(file)) == ["ada", "bob"]


@pytest.mark.parametrize("name", ["", "a\nb", "a:b"])
def test_what_would_be_read_as_something_else_is_not_written(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = file.read_bytes()
    monkeypatch.setattr("bot.web.serving.users.check_name", lambda _: None)

    with pytest.raises(SettingsError, match=r"pincite\.users: was left as it was: .* read back"):
        add_user(file, name, "word")

    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == ["pincite.users"]


@pytest.mark.parametrize(
    "password", ["", "secret\nx", "secret\u2028x", "secret\0", "secret\ufffd", "x" * 256]
)
def test_passwords_that_cannot_be_are_not_repeated(file: Path, password: str) -> None:
    with pytest.raises(UsageError, match=r"^the password must not be empty") as caught:
        add_user(file, "eve", password)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ada:{hash}\nbob\n", 2),
        ("ada:{hash}\n\nada:{hash}\n", 3),
        (":{hash}\n", 1),
        ("ada:secret\n", 1),
        ("ada:$2b$12$abcdefghijklmnopqrstuv\n", 1),
    ],
)
def test_a_line_that_is_none_is_told_by_its_number(tmp_path: Path, text: str, number: int) -> None:
    file = tmp_path / "users"
    file.write_text(text.format(hash=hashed("x")))

    with pytest.raises(SettingsError) as caught:
        read_users(file)

    assert str(caught.value) == (
        f"{file}: line {number} is no new NAME:HASH. Remove it, and then, if somebody is missing:"
        " pincite user add NAME"
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "users"
    with pytest.raises(SettingsError, match="cannot be read: No such file or directory"):
        read_users(file)
    file.write_bytes(b"caf\xe9:x\n")
    with pytest.raises(SettingsError, match="cannot be read: it is not UTF-8"):
        read_users(file)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="cannot be read: it is a named pipe"):
        read_users(tmp_path / "pipe")
    with pytest.raises(SettingsError, match=r"^users: cannot open .*nowhere: No such file"):
        add_user(tmp_path / "nowhere" / "users", "ada", "x")


def test_the_file_in_force(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert users_file(None) == Path("pincite.users")
    assert users_file(file) == file
    file.rename(tmp_path / "other")
    assert users_file(None) is None
    with pytest.raises(SettingsError, match=r"^users: there is no file nowhere\. Create it with"):
        users_file(Path("nowhere"))


@pytest.mark.parametrize("target", ["moved", "nowhere/users", "pincite.users"])
@pytest.mark.parametrize("is_named", [False, True])
def test_a_link_to_no_file_does_not_open_the_chat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, is_named: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pincite.users").symlink_to(target)
    named = Path("pincite.users") if is_named else None
    engine = FakeEngine()
    engine.settings = engine.settings.model_copy(update={"users": named})

    assert users_file(named) == Path("pincite.users")
    with pytest.raises(SettingsError, match=r"^pincite\.users: cannot be read: ") as caught:
        serve(engine.as_engine, host="127.0.0.1", port=0)

    if target != "pincite.users":
        assert str(caught.value) == (
            f"pincite.users: cannot be read: it links to '{target}', which is not there."
            " Check the file."
        )


def test_a_folder_is_no_file_of_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pincite.users").mkdir()
    with pytest.raises(SettingsError, match=r"^pincite\.users: cannot be read: Is a directory\."):
        serve(FakeEngine().as_engine, host="127.0.0.1", port=0)


def test_a_place_that_cannot_be_looked_at_does_not_open_the_chat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "lstat", refuse)
    with pytest.raises(SettingsError) as caught:
        users_file(None)

    assert str(caught.value) == (
        "pincite.users: cannot be read: Permission denied. Check the file."
    )


def test_commands_tell_of_a_link_to_no_file(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pincite.users").symlink_to("moved")
    listed = pincite("user", "list")
    assert (listed.code, listed.out) == (2, "")
    assert "it links to 'moved', which is not there" in listed.err

    # Adding writes through the link, as it does when the file is there.
    assert pincite("user", "add", "ada", stdin=b"word\n").code == 0
    assert list(read_users(Path("moved"))) == ["ada"]
    assert pincite("user", "list").out == "ada\n"

    Path("pincite.users").unlink()
    Path("pincite.users").symlink_to("pincite.users")
    added = pincite("user", "add", "ada", stdin=b"word\n")
    assert (added.code, added.out) == (2, "")
    assert "pincite.users: cannot be read: Too many levels of symbolic links" in added.err


# The guard


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


# Serving


def test_a_file_of_nobody_is_told_before_anything_loads(tmp_path: Path) -> None:
    file = tmp_path / "users"
    engine = FakeEngine()
    engine.settings = engine.settings.model_copy(update={"users": file})
    with pytest.raises(SettingsError, match=r"^users: there is no file"):
        serve(engine.as_engine, host="127.0.0.1", port=0)
    file.write_text("\n")
    with pytest.raises(ServeError, match="names nobody, so nobody could log in"):
        serve(engine.as_engine, host="127.0.0.1", port=0)
    file.write_text("ada:secret\n")
    with pytest.raises(SettingsError, match="line 1 is no new NAME:HASH"):
        serve(engine.as_engine, host="127.0.0.1", port=0)


def test_other_machines_are_let_in_with_users(file: Path) -> None:
    engine = FakeEngine()
    engine.settings = engine.settings.model_copy(update={"users": file})
    with pytest.raises(ServeError, match="choose another --host"):
        serve(engine.as_engine, host="198.51.100.7", port=0)


# The commands


def test_users_are_added_listed_and_removed(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (pincite("user", "list").code, pincite("user", "list").out) == (0, "")

    added = pincite("user", "add", "bob", stdin="pass:wörd\r\nsecond line\n".encode())
    changed = pincite("user", "add", "bob", stdin=b"without an end")
    pincite("user", "add", "ada", stdin=b"x\n")

    assert (added.code, added.out) == (0, "bob may log in (pincite.users).\n")
    assert (changed.code, changed.out) == (0, "bob has a new password (pincite.users).\n")
    assert matches(read_users(Path("pincite.users"))["bob"], "without an end")
    assert pincite("user", "list").out == "ada\nbob\n"
    removed = pincite("user", "remove", "bob")
    assert removed.out == "bob may not log in any more (pincite.users).\n"
    assert pincite("user", "list").out == "ada\n"
    unknown = pincite("user", "remove", "bob")
    assert (unknown.code, unknown.out) == (2, "")
    assert "has no user 'bob'" in unknown.err


def test_the_settings_name_another_file(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "named.users"
    monkeypatch.setenv("PINCITE_USERS", str(named))
    assert pincite("user", "list").out == ""
    assert pincite("user", "add", "ada", stdin=b"word\n").code == 0

    assert list(read_users(named)) == ["ada"]


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("a:b", b"secret\n", "the name of a user must not be empty, nor hold a colon"),
        ("ada", b"", "the password must not be empty"),
        ("ada", b"\n", "the password must not be empty"),
        ("ada", b"secret\xff\n", "the password must not be empty, nor hold control characters"),
        ("ada", b"secret\x1b\n", "the password must not be empty, nor hold control characters"),
    ],
)
def test_what_cannot_be_ends_with_2(
    pincite: Pincite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    typed: bytes,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = pincite("user", "add", name, stdin=typed)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"pincite: {message}")
    assert "secret" not in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("second", ["pass wörd", "another"])
def test_on_a_terminal_the_password_is_typed_twice_and_not_shown(
    tmp_path: Path, second: str
) -> None:
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "user", "add", "ada"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(ROOT)),
        start_new_session=True,
    )
    os.close(theirs)
    seen = ""
    for prompt, password in (("Password: ", "pass wörd"), ("Once more: ", second)):
        while prompt not in seen:
            seen += os.read(ours, 1000).decode()
        os.write(ours, f"{password}\n".encode())
    try:
        while piece := os.read(ours, 1000):
            seen += piece.decode()
    except OSError:
        pass  # the other side was closed
    started.wait(30)
    os.close(ours)

    assert "wörd" not in seen
    if second == "another":
        assert started.returncode == 2
        assert "the two passwords differ. Nothing was changed; try again." in seen
        assert list(tmp_path.iterdir()) == []
    else:
        assert started.returncode == 0
        assert matches(read_users(tmp_path / "pincite.users")["ada"], "pass wörd")


def test_a_certificate_that_cannot_be_used_is_told_before_anything_loads(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    root = str(ROOT)
    done = process("chat", "--tls-cert", "nowhere.pem", cwd=tmp_path, PYTHONPATH=root)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "pincite: TLS needs both: give --tls-cert FILE and --tls-key FILE.\n"
