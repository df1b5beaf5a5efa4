"""Loads a model with sentence-transformers in its device's precision, and prepares PyTorch's input
and output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EncoderError
from ..types import Vectors
from .model_files import first_line
from .offline import keep_to_this_machine

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer


# A difference in length below this does not start a new batch.
_SHORT_CHARACTERS = 40

# The drivers of NVIDIA and AMD.
_GRAPHICS_CARDS = ("/dev/nvidia0", "/dev/kfd")


def loaded(name: str, folder: Path, device: str, precision: str) -> SentenceTransformer:
    """Loads the model `name` from its folder; raises EncoderError.

    `device` and `precision` are as in `bot.settings`, but for one device only.
    """
    keep_to_this_machine()
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(folder),
            device=None if device == "auto" else device,
            local_files_only=True,
            model_kwargs={"dtype": _dtype(device, precision), "use_safetensors": True},
        )
    except Exception as error:  # each of the libraries below raises its own
        raise EncoderError(
            f"model {name}: {folder} cannot be loaded on device '{device}': "
            f"{first_line(error)}. Give another --model folder, or another device."
        ) from error


def _dtype(device: str, precision: str) -> torch.dtype:
    import torch

    if precision != "auto":
        return torch.bfloat16 if precision == "bfloat16" else torch.float32
    if device.startswith("cuda") or (device == "auto" and torch.cuda.is_available()):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    # AVX512 has bfloat16 instructions too, but they were slower than float32 on one of two
    # processors measured. Without such instructions, bfloat16 is emulated and several times slower
    # still.
    return torch.bfloat16 if torch.cpu.get_capabilities().get("amx_bf16") else torch.float32


def is_accelerated(device: str) -> bool:
    """Whether PyTorch likely has hardware several times as fast as a plain processor.

    This is a graphics card, unless `device` is the processor, or matrix instructions (AMX). It is
    detected from system files, because PyTorch takes seconds to load.
    """
    if device == "auto" and any(Path(card).exists() for card in _GRAPHICS_CARDS):
        return True
    try:
        return " amx_bf16 " in f"{Path('/proc/cpuinfo').read_text(encoding='ascii')} "
    except (OSError, UnicodeDecodeError):
        return False


def of_like_length(texts: Iterable[str]) -> Iterator[list[str]]:
    """Groups texts into batches whose padding costs no more than the texts themselves."""
    batch: list[str] = []
    for text in sorted(texts, key=lambda text: (len(text), text)):
        if batch and len(text) > 2 * len(batch[0]) + _SHORT_CHARACTERS:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


@contextmanager
def one_thread() -> Iterator[None]:
    """Limits PyTorch to one thread.

    A few words gain nothing from more. On a busy processor, several threads are many times slower,
    because they wait for each other.
    """
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def plain(rows: torch.Tensor) -> Vectors:
    """Returns a tensor as a float32 array in main memory."""
    found: Vectors = rows.float().cpu().numpy()
    return found
