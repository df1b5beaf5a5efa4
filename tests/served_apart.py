"""A chat with the engine of web_fakes.py in a process of its own, which can be killed.

`python served_apart.py PORT [slow]`; slow questions are answered at once unless "slow" is given.
"""

from __future__ import annotations

import sys

from web_fakes import FakeEngine

from bot.web import serve

if __name__ == "__main__":
    engine = FakeEngine()
    if "slow" not in sys.argv:
        engine.slow.set()
    serve(
        engine.as_engine,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        on_ready=lambda address: print(address, flush=True),
    )
