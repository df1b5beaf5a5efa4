"""Which forwarding headers of a request are trusted, and from which peers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.web.serving.guard import Guard
from bot.web.serving.hosts import HostNames, host_without_port
from bot.web.serving.proxies import Proxies, own_path_of

PROXY, STRANGER = "10.0.0.1", "192.0.2.7"
TRUSTED = ("10.0.0.0/8", "2001:db8::1")


def request_of(peer: str | None, path: str = "/", **headers: str) -> dict[str, Any]:
    """Returns an ASGI request; header names use underscores."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:7860"), *raw],
        "client": None if peer is None else (peer, 5000),
    }


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("203.0.113.9,192.0.2.7,10.0.0.2 , 10.9.9.9", "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7:4711", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("203.0.113.9, 2001:db8::1", "203.0.113.9"),
        ("10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("203.0.113.9, unknown", "unknown"),
        ("", PROXY),
    ],
)
def test_the_client_is_the_right_most_that_is_no_proxy(forwarded: str, client: str) -> None:
    seen = Proxies(TRUSTED).external(request_of(PROXY, x_forwarded_for=forwarded))

    assert seen["client"] == (client, 0)


def test_several_headers_are_one_list() -> None:
    request = request_of(PROXY, x_forwarded_for="203.0.113.9")
    request["headers"].append((b"x-forwarded-for", b"192.0.2.7"))

    assert Proxies(TRUSTED).external(request)["client"] == ("192.0.2.7", 0)


@pytest.mark.parametrize("peer", [PROXY, "2001:db8::1", "::ffff:10.0.0.1"])
def test_a_trusted_proxy_names_host_and_scheme(peer: str) -> None:
    seen = Proxies(TRUSTED).external(
        request_of(peer, x_forwarded_host="docs.example.org:8443", x_forwarded_proto="HTTPS")
    )

    assert seen["scheme"] == "https"
    assert seen["headers"] == [(b"host", b"docs.example.org:8443")]


def test_of_a_row_of_proxies_the_nearest_names_them() -> None:
    seen = Proxies(TRUSTED).external(
        request_of(
            PROXY, x_forwarded_host="evil.example, a.example", x_forwarded_proto="http,https"
        )
    )

    assert (seen["scheme"], seen["headers"]) == ("https", [(b"host", b"a.example")])


@pytest.mark.parametrize("scheme", ["ftp", "javascript", "", "wss"])
def test_a_scheme_that_is_none_is_not_taken(scheme: str) -> None:
    seen = Proxies(TRUSTED).external(request_of(PROXY, x_forwarded_proto=scheme))

    assert seen["scheme"] == "http"


@pytest.mark.parametrize("peer", [STRANGER, "::ffff:192.0.2.7", "2001:db8::2", "testclient", None])
def test_from_anybody_else_nothing_is_believed(peer: str | None) -> None:
    request = request_of(
        peer,
        x_forwarded_for="10.0.0.9",
        x_forwarded_host="evil.example",
        x_forwarded_proto="https",
        x_forwarded_prefix="",
        x_forwarded_port="1",
        x_real_ip="10.0.0.9",
        forwarded="for=10.0.0.9;host=evil.example",
        x_gradio_server="https://evil.example",
        accept="*/*",
    )

    seen = Proxies(TRUSTED).external(request)

    assert seen["client"] == request["client"]
    assert seen["scheme"] == "http"
    assert seen["headers"] == [(b"host", b"127.0.0.1:7860"), (b"accept", b"*/*")]


def test_without_settings_nobody_is_trusted() -> None:
    proxies = Proxies()

    assert not any(map(proxies.trusts, ("127.0.0.1", "::1", "")))


@pytest.mark.parametrize(
    ("path", "prefix", "peer", "own"),
    [
        ("/pincite/", None, STRANGER, "/"),
        ("/pincite", None, STRANGER, ""),
        ("/pincite/pincite/state", None, STRANGER, "/pincite/state"),
        ("/pincite/assets/x.js", None, PROXY, "/assets/x.js"),
        ("/pincited", None, PROXY, "/pincited"),
        ("/", None, STRANGER, "/"),
        ("/health", None, STRANGER, "/health"),
        # A trusted proxy says that it stripped the prefix, so the rest is kept.
        ("/pincite/assets/x.js", "/pincite", PROXY, "/pincite/assets/x.js"),
        ("/pincite/assets/x.js", "/pincite", STRANGER, "/assets/x.js"),
        ("/pincite/assets/x.js", "/other", PROXY, "/assets/x.js"),
        ("/", "/pincite", PROXY, "/"),
    ],
)
def test_a_path_is_stripped_once(path: str, prefix: str | None, peer: str, own: str) -> None:
    proxies = Proxies(TRUSTED, "/pincite")
    headers = {} if prefix is None else {"x_forwarded_prefix": prefix}
    seen = proxies.external(request_of(peer, path, **headers))

    assert proxies.own_path(path, peer, prefix) == own
    assert (seen["path"], seen["root_path"]) == (f"/pincite{own}", "/pincite")
    assert own_path_of(seen) == own
    assert "raw_path" not in seen


