"""The two names of this package where it is not installed: `bot`, as its folder, and `pincite`.

Installed it is `pincite` alone, for `bot` may be a program of the user's. What runs in the
repository may import either name and gets the same modules, so that an error raised as
`bot.errors.PinciteError` is caught as `pincite.PinciteError`.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

FOLDER = "bot"
INSTALLED = "pincite"


def share_names() -> None:
    """Makes the two names one package; called by it when it is imported as `bot`.

    Where `pincite` was imported from the same folder before, as an editable install does, its
    modules stay the real ones; where it is another copy of the package, it stays apart.
    """
    own, other = sys.modules[FOLDER], sys.modules.get(INSTALLED)
    if other is None:
        sys.modules[INSTALLED] = own
        sys.meta_path.insert(0, _Alias(INSTALLED, FOLDER))
    elif _folder(other) == _folder(own):
        sys.modules[FOLDER] = other
        sys.meta_path.insert(0, _Alias(FOLDER, INSTALLED))


class _Alias(MetaPathFinder, Loader):
    """Finds the modules of one package under the name of another."""

    def __init__(self, alias: str, package: str) -> None:
        self._alias = alias
        self._package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{self._alias}."):
            return None
        found = importlib.util.find_spec(self._real(fullname))
        if found is None:
            return None
        is_package = found.submodule_search_locations is not None
        return ModuleSpec(fullname, self, origin=found.origin, is_package=is_package)

    def exec_module(self, module: ModuleType) -> None:
        """Puts the real module in the place of the empty one that was made for the alias."""
        sys.modules[module.__name__] = importlib.import_module(self._real(module.__name__))

    def _real(self, fullname: str) -> str:
        return self._package + fullname.removeprefix(self._alias)


def _folder(package: ModuleType) -> Path | None:
    return Path(package.__file__).resolve().parent if package.__file__ else None
