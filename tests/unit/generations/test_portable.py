"""Export and import: all of it arrives, and nothing that was tampered with does."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from cli_calls import Pincite
from word_encoder import MINERALS, WordEncoder

import bot
from bot.errors import IndexMissing, PackageDamaged, UsageError
from bot.store.folder.manifest import sealed

pytestmark = pytest.mark.usefixtures("quick_disk")

Members = dict[str, bytes]

SEGMENT = "index/segments/000002"


def opened(folder: Path) -> bot.Engine:
    return bot.open(folder / "corpus", folder / "index", encoder=WordEncoder(MINERALS))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """An exported corpus of two generations, of which the second is live."""
    corpus = tmp_path / "corpus"
    (corpus / "sub").mkdir(parents=True)
    (corpus / "zinc.txt").write_text("Zinc coats steel.")
    opened(tmp_path).sync()
    (corpus / "sub" / "lead.txt").write_text("Lead shields rays.")
    (corpus / "odd.xyz").write_text("not read")
    opened(tmp_path).sync()
    target = tmp_path / "minerals.zip"
    assert opened(tmp_path).export(target) == target.stat().st_size
    return target


def test_what_was_exported_answers_where_it_is_imported(package: Path, tmp_path: Path) -> None:
    there = opened(tmp_path / "there")

    status = there.import_from(package)

    assert (status.generation, status.sources, status.passages) == (2, 2, 2)
    assert [kept.number for kept in status.kept] == [2]
    assert there.verify().faults == ()
    assert there.ask("lead", k=1).quotes[0].text == "Lead shields rays."
    assert (tmp_path / "there" / "corpus" / "odd.xyz").read_text() == "not read"
    report = there.sync()
    assert (report.is_current, report.generation) == (True, 2)
    assert not list((tmp_path / "there").glob(".importing-*"))


def test_archives_are_exported_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with ZipFile(tmp_path / "corpus" / "papers.zip", "w") as papers:
        papers.writestr("deep/zinc.txt", "Zinc coats steel.")
        papers.writestr("notes.xyz", "not read")
    opened(tmp_path).sync()
    opened(tmp_path).export(tmp_path / "minerals.zip")
    there = opened(tmp_path / "there")

    there.import_from(tmp_path / "minerals.zip")

    quote = there.ask("zinc", k=1).quotes[0]
    assert (quote.text, quote.source.path) == (
        "Zinc coats steel.",
        "corpus/papers.zip/deep/zinc.txt",
    )
    assert there.sync().is_current
    assert [file.name for file in (tmp_path / "there" / "corpus").iterdir()] == ["papers.zip"]


@pytest.mark.parametrize("name", ["/dev/zero", "../../corpus/zinc.txt", "segments/../x"])
def test_no_name_in_a_package_is_looked_for_elsewhere(
    package: Path, tmp_path: Path, name: str
) -> None:
    def forge(members: Members) -> None:
        content = json.loads(members["index/manifest.json"])
        del content["sha256"]
        content["segments"][0]["files"][f"../../{name}"] = {"bytes": 1, "sha256": "0" * 64}
        content["sha256"] = sealed(content)
        members["index/manifest.json"] = json.dumps(content).encode()

    with pytest.raises(PackageDamaged, match="is not of this index, or is missing"):
        opened(tmp_path / "there").import_from(altered(package, forge))


def test_where_nothing_can_be_exported_to_is_named(package: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus" / "papers.zip").unlink(missing_ok=True)
    with pytest.raises(UsageError, match=r"no/where\.zip cannot be written: No such file"):
        opened(tmp_path).export(tmp_path / "no" / "where.zip")


def test_only_an_index_that_is_up_to_date_is_exported(package: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        opened(tmp_path).export(package)
    (tmp_path / "corpus" / "tin.txt").write_text("Tin is soft.")
    with pytest.raises(UsageError, match=r"has changed since it was indexed\. Run: pincite index"):
        opened(tmp_path).export(tmp_path / "other.zip")
    assert not (tmp_path / "other.zip").exists()


def test_nothing_is_imported_over_what_is_there(package: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must be empty or not there yet"):
        opened(tmp_path).import_from(package)
    with pytest.raises(UsageError, match=r"none\.zip cannot be read: No such file"):
        opened(tmp_path / "there").import_from(tmp_path / "none.zip")


def altered(package: Path, change: Callable[[Members], object]) -> Path:
    with ZipFile(package) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    target = package.with_name("altered.zip")
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def other_source(members: Members) -> None:
    members["corpus/zinc.txt"] = b"Zinc is poison."


def other_index(members: Members) -> None:
    content = bytearray(members["index/segments/000001/catalog.sqlite"])
    content[len(content) // 2] ^= 1
    members["index/segments/000001/catalog.sqlite"] = bytes(content)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (other_source, r"zinc\.txt is not the file that was indexed"),
        (lambda members: members.pop("corpus/sub/lead.txt"), "is not the file that was indexed"),
        (other_index, r"catalog\.sqlite: altered"),
        (
            lambda members: members.pop(f"{SEGMENT}/words.json"),
            "json is not of .* missing",
        ),
        (lambda members: members.pop("index/manifest.json"), "manifest.json is missing or damaged"),
        (lambda members: members.update({"index/more": b""}), "more is not of this index"),
        (lambda members: members.update({"../evil": b""}), "'../evil', which has no place"),
        (lambda members: members.update({"corpus/../../evil": b""}), "which has no place"),
        (lambda members: members.update({"/etc/evil": b""}), "which has no place"),
        (lambda members: members.update({"corpus/": b""}), "which has no place"),
        (lambda members: members.update({"elsewhere/x": b""}), "which has no place"),
        (lambda members: members.pop("pincite.json"), "no item named 'pincite.json'"),
        (lambda members: members.update({"pincite.json": b"{}"}), "'format'"),
        (lambda members: members.update({"pincite.json": b'{"format": 1}'}), "another version"),
        (
            lambda members: members.update(
                {"pincite.json": json.dumps({"format": 2, "generation": "../x"}).encode()}
            ),
            "names no generation",
        ),
        (lambda members: members.update({"corpus/bomb": b"\0" * 300_000_000}), "more than is reas"),
    ],
)
def test_what_was_tampered_with_leaves_nothing(
    package: Path, tmp_path: Path, change: Callable[[Members], object], reason: str
) -> None:
    there = opened(tmp_path / "there")

    with pytest.raises(PackageDamaged, match=reason):
        there.import_from(altered(package, change))

    with pytest.raises(IndexMissing):
        there.status()
    left = [path for path in (tmp_path / "there").rglob("*") if path.name != ".lock"]
    assert left == [tmp_path / "there" / "index", tmp_path / "there" / "index" / "generations"]
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path.parent / "evil").exists()


def test_a_link_is_not_unpacked(package: Path, tmp_path: Path) -> None:
    link = ZipInfo("corpus/link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(package, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(PackageDamaged, match=r"'corpus/link\.txt' is no file"):
        opened(tmp_path / "there").import_from(package)


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no archive")
    with pytest.raises(PackageDamaged, match=r"text\.zip: damaged, or not made by pincite"):
        opened(tmp_path / "there").import_from(tmp_path / "text.zip")


def test_the_commands(pincite: Pincite, own_site: Path) -> None:
    site = ["--corpus", str(own_site / "corpus"), "--index", str(own_site / "index")]
    target = own_site / "all.zip"
    done = pincite(*site, "export", str(target))
    assert (done.code, done.out) == (
        0,
        f"exported  {target}, {target.stat().st_size / 1e6:,.1f} MB\n",
    )
    there = ["--corpus", str(own_site / "b" / "corpus"), "--index", str(own_site / "b" / "index")]
    done = pincite(*there, "import", str(target))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == f"corpus      {own_site / 'b' / 'corpus'}"
    assert done.out.splitlines()[2].startswith("generation  1, built ")
    assert pincite(*there, "verify").code == 0
