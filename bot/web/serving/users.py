"""The people who may log in, in a file of one line each: NAME:HASH, the hash by Argon2."""

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
    """The file in force: the one that the settings name, or pincite.users, if present.

    A link to no file is there, too: the chat must not open because a file was moved. Raises
    SettingsError for a named file that is not there, and for one that cannot be looked at.
    """
    file = named or DEFAULT_FILE
    if _is_there(file):
        return file
    if named is None:
        return None
    raise SettingsError(f"users: there is no file {named}. Create it with: pincite user add NAME")


def check_name(name: str) -> None:
    """Raises UsageError for a name that a browser cannot send, or a terminal not show."""
    if not name or ":" in name or name != name.strip() or _is_uncommon(name):
        raise UsageError(
            "the name of a user must not be empty, nor hold a colon, a control character, the end"
            f" of a line, or blanks at its ends, and has up to {_LONGEST} characters."
        )


def check_password(password: str) -> None:
    """Raises UsageError, which does not repeat it, for a password that a browser cannot send."""
    if not password or _is_uncommon(password) or "\ufffd" in password:
        raise UsageError(
            "the password must not be empty, nor hold control characters, ends of lines, or"
            f" anything that is not UTF-8, and has up to {_LONGEST} characters."
        )


def hashed(password: str) -> str:
    """The Argon2id hash of a password, with its salt and parameters."""
    return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether a hash is that of a password; takes the same time either way."""
    try:
        return _HASHER.verify(password_hash, password)
    except VerificationError:
        return False


def read_users(file: Path) -> dict[str, str]:
    """The hash of each user's password, by name.

    Raises SettingsError, which repeats no hash, for a file that cannot be read or used.
    """
    try:
        if stat.S_ISFIFO(file.stat().st_mode):
            raise _unreadable(file, "it is a named pipe")  # would be waited for
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
    """As `read_users`; nobody where there is no file yet."""
    return read_users(file) if _is_there(file) else {}


def add_user(file: Path, name: str, password: str) -> bool:
    """Write a user into the file, which is created if need be; False if the name was known.

    A known user's password is replaced. Raises UsageError for a name or password that cannot be,
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
    """Remove a user from the file. Raises UsageError for an unknown name; else as `add_user`."""
    with _changing(file) as users:
        if name not in users:
            raise UsageError(f"{file} has no user {name!r}. To see who is there: pincite user list")
        del users[name]


def new_owner(
    account: int, folder: os.stat_result, before: os.stat_result | None
) -> tuple[int, int] | None:
    """User and group that a file is given to which `account` writes; None if it stays its own.

    `before` is the file that it replaces, None for a new one: what root creates in the folder of a
    service has to be the service's.
    """
    if before is None and account != 0:
        return None
    owner = before or folder
    return None if owner.st_uid == account else (owner.st_uid, owner.st_gid)


@contextmanager
def _changing(file: Path) -> Iterator[dict[str, str]]:
    """The users, which are written back when the block ends; one process at a time."""
    # Unlike Path.resolve, it raises nothing for a link to itself.
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
    # Created for its owner alone, and in its place only once it is whole.
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
    """Whether there is a file or a link of that name; os.path.lexists takes any error for no."""
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
    """The users of a file up to the first line that is none, and its number, from 1 on."""
    users: dict[str, str] = {}
    # Unicode has further line ends, which a file of an earlier version may have in a name.
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
