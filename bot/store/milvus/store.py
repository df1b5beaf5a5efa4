"""The store in Milvus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from ...errors import IndexBusy, IndexDamaged, IndexMissing
from ...types import Passage
from ..folder.approximation import VectorRules
from ..folder.manifest import Manifest, Stamp
from ..protocols import Change, GenerationReader, Proposal, Stored
from .address import MilvusAddress
from .checking import faults
from .claims import HOLDS, WRITING, Claim, Claims
from .connection import Connection
from .embedded import EmbeddedRecords
from .facts import Facts
from .generation import MilvusGeneration
from .schema import Names, Parts
from .writing import write


class MilvusStore:
    """An index in Milvus; `Store` documents each method."""

    def __init__(
        self, address: MilvusAddress, rules: VectorRules, token: str | None = None
    ) -> None:
        self._connection = Connection(address, token)
        self._rules = rules
        self._names = Names(address.name)
        self._claims = Claims(self._connection, self._names)
        self._claim: Claim | None = None

    @property
    def place(self) -> str:
        """The address."""
        return str(self._connection.address)

    @property
    def is_shared(self) -> bool:
        """True: machines share their embedded texts."""
        return True

    def live(self) -> int:
        """Returns the generation that the alias points to."""
        name = self._connection.alias(self._names.live)
        number = None if name is None else self._names.number(name)
        if number is None:
            raise IndexMissing(f"{self.place}: there is no index yet. Run: pincite index")
        return number

    def numbers(self) -> list[int]:
        """Returns the generations that are or were live."""
        try:
            live = self.live()
        except IndexMissing:
            live = 0
        found = []
        for number in self._all():
            self._connection.load(self._names.parts(number).facts)
            if number == live or self._facts(number).is_adopted():
                found.append(number)
        return found

    def manifest(self, number: int) -> Manifest:
        """What the facts of a generation say."""
        self._connection.load(self._names.parts(number).facts)
        return self._facts(number).manifest()

    def corpus(self) -> str:
        """What the facts of the live generation say."""
        try:
            number = self.live()
            self._connection.load(self._names.parts(number).facts)
            return self._facts(number).corpus()
        except (IndexMissing, IndexDamaged):
            return ""

    def opened(self, number: int, before: GenerationReader | None = None) -> MilvusGeneration:
        """Opens a generation; shares nothing with the one before, because its rows differ."""
        manifest = self.manifest(number)
        embedded = self.log(manifest.stamp.encoder)
        embedded.prepare()
        return MilvusGeneration(self._connection, self._parts(number), number, embedded)

    def own_bytes(self, number: int) -> int:
        """Returns the size of the data sent; generations share nothing."""
        return sum(record.bytes for record in self.manifest(number).files.values())

    def faults(self, number: int) -> list[str]:
        """Lists the collections that were altered."""
        return faults(self.opened(number), self.log(self.manifest(number).stamp.encoder))

    def stored(self, number: int) -> Iterator[Stored]:
        """The sources, and the passages in their rows."""
        generation = self.opened(number)
        for id_, info in generation.infos.items():
            yield Stored(
                id_, info.path, partial(generation.source, id_), partial(_passages, generation, id_)
            )

    def holds(self, number: int, source_id: str) -> bool:
        """Whether the source, or a passage of it, is in the collections of the generation."""
        generation = self.opened(number)
        return source_id in generation.infos or bool(generation.searched(source_id))

    def hidden_in(self, generation: GenerationReader, source_id: str) -> tuple[str, ...]:
        """Returns nothing: a generation contains no hidden sources."""
        return ()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Claims the index for writing, across all machines."""
        self._claims.prepare()
        with self._claims.held(WRITING) as claim:
            if claim is None:
                raise IndexBusy(
                    f"{self.place}: another process is writing this index. Wait for it to finish, "
                    "then try again; if it was killed, its claim ends "
                    f"{HOLDS:.0f} seconds after that."
                )
            self._claim = claim
            try:
                self._sweep()
                yield
            finally:
                self._claim = None

    def log(self, fingerprint: str) -> EmbeddedRecords:
        """The collection of all that an encoder has embedded."""
        return EmbeddedRecords(self._connection, self._names, fingerprint, self._claims)

    @contextmanager
    def proposal(
        self, before: GenerationReader | None, change: Change, stamp: Stamp, dimension: int
    ) -> Iterator[Proposal]:
        """Writes new collections, which are dropped unless the proposal is adopted."""
        if before is not None and not isinstance(before, MilvusGeneration):
            raise TypeError(f"{before.place} is no generation of an index in Milvus")
        if not isinstance(change.log, EmbeddedRecords):
            raise TypeError("what is new was not embedded into Milvus")
        number = max(self._all(), default=0) + 1
        parts = self._parts(number)
        adopted = []

        def adopt(keep: int) -> None:
            if self._claim is not None:
                self._claim.require()
            self.switch(number)
            adopted.append(number)
            self._collect(keep)

        try:
            manifest = write(
                self._connection,
                parts,
                change.log,
                before,
                change,
                stamp,
                dimension,
                number,
                self._rules,
            )
            yield Proposal(number, manifest.passages, lambda: self.opened(number), adopt)
        finally:
            if not adopted:
                self._drop(number)

    def switch(self, number: int) -> None:
        """Points the alias to the passages of another generation."""
        self._connection.point(self._names.live, self._parts(number).passages)
        self._facts(number).adopt()

    def collect_garbage(self, before: GenerationReader, keep: int, *, purge: bool = False) -> int:
        """Does nothing: a generation is written in full."""
        return before.number

    def erase(self, numbers: Iterable[int]) -> None:
        """Drops collections, and the records that no other generation uses."""
        for number in numbers:
            self._drop(number)
        self.forget_embedded()

    def forget_embedded(self) -> None:
        """Removes the records of all encoders that no generation uses."""
        used: dict[str, set[str]] = {}
        for number in self._all():
            name = self.log(self.manifest(number).stamp.encoder).name
            keys = used.setdefault(name, set())
            passages = self._parts(number).passages
            self._connection.load(passages)
            keys.update(
                row["embedded"] for row in self._connection.everything(passages, ["embedded"])
            )
        for name in filter(self._names.is_embeddings, self._connection.names()):
            if name not in used:
                self._connection.drop(name)
                continue
            self._connection.load(name)
            there = (row["key"] for row in self._connection.everything(name, ["key"]))
            self._connection.delete(name, [key for key in there if key not in used[name]])

    def _all(self) -> list[int]:
        """Returns the generations with at least one collection, oldest first."""
        numbers = {self._names.number(name) for name in self._connection.names()}
        return sorted(number for number in numbers if number is not None)

    def _facts(self, number: int) -> Facts:
        return Facts(self._connection, self._parts(number))

    def _parts(self, number: int) -> Parts:
        return self._names.parts(number)

    def _drop(self, number: int) -> None:
        # Drop the facts first: without them the generation does not exist.
        for name in reversed(self._parts(number).all()):
            self._connection.drop(name)

    def _collect(self, keep: int) -> None:
        """Removes all but the newest generations; two of those stay loaded in Milvus."""
        numbers = self.numbers()
        live = self.live()
        for number in numbers[:-keep]:
            if number != live:
                self._drop(number)
        for number in numbers[-keep:-2]:
            if number != live:
                for name in self._parts(number).all():
                    self._connection.release(name)

    def _sweep(self) -> None:
        """Removes the remains of a killed run."""
        kept = self.numbers()
        for number in self._all():
            if number not in kept:
                self._drop(number)


def _passages(generation: MilvusGeneration, source_id: str) -> list[Passage]:
    return [passage for _, passage in generation.passages_of(source_id)]
