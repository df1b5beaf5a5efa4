"""What `gradio_client` gets from the chat, and what it must never get."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from programs_site import UNANSWERABLE, ZINC, ZINC_QUESTION, samples_of, served, settled

import bot
from bot.export.answer_json import answer_json, passage_json, sources_json
from bot.web import build_app
from bot.web.serving.guard import ASK_PATH

pytestmark = pytest.mark.slow

AUTH = ("ada", "pass:wörd")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, quick_disk: None) -> bot.Engine:
    from word_encoder import MINERALS, WordEncoder

    folder = tmp_path_factory.mktemp("site")
    return settled(bot.open(folder / "corpus", folder / "index", encoder=WordEncoder(MINERALS)))


@pytest.fixture(scope="module")
def address(indexed: bot.Engine) -> Iterator[str]:
    with served(build_app(indexed, auth=AUTH)) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Any:
    return opened(address, httpx_kwargs={"auth": AUTH})


def opened(address: str, **options: Any) -> Any:
    from gradio_client import Client

    return Client(address, verbose=False, analytics_enabled=False, **options)


def test_answers_sources_and_passages_are_the_contract(client: Any, indexed: bot.Engine) -> None:
    answer = json.loads(client.predict(ZINC_QUESTION, api_name="/ask"))
    expected = answer_json(indexed.ask(ZINC_QUESTION))
    refused = json.loads(client.predict(UNANSWERABLE, api_name="/ask"))
    listed = json.loads(client.predict(api_name="/list_sources"))
    id_ = answer["citations"][0]["passage"]
    read = json.loads(client.predict(id_, api_name="/read_passage"))

    assert answer | {"timings_ms": 0} == json.loads(json.dumps(expected)) | {"timings_ms": 0}
    assert answer["passages"][0]["text"] == ZINC
    assert refused["answered"] is False
    assert listed == json.loads(json.dumps(sources_json(1, indexed.sources())))
    passage = indexed.passage(id_)
    info = indexed.source(passage.source_id).info
    assert read == json.loads(json.dumps(passage_json(passage, info)))


def test_a_filter_comes_as_json(client: Any) -> None:
    only = json.dumps({"type": ["md"]})
    answer = json.loads(client.predict(ZINC_QUESTION, filter=only, api_name="/ask"))
    listed = json.loads(client.predict(only, api_name="/list_sources"))

    assert answer["filter"]["type"] == ["md"]
    assert {item["source"]["path"] for item in answer["citations"]} == {"corpus/dialogue.md"}
    assert [source["path"] for source in listed["sources"]] == ["corpus/dialogue.md"]
    with pytest.raises(Exception, match="The filter must be a JSON object"):
        client.predict("Zinc?", filter="{", api_name="/ask")


def test_earlier_turns_come_as_json(client: Any) -> None:
    history = json.dumps([{"role": "user", "content": ZINC_QUESTION}])
    answer = json.loads(client.predict("And lead?", k=2, history=history, api_name="/ask"))

    assert [turn["text"] for turn in answer["context"]] == [ZINC_QUESTION]
    assert len(answer["passages"]) == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("",), "The question is empty. Ask in a few words or a sentence."),
        (("x" * 2_001,), "The question has 2,001 characters; the limit is 2,000."),
        ((5,), "The question must be a text."),
        ((None,), "The question must be a text."),
        (("zinc", "many"), "The number k must be a whole one, or nothing."),
        (("zinc", True), "The number k must be a whole one, or nothing."),
        (("zinc", 1, "{"), "The history must be a JSON list of turns, in a text."),
        (("zinc", 1, "[" * 20_000), "The history must be a JSON list of turns, in a text."),
        (("zinc", 1, "{}"), "The history must be a list of"),
    ],
)
def test_errors_are_exceptions_that_say_what_is_wrong(
    client: Any, values: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(Exception, match="^" + message.replace("(", r"\(")):
        client.predict(*values, api_name="/ask")


@pytest.mark.parametrize("id_", ["nothing", "../../etc/passwd", "0" * 16, ""])
def test_an_unknown_passage_is_told(client: Any, id_: str) -> None:
    with pytest.raises(Exception, match=r"^No passage has the id"):
        client.predict(id_, api_name="/read_passage")


def test_only_the_endpoints_for_programs_are_public(client: Any) -> None:
    assert sorted(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == [
        "/ask",
        "/list_sources",
        "/read_passage",
    ]
    for name in ("/page_examples", "/page_ask"):
        with pytest.raises(ValueError, match="Cannot find a function"):
            client.predict("x", "0" * 32, api_name=name)


def test_a_client_logs_in_by_header_too_or_not_at_all(address: str) -> None:
    header = httpx.BasicAuth(*AUTH)._auth_header
    client = opened(address, headers={"Authorization": header})

    assert json.loads(client.predict(ZINC_QUESTION, api_name="/ask"))["answered"] is True
    with pytest.raises(Exception, match=r"not provided|Could not"):
        opened(address)


@pytest.mark.parametrize("endpoint", ["ask", "read_passage"])
@pytest.mark.parametrize("kind", ["local", "remote"])
def test_no_file_is_read_or_fetched_for_a_client(
    address: str,
    endpoint: str,
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(cache))
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    path = str(secret) if kind == "local" else "http://127.0.0.1:9/secret.txt"
    file = {"path": path, "url": path, "meta": {"_type": "gradio.FileData"}}
    with httpx.Client(base_url=address, auth=AUTH) as http:
        dependencies = http.get("/config").json()["dependencies"]
        number = next(item["id"] for item in dependencies if item["api_name"] == endpoint)
        for value in (file, [file], {"0": [file]}):
            event = {"data": [value], "fn_index": number, "session_hash": "files"}
            refused = http.post(ASK_PATH, json=event)
            assert (refused.status_code, refused.text) == (
                400,
                "Events of this page carry plain values only.",
            )
        for named in (f"/gradio_api/file={path}", f"/file={path}", "/gradio_api/upload"):
            assert http.get(named).status_code == 404
            assert http.post(named).status_code == 404
        by_name = http.post(f"/gradio_api/call/{endpoint}", json={"data": [file]})
        assert by_name.status_code == 404

    assert not list(cache.rglob("secret*"))


def test_a_file_in_a_text_stays_a_text(client: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    answer = client.predict(json.dumps(file), api_name="/ask")

    assert json.loads(json.loads(answer)["question"]) == file
    assert "a secret" not in answer


def test_a_client_cannot_enter_the_conversation_of_a_tab(address: str) -> None:
    """It may ask as the page does, but has to know the name that a tab drew at random."""
    tab = "c0ffee" + "0" * 26
    with httpx.Client(base_url=address, auth=AUTH) as http:

        def sent(path: str, name: str, **values: str) -> str:
            reply = http.post(f"/pincite/{path}", json={"tab": name, **values})
            return reply.raise_for_status().text

        assert "melts" in sent("ask", tab, question=ZINC_QUESTION, key="0" * 32)
        for guess in ("", "1", tab.upper(), "0" * 32, tab[:-1] + "%"):
            assert "melts" not in sent("conversation/shown", guess)
        assert "melts" in sent("conversation/shown", tab)


def test_the_description_names_no_folder_and_nothing_that_was_asked(
    address: str, indexed: bot.Engine
) -> None:
    with httpx.Client(base_url=address, auth=AUTH) as http:
        forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        texts = [http.get(path, headers=forged).text for path in ("/config", "/gradio_api/info")]

    for text in texts:
        assert str(indexed.settings.corpus.parent) not in text
        assert "melt" not in text
        assert "evil.example" not in text


def test_its_questions_are_counted(client: Any, address: str) -> None:
    def counts() -> dict[str, float]:
        return samples_of(httpx.get(f"{address}/api/v1/metrics", auth=AUTH).text)

    before = counts()
    client.predict(ZINC_QUESTION, api_name="/ask")
    after = counts()

    name = "pincite_questions_totalanswered"
    assert after[name] - before[name] == 1
