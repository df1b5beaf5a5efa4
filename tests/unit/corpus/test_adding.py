"""pincite add: files, folders, and pages of a server that may mean no good."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cli_calls import Pincite
from word_encoder import MINERALS, WordEncoder

import bot
from bot.corpus import web_fetch
from bot.corpus.web_fetch import fetch
from bot.errors import FetchError, ReadError, UsageError

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]

PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Zinc mines</title></head>"
    b"<body><article><h1>Zinc mines</h1>"
    b"<p>The zinc mine of Shalkiya was opened again in 2021, after ten years.</p></article></body>"
    b"</html>"
)
TODAY = datetime.now(UTC).date().isoformat()


class Handler(BaseHTTPRequestHandler):
    """A server whose paths say how it behaves."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in ("/mines/zinc", "/"):
            self.answer(200, PAGE, "text/html; charset=utf-8")
        elif path == "/moved":
            self.redirect("/mines/zinc")
        elif path == "/round":
            self.redirect("/round")
        elif path == "/inside":
            self.redirect("http://169.254.169.254/latest/meta-data")
        elif path == "/file":
            self.redirect("file:///etc/passwd")
        elif path == "/nowhere":
            self.redirect("")
        elif path == "/large":
            self.answer(200, b"z" * 3_000_000, "text/plain")
        elif path == "/short":
            self.answer(200, b"zinc", "text/plain", length=400)
        elif path == "/packed":
            self.answer(200, b"\x1f\x8b", "text/plain", encoding="gzip")
        elif path == "/picture":
            self.answer(200, b"PNG", "image/png")
        elif path == "/notes.md":
            self.answer(200, b"# Zinc\n\nZinc coats steel.\n", "text/plain")
        elif path == "/host":
            self.answer(200, self.headers["Host"].encode(), "text/plain")
        elif path == "/drip":
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                for _ in range(100):
                    self.wfile.write(b"z")
                    time.sleep(0.1)
        else:
            self.answer(404, b"", "text/plain")

    def redirect(self, where: str) -> None:
        self.send_response(302)
        if where:
            self.send_header("Location", where)
        self.end_headers()

    def answer(
        self, status: int, data: bytes, kind: str, *, length: int = 0, encoding: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(data)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def engine(tmp_path: Path) -> bot.Engine:
    (tmp_path / "corpus").mkdir()
    return bot.open(
        tmp_path / "corpus",
        tmp_path / "index",
        encoder=WordEncoder(MINERALS),
        max_file_megabytes=2,
    )


def here(url: str) -> web_fetch.Fetched:
    return fetch(url, max_bytes=2_000_000, allow_private=True)


def test_a_page_is_stored_with_where_and_when_it_was_found(site: str, engine: bot.Engine) -> None:
    path = engine.add_from_web(f"{site}/moved?a=1", allow_private=True)

    assert path == f"corpus/127-0-0-1-mines-zinc {TODAY}.html"
    stored = (engine.settings.corpus / Path(path).name).read_bytes()
    url = f"{site}/mines/zinc"
    assert stored == PAGE.replace(
        b"<html>", f"<!-- saved from url=({len(url):04d}){url} -->\n<html>".encode(), 1
    )
    engine.sync()
    (summary,) = engine.sources()
    assert (summary.info.title, summary.info.url) == ("Zinc mines", url)
    assert "Shalkiya" in engine.ask("zinc").quotes[0].text


def test_the_name_of_a_document_tells_its_format_where_its_type_does_not(site: str) -> None:
    fetched = here(f"{site}/notes.md")

    assert fetched.name == f"127.0.0.1-notes {TODAY}.md"
    assert fetched.data == b"# Zinc\n\nZinc coats steel.\n"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/round", "redirects more than 5 times"),
        ("/nowhere", "redirects to nowhere"),
        ("/large", r"larger than 2 MB\. Raise max_file_megabytes"),
        ("/short", "cannot be fetched|ended before all of it had come"),
        ("/packed", "sent compressed though that was not asked"),
        ("/picture", "of type 'image/png', which is not read"),
        ("/gone", "answers with status 404"),
    ],
)
def test_what_cannot_be_had_is_said(site: str, path: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        here(f"{site}{path}")


def test_a_redirect_may_not_leave_the_web(site: str) -> None:
    with pytest.raises(UsageError, match="only http and https"):
        here(f"{site}/file")


def test_a_server_that_drips_is_cut(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_fetch, "SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"/drip: it cannot be fetched \(it takes longer than 0.5"):
        here(f"{site}/drip")
    assert time.monotonic() - began < 5


Lead = Callable[..., None]


@pytest.fixture
def leading(monkeypatch: pytest.MonkeyPatch) -> Lead:
    """Has a name lead to addresses, after a while; those that do not answer refuse."""
    connect = socket.create_connection

    def lead(*addresses: str, to: int, after: float = 0, dead: tuple[str, ...] = ()) -> None:
        def resolved(*_: object, **__: object) -> list[object]:
            time.sleep(after)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, to)) for a in addresses]

        def connecting(address: tuple[str, int], timeout: float) -> socket.socket:
            if address[0] in dead:
                raise ConnectionRefusedError(f"{address[0]} refuses")
            with monkeypatch.context() as patched:
                patched.setattr(socket, "getaddrinfo", truly)
                return connect(("127.0.0.1", to), timeout=timeout)

        truly = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", resolved)
        monkeypatch.setattr(socket, "create_connection", connecting)

    return lead


