"""Shares one package between its two import names in the repository: `bot` and `pincite`.

The installed package is only `pincite`, because `bot` may be a user's own program. Code in the
repository may import either name and gets the same modules, so that catching `pincite.PinciteError`
also catches `bot.errors.PinciteError`.
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
    """Makes both names refer to one package; the package calls this when imported as `bot`.

    If `pincite` was already imported from the same folder, as in an editable install, its modules
    stay the real ones. Another copy of the package is left separate.
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
        """Replaces the empty module that was created for the alias with the real one."""
        sys.modules[module.__name__] = importlib.import_module(self._real(module.__name__))

    def _real(self, fullname: str) -> str:
        return self._package + fullname.removeprefix(self._alias)


def _folder(package: ModuleType) -> Path | None:
    return Path(package.__file__).resolve().parent if package.__file__ else None
