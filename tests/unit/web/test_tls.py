"""The chat's TLS certificate: unusable files are reported."""

from __future__ import annotations

import socket
import ssl
import urllib.request
from pathlib import Path

import pytest
from proxied import trusting, write_certificate

from bot.errors import SettingsError
from bot.web.serving.starting import starting_page
from bot.web.serving.tls import server_context


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_certificate(tmp_path / "own")


def refused(certificate: Path | None, key: Path | None) -> str:
    with pytest.raises(SettingsError) as caught:
        server_context(certificate, key)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_without_files_there_is_no_tls_and_with_both_a_modern_one(files: tuple[Path, Path]) -> None:
    context = server_context(*files)

    assert server_context(None, None) is None
    assert context is not None
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_NONE


def test_one_file_alone_is_not_enough(files: tuple[Path, Path]) -> None:
    message = "TLS needs both: give --tls-cert FILE and --tls-key FILE."

    assert refused(files[0], None) == refused(None, files[1]) == message


def test_files_that_cannot_be_read(files: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, key = files
    missing = tmp_path / "missing.pem"
    remedy = "Name another file, or let this account read it."

    assert refused(missing, key) == (
        f"--tls-cert {missing}: cannot be read: No such file or directory. {remedy}"
    )
    assert refused(certificate, tmp_path) == (
        f"--tls-key {tmp_path}: cannot be read: Is a directory. {remedy}"
    )


def test_files_that_do_not_belong_together_or_are_none(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    certificate, key = files
    other = write_certificate(tmp_path / "other")[1]
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    both = "Give the two PEM files of one certificate."

    assert refused(certificate, other) == (
        f"--tls-key {other} is not the key of --tls-cert {certificate}. {both}"
    )
    for pair in ((text, key), (certificate, text), (key, certificate)):
        message = refused(*pair)
        assert message.startswith(f"--tls-cert {pair[0]} and --tls-key {pair[1]} cannot be used (")
        assert message.endswith(f"). {both}")


def test_nobody_is_asked_for_a_passphrase(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path / "locked", passphrase=b"secret")

    assert refused(certificate, key) == (
        f"--tls-key {key}: has a passphrase. Give the key without one, readable by this account"
        " alone."
    )


def test_who_speaks_no_tls_keeps_nobody_waiting(
    files: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with (
            starting_page(listener, tls=server_context(*files)),
            socket.create_connection(("127.0.0.1", port)),
            socket.create_connection(("127.0.0.1", port)) as plain,
        ):
            plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            answer = plain.recv(1000)
            with urllib.request.urlopen(
                urllib.request.Request(f"https://127.0.0.1:{port}/", method="HEAD"),
                context=trusting(files[0]),
                timeout=30,
            ) as reply:
                assert (reply.status, reply.read()) == (200, b"")

    assert not answer.startswith(b"HTTP")
    assert capfd.readouterr().err == ""