def test_a_name_that_is_looked_up_until_the_time_is_over_is_not_connected_to(
    site: str, leading: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_fetch, "SECONDS", 0.5)
    leading("127.0.0.1", to=int(site.rpartition(":")[2]), after=1)
    with pytest.raises(FetchError, match=r"it takes longer than 0.5 s"):
        here("http://slow.example/drip")


def test_the_time_for_a_handshake_is_what_is_left(
    leading: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_fetch, "SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        leading("127.0.0.1", to=silent.getsockname()[1], after=1.5)
        began = time.monotonic()
        with pytest.raises(FetchError, match="it takes longer than 2 s"):
            here("https://silent.example/page")
        assert time.monotonic() - began < 3


def test_the_next_address_is_tried_when_one_does_not_answer(site: str, leading: Lead) -> None:
    port = int(site.rpartition(":")[2])
    leading("192.0.2.1", "192.0.2.2", "192.0.2.3", to=port, dead=("192.0.2.1", "192.0.2.2"))
    assert here("http://two.example/notes.md").data.startswith(b"# Zinc")

    leading("192.0.2.1", "192.0.2.2", to=port, dead=("192.0.2.1", "192.0.2.2"))
    with pytest.raises(FetchError, match=r"cannot be fetched \(192\.0\.2\.2 refuses\)"):
        here("http://none.example/notes.md")


class Bare(socket.socket):
    """A connection that is taken for an encrypted one."""

    def do_handshake(self) -> None:
        """Nothing to agree on."""


class Unencrypted:
    def wrap_socket(self, plain: socket.socket, **_: object) -> Bare:
        bare = Bare(fileno=plain.detach())
        bare.settimeout(10)
        return bare


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://a.example", "a.example"),
        ("http://a.example:80", "a.example"),
        ("https://a.example", "a.example"),
        ("https://a.example:443", "a.example"),
        ("https://a.example:8443", "a.example:8443"),
        ("http://a.example:443", "a.example:443"),
        ("https://[2001:db8::1]", "[2001:db8::1]"),
        ("http://[2001:db8::1]:8080", "[2001:db8::1]:8080"),
        ("http://bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_the_server_is_told_the_host_that_was_asked_for(
    site: str, leading: Lead, monkeypatch: pytest.MonkeyPatch, address: str, host: str
) -> None:
    leading("192.0.2.1", to=int(site.rpartition(":")[2]))
    monkeypatch.setattr(web_fetch.ssl, "create_default_context", Unencrypted)

    assert here(f"{address}/host").data == host.encode()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.5", "169.254.169.254", "0.0.0.0", "::1",
     "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "100.64.0.1", "224.0.0.1", "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolved(*_: object, **__: object) -> list[object]:
        public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))
        return [public, (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]

    def connected(*_: object, **__: object) -> None:
        pytest.fail("it was connected to")

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connected)
    with pytest.raises(FetchError, match=r"not a public address\. If that is meant, add: --allow"):
        fetch("http://evil.example/page", max_bytes=1000)


