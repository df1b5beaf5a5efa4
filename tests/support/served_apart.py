"""Serves a chat with the engine of web_fakes.py in a separate process, which can be killed."""

from __future__ import annotations

import multiprocessing
import socket
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from web_fakes import FakeEngine

from bot.web import serve

_PROCESSES = multiprocessing.get_context("forkserver")
# Slow imports happen once for all processes.
_PROCESSES.set_forkserver_preload(["bot.engine", "bot.web.conversation.blocks"])


class Server:
    """A chat whose address stays the same when its process is restarted."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: BaseProcess | None = None

    def start(self, *, is_slow: bool = False) -> None:
        """Starts a process; unless it is slow, it answers slow questions at once."""
        told, tell = _PROCESSES.Pipe(duplex=False)
        self._process = _PROCESSES.Process(
            target=_serve, args=(self._port, is_slow, tell), daemon=True
        )
        self._process.start()
        tell.close()
        assert told.recv() == self.address

    def kill(self) -> None:
        """Kills the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _serve(port: int, is_slow: bool, tell: Connection) -> None:
    engine = FakeEngine()
    if not is_slow:
        engine.slow.set()
    serve(engine.as_engine, host="127.0.0.1", port=port, on_ready=tell.send)
