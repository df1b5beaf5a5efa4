"""The certificate with which the chat serves TLS itself, without a proxy."""

from __future__ import annotations

import ssl
from pathlib import Path

from ...errors import SettingsError


class _NeedsPassphrase(Exception):
    """The key has a passphrase; pincite does not prompt for one."""


def server_context(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """Returns the TLS context of the server; None without a certificate.

    Raises SettingsError if only one of the two files is given, if a file cannot be read or is not
    PEM, if the key belongs to another certificate, or if the key has a passphrase.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise SettingsError("TLS needs both: give --tls-cert FILE and --tls-key FILE.")
    for option, file in (("--tls-cert", certificate), ("--tls-key", key)):
        try:
            file.read_bytes()
        except OSError as error:
            raise SettingsError(
                f"{option} {file}: cannot be read: {error.strerror}. Name another file, or let"
                " this account read it."
            ) from None
    # With this purpose, the context accepts TLS 1.2 and 1.3 only and requests no client
    # certificate.
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, _no_passphrase)
    except _NeedsPassphrase:
        raise SettingsError(
            f"--tls-key {key}: has a passphrase. Give the key without one, readable by this account"
            " alone."
        ) from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            message = f"--tls-key {key} is not the key of --tls-cert {certificate}."
        else:
            message = (
                f"--tls-cert {certificate} and --tls-key {key} cannot be used"
                f" ({error.reason or 'no PEM'})."
            )
        raise SettingsError(f"{message} Give the two PEM files of one certificate.") from None
    return context


def _no_passphrase() -> str:
    raise _NeedsPassphrase
