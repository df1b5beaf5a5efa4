"""Messages name the option, variable or permission that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import ANSWERABLE, Pincite

from bot.cli.app import COMMANDS
from bot.cli.context import repeat_options, with_call_options

pytestmark = pytest.mark.usefixtures("quick_disk")


def test_hints_repeat_the_options_of_the_call() -> None:
    every = [f"pincite {name}" for _, name, _, _ in COMMANDS]
    repeat_options(["--corpus", "my papers", "--quiet", "--index=i", "index", "--rebuild"])
    try:
        assert with_call_options("Run: pincite index --rebuild") == (
            "Run: pincite --corpus 'my papers' --index=i index --rebuild"
        )
        assert (
            with_call_options("pincite is at http://127.0.0.1") == "pincite is at http://127.0.0.1"
        )
        repeat_options(["--corpus", "docs", "ask", "--", "--index"])
        assert with_call_options("pincite index") == "pincite --corpus docs index"
        for command in every:
            assert with_call_options(command) != command
    finally:
        repeat_options([])
    assert with_call_options("Run: pincite index") == "Run: pincite index"


@pytest.mark.parametrize("target", ["xyz://a", "milvus://host/name", "http://host/name"])
def test_an_index_at_an_unknown_kind_of_address_is_refused(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(own_site)
    before = sorted(entry.name for entry in own_site.iterdir())

    done = pincite("migrate", "index", target)

    shown = target.replace("://", ":/")
    assert done.code == 2
    assert done.err.startswith(f"pincite: --index {shown}: no index has such an address. Give a ")
    assert "milvus+http://HOST:19530/NAME" in done.err
    assert sorted(entry.name for entry in own_site.iterdir()) == before
    assert pincite("--index", target, "ask", ANSWERABLE).code == 2


def test_a_misspelt_variable_is_named(pincite: Pincite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_INDX", "elsewhere")

    done = pincite("ask", ANSWERABLE)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "pincite: PINCITE_INDX: unknown setting 'indx'. Did you mean 'index'? Known settings: "
    )


def test_a_permission_that_lacks_is_not_taken_for_a_full_disk() -> None:
    from bot.store.folder.layout import unwritable

    denied = str(unwritable(Path("index"), PermissionError(13, "Permission denied")))
    full = str(unwritable(Path("index"), OSError(28, "No space left on device")))
    read_only = str(unwritable(Path("index"), OSError(30, "Read-only file system")))

    rest = "another folder with --index, then run: pincite index. The index in use is unchanged."
    begin = "index cannot be written:"
    assert denied == f"{begin} Permission denied. Change its permissions, or choose {rest}"
    assert full == f"{begin} No space left on device. Free some space, or choose {rest}"
    assert read_only == f"{begin} Read-only file system. Choose {rest}"
