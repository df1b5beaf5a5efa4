"""The commands for users, and serving a chat with users."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from cli_calls import Pincite, environment, process
from places import ROOT
from web_fakes import FakeEngine

from bot.errors import ServeError, SettingsError
from bot.web import serve
from bot.web.serving.users import matches, read_users

pytestmark = pytest.mark.slow


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