@given(st.text(st.characters(codec="ascii"), max_size=30), st.sampled_from([PROXY, STRANGER]))
def test_without_a_root_path_every_path_stays(path: str, peer: str) -> None:
    assert Proxies(TRUSTED).own_path(path, peer, None) == path
    assert Proxies(TRUSTED).own_path(path, peer, "") == path


# Random text hardly ever looks like a name and a port.
HOST_PARTS = [*"localhost 127.0.0.1 [::1] 7860 : @ / \\ # ? .".split(), " ", "\n"]
HOST_LIKE = st.lists(st.sampled_from(HOST_PARTS), max_size=6).map("".join)


@given(st.text(max_size=60) | HOST_LIKE)
def test_what_clients_write_never_fails(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    request = request_of(PROXY, text)
    for name in (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"host"):
        request["headers"].append((name, raw))

    seen = Proxies(TRUSTED, "/a").external(request)

    assert seen["path"].startswith("/a")


@given(st.text(max_size=60) | HOST_LIKE)
def test_no_name_of_another_is_accepted_whatever_is_around_it(text: str) -> None:
    names = HostNames("127.0.0.1")

    assert not names.accepts(f"{text}evil.example")
    assert not names.accepts(f"evil.example{text}")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
@given(port=st.integers(0, 65535))
def test_our_names_are_accepted_with_every_port(name: str, port: int) -> None:
    assert HostNames("127.0.0.1").accepts(f"{name}:{port}")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Docs.Example.org:443", "docs.example.org"),
        ("[2001:DB8::1]:7860", "2001:db8::1"),
        ("[::1]", "::1"),
        ("docs.example.org:443/evil", ""),
        ("docs.example.org:", ""),
        ("evil@docs.example.org", ""),
        ("docs.example.org evil.example", ""),
        ("docs.example.org:443:443", ""),
        ("::1", ""),
        ("[::1", ""),
        ("", ""),
    ],
)
def test_a_host_header_is_a_name_and_a_port(header: str, name: str) -> None:
    assert host_without_port(header) == name


# Through the guard


async def _seen(request: Request) -> JSONResponse:
    return JSONResponse({"url": str(request.url), "client": request.client and request.client.host})


def guarded(peer: str, root_path: str = "") -> TestClient:
    guard = Guard(
        Starlette(routes=[Route("/{path:path}", _seen, methods=["GET", "POST"])]),
        hosts=HostNames("127.0.0.1", ["docs.example.org"]),
        upload_bytes=1,
        proxies=Proxies(TRUSTED, root_path),
    )
    return TestClient(guard, base_url="http://127.0.0.1:7860", client=(peer, 5000))


OUTSIDE = {
    "X-Forwarded-Host": "docs.example.org",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9, 192.0.2.7",
}


def test_what_is_behind_the_guard_sees_the_outside() -> None:
    reply = guarded(PROXY, "/pincite").get("/pincite/?a=b", headers=OUTSIDE).json()

    assert reply == {"url": "https://docs.example.org/pincite/?a=b", "client": "192.0.2.7"}


def test_what_a_stranger_says_is_not_seen() -> None:
    reply = guarded(STRANGER, "/pincite").get("/pincite/?a=b", headers=OUTSIDE).json()

    assert reply == {"url": "http://127.0.0.1:7860/pincite/?a=b", "client": STRANGER}


@pytest.mark.parametrize(
    ("host", "forwarded", "status"),
    [
        ("127.0.0.1:7860", "docs.example.org", 200),
        ("docs.example.org", "docs.example.org", 200),
        ("127.0.0.1:7860", "evil.example", 421),
        ("evil.example", "docs.example.org", 421),
        ("evil.example", "localhost", 421),
    ],
)
def test_both_names_of_a_request_have_to_be_ours(host: str, forwarded: str, status: int) -> None:
    headers = {"Host": host, "X-Forwarded-Host": forwarded}

    assert guarded(PROXY).get("/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://docs.example.org", 200),
        ("https://docs.example.org:443", 200),
        ("https://DOCS.example.org", 200),
        ("http://docs.example.org", 403),
        ("https://docs.example.org:8443", 403),
        ("http://127.0.0.1:7860", 403),
        ("https://[::1", 403),
        ("https://docs.example.org:x", 403),
    ],
)
def test_the_origin_is_the_external_one(origin: str, status: int) -> None:
    reply = guarded(PROXY).post("/pincite/sync", headers=OUTSIDE | {"Origin": origin})

    assert reply.status_code == status


def test_the_path_itself_leads_to_its_folder() -> None:
    client = guarded(STRANGER, "/pincite")
    reply = client.get("/pincite", follow_redirects=False)

    assert (reply.status_code, reply.headers["location"]) == (308, "/pincite/")


@pytest.mark.parametrize("path", ["/pincite/docs", "/pincite/pincite", "/pincitestate"])
def test_below_a_path_only_the_same_addresses_are_open(path: str) -> None:
    assert guarded(STRANGER, "/pincite").get(path).status_code == 404


def test_probes_are_answered_under_any_name_but_not_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.web.serving.guard._BURST", 3)
    monkeypatch.setattr("bot.web.serving.guard._REFILL_SECONDS", 60.0)
    client = guarded(STRANGER)
    named = {"Host": "10.1.2.3:7860"}

    statuses = [client.get("/health", headers=named).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]
    assert client.post("/ready", headers=named).status_code == 421
