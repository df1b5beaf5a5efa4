"""Caches of texts and of what is worked out from them, emptied when a source may be deleted.

A cache of `functools` lives as long as the process, and would keep the words of a source that is
gone from the index. `forget_texts` empties every cache of this module. It is called whenever
another generation becomes live.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

K = TypeVar("K")
V = TypeVar("V")

_FUNCTIONS: list[_lru_cache_wrapper[Any]] = []
_RECENT: WeakSet[Recent[Any, Any]] = WeakSet()


def remembered(most: int) -> Callable[[Callable[..., V]], _lru_cache_wrapper[V]]:
    """A decorator that keeps the `most` results used last until texts are forgotten."""

    def decorate(function: Callable[..., V]) -> _lru_cache_wrapper[V]:
        cached = lru_cache(maxsize=most)(function)
        _FUNCTIONS.append(cached)
        return cached

    return decorate


class Recent(Generic[K, V]):
    """The `most` values used last, by key; any thread may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()
        _RECENT.add(self)

    def get(self, keys: Collection[K], fetch: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """The values of some keys; the missing ones are fetched in one call.

        Keys for which nothing is fetched are left out.
        """
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
            for key in found:
                self._values.move_to_end(key)
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            fetched = fetch(missing)
            found.update(fetched)
            with self._lock:
                self._values.update(fetched)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        return found

    def forget(self) -> None:
        """Drops every value."""
        with self._lock:
            self._values.clear()


def forget_texts() -> None:
    """Empties every cache of this process that may hold words of a source."""
    for cached in _FUNCTIONS:
        cached.cache_clear()
    for recent in tuple(_RECENT):
        recent.forget()
