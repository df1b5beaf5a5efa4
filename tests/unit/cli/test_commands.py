"""The command line: its options, and the commands but `ask` and `eval`."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli_calls import (
    ANSWERABLE,
    FILES,
    INFO_FIELDS,
    UNREADABLE,
    Done,
    Pincite,
    process,
    typed,
)

import bot
from bot.api.metrics import Metrics
from bot.cli.app import app
from bot.cli.context import globals_first
from bot.engine import Engine
from bot.store import IndexLayout, place_of
from bot.store.folder.layout import unwritable
from bot.types import ProgressListener, SyncProgress

COMMANDS = (
    *("index", "add", "watch", "ask", "find", "chat", "sources", "status", "verify"),
    *("rollback", "export", "import", "migrate", "eval", "mcp"),
)

# Help and options


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, pincite: Pincite) -> None:
    done = pincite(command, "--help")
    assert (done.code, done.err) == (0, "")
    usage, *body, last = done.out.strip().splitlines()
    assert usage.startswith(f"Usage: pincite {command} [OPTIONS]")
    example = last.strip().removeprefix("Example: ").partition(" && ")[0]
    assert last.strip().startswith("Example: pincite ")
    # The example can be run as it stands: its command and its options exist.
    words = globals_first(shlex.split(example)[1:])
    assert command in words
    globals_ = pincite("--help").out
    for option in (word for word in words if word.startswith("--")):
        assert f"{option} " in "\n".join(body) or f"{option} " in globals_, option


def test_help_lists_the_commands_and_says_what_every_option_does(pincite: Pincite) -> None:
    registered = {
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    }
    assert registered == set(COMMANDS)
    for arguments in ([], *([command] for command in COMMANDS)):
        done = pincite(*arguments, "--help")
        options = [line.split() for line in done.out.splitlines() if line.startswith("  -")]
        assert len(options) >= 1
        assert all(len([word for word in words if word[0] != "<"]) >= 3 for words in options)
        assert all(command in done.out for command in (COMMANDS if not arguments else ()))
    bare = pincite()
    assert (bare.code, bare.out + bare.err) == (2, pincite("--help").out)


def test_help_lists_the_commands_under_headings(pincite: Pincite) -> None:
    listed = pincite("--help").out.partition("\nAsk:\n")[2]
    sections = [part.splitlines() for part in f"Ask:\n{listed}".split("\n\n")]
    assert [
        (heading, [line.split()[0] for line in lines if line[2] != " "])
        for heading, *lines in sections[:-1]
    ] == [
        ("Ask:", ["ask", "find"]),
        ("Sources:", ["add", "sources"]),
        (
            "Index:",
            ["index", "watch", "status", "verify", "rollback", "export", "import", "migrate"],
        ),
        ("Evaluate:", ["eval"]),
        ("Serve:", ["chat", "mcp", "user"]),
    ]
    # Descriptions are in one column, and whole.
    assert "  ask       Answer a question, or a batch of them, with passages and" in listed
    assert "..." not in listed
    assert "\x1b" not in listed
    assert " ".join(word for line in sections[-1] for word in line.split()) == (
        "Exit codes: 0 done; 1 failed; 2 wrong usage; 3 a question was not answered (only with: "
        "ask --fail-unanswered)."
    )


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS)])
def test_help_has_a_short_name(command: tuple[str, ...], pincite: Pincite) -> None:
    done = pincite(*command, "-h")
    assert (done.code, done.err) == (0, "")
    assert done.out == pincite(*command, "--help").out
    assert "  -h, --help " in done.out


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("pincite s", ["sources", "status"]),
        ("pincite ask --fail", ["--fail-unanswered"]),
        ("pincite --corpus papers ro", ["rollback"]),
    ],
)
def test_the_shell_completes(typed: str, proposed: list[str], tmp_path: Path) -> None:
    done = process(
        cwd=tmp_path,
        _PINCITE_COMPLETE="complete_bash",
        COMP_WORDS=typed,
        COMP_CWORD=str(len(typed.split()) - 1),
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, proposed, "")


def test_the_completion_of_each_shell_is_shown(
    pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer.completion

    for shell, line in (
        ("bash", "complete -o default -F _pincite_completion pincite"),
        ("zsh", "compdef _pincite_completion pincite"),
        ("fish", "complete --command pincite "),
    ):
        monkeypatch.setattr(typer.completion, "_get_shell_name", lambda shell=shell: shell)
        done = pincite("--show-completion")
        assert (done.code, done.err) == (0, "")
        assert line in done.out
        assert "_PINCITE_COMPLETE=complete_" in done.out


def test_the_package_is_a_program_too(tmp_path: Path) -> None:
    done = process("ask", "--help", cwd=tmp_path, program=("-m", "bot"))
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: pincite ask [OPTIONS] ")


def test_version(pincite: Pincite) -> None:
    expected = Done(0, f"pincite {bot.__version__}\n", "")
    assert pincite("--version") == expected
    assert pincite("index", "--version") == expected


def test_global_options_stand_before_or_after_the_command(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, index = tmp_path / "papers", tmp_path / "built"
    corpus.mkdir()
    (corpus / "zinc.txt").write_text("Zinc protects steel from corrosion.\n")
    first = pincite("--corpus", str(corpus), "--index", str(index), "index")
    assert first.code == 0
    assert first.out.splitlines()[0] == "added     papers/zinc.txt"
    for arguments in (
        ["index", "--corpus", str(corpus), "--index", str(index)],
        ["index", f"--corpus={corpus}", f"--index={index}"],
        [f"--corpus={corpus}", "index", "--index", str(index)],
        ["index", "--quiet", f"--corpus={corpus}", "--json", f"--index={index}"],
    ):
        done = pincite(*arguments)
        assert done.code == 0
        assert "papers/zinc.txt" in done.out or "1 unchanged" in done.out

    other = tmp_path / "other.toml"
    other.write_text(f"corpus = '{corpus}'\nindex = '{index}'\n")
    for arguments in (["status", "--config", str(other)], [f"--config={other}", "status"]):
        assert "sources     1\n" in pincite(*arguments).out
    monkeypatch.setenv("PINCITE_INDEX", str(index))
    assert "sources     1\n" in pincite("status").out


def test_hoisting() -> None:
    assert globals_first(["index", "--corpus", "x", "--json"]) == [
        "--corpus",
        "x",
        "index",
        "--json",
    ]
    assert globals_first(["ask", "why", "--model=m", "--k", "3"]) == [
        "--model=m",
        "ask",
        "why",
        "--k",
        "3",
    ]
    # Behind "--" stand words of the question.
    assert globals_first(["ask", "--", "--corpus", "x"]) == ["ask", "--", "--corpus", "x"]
    assert globals_first(["index", "--corpus"]) == ["--corpus"]


def test_a_question_may_look_like_an_option(pincite: Pincite) -> None:
    done = pincite("ask", "--json", "--", "--verbose")
    assert done.code == 0
    assert done.json["question"] == "--verbose"


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


def test_sources(pincite: Pincite, tiny_site: Path) -> None:
    summaries = bot.open(tiny_site / "corpus", tiny_site / "index").sources()
    listed = pincite("sources")
    assert (listed.code, listed.err) == (0, "")
    by_path = {summary.info.path: summary for summary in summaries}
    assert set(by_path) == {f"corpus/{name}" for name in FILES}
    uranium = by_path["corpus/uranium.txt"].info.id
    characters = by_path["corpus/uranium.txt"].characters
    assert (
        f"{uranium}  corpus/uranium.txt\n    uranium\n    1 passage, {characters} characters, "
        "0 blocks skipped\n"
    ) in listed.out
    assert "skipped file" not in listed.out

    items = {item["path"]: item for item in pincite("sources", "--json").lines}
    assert set(items) == set(by_path)
    for path, item in items.items():
        numbers = {"passages": int, "characters": int, "skipped_blocks": int}
        typed(item, INFO_FIELDS | numbers)
        assert item["passages"] == by_path[path].passages
        assert item["characters"] == len(bot.open("corpus", "index").source(item["id"]).text)
    assert items["corpus/page.html"]["skipped_blocks"] >= 1


def test_what_was_read_of_one_source_is_explained(pincite: Pincite) -> None:
    items = {item["path"]: item for item in pincite("sources", "--json").lines}
    page = items["corpus/page.html"]

    lines = pincite("sources", "--explain", page["id"]).out.splitlines()
    told = dict(line.strip().split(maxsplit=1) for line in lines[1:])
    (explained,) = pincite("sources", "--explain", page["id"], "--json").lines

    assert lines[0] == f"{page['id']}  corpus/page.html"
    assert told["title"] == page["title"]
    assert told["author"] == (page["author"] or "not told")
    assert told["format"] == "html"
    kinds = [block["kind"] for block in explained["blocks"] if block["skipped"] is None]
    assert f"{kinds.count('paragraph')} paragraph" in told["read"]
    reasons = [block["skipped"] for block in explained["blocks"] if block["skipped"]]
    assert f"    skipped   {len(reasons)} block" in "\n".join(lines)
    assert all(f": {reason}: " in "\n".join(lines) for reason in reasons)
    assert explained["passages"] == page["passages"]
    assert explained["source"]["id"] == page["id"]


def test_one_source_is_explained_by_its_id_alone(pincite: Pincite) -> None:
    id_ = next(item["id"] for item in pincite("sources", "--json").lines)

    for options in (["--show-skipped"], ["--text", id_], ["--type", "html"]):
        done = pincite("sources", "--explain", id_, *options)
        assert (done.code, done.out) == (2, "")
        assert "tells of one source, by its id. Leave the other options out." in done.err
    unknown = pincite("sources", "--explain", "no-such-source")
    assert (unknown.code, unknown.out) == (2, "")


def test_remarks_of_a_reader_are_explained(pincite: Pincite, own_site: Path) -> None:
    own = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    file = own_site / "corpus" / "old.txt"
    text = "---\ndate: 8 February 2024\n---\n" + "Die Größe der Grube: 5 m.\n" * 8
    file.write_bytes(text.encode("cp1252"))
    pincite(*own, "index")
    items = {item["path"]: item for item in pincite(*own, "sources", "--json").lines}
    explained = [*own, "sources", "--explain", items["corpus/old.txt"]["id"]]

    told = pincite(*explained).out
    (as_json,) = pincite(*explained, "--json").lines
    file.write_text("Something else.", encoding="utf-8")
    changed = pincite(*explained)

    assert "    remark    read as cp1252\n" in told
    assert "    date      2024-02-08 (front matter: date)\n" in told
    assert as_json["date_from"] == "front matter: date"
    assert changed.code == 2
    assert "has changed since it was indexed" in changed.err


def test_sources_show_what_was_skipped_and_why(pincite: Pincite) -> None:
    shown = pincite("sources", "--show-skipped").out
    assert "skipped file corpus/notes\\x1b[2J.xyz: format '.xyz' is not read." in shown
    lines = pincite("sources", "--show-skipped", "--json").lines
    assert lines[-1] == {
        "path": "corpus/notes\x1b[2J.xyz",
        "skipped": "format '.xyz' is not read. Convert the file",
    }
    items = {item["path"]: item for item in lines[:-1]}
    page = items["corpus/page.html"]
    text = pincite("sources", "--text", page["id"]).out
    skipped = [text[block["start"] : block["end"]] for block in page["skipped_blocks"]]
    assert "All rights reserved." in skipped
    assert all(block["reason"] for block in page["skipped_blocks"])
    # What was skipped comes first: files, then the sources of which something was, then the rest.
    lines = shown.splitlines()
    assert lines[0].startswith("skipped file corpus/notes")
    assert lines[1] == f"{page['id']}  corpus/page.html"
    listed = {line.split()[0] for line in lines if line[0] not in " s"}
    assert listed == {item["id"] for item in items.values()}
    first = page["skipped_blocks"][0]
    assert f": {first['reason']}: {skipped[0]}" in shown
    assert items["corpus/uranium.txt"]["skipped_blocks"] == []


def test_sources_text_is_exactly_the_text(pincite: Pincite, tiny_site: Path) -> None:
    engine = bot.open(tiny_site / "corpus", tiny_site / "index")
    for summary in engine.sources():
        id_, text = summary.info.id, engine.source(summary.info.id).text
        done = pincite("sources", "--text", id_)
        assert (done.code, done.out, done.err) == (0, text, "")
        # A beginning of the id will do where it is the only one.
        assert pincite("sources", "--text", id_[:12]).out == text
        item = pincite("sources", "--text", id_, "--json").json
        assert item["text"] == text
        typed(item["source"], INFO_FIELDS)
    uranium = next(s for s in engine.sources() if s.info.path == "corpus/uranium.txt")
    assert engine.source(uranium.info.id).text.strip() == FILES["uranium.txt"].strip()


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


# chat


@pytest.mark.parametrize("is_built", [True, False])
def test_chat_serves_an_index_that_cannot_be_written(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch, is_built: bool
) -> None:
    counted: list[bool] = []

    def serve(
        engine: Engine,
        *,
        prepare: Callable[[ProgressListener], None],
        metrics: Metrics,
        **options: Any,
    ) -> None:
        prepare(lambda _: None)
        counted.append(b'pincite_index_runs_total{outcome="failed"} 1.0' in metrics.text())

    def refuse(layout: IndexLayout) -> None:
        raise unwritable(layout.root, PermissionError(13, "Permission denied"))

    monkeypatch.setitem(sys.modules, "bot.web", SimpleNamespace(serve=serve))
    monkeypatch.setattr(IndexLayout, "writing", refuse)
    if not is_built:
        shutil.rmtree(own_site / "index")
    monkeypatch.chdir(own_site)

    done = pincite("chat")

    if is_built:
        assert (done.code, counted) == (0, [True])
    else:
        assert (done.code, counted) == (1, [])
    said = [line for line in done.err.splitlines() if line.startswith("pincite: ")]
    assert len(said) == 1
    assert said[0].startswith("pincite: index cannot be written: Permission denied. Change its ")


def test_chat_brings_the_index_up_to_date_and_serves(
    pincite: Pincite, own_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[dict[str, Any]] = []
    observed: list[SyncProgress] = []
    runs: list[bool] = []

    def serve(
        engine: Engine,
        *,
        on_listening: Callable[[str], None],
        prepare: Callable[[ProgressListener], None],
        metrics: Metrics,
        **options: Any,
    ) -> None:
        on_listening("http://127.0.0.1:7860")
        prepare(observed.append)
        served.append({"generation": engine.status().generation, **options})
        runs.append(b'pincite_index_runs_total{outcome="finished"} 1.0' in metrics.text())

    monkeypatch.setitem(sys.modules, "bot.web", SimpleNamespace(serve=serve))
    options = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    first = pincite(*options, "chat")
    assert (first.code, first.out) == (0, "")
    assert first.err.splitlines()[0] == "pincite is at http://127.0.0.1:7860 (Ctrl+C ends it)"
    assert r"skipped corpus/notes\x1b[2J.xyz: format '.xyz' is not read." in first.err
    local = {"host": "127.0.0.1", "port": 7860, "read_only": False, "auth": None}
    assert served == [{"generation": 1, **local}]

    (own_site / "corpus" / "tin.txt").write_text("Tin is used in solder.\n")
    monkeypatch.setenv("PINCITE_AUTH", "ada:a:b")
    pincite(*options, "chat", "--host", "0.0.0.0", "--port", "0", "--read-only")
    expected = {"host": "0.0.0.0", "port": 0, "read_only": True, "auth": ("ada", "a:b")}
    assert served[1] == {"generation": 2, **expected}
    assert {step.stage for step in observed} == {"reading", "embedding", "writing"}

    quiet = pincite(*options, "--quiet", "chat", "--read-only", "--auth", "bob:c")
    assert quiet.err.splitlines() == ["pincite is at http://127.0.0.1:7860 (Ctrl+C ends it)"]
    assert served[2]["auth"] == ("bob", "c")

    pincite(*options, "rollback")
    pincite(*options, "chat", "--as-is")
    assert served[3] == {"generation": 1, **local, "auth": ("ada", "a:b")}
    # What was up to date for a read-only chat, and what was to stay as it is, had no run.
    assert runs == [True, True, False, False]
