"""The chat behind a real nginx with TLS: at its root, and below a path that it keeps or strips."""

from __future__ import annotations

import asyncio
import json
import re
import stat
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import ask, context_in, launched_browser, reload, serve_in_background
from fake_answers import MINERALS
from proxied import NAME, free_port, nginx, trusting, write_certificate
from web_fakes import FakeEngine

AUTH = ("ada", "pass:wörd")
STRANGER = ("ada", "wrong")

# Changes to bot/web/deploy/nginx.conf, with the matching root_path.
LAYOUTS: dict[str, tuple[dict[str, str], str]] = {
    "root": ({}, ""),
    "path kept": ({"location / {": "location /pincite/ {"}, "/pincite"),
    "path stripped": (
        {
            "location / {": "location /pincite/ {",
            "proxy_pass http://pincite;": (
                "proxy_pass http://pincite/; proxy_set_header X-Forwarded-Prefix /pincite;"
            ),
        },
        "/pincite",
    ),
}


@dataclass(frozen=True)
class Site:
    """A chat behind nginx: both addresses, and the certificate to trust."""

    engine: FakeEngine
    behind: str
    port: int
    root_path: str
    certificate: Path

    @property
    def host(self) -> str:
        return f"{NAME}:{self.port}"

    def client(self, *, source: str = "127.0.0.2", **options: Any) -> httpx.Client:
        """Sends a request to nginx from an address that is not a proxy's."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}{self.root_path}",
            headers={"Host": self.host} | options.pop("headers", {}),
            transport=httpx.HTTPTransport(
                verify=trusting(self.certificate), local_address=source, http2=False
            ),
            **options,
        )


@pytest.fixture(scope="module", params=LAYOUTS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    changes, root_path = LAYOUTS[request.param]
    engine = FakeEngine()
    engine.settings = engine.settings.model_copy(
        update={
            "allowed_hosts": (NAME,),
            "trusted_proxies": ("127.0.0.1",),
            "root_path": root_path,
        }
    )
    behind = serve_in_background(engine, auth=AUTH)
    assert behind.endswith(root_path)
    folder = tmp_path_factory.mktemp("proxied") / "nginx"
    upstream = int(behind.removesuffix(root_path).rpartition(":")[2])
    with nginx(folder, upstream, changes) as port:
        yield Site(engine, behind, port, root_path, folder / "cert.pem")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser that resolves the site's name to this machine."""

    def wrapped(program: str) -> str:
        script = tmp_path_factory.mktemp("browser") / "chromium"
        rules = f"MAP {NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        script.write_text(f'#!/bin/sh\nexec "{program}" "$@" --host-resolver-rules="{rules}"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return str(script)

    with launched_browser(wrapped) as browser:
        yield browser


@pytest.fixture
def page(chromium: Any, site: Site) -> Iterator[Any]:
    """Opens the site; asserts that no error, refusal or other address occurs."""
    problems: list[str] = []
    ours = f"https://{site.host}{site.root_path}/"
    credentials = {"username": AUTH[0], "password": AUTH[1]}
    context = context_in(chromium, ignore_https_errors=True, http_credentials=credentials)
    page = context.new_page()

    def look_at(response: Any) -> None:
        if response.status >= 400 and response.status != 401:
            problems.append(f"{response.status} for {response.url}")
        if not response.url.startswith((ours, "data:", "blob:")):
            problems.append(f"asked for {response.url}")

    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("response", look_at)
    page.goto(ours)
    page.wait_for_selector(".example", state="attached")
    yield page
    context.close()
    assert problems == []


