"""Runs a real nginx in front of a chat, with the shipped configuration and a certificate."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from places import ROOT

NAME = "docs.example.org"
CONFIGURATION = ROOT / "bot" / "web" / "deploy" / "nginx.conf"


def write_certificate(folder: Path, *, passphrase: bytes | None = None) -> tuple[Path, Path]:
    """Writes a self-signed certificate for `NAME` and 127.0.0.1 and its key; returns the files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = [x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        encryption = serialization.BestAvailableEncryption(passphrase)
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    )
    return files


def trusting(certificate: Path) -> ssl.SSLContext:
    """Returns a client context that trusts only this certificate."""
    return ssl.create_default_context(cafile=str(certificate))


def free_port() -> int:
    """Returns a port of 127.0.0.1 that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def nginx(folder: Path, upstream: int, changes: dict[str, str]) -> Iterator[int]:
    """Runs nginx before the port `upstream`, with `changes` to its configuration; yields its TLS
    port.

    Without nginx the test is skipped, except in CI, where it fails.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        message = "nginx is not installed: apt-get install nginx-light."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    folder.mkdir()
    certificate, key = write_certificate(folder)
    port, plain = free_port(), free_port()
    text = CONFIGURATION.read_text()
    for old, new in {
        "server 127.0.0.1:7860;": f"server 127.0.0.1:{upstream};",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "/etc/ssl/pincite/fullchain.pem": str(certificate),
        "/etc/ssl/pincite/privkey.pem": str(key),
        **changes,
    }.items():
        assert text.count(f"\n    {old}") + text.count(f"        {old}") + text.count(f" {old};"), (
            old
        )
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    # Workers under another account could not enter the folders of the tests.
    account = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{account} daemon off; worker_processes 1; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary} include {folder}/site.conf; }}\n"
    )
    started = subprocess.Popen(
        [program, "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")],
        stderr=(folder / "errors").open("w"),
    )
    try:
        while not _listens(port):
            assert started.poll() is None, (folder / "errors").read_text()
            time.sleep(0.02)
        yield port
    finally:
        started.terminate()
        started.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0
