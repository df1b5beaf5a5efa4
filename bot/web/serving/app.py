"""The chat as one ASGI application: Gradio's conversation, the source routes, the addresses for
programs, the guard.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ...embedding.offline import keep_to_this_machine
from .access import logins_of
from .hosts import HostNames
from .proxies import Proxies

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ...api.metrics import Metrics
    from ...engine import Engine

_MEGABYTE = 1024 * 1024


def build_app(
    engine: Engine,
    *,
    host: str = "127.0.0.1",
    read_only: bool = False,
    auth: tuple[str, str] | None = None,
    users: Path | None = None,
    metrics: Metrics | None = None,
    ending: ExitStack | None = None,
) -> FastAPI:
    """The application that answers at `host`, and to the names and proxies of the settings.

    `auth` is a name and a password, `users` a file of more. Without either everybody who can reach
    it may read every source and, unless `read_only`, change the corpus. Loading the model begins
    when the application starts. `metrics` go on from what they have counted; without them counting
    begins here. Close `ending` after serving: it waits for the threads that are still at work.
    """
    keep_to_this_machine()
    # Gradio takes seconds to import and reads the environment while it does.
    import gradio
    from fastapi import FastAPI
    from starlette.middleware.cors import CORSMiddleware
    from starlette.routing import Route
    from starlette.staticfiles import StaticFiles

    from ...api import API_PREFIX, MCP_PATH
    from ...api.http_api import http_api
    from ...api.mcp_server import McpEndpoint
    from ...api.mcp_tools import mcp_server
    from ...api.metrics import Metrics
    from ...api.probes import probe_routes
    from ...api.service import Service
    from ...errors import PinciteError
    from ...gaps import GapService
    from ..conversation.blocks import build_blocks, gradio_texts
    from ..conversation.chat import CONCURRENT_QUESTIONS, Chat, chat_router
    from ..conversation.conversations import Conversations
    from ..conversation.readiness import Readiness
    from ..conversation.theme import THEME
    from ..rendering.page_text import STATIC
    from ..routes.checking import checking_router
    from ..routes.collection import PREFIX, collection_router, error_response
    from ..routes.found import found_router
    from ..routes.gaps import gaps_router
    from ..routes.keeping import keeping_router
    from ..routes.nearby import nearby_router
    from ..routes.notebook import notebook_router
    from ..routes.originals import originals_router
    from ..routes.synchronising import Synchroniser
    from .guard import Guard
    from .page import PageDressing
    from .starting import PROGRESS_PATH

    settings = engine.settings
    conversations = Conversations()
    metrics = metrics or Metrics(engine.status)
    readiness = Readiness(engine)
    synchroniser = Synchroniser(engine, metrics.count_run)
    ask = metrics.counted(engine.ask)
    service = Service(engine, ask)
    desk = GapService(engine)
    mcp = McpEndpoint(mcp_server(service))
    asking = ThreadPoolExecutor(CONCURRENT_QUESTIONS, thread_name_prefix="asking")
    if ending is not None:
        ending.callback(readiness.finish)
        ending.callback(asking.shutdown, cancel_futures=True)
        ending.callback(synchroniser.finish)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.running():
            readiness.start()
            yield
            synchroniser.stop()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.include_router(collection_router(engine, readiness, synchroniser, read_only=read_only))
    app.include_router(originals_router(engine))
    chat = Chat(readiness, desk.recording_gaps(ask), asking)
    app.include_router(chat_router(chat, conversations))
    app.include_router(keeping_router(conversations))
    app.include_router(checking_router(engine))
    app.include_router(notebook_router(engine))
    app.include_router(
        gaps_router(engine, desk, conversations, synchroniser.request, read_only=read_only)
    )
    app.include_router(nearby_router(engine, conversations))
    app.include_router(found_router(engine))
    app.get(PROGRESS_PATH, status_code=204)(_started)
    app.mount(API_PREFIX, http_api(service, metrics, readiness.obstacle))
    app.router.routes += [Route(MCP_PATH, mcp), *probe_routes(readiness.obstacle)]
    app.mount(f"{PREFIX}/assets", StaticFiles(directory=str(STATIC)))
    app.add_exception_handler(PinciteError, error_response)
    # Its mere presence keeps Gradio from answering every Origin with leave to read.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    traits = {"read-only": read_only, "collects-nothing": not settings.collect_gaps}
    app.add_middleware(PageDressing, traits=[name for name, has in traits.items() if has])
    app.add_middleware(
        Guard,
        hosts=HostNames(host, settings.allowed_hosts),
        upload_bytes=settings.max_file_megabytes * _MEGABYTE,
        logins=logins_of(auth, users),
        proxies=Proxies(settings.trusted_proxies, settings.root_path),
    )
    blocks = build_blocks(engine, service)
    gradio.mount_gradio_app(
        app,
        blocks,
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        favicon_path=str(STATIC / "page" / "favicon.svg"),
        footer_links=[],
        show_error=False,
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        theme=THEME,
        i18n=gradio_texts(),
    )
    # Gradio checks the paths of files that a client names only once an app "has launched", and a
    # mounted one never does: any file of this machine could be read through a chat message.
    blocks.has_launched = True
    return app


async def _started() -> None:
    """Says that this is the chat: the page of the start asks whether it is still starting."""
