"""The file of users: what is written to it, who owns it, and what it may hold."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from argon2 import extract_parameters
from login import WORDS
from web_fakes import FakeEngine

from bot.errors import SettingsError, UsageError
from bot.web import serve
from bot.web.serving.users import (
    add_user,
    hashed,
    matches,
    new_owner,
    read_users,
    remove_user,
    users_file,
)

pytestmark = pytest.mark.slow


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
