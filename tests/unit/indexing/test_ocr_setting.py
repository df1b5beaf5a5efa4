"""The setting `ocr`: what an index run reads when it is switched on, changed or off again."""

from __future__ import annotations

from pathlib import Path

import pytest
from scanned_texts import FERRY, LAMP, MILL
from scans import drawn, needs_tesseract, pdf, picture
from word_encoder import WordEncoder

import bot
from bot import Engine
from bot.cli.reports import show_explained
from bot.errors import SettingsError, SyncCancelled
from bot.export.answer_json import answer_json
from bot.export.formats import FORMATS, exported
from bot.settings import load_settings
from bot.text.passages import locator
from bot.types import Exchange, Mark, Source, SourceInfo, SyncProgress
from bot.web.rendering.languages import language_of

MODEL = ("ferry", "quay", "mill", "brothers", "lamp", "oil", "winter", "crossing", "lisse")

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "ferry.pdf").write_bytes(pdf(drawn([FERRY])))
    (folder / "mixed.pdf").write_bytes(pdf(LAMP, drawn([MILL])))
    (folder / "lamp.pdf").write_bytes(pdf(LAMP + " It was lit at dusk."))
    (folder / "mill.png").write_bytes(picture(drawn([MILL + " It is no more."]), "PNG"))
    return folder


def opened(corpus: Path, ocr: str = "", index: str | None = None) -> Engine:
    place = index or str(corpus.parent / "index")
    return bot.open(corpus, place, encoder=WordEncoder(MODEL), ocr=ocr)


def reasons(engine: Engine) -> dict[str, str]:
    return {file.path: file.reason for file in engine.status().skipped}


def texts(engine: Engine) -> dict[str, str]:
    return {
        one.info.path: " ".join(engine.source(one.info.id).text.split()) for one in engine.sources()
    }


@needs_tesseract
def test_the_next_run_reads_what_was_skipped_once_ocr_is_on(corpus: Path) -> None:
    engine = opened(corpus)
    engine.sync()
    assert reasons(engine).keys() == {"corpus/ferry.pdf", "corpus/mill.png"}
    assert reasons(engine)["corpus/mill.png"] == "format '.png' is not read. Convert the file"

    engine = opened(corpus, "eng")
    assert not engine.is_current()
    report = engine.sync()

    assert reasons(engine) == {}
    assert texts(engine)["corpus/ferry.pdf"] == FERRY
    assert texts(engine)["corpus/mixed.pdf"] == f"{LAMP} {MILL}"
    assert texts(engine)["corpus/mill.png"] == f"{MILL} It is no more."
    assert set(report.changed) == {"corpus/ferry.pdf", "corpus/mill.png", "corpus/mixed.pdf"}
    assert report.unchanged == ("corpus/lamp.pdf",)
    assert (
        "ocr was off and is eng: PDFs and pictures read again: 4; with another outcome: 3"
        in report.notes
    )
    assert engine.is_current()
    assert engine.sync().is_current
    assert engine.verify().faults == ()


@needs_tesseract
def test_what_is_the_same_is_not_embedded_again(corpus: Path) -> None:
    opened(corpus).sync()

    report = opened(corpus, "eng").sync()

    # The text of lamp.pdf and of the first page of mixed.pdf may have vectors already.
    assert report.embedded < report.passages


@needs_tesseract
def test_the_text_of_scans_goes_when_ocr_is_off_and_the_run_says_so(corpus: Path) -> None:
    opened(corpus, "eng").sync()
    engine = opened(corpus)

    assert any(line.citations for line in [engine.ask("Where does the ferry to Lisse leave?")])
    report = engine.sync()

    assert {file.path for file in report.skipped} == {"corpus/ferry.pdf", "corpus/mill.png"}
    assert texts(engine).keys() == {"corpus/lamp.pdf", "corpus/mixed.pdf"}
    assert texts(engine)["corpus/mixed.pdf"] == LAMP
    assert report.changed == ("corpus/mixed.pdf",)
    assert (
        "ocr was eng and is off: PDFs and pictures read again: 4; with another outcome: 3"
        in report.notes
    )
    assert engine.verify().faults == ()


@needs_tesseract
def test_the_place_and_the_sureness_go_into_citations_and_passages(corpus: Path) -> None:
    engine = opened(corpus, "eng")
    engine.sync()

    answer = engine.ask("Who built the mill of oak and slate?", k=5)
    content = answer_json(answer)
    by_path = {cited["source"]["path"]: cited for cited in content["citations"]}
    cited = by_path["corpus/mill.png"]

    assert cited["locator"] == f"page 1, read by OCR ({cited['ocr']} % sure)"
    assert 80 < cited["ocr"] <= 100
    quotes = {quote["source"]["path"]: quote for quote in content["passages"]}
    assert all(
        (quote["ocr"] is None) == ("OCR" not in quote["locator"]) for quote in quotes.values()
    )
    passage = engine.passage(cited["passage"])
    assert passage.locator == cited["locator"]


