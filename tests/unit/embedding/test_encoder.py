"""The sentence-transformers encoder: its vectors, spans and counts."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bot
import bot.embedding.model_files
from bot.embedding import DEFAULT_WEIGHTS_SHA256, QUESTIONS_REMEMBERED, SentenceTransformerEncoder
from bot.types import Encoded, Vectors

pytestmark = pytest.mark.slow

DIMENSION = 384

TEXTS = (
    "Uranium was discovered in 1789 by Martin Heinrich Klaproth.",
    "Zinc protects steel from corrosion.",
    "The dialogue was launched in February 2024 in Tashkent.",
    "Bread is baked from flour, water and salt.",
)


@pytest.fixture(scope="module")
def encoder(packaged_model: SentenceTransformerEncoder) -> SentenceTransformerEncoder:
    """The packaged model in float32."""
    return packaged_model


def words(text: str, encoded: Encoded) -> list[str]:
    """The slices of a text that stand for its word pieces."""
    return [text[start:end] for start, end in encoded.spans]


def test_the_packaged_model_is_the_unchanged_one(encoder: SentenceTransformerEncoder) -> None:
    weights = (encoder.folder / "model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == DEFAULT_WEIGHTS_SHA256
    assert DEFAULT_WEIGHTS_SHA256.startswith("53aa5117")
    assert DEFAULT_WEIGHTS_SHA256.endswith("d9db")


def test_the_fingerprint_is_stable_and_of_the_files_that_matter(
    encoder: SentenceTransformerEncoder, copied: Callable[..., Path]
) -> None:
    digest = hashlib.sha256()
    kept = [
        file
        for file in encoder.folder.rglob("*")
        if file.suffix in (".safetensors", ".json", ".model") or file.name == "vocab.txt"
    ]
    for file in sorted(kept):
        digest.update(file.relative_to(encoder.folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).hexdigest().encode())
    assert encoder.fingerprint == digest.hexdigest()
    assert SentenceTransformerEncoder(precision="bfloat16").fingerprint == encoder.fingerprint

    # The same files elsewhere are the same model, whatever their description says.
    folder = copied(README=b"Another description.")
    assert SentenceTransformerEncoder(str(folder)).fingerprint == encoder.fingerprint
    config = folder / "config_sentence_transformers.json"
    config.unlink()
    config.write_text('{"prompts": {"query": "query: "}}')
    assert SentenceTransformerEncoder(str(folder)).fingerprint != encoder.fingerprint


def test_vectors_have_unit_length(encoder: SentenceTransformerEncoder) -> None:
    for encoded in (*encoder.encode(TEXTS), *encoder.encode_questions(TEXTS)):
        assert encoded.vector.shape == (DIMENSION,)
        assert encoded.vector.dtype == encoded.tokens.dtype == np.float32
        assert np.linalg.norm(encoded.vector) == pytest.approx(1, abs=1e-6)
        assert encoded.tokens.shape == (len(encoded.spans), DIMENSION)
        assert np.linalg.norm(encoded.tokens, axis=1) == pytest.approx(1, abs=1e-6)
    assert encoder.dimension == DIMENSION


def test_a_batch_is_computed_when_it_is_asked_for(
    encoder: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that an index run that is killed has embedded in vain one batch at most.
    batches: list[list[str]] = []
    compute = encoder._encoded
    monkeypatch.setattr(encoder, "_batch_size", 2)
    monkeypatch.setattr(
        encoder,
        "_encoded",
        lambda model, texts, role: batches.append(list(texts)) or compute(model, texts, role),
    )
    texts = ["one", "two", "three", "four", "five"]
    encoded = encoder.encode(texts)

    assert words("one", next(encoded)) == ["one"]
    assert batches == [["one", "two"]]
    next(encoded)
    assert words("three", next(encoded)) == ["three"]
    assert batches == [["one", "two"], ["three", "four"]]
    assert [words(text, found) for text, found in zip(texts[3:], encoded, strict=True)] == [
        ["four"],
        ["five"],
    ]
    assert batches[2:] == [["five"]]


def test_spans_are_of_the_right_words(encoder: SentenceTransformerEncoder) -> None:
    texts = (
        "Zinc protects steel.",
        "  Zinc,\n\nlead  ",
        "\U0001f600 naïve Zürich 𝔸 zinc",
        "",
    )
    first, second, third, fourth = encoder.encode(texts)
    assert words(texts[0], first) == ["Zinc", "protects", "steel", "."]
    assert words(texts[1], second) == ["Zinc", ",", "lead"]
    # Offsets are code points: one for a character beyond the first plane.
    assert words(texts[2], third)[-1] == "zinc"
    assert "".join(words(texts[2], third)).startswith("\U0001f600naïveZürich")
    assert third.spans[-1] == (17, 21)
    assert fourth.spans == ()
    assert fourth.tokens.shape == (0, DIMENSION)
    assert np.linalg.norm(fourth.vector) == pytest.approx(1, abs=1e-6)


def test_counts(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.max_tokens == 254
    assert encoder.count_tokens([]) == []
    assert encoder.count_tokens(["Zinc protects steel.", "", "zinc " * 1000]) == [4, 0, 1000]
    texts = [*TEXTS, "electroencephalography"]
    counts = encoder.count_tokens(texts)
    assert counts == [len(encoded.spans) for encoded in encoder.encode(texts)]
    assert counts[4] > 1


def test_no_more_is_read_than_max_tokens_says(encoder: SentenceTransformerEncoder) -> None:
    within = "zinc " * encoder.max_tokens
    first, second = encoder.encode([within, within + "lead uranium bread"])
    assert len(first.spans) == len(second.spans) == 254
    assert second.spans[-1] == (5 * 253, 5 * 253 + 4)
    assert float(first.vector @ second.vector) == pytest.approx(1, abs=1e-5)


def test_a_question_is_nearest_to_the_passage_that_answers_it(
    encoder: SentenceTransformerEncoder,
) -> None:
    passages = np.stack([encoded.vector for encoded in encoder.encode(TEXTS)])
    questions = (
        "Who discovered uranium?",
        "What keeps steel from rusting?",
        "When did the talks begin?",
        "How do I make a loaf?",
    )
    for number, question in enumerate(encoder.encode_questions(questions)):
        cosines = passages @ question.vector
        assert int(np.argmax(cosines)) == number
        assert cosines[number] > 0.25
    uranium = passages @ encoder.encode_questions(questions[:1])[0].vector
    assert uranium[0] > 0.7
    assert max(uranium[1:]) < 0.3


def test_order_and_vectors_do_not_depend_on_batches(encoder: SentenceTransformerEncoder) -> None:
    # 20 texts of many lengths, in windows of 8.
    texts = [TEXTS[number % 4] + " More is said here." * (number * 7 % 5) for number in range(20)]
    together = list(encoder.encode(texts))
    small = SentenceTransformerEncoder(device="cpu", precision="float32", batch_size=1)
    small.__dict__["_model"] = encoder._model
    one_by_one = list(small.encode(texts))
    assert len(together) == len(one_by_one) == 20
    for text, first, second in zip(texts, together, one_by_one, strict=True):
        assert first.spans == second.spans
        assert words(text, first)[0] == text.split()[0]
        assert float(first.vector @ second.vector) == pytest.approx(1, abs=1e-5)
        assert np.einsum("ij,ij->i", first.tokens, second.tokens).min() > 0.9999
    assert list(encoder.encode([])) == []


def test_bfloat16_is_close_to_float32_and_renormalised(encoder: SentenceTransformerEncoder) -> None:
    exact = list(encoder.encode(TEXTS))
    coarse = list(SentenceTransformerEncoder(device="cpu", precision="bfloat16").encode(TEXTS))
    cosines = [float(a.vector @ b.vector) for a, b in zip(exact, coarse, strict=True)]
    assert min(cosines) > 0.99
    assert max(cosines) < 1.000_01
    assert min(cosines) < 0.999_999_9, "bfloat16 was not used"
    for encoded in coarse:
        assert encoded.vector.dtype == np.float32
        assert np.linalg.norm(encoded.vector) == pytest.approx(1, abs=1e-6)
        assert np.linalg.norm(encoded.tokens, axis=1) == pytest.approx(1, abs=1e-6)
    assert [encoded.spans for encoded in coarse] == [encoded.spans for encoded in exact]


def test_a_question_prompt_counts_for_the_vector_and_not_for_the_spans(
    encoder: SentenceTransformerEncoder, copied: Callable[..., Path]
) -> None:
    config = json.dumps({"prompts": {"query": "search query: "}}).encode()
    prompting = SentenceTransformerEncoder(
        str(copied(config_sentence_transformers=config)), device="cpu", precision="float32"
    )
    question = "Who sells zinc?"
    asked = prompting.encode_questions([question])[0]
    assert words(question, asked) == ["Who", "sells", "zinc", "?"]
    (expected,) = encoder.encode([f"search query: {question}"])
    assert float(asked.vector @ expected.vector) == pytest.approx(1, abs=1e-5)
    (passage,) = prompting.encode([question])
    (plain,) = encoder.encode([question])
    assert float(passage.vector @ plain.vector) == pytest.approx(1, abs=1e-5)


def test_the_default_model_opens_no_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        reached.append(arguments[-1])
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)

    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "news.md").write_text("# News\n\n" + "\n\n".join(TEXTS))
    engine = bot.open(tmp_path / "corpus", tmp_path / "index")
    assert engine.sync().passages == 1
    answer = engine.ask("Who discovered uranium?")
    assert answer.answered
    assert "Martin Heinrich Klaproth" in answer.quotes[0].text
    assert reached == []
    # The fence holds: a hub name would have been noticed.
    with pytest.raises(OSError, match="no network in this test"):
        socket.create_connection(("127.0.0.1", 9))
    assert reached == [("127.0.0.1", 9)]


def test_many_threads_may_ask_while_another_embeds(
    packaged_model: SentenceTransformerEncoder,
) -> None:
    questions = ["What?", "How much of the zinc is mined in the west of the country, and when?"]
    passages = [" ".join(["zinc and lead"] * count) for count in (1, 400, 3, 40, 7, 90)]
    alone = [packaged_model.encode_questions([question])[0] for question in questions]
    together = list(packaged_model.encode(passages))
    counted = packaged_model.count_tokens(passages)

    def ask(number: int) -> Vectors:
        packaged_model._latest.forget()
        return packaged_model.encode_questions([questions[number % 2]])[0].vector

    def count(_: int) -> list[int]:
        return packaged_model.count_tokens(passages)

    with ThreadPoolExecutor(6) as pool:
        embedding = [pool.submit(lambda: list(packaged_model.encode(passages))) for _ in range(3)]
        counts = list(pool.map(count, range(20)))
        vectors = list(pool.map(ask, range(20)))
        found = [future.result() for future in embedding]

    assert counts == [counted] * 20
    for number, vector in enumerate(vectors):
        np.testing.assert_allclose(vector, alone[number % 2].vector, atol=1e-5)
    for encoded in found:
        assert [len(item.tokens) for item in encoded] == [len(item.tokens) for item in together]


def test_what_was_just_asked_is_not_computed_again(
    packaged_model: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute, batches = packaged_model._encoded, []

    def computed(model: Any, texts: Sequence[str], role: Any) -> list[Encoded]:
        batches.append(list(texts))
        return compute(model, texts, role)

    monkeypatch.setattr(packaged_model, "_encoded", computed)
    packaged_model._latest.forget()
    said = "Zinc coats steel, and lead shields rays. " * 9
    first = packaged_model.encode_questions(["What of zinc?"])
    second = packaged_model.encode_questions(["And lead?", "What of zinc?", said])

    # Nor is a short question padded to what a long answer takes.
    assert batches == [["What of zinc?"], ["And lead?"], [said]]
    assert second[1] is first[0]
    packaged_model._latest.forget()
    for anew, before in zip(
        packaged_model.encode_questions([said, "And lead?"]), (second[2], second[0]), strict=True
    ):
        np.testing.assert_array_equal(anew.vector, before.vector)
        np.testing.assert_array_equal(anew.tokens, before.tokens)

    many = [f"What of {number}?" for number in range(QUESTIONS_REMEMBERED + 3)]
    assert len(packaged_model.encode_questions(many)) == len(many)
    batches.clear()
    packaged_model.encode_questions(many[3:])
    assert batches == []
    packaged_model.encode_questions(many[:1])
    assert batches == [many[:1]]


def test_questions_and_counts_leave_the_tokeniser_of_passages_alone(
    packaged_model: SentenceTransformerEncoder,
) -> None:
    list(packaged_model.encode(["zinc " * 400, "lead"]))
    tokenizer = packaged_model._model.tokenizer.backend_tokenizer
    before = tokenizer.truncation, tokenizer.padding
    assert before[0]["max_length"] == 256

    packaged_model.encode_questions(["What?"])
    packaged_model.count_tokens(["zinc " * 400])

    # A run that embeds at the same time would cut its passages elsewhere.
    assert (tokenizer.truncation, tokenizer.padding) == before