def test_a_redirect_to_an_address_inside_is_refused(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = site.removeprefix("http://").partition(":")[0]
    monkeypatch.setattr(web_fetch, "_is_public", lambda address: address == own)
    with pytest.raises(FetchError, match=r"169\.254\.169\.254, which is not a public address"):
        fetch(f"{site}/inside", max_bytes=1000)


def test_the_address_that_was_checked_is_the_one_connected_to(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.rpartition(":")[2])
    asked: list[str] = []

    def resolved(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    connect = socket.create_connection
    connected: list[object] = []

    def connecting(address: tuple[str, int], **options: float) -> socket.socket:
        connected.append(address)
        return connect(("127.0.0.1", port), **options)

    monkeypatch.setattr(socket, "create_connection", connecting)
    monkeypatch.setattr(web_fetch.socket, "getaddrinfo", resolved)
    fetch(f"http://minerals.example:{port}/mines/zinc", max_bytes=10_000, allow_private=True)

    assert asked.count("minerals.example") == 1
    assert connected == [("127.0.0.1", port)]


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/x", "http://", "http://a.example:99999/",
     "http://user:secret@a.example/", "http://[::1", "gopher://a.example"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        fetch(url, max_bytes=1000)
    assert "secret" not in str(refused.value)


def test_nothing_is_stored_of_what_cannot_be_read(site: str, engine: bot.Engine) -> None:
    (engine.settings.corpus.parent / "broken.pdf").write_bytes(b"no pdf")
    with pytest.raises(ReadError):
        engine.add_source("broken.pdf", b"no pdf")
    assert list(engine.settings.corpus.iterdir()) == []


@pytest.mark.parametrize("path", ["", "/", "/?a=1"])
def test_the_first_page_of_a_site_is_named_after_it(
    pincite: Pincite, tmp_path: Path, site: str, path: str
) -> None:
    done = pincite("--corpus", str(tmp_path / "corpus"), "add", "--allow-private", f"{site}{path}")

    assert done.out.splitlines()[0] == f"added     corpus/127-0-0-1 {TODAY}.html"


def test_files_folders_and_pages_are_added_and_what_is_wrong_is_listed(
    pincite: Pincite, tmp_path: Path, site: str
) -> None:
    corpus, found = tmp_path / "corpus", tmp_path / "found"
    corpus.mkdir()
    (found / "deep").mkdir(parents=True)
    (found / "deep" / "zinc.txt").write_text("Zinc coats steel.")
    (found / ".hidden.txt").write_text("hidden")
    (found / "link.txt").symlink_to("/etc/hostname")
    (found / "odd.xyz").write_text("?")
    os.mkfifo(found / "pipe.txt")
    lead = tmp_path / "lead.csv"
    lead.write_text("Ore,Price\nlead,2\n")
    wanted = [str(lead), str(found), f"{site}/mines/zinc", f"{site}/gone", str(tmp_path / "no.txt")]

    done = pincite("--corpus", str(corpus), "add", "--allow-private", *wanted)

    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    hidden = f"left out  {found}/.hidden.txt: hidden, for its name begins with a dot"
    assert lines.pop(1) == hidden
    assert lines.pop(2) == f"left out  {found}/link.txt: a link. Add what it leads to"
    assert lines[0] == "added     corpus/lead.csv"
    assert lines[1] == "added     corpus/deep/zinc.txt"
    assert lines[2] == (f"refused   {found}/odd.xyz: format '.xyz' is not read. Convert the file")
    assert lines[3] == (
        f"refused   {found}/pipe.txt: not a regular file. Give a file, a folder or an address."
    )
    assert lines[4] == f"added     corpus/127-0-0-1-mines-zinc {TODAY}.html"
    assert lines[5] == f"refused   {site}/gone: the server answers with status 404."
    assert lines[6] == f"refused   {tmp_path}/no.txt: cannot be read: No such file or directory."
    assert lines[7].startswith("Formats that are read: .ass, ")
    assert lines[7].endswith(".zip")
    assert lines[8:] == [f"To answer from what was added, run: pincite --corpus {corpus} index"]
    assert sorted(file.name for file in corpus.iterdir()) == [
        f"127-0-0-1-mines-zinc {TODAY}.html",
        "deep",
        "lead.csv",
    ]
    again = pincite("--corpus", str(corpus), "add", str(lead), "--json")
    assert again.json == {
        "given": str(lead),
        "path": "corpus/lead.csv",
        "reason": None,
        "outcome": "known",
    }
    assert again.code == 0
