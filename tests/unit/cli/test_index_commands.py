"""The commands that change or check the index."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from cli_calls import ANSWERABLE, UNREADABLE, Pincite, process

import bot
from bot.store import place_of

# index


def test_index_reports_what_changed(pincite: Pincite, own_site: Path) -> None:
    corpus = own_site / "corpus"
    for file in corpus.iterdir():
        file.unlink()
    (corpus / "a.txt").write_text("Zinc protects steel from corrosion.\n")
    (corpus / "b.txt").write_text("Lead is used in car batteries.\n")
    (corpus / "c.txt").write_text("Copper conducts electricity.\n")
    shutil.rmtree(own_site / "index")
    arguments = ["--corpus", str(corpus), "--index", str(own_site / "index"), "index"]
    first = pincite(*arguments)
    assert first.code == 0
    assert first.out == (
        "added     corpus/a.txt\n"
        "added     corpus/b.txt\n"
        "added     corpus/c.txt\n"
        "3 added, 0 changed, 0 removed, 0 renamed, 0 unchanged, 0 skipped\n"
        "generation 1: 3 passages, 3 newly embedded\n"
    )
    assert first.err.splitlines() == [
        "reading 1/3 corpus/a.txt",
        "reading 2/3 corpus/b.txt",
        "reading 3/3 corpus/c.txt",
        "embedding 0/3 passages",
        "embedding 3/3 passages",
    ]

    (corpus / "a.txt").write_text("Zinc melts at 420 degrees.\n")
    (corpus / "b.txt").unlink()
    (corpus / "c.txt").rename(corpus / "d.txt")
    (corpus / "e.txt").write_text("Tin is used in solder.\n")
    (corpus / "f.xyz").write_text("?")
    second = pincite(*arguments, "--quiet")
    assert second.err == ""
    *report, skipped, formats, counts, last = second.out.splitlines()
    assert report == [
        "added     corpus/e.txt",
        "changed   corpus/a.txt",
        "removed   corpus/b.txt",
        "renamed   corpus/c.txt → corpus/d.txt",
    ]
    assert skipped == "skipped   corpus/f.xyz: format '.xyz' is not read. Convert the file"
    assert formats.startswith("note      formats that are read: .ass, ")
    assert counts == "1 added, 1 changed, 1 removed, 1 renamed, 0 unchanged, 1 skipped"
    assert last == "generation 2: 3 passages, 2 newly embedded"

    third = pincite(*arguments, "--json")
    assert third.json == {
        "generation": 2,
        "added": [],
        "changed": [],
        "removed": [],
        "renamed": [],
        "unchanged": ["corpus/a.txt", "corpus/d.txt", "corpus/e.txt"],
        "skipped": [{"path": "corpus/f.xyz", "reason": skipped.partition(": ")[2]}],
        "passages": 3,
        "embedded": 0,
        "notes": [],
        "erased": [],
    }

    fourth = pincite(*arguments, "--rebuild", "--json")
    assert (fourth.json["generation"], fourth.json["embedded"]) == (3, 3)
    assert "reading 1/4 corpus/a.txt" in fourth.err

    for file in corpus.iterdir():
        file.unlink()
    last_run = pincite(*arguments)
    assert last_run.code == 0
    assert last_run.out.endswith(
        "generation 4: 0 passages, 0 newly embedded\n"
        f"{corpus} holds no passages now: nothing can be answered until documents are added.\n"
    )


# sources, status, verify


def test_status(pincite: Pincite, tiny_site: Path) -> None:
    status = bot.open(tiny_site / "corpus", tiny_site / "index").status()
    done = pincite("status")
    assert (done.code, done.err) == (0, "")
    age = done.out.partition("(")[2].partition(")")[0]
    assert re.fullmatch(r"just now|\d+ minutes? ago", age)
    *lines, skipped = done.out.splitlines()
    assert lines == [
        f"corpus      {tiny_site / 'corpus'}",
        f"index       {tiny_site / 'index'}",
        f"generation  1, built {status.created} ({age})",
        "model       default",
        "sources     5",
        f"passages    {status.passages}",
        "search      exact",
        f"on disk     {status.bytes_on_disk / 1000:.0f} kB",
    ]
    assert (
        skipped
        == "skipped     corpus/notes\\x1b[2J.xyz: format '.xyz' is not read. Convert the file"
    )
    assert pincite("status", "--json").json == {
        "corpus": str(tiny_site / "corpus"),
        "index": str(tiny_site / "index"),
        "generation": 1,
        "created": status.created,
        "model": "default",
        "sources": 5,
        "passages": status.passages,
        "bytes_on_disk": sum(
            file.stat().st_size
            for file in (tiny_site / "index" / "generations" / "000001").rglob("*")
            if file.is_file() and file.name not in ("manifest.json", ".tantivy-meta.lock")
        ),
        "skipped": [{"path": f"corpus/{UNREADABLE}", "reason": status.skipped[0].reason}],
        "kept": [asdict(status.kept[0])],
        "approximate": None,
        "without_copy": None,
    }


@pytest.mark.parametrize(
    ("index", "place"),
    [
        ("papers-index", "{here}/papers-index"),
        ("/srv/index", "/srv/index"),
        ("milvus+http://127.0.0.1:19530/minerals", "milvus+http://127.0.0.1:19530/minerals"),
        ("milvus+file:minerals.db", "milvus+file:{here}/minerals.db"),
    ],
)
def test_status_says_where_the_index_is_whatever_the_folder(
    index: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_of(Path(index)) == place.format(here=tmp_path)


def test_a_removed_source_is_proved_gone_and_erased(pincite: Pincite, own_site: Path) -> None:
    own = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    source = next(
        summary.info.id
        for summary in bot.open(own_site / "corpus", own_site / "index").sources()
        if summary.info.path == "corpus/uranium.txt"
    )
    there = pincite(*own, "verify", "--deleted", source)
    assert (there.code, there.out.splitlines()[0]) == (1, f"found: the source {source}")
    assert there.out.splitlines()[-1] == (
        f"generation 1 still answers from {source}. Remove its file from the corpus, then run: "
        f"pincite {shlex.join(own)} index"
    )

    (own_site / "corpus" / "uranium.txt").unlink()
    passages = pincite(*own, "index", "--json").json["passages"]
    gone = pincite(*own, "verify", "--deleted", source)
    assert (gone.code, gone.out) == (
        0,
        f"nothing of {source} is in generation 2: none of its {passages} passages is of it, nor "
        "is a vector or word of it searched\n"
        "kept for rollback, and answering nothing, but holding it: generation 1. "
        f"To erase: pincite {shlex.join(own)} index --erase-older\n",
    )
    assert pincite(*own, "index", "--erase-older").out.endswith("erased    generation 1\n")
    assert pincite(*own, "verify", "--deleted", source, "--json").json == {
        "source_id": source,
        "generation": 2,
        "rows": passages,
        "remains": [],
        "kept_in": [],
        "hidden_in": [],
    }
    assert pincite(*own, "verify", "--deleted", source).out.endswith(
        "no generation on disk holds it, so that nothing here shows whether there was ever such a "
        "source: compare the id with the one that you noted\n"
    )
    for id_ in (source[:8], source.upper().replace("0", "G"), "corpus/uranium.txt"):
        mistyped = pincite(*own, "verify", "--deleted", id_)
        assert (mistyped.code, mistyped.out) == (2, "")
        assert mistyped.err.startswith(f"pincite: '{id_}' is no whole id of a source, which has 16")


def test_rollback_and_what_it_says(pincite: Pincite, own_site: Path) -> None:
    own = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    (own_site / "corpus" / "uranium.txt").unlink()
    pincite(*own, "index")
    assert "Klaproth" not in pincite(*own, "ask", ANSWERABLE).out

    done = pincite(*own, "rollback")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[2].startswith("generation  1, built ")
    assert "\nkept        generation 2, built " in done.out
    assert done.out.endswith(
        f"It serves until the next: pincite {shlex.join(own)} index. "
        f"To open the chat on it: pincite {shlex.join(own)} chat --as-is\n"
    )
    assert "Klaproth" in pincite(*own, "ask", ANSWERABLE).out
    assert pincite(*own, "rollback", "2", "--json").json["generation"] == 2
    unknown = pincite(*own, "rollback", "9")
    assert (unknown.code, unknown.err) == (
        2,
        "pincite: there is no generation 9 on disk, only 1, 2.\n",
    )


def test_light_commands_do_not_load_the_model(tiny_site: Path) -> None:
    code = (
        "import sys\n"
        "from bot.cli.app import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'sklearn'}\n"
        "heavy |= {'matplotlib', 'ir_measures', 'jinja2', 'mcp', 'prometheus_client'}\n"
        "print('loaded:', sorted(loaded & heavy), file=sys.stderr)\n"
    )
    for arguments in (["status"], ["verify"], ["--help"]):
        done = process(*arguments, cwd=tiny_site, program=("-c", code))
        assert (done.returncode, done.stderr) == (0, "loaded: []\n")
        assert done.stdout


def test_verify_finds_every_flipped_bit(pincite: Pincite, own_site: Path) -> None:
    arguments = ["--index", str(own_site / "index"), "verify"]
    sound = pincite(*arguments)
    assert (sound.code, sound.err) == (0, "")
    result = pincite(*arguments, "--json").json
    assert list(result) == ["generation", "files", "sources", "passages", "faults"]
    assert result["faults"] == []
    assert sound.out == (
        f"generation 1: {result['files']} files, 5 sources and {result['passages']} passages "
        "checked, 0 faults\n"
    )

    folder = own_site / "index" / "generations" / "000001"
    manifest = json.loads((folder / "manifest.json").read_text())
    (segment,) = manifest["segments"]
    assert len(segment["files"]) == result["files"] > 5
    for short, record in segment["files"].items():
        name = f"segments/{segment['name']}/{short}"
        if not record["bytes"]:
            continue
        file = folder / name
        content = file.read_bytes()
        file.unlink()  # so that another test's hard link keeps its bytes
        at = len(content) // 2
        file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        done = pincite(*arguments)
        assert done.code == 1, name
        assert f"fault: {name}: altered (SHA-256 " in done.out
        assert pincite(*arguments, "--json").json["faults"][0].startswith(f"{name}: altered")
        file.write_bytes(content)
    assert pincite(*arguments).code == 0