def test_an_answer_comes_in_steps(page: Any, site: Site) -> None:
    site.engine.slow.clear()
    page.fill("#question textarea", "slow chromium?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector("text=Searching…")
    assert page.locator(".answer").count() == 0

    site.engine.slow.set()

    page.wait_for_selector(".answer")
    assert "30.07 percent" in page.locator(".answer").inner_text()


def test_a_citation_opens_its_source_and_a_card_its_context(page: Any) -> None:
    answer = ask(page, "How much chromium?")
    citation = answer.locator(".quote a.cite").first
    citation.hover()
    page.locator("#card").wait_for()
    assert "30.07 percent" in page.locator("#card").inner_text()
    citation.click()

    page.locator("#source .passage:visible").first.wait_for()
    assert "percent of the world's chromium" in page.locator("#source").inner_text()


def test_a_conversation_is_there_again_after_a_reload(page: Any) -> None:
    ask(page, "How much chromium?")
    reload(page)

    page.wait_for_selector(".answer")
    assert "30.07 percent" in page.locator(".answer").inner_text()


def test_each_path_of_a_site_keeps_its_own_conversations(page: Any, site: Site) -> None:
    ask(page, "How much chromium?")
    page.click("nav a[data-view=history]")
    page.wait_for_selector("text=How much chromium?")
    kept = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")

    ours = f"pincite{site.root_path}/" if site.root_path else "pincite"
    assert set(kept) <= {ours, f"{ours} notebook"}
    assert ours in kept


def test_a_file_is_uploaded(page: Any, site: Site) -> None:
    name = f"new{site.port}.md"
    page.click("nav a[data-view=sources]")
    page.set_input_files("#upload", [{"name": name, "mimeType": "", "buffer": b"New text."}])
    page.locator("#review button[value=add]:enabled").click()
    page.locator(".run-text", has_text="1 added").wait_for()

    assert f"corpus/{name}" in [source.info.path for source in site.engine.corpus.values()]


def test_programs_ask_over_http(site: Site) -> None:
    with site.client(auth=AUTH) as http:
        answer = http.post("/api/v1/ask", json={"question": "How much chromium?"}).json()
        described = http.get("/api/v1/openapi.json").json()
        page = http.get("/").text

    assert answer["passages"][0]["text"] in MINERALS
    assert described["servers"] == [{"url": f"{site.root_path}/api/v1"}]
    assert f'"root":"https://{site.host}{site.root_path}"' in page.replace('": "', '":"')
    assert re.findall('(?:href|src)="/[^"]*', page) == []


def test_programs_ask_by_mcp(site: Site) -> None:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def conversation() -> Any:
        async with httpx2.AsyncClient(
            auth=AUTH, headers={"Host": site.host}, verify=trusting(site.certificate)
        ) as http:
            address = f"https://127.0.0.1:{site.port}{site.root_path}/mcp"
            async with Client(streamable_http_client(address, http_client=http)) as client:
                return await client.call_tool("ask", {"question": "How much chromium?"})

    # The browser of other tests has its own event loop in this thread.
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(asyncio.run, conversation()).result(90)

    assert answer.structured_content["passages"][0]["text"] in MINERALS


def test_gradio_is_told_the_external_address(site: Site) -> None:
    with site.client(auth=AUTH) as http:
        config = http.get("/config").json()
        number = next(one["id"] for one in config["dependencies"] if one["api_name"] == "ask")
        event = {"data": ["chromium?", None, "[]", "{}"], "fn_index": number, "session_hash": "x"}
        http.post("/gradio_api/queue/join", json=event).raise_for_status()
        said = http.get("/gradio_api/queue/data", params={"session_hash": "x"}).text

    assert config["root"] == f"https://{site.host}{site.root_path}"
    assert "30.07 percent" in said


def test_gradio_clients_find_their_way_below_a_path(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    from gradio_client import Client

    client = Client(f"{site.behind}/", verbose=False, httpx_kwargs={"auth": AUTH})
    answer = json.loads(client.predict("How much chromium?", api_name="/ask"))

    assert answer["passages"][0]["text"] in MINERALS


def test_without_a_slash_the_path_leads_to_the_page(site: Site) -> None:
    if not site.root_path:
        pytest.skip("there is no path")
    with site.client(auth=AUTH) as http:
        led = http.get(f"https://127.0.0.1:{site.port}{site.root_path}").headers["location"]
    direct = httpx.get(site.behind, auth=AUTH)

    assert led.endswith(f"{site.root_path}/")
    assert (direct.status_code, direct.headers["location"]) == (308, f"{site.root_path}/")


@pytest.mark.parametrize("named", [NAME, f"{NAME}:8080", "evil.example", "evil.example:80"])
def test_without_tls_every_name_leads_to_ours(tmp_path: Path, named: str) -> None:
    plain, unused = free_port(), free_port()
    with nginx(tmp_path / "nginx", unused, {"listen 80;": f"listen 127.0.0.1:{plain};"}):
        reply = httpx.get(f"http://127.0.0.1:{plain}/a%20b?c=d", headers={"Host": named})

    assert (reply.status_code, reply.headers["location"]) == (308, f"https://{NAME}/a%20b?c=d")


def test_nobody_is_answered_under_another_name(site: Site) -> None:
    forged = {"X-Forwarded-Host": site.host, "X-Forwarded-Proto": "https"}
    with site.client(auth=AUTH) as http:
        through = http.get("/", headers={"Host": "evil.example"})
        # A page under another name that points at this machine can send the same headers as nginx.
        rebound = httpx.get(
            f"{site.behind}/", auth=AUTH, headers={"Host": "evil.example", **forged}
        )
        named = http.get("/")

    assert (through.status_code, rebound.status_code) == (421, 421)
    assert named.status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://{host}", 200),
        ("http://{host}", 403),
        ("https://docs.example.org:1", 403),
        ("https://evil.example", 403),
        ("http://127.0.0.1:7860", 403),
        ("null", 403),
    ],
)
def test_pages_of_the_external_origin_alone_change_anything(
    site: Site, origin: str, status: int
) -> None:
    with site.client(auth=AUTH) as http:
        reply = http.post(
            "/pincite/conversation/forget",
            json={"tab": "x"},
            headers={"Origin": origin.format(host=site.host)},
        )

    assert reply.status_code == status


