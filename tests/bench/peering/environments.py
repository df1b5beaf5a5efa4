"""An environment of its own for each product: made when it is first needed, and kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .products import OURS, ROOT, Product

QUIET: Mapping[str, str] = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "DO_NOT_TRACK": "1",
}
"""What tells the products, each as it documents it, to stay off the network."""

_FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")

_VERSIONS = """
import importlib.metadata, json, platform, sys
installed = {package.name: package.version for package in importlib.metadata.distributions()}
found = {name: installed[name] for name in sys.argv[1:] if name in installed}
print(json.dumps({"python": platform.python_version(), **found}))
"""


class Uninstallable(Exception):
    """A product's packages cannot be installed; says where pip tells why."""


def variables() -> dict[str, str]:
    """The environment variables of a driver: those of here, less what leads to other packages.

    How many threads a product takes is left to the product.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**kept, **QUIET}


def python_of(product: Product, work: Path) -> Path:
    """The Python of a product's environment, which is made if it is not there as it should be.

    Raises Uninstallable.
    """
    folder = work / "environments" / product.name
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    wanted = product.requirements.read_text("utf-8")
    if product.name == OURS:  # another checkout must not be measured
        wanted += f"# {ROOT}\n"
    if installed.is_file() and installed.read_text("utf-8") == wanted:
        return python
    print(f"installing {product.title} in {folder}", file=sys.stderr, flush=True)
    log = work / "logs" / f"{product.name}-installation.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as stream:
        for command in _commands(product, folder, python):
            done = subprocess.run(command, stdout=stream, stderr=stream, check=False)
            if done.returncode:
                raise Uninstallable(f"cannot be installed; {log} says why")
    installed.write_text(wanted, encoding="utf-8")
    return python


def _commands(product: Product, folder: Path, python: Path) -> list[list[str]]:
    pip = [str(python), "-m", "pip", "install"]
    pinned = str(product.requirements)
    return [
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        # Ours as README installs it, but so that what is measured is the code that lies here.
        [*pip, "-c", pinned, "-e", str(ROOT)] if product.name == OURS else [*pip, "-r", pinned],
    ]


def versions(python: Path, packages: Sequence[str]) -> dict[str, str]:
    """The versions of its Python and of those packages that an environment has."""
    command = [str(python), "-c", _VERSIONS, *packages]
    output = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=variables()
    ).stdout
    found: dict[str, str] = json.loads(output)
    return found
