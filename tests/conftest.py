"""Shared by all tests: an encoder with vectors that you can work out by hand, and small corpora."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Imported here because it stores the current standard error, which must not be that of a test that
# captures it.
import mcp  # noqa: F401
import pytest
from browser import Browser, Page, Profile, speak
from cli_calls import Done, Pincite, fill
from places import ROOT, SEEDS
from word_encoder import MINERALS, WordEncoder

import bot
import bot.engine.asking
from bot.cli.app import main
from bot.embedding import SentenceTransformerEncoder

# No test may use the network, whatever a library requests.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

# The installed package is named `pincite`: this lets processes started by tests import `bot` from
# here, as the tests do.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))

# A shell starts background jobs with Ctrl+C ignored, and their child processes inherit this. Tests
# that interrupt a program would wait forever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Settings of the person who runs the tests: pincite's own, a proxy, which would receive requests
# for addresses of this machine, and the terminal's width and colours, which change the output.
_OTHERS = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "columns", "lines", "no_color",
           "force_color")  # fmt: skip
for name in list(os.environ):
    if name.lower() in _OTHERS or name.lower().startswith("pincite_"):
        del os.environ[name]


def pytest_configure(config: pytest.Config) -> None:
    """Makes pytest-xdist, if active, keep the order of the files."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests by what they need, and puts files with a browser first, which take longest."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if "milvus" in item.nodeid:
            item.add_marker(pytest.mark.milvus)
        if item.path.parent.name == "browser" or item.get_closest_marker("milvus"):
            item.add_marker(pytest.mark.slow)
    with_browser = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in with_browser)


@pytest.fixture
def encoder() -> WordEncoder:
    """An encoder that knows a few minerals."""
    return WordEncoder(MINERALS)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """An empty corpus folder."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(corpus: Path, tmp_path: Path, encoder: WordEncoder) -> bot.Engine:
    """An engine on the empty corpus, with the word encoder."""
    return bot.open(corpus, tmp_path / "index", encoder=encoder)


@pytest.fixture
def write(corpus: Path) -> Callable[[Mapping[str, str]], None]:
    """Writes files into the corpus, by name."""

    def write_files(files: Mapping[str, str]) -> None:
        for name, text in files.items():
            file = corpus / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    return write_files


@pytest.fixture(scope="module")
def quick_disk() -> Iterator[None]:
    """Makes fsync do nothing, for tests that are not about crashes."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of real documents; skips the test if there is none."""
    if not SEEDS.is_dir():
        pytest.skip("the real documents (../shared/seeds) are not on this machine")
    return SEEDS


@pytest.fixture(scope="session")
def packaged_model() -> SentenceTransformerEncoder:
    """The default model in float32, loaded once."""
    return SentenceTransformerEncoder(device="cpu", precision="float32")


@pytest.fixture
def another_model(packaged_model: SentenceTransformerEncoder, tmp_path: Path) -> Path:
    """A folder with a model of the same weights whose hash differs from the packaged one."""
    model = tmp_path / "another-model"
    shutil.copytree(packaged_model.folder, model, ignore=shutil.ignore_patterns("*.safetensors"))
    (model / "model.safetensors").symlink_to(packaged_model.folder / "model.safetensors")
    (model / "data_config.json").write_text("[]")
    return model


@pytest.fixture(scope="session")
def tiny_site(
    tmp_path_factory: pytest.TempPathFactory, packaged_model: SentenceTransformerEncoder
) -> Path:
    """A folder with the tiny corpus of cli_calls.py and its index, which tests must not change."""
    folder = tmp_path_factory.mktemp("site")
    fill(folder / "corpus")
    bot.open(folder / "corpus", folder / "index", encoder=packaged_model).sync()
    return folder


@pytest.fixture
def own_site(tiny_site: Path, tmp_path: Path) -> Path:
    """A copy of the tiny corpus and its index, which a test may change."""
    for name in ("corpus", "index"):
        shutil.copytree(tiny_site / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def pincite(
    tiny_site: Path,
    packaged_model: SentenceTransformerEncoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Pincite:
    """The command line in this process, with the tiny site as the working directory."""

    def encoder(model: str, **options: Any) -> SentenceTransformerEncoder:
        return packaged_model if model == "default" else SentenceTransformerEncoder(model)

    def call(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["pincite", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        printed = capsys.readouterr()
        assert isinstance(code, int)
        return Done(code, printed.out, printed.err)

    monkeypatch.setattr(bot.engine.asking, "SentenceTransformerEncoder", encoder)
    monkeypatch.chdir(tiny_site)
    return call


@pytest.fixture(scope="session")
def kept_browser() -> Iterator[Browser]:
    """The browser that all files share."""
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module", autouse=True)
def _no_browser_elsewhere(request: pytest.FixtureRequest, kept_browser: Browser) -> None:
    """Ends the browser before a file that does not use it: Playwright blocks asyncio here."""
    tests = [item for item in request.session.items if item.path == request.path]
    if not any("browser" in getattr(item, "fixturenames", ()) for item in tests):
        kept_browser.close()


@pytest.fixture(scope="module")
def browser(kept_browser: Browser) -> Browser:
    """A headless Chromium."""
    kept_browser.launch()
    return kept_browser


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens empty tabs. The tabs of one test share cookies and storage."""
    used: list[tuple[Profile, Page]] = []

    def new_page(
        *,
        size: tuple[int, int] = (1280, 800),
        color_scheme: str | None = None,
        locale: str | None = None,
        permissions: Sequence[str] = (),
        **options: Any,
    ) -> Page:
        profile = browser.profile(**options)
        profile.context.grant_permissions(list(permissions))
        page = profile.context.new_page()
        used.append((profile, page))
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=color_scheme)
        if locale:
            speak(page, locale)
        return page

    yield new_page
    for _, page in used:
        page.close()
    for profile in {profile for profile, _ in used}:
        profile.forget()


# Addresses that tests request with expected errors.
REFUSING = ("/pincite/sources", "/pincite/preview", "/pincite/found")


@pytest.fixture
def open_page(new_page: Callable[..., Page], address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages of the chat at `address`, a fixture of the module, each in a separate tab.

    Fails if a page causes an error or a request to another host.
    """
    pages = []
    problems: list[str] = []

    def look_at(response: Any) -> None:
        if response.status >= 400 and not any(path in response.url for path in REFUSING):
            problems.append(f"{response.status} for {response.url}")

    def look_out(request: Any) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            problems.append(f"asked for {request.url}")

    def listen(line: Any) -> None:
        # Failed requests are checked by address in look_at.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            problems.append(line.text)

    def open_page(path: str = "/", *, at: str = address, **options: Any) -> Page:
        page = new_page(**options)
        pages.append(page)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", listen)
        page.on("response", look_at)
        page.on("request", look_out)
        page.goto(at + path)
        page.wait_for_selector(".example, .answer, .fault", state="attached")
        return page

    yield open_page
    for page in pages:
        page.close()
    assert problems == []
