"""The command `sources`: what was read, and what was skipped and why."""

from __future__ import annotations

from pathlib import Path

from cli_calls import FILES, INFO_FIELDS, Pincite, typed

import bot


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
