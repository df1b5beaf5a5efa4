"""Reads and changes the users file, which has one NAME:HASH per line, hashed with Argon2."""

from __future__ import annotations

import fcntl
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from ...errors import SettingsError, UsageError

DEFAULT_FILE = Path("pincite.users")

_LONGEST = 255
_HASHER = PasswordHasher()


def users_file(named: Path | None) -> Path | None:
    """Returns the users file: the one named in the settings, or else pincite.users if it exists.

    A dangling link counts as a file: the chat must not open because a file was moved. Raises
    SettingsError for a named file that does not exist, and for one that cannot be accessed.
    """
    file = named or DEFAULT_FILE
    if _is_there(file):
        return file
    if named is None:
        return None
    raise SettingsError(f"users: there is no file {named}. Create it with: pincite user add NAME")


def check_name(name: str) -> None:
    """Raises UsageError for a name that a browser cannot send or a terminal cannot show."""
    if not name or ":" in name or name != name.strip() or _is_uncommon(name):
        raise UsageError(
            "the name of a user must not be empty, nor hold a colon, a control character, the end"
            f" of a line, or blanks at its ends, and has up to {_LONGEST} characters."
        )


def check_password(password: str) -> None:
    """Raises UsageError for a password that a browser cannot send; the error does not repeat it."""
    if not password or _is_uncommon(password) or "\ufffd" in password:
        raise UsageError(
            "the password must not be empty, nor hold control characters, ends of lines, or"
            f" anything that is not UTF-8, and has up to {_LONGEST} characters."
        )


def hashed(password: str) -> str:
    """Returns the Argon2id hash of a password, with its salt and parameters."""
    return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """True if a password matches a hash; takes the same time either way."""
    try:
        return _HASHER.verify(password_hash, password)
    except VerificationError:
        return False


def read_users(file: Path) -> dict[str, str]:
    """Returns the password hash of each user, by name.

    Raises SettingsError for a file that cannot be read or used; the error contains no hash.
    """
    try:
        if stat.S_ISFIFO(file.stat().st_mode):
            raise _unreadable(file, "it is a named pipe")  # reading it would block
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        raise _unreadable(file, "it is not UTF-8") from None
    except FileNotFoundError as error:
        reason = error.strerror
        if file.is_symlink():
            reason = f"it links to '{file.readlink()}', which is not there"
        raise _unreadable(file, reason) from None
    except OSError as error:
        raise _unreadable(file, error.strerror) from None
    users, faulty = _parsed(text)
    if faulty is not None:
        raise SettingsError(
            f"{file}: line {faulty} is no new NAME:HASH. Remove it, and then, if somebody is"
            " missing: pincite user add NAME"
        )
    return users


def known_users(file: Path) -> dict[str, str]:
    """Like `read_users`, but returns no users if the file does not exist."""
    return read_users(file) if _is_there(file) else {}


def add_user(file: Path, name: str, password: str) -> bool:
    """Write a user to the file, and create the file if needed; False if the name was known.

    Replaces the password of a known user. Raises UsageError for an invalid name or password, and
    SettingsError for a file that cannot be read or written.
    """
    check_name(name)
    check_password(password)
    password_hash = hashed(password)
    with _changing(file) as users:
        is_new = name not in users
        users[name] = password_hash
    return is_new


def remove_user(file: Path, name: str) -> None:
    """Remove a user from the file.

    Raises UsageError for an unknown name, and otherwise like `add_user`.
    """
    with _changing(file) as users:
        if name not in users:
            raise UsageError(f"{file} has no user {name!r}. To see who is there: pincite user list")
        del users[name]


def new_owner(
    account: int, folder: os.stat_result, before: os.stat_result | None
) -> tuple[int, int] | None:
    """Returns the user and group to give a file that `account` writes; None if it keeps its own.

    `before` is the file that it replaces, or None for a new file. What root creates in the folder
    of a service must belong to the service.
    """
    if before is None and account != 0:
        return None
    owner = before or folder
    return None if owner.st_uid == account else (owner.st_uid, owner.st_gid)


@contextmanager
def _changing(file: Path) -> Iterator[dict[str, str]]:
    """Yields the users and writes them back when the block ends.

    A lock admits one process at a time.
    """
    # Unlike Path.resolve, this raises nothing for a link to itself.
    target = Path(os.path.realpath(file))
    try:
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise SettingsError(f"users: cannot open {target.parent}: {error.strerror}.") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        users = known_users(target)
        yield users
        text = "".join(f"{name}:{each}\n" for name, each in users.items())
        if _parsed(text) != (users, None):
            raise SettingsError(f"{file}: was left as it was: a name could not be read back.")
        try:
            _write(target, text)
            os.fsync(folder)
        except OSError as error:
            raise SettingsError(f"{file}: cannot be written: {error.strerror}.") from None
    finally:
        os.close(folder)


def _write(file: Path, text: str) -> None:
    before = file.stat() if file.exists() else None
    owner = new_owner(os.geteuid(), file.parent.stat(), before)
    # The temporary file is readable by its owner only, and replaces the file once it is complete.
    descriptor, name = mkstemp(dir=file.parent, prefix=".pincite-users-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            if owner is not None:
                _give(descriptor, owner, file)
            stream.write(text)
            stream.flush()
            os.fsync(descriptor)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise


def _give(descriptor: int, owner: tuple[int, int], file: Path) -> None:
    try:
        os.fchown(descriptor, *owner)
    except OSError as error:
        raise SettingsError(
            f"{file}: cannot be given to its owner, the account {owner[0]}: {error.strerror}. Run"
            " the command as that account, or as root."
        ) from None


def _is_there(file: Path) -> bool:
    """True if a file or a link of that name exists.

    Unlike os.path.lexists, this raises for other errors.
    """
    try:
        os.lstat(file)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unreadable(file, error.strerror) from None
    return True


def _unreadable(file: Path, reason: str | None) -> SettingsError:
    return SettingsError(f"{file}: cannot be read: {reason}. Check the file.")


def _parsed(text: str) -> tuple[dict[str, str], int | None]:
    """Returns the users up to the first invalid line, and its number, counted from 1."""
    users: dict[str, str] = {}
    # Split at "\n" only: files of earlier versions may have other Unicode line ends within a name.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        name, _, password_hash = line.partition(":")
        if not name or name in users or not _is_hash(password_hash):
            return users, number
        users[name] = password_hash
    return users, None


def _is_hash(text: str) -> bool:
    try:
        extract_parameters(text)
    except InvalidHashError:
        return False
    return True


def _is_uncommon(text: str) -> bool:
    categories = set(map(unicodedata.category, text))
    breaks_lines = not categories.isdisjoint(("Zl", "Zp"))
    return len(text) > _LONGEST or breaks_lines or any(one.startswith("C") for one in categories)