def test_who_tries_passwords_is_locked_out_whatever_address_is_forged(site: Site) -> None:
    def tried(number: int, address: str) -> int:
        with site.client(source="127.0.0.9") as http:
            forged = {"X-Forwarded-For": address, "Forwarded": f"for={address}"}
            return http.get("/", auth=STRANGER, headers=forged).status_code

    statuses = [tried(number, f"10.0.0.{number}") for number in range(7)]
    with site.client(auth=AUTH, source="127.0.0.9") as locked_out, site.client(auth=AUTH) as other:
        assert (locked_out.get("/").status_code, other.get("/").status_code) == (429, 200)
    assert statuses == [401] * 5 + [429] * 2


def test_an_untrusted_peer_is_itself_whatever_it_forges(site: Site) -> None:
    """Straight to the chat, past nginx."""
    transport = httpx.HTTPTransport(local_address="127.0.0.7")
    with httpx.Client(base_url=site.behind, transport=transport) as http:
        statuses = [
            http.get(
                "/", auth=STRANGER, headers={"X-Forwarded-For": f"10.0.1.{number}"}
            ).status_code
            for number in range(7)
        ]
    with httpx.Client(base_url=site.behind, auth=AUTH) as http:
        # If the header were trusted, no client at this address would be locked out.
        forged = http.get("/", headers={"X-Forwarded-For": "127.0.0.7"})

    assert statuses == [401] * 5 + [429] * 2
    # From a trusted proxy the header is trusted.
    assert forged.status_code == 429


def test_probes_need_neither_name_nor_password(site: Site) -> None:
    with site.client() as http:
        for path, state in (("/health", "alive"), ("/ready", "ready")):
            for reply in (
                http.get(path),
                httpx.get(f"{site.behind.removesuffix(site.root_path)}{path}"),
                httpx.get(f"{site.behind}{path}", headers={"Host": "10.0.0.5:7860"}),
            ):
                assert (reply.status_code, reply.json()) == (200, {"status": state})
            assert http.head(path).status_code == 200
            assert http.post(path).status_code == 401
        assert http.get("/api/v1/health").status_code == 401


def test_the_chat_itself_speaks_tls(
    tmp_path: Path, chromium: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = write_certificate(tmp_path)
    engine = FakeEngine()
    engine.settings = engine.settings.model_copy(
        update={"tls_cert": certificate, "tls_key": key, "root_path": "/a/b"}
    )
    context = trusting(certificate)
    began: list[Any] = []
    listening: list[str] = []

    def prepare(observe: Callable[..., None]) -> None:
        for path in ("/a/b/", "/a/b/pincite/starting", "/health", "/a/b/health", "/a/b/ready"):
            reply = httpx.get(listening[0].removesuffix("/a/b") + path, verify=context)
            began.append((path, reply.status_code, "<h1>Starting</h1>" in reply.text))

    address = serve_in_background(engine, prepare=prepare, on_listening=listening.append)

    assert address.startswith("https://127.0.0.1:")
    assert address.endswith("/a/b")
    assert began == [
        ("/a/b/", 200, True),
        ("/a/b/pincite/starting", 200, False),
        ("/health", 200, False),
        ("/a/b/health", 200, False),
        ("/a/b/ready", 503, False),
    ]
    with urllib.request.urlopen(f"{address}/ready", context=context, timeout=30) as reply:
        assert json.loads(reply.read())["status"] in ("ready", "not ready")
    browser = context_in(chromium, ignore_https_errors=True)
    page = browser.new_page()
    page.goto(f"{address}/")
    page.wait_for_selector(".example", state="attached")
    assert "30.07 percent" in ask(page, "How much chromium?").inner_text()
    browser.close()