@needs_tesseract
def test_progress_tells_of_pages_and_a_run_can_be_stopped_between_them(corpus: Path) -> None:
    (corpus / "long.pdf").write_bytes(pdf(drawn([FERRY]), drawn([MILL]), drawn([LAMP])))
    engine = opened(corpus, "eng")
    seen: list[SyncProgress] = []
    engine.sync(progress=seen.append)

    items = {step.item for step in seen if step.stage == "reading"}
    assert {f"corpus/long.pdf, page {page} of 3" for page in (1, 2)} <= items
    with pytest.raises(SyncCancelled):
        engine.sync(rebuild=True, cancelled=lambda: True)


@needs_tesseract
def test_scans_in_archives_are_read(tmp_path: Path) -> None:
    from zipfile import ZipFile

    folder = tmp_path / "corpus"
    folder.mkdir()
    with ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("ferry.pdf", pdf(drawn([FERRY])))
        archive.writestr("mill.png", picture(drawn([MILL]), "PNG"))
    opened(folder).sync(may_be_empty=True)

    engine = opened(folder, "eng")
    engine.sync()

    assert texts(engine) == {"corpus/all.zip/ferry.pdf": FERRY, "corpus/all.zip/mill.png": MILL}


@needs_tesseract
def test_pictures_can_be_added_where_ocr_is_on(corpus: Path) -> None:
    added = opened(corpus, "eng").add_source("lamp.jpg", picture(drawn([LAMP]), "JPEG"))

    assert added == "corpus/lamp.jpg"


def test_a_run_ends_where_the_program_is_missing(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SettingsError, match="apt-get install tesseract-ocr") as caught:
        opened(corpus, "eng").sync()

    assert caught.value.exit_code == 2


@pytest.mark.parametrize("value", ["eng rus", "eng+", "+eng", "../eng", "-l", "e", "eng,rus"])
def test_what_is_no_list_of_languages_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="ocr"):
        load_settings(ocr=value)


@needs_tesseract
def test_the_sureness_survives_in_milvus(tmp_path: Path) -> None:
    pytest.importorskip("milvus_lite")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "mixed.pdf").write_bytes(pdf(LAMP, drawn([MILL])))
    place = f"milvus+file:{tmp_path / 'index.db'}"
    opened(folder, "", place).sync()

    engine = opened(folder, "eng", place)
    report = engine.sync()

    assert report.changed == ("corpus/mixed.pdf",)
    (source,) = engine.sources()
    marks = [mark.name for mark in engine.source(source.info.id).marks]
    assert marks[0] == "page 1"
    assert marks[1].startswith("page 2, read by OCR (")


@needs_tesseract
def test_the_command_line_and_exports_say_that_it_was_read_by_ocr(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = opened(corpus, "eng")
    engine.sync()
    (summary,) = [one for one in engine.sources() if one.info.path == "corpus/mixed.pdf"]
    (seen,) = engine.preview("mixed.pdf", engine.original(summary.info.id))

    show_explained(engine.source(summary.info.id), seen)

    told = capsys.readouterr().out
    (line,) = [line.split() for line in told.splitlines() if line.split()[:1] == ["OCR"]]
    assert line[1:3] == ["page", "2:"]
    assert line[-2:] == ["%", "sure"]
    assert "remark    pages read by OCR: 2 of 2 (" in told
    answer = engine.ask("Who built the mill of oak and slate?", k=5)
    exchange = Exchange(0, "2026-01-02T00:00:00Z", answer.question, False, answer, None)
    for name in FORMATS:
        assert "read by OCR (" in exported([exchange], name, "2026-01-02"), name


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("de", "Seiten 3–4, per OCR gelesen (zu 87 % sicher)"),
        ("ru", "страницы 3–4, распознаны OCR (достоверность 87 %)"),
        ("en", "pages 3–4, read by OCR (87 % sure)"),
    ],
)
def test_the_place_is_told_in_the_language_of_the_reader(code: str, place: str) -> None:
    assert language_of(code).translation_of("pages 3–4, read by OCR (87 % sure)") == place


def test_a_passage_over_pages_is_as_sure_as_the_least_sure_of_them() -> None:
    marks = (
        Mark(0, "page 1", divides=True),
        Mark(5, "page 2, read by OCR (91 % sure)", divides=True),
        Mark(10, "page 3, read by OCR (64 % sure)", divides=True),
    )
    info = SourceInfo("0" * 16, "a.pdf", "A", None, None, None, None, "en", "pdf", "")
    where = locator(Source(info, "a" * 15, (), marks))

    assert where(0, 3) == "page 1"
    assert where(0, 7) == "pages 1–2, read by OCR (91 % sure)"
    assert where(0, 15) == "pages 1–3, read by OCR (64 % sure)"
    assert where(11, 12) == "page 3, read by OCR (64 % sure)"
