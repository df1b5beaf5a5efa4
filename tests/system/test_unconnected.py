"""The commands ask nobody, tell nobody, and leave nothing in the user's home."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_calls import fill
from places import SUPPORT
from unconnected import World

pytestmark = pytest.mark.slow

TESTS = SUPPORT
MILVUS = "milvus+file:there.db"
# Counted within, for the network of a world ends with its last process.
SESSION = f"""
import os, subprocess, sys
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from unconnected import World
for arguments in sys.argv[1:]:
    command = [sys.executable, "-m", "bot.cli", *arguments.split()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
print(World(Path(), is_namespace=True).sent(os.getpid()))
"""


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    ("backend", "commands"),
    [
        ("torch", ("status", f"migrate index {MILVUS}", f"--index {MILVUS} ask uranium")),
        ("onnx-int8", ("ask uranium",)),
    ],
)
def test_commands_ask_nobody_and_leave_nothing_at_home(
    tmp_path: Path, backend: str, commands: tuple[str, ...]
) -> None:
    world = World.made(tmp_path / "world")
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    project.mkdir()
    fill(project / "corpus")
    environment = {
        name: value for name, value in world.environment().items() if not name.startswith("XDG_")
    }

    finished = subprocess.run(
        world.command(sys.executable, "-c", SESSION, "index", *commands),
        cwd=project,
        env=environment | {"HOME": str(home), "PINCITE_BACKEND": backend},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    if world.is_namespace:
        assert finished.stdout == "0\n"
    assert world.recorded("attempts") == []
    assert files_in(home) == []
    assert files_in(project / "index" / "copies") != []
