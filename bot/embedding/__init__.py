"""The sentence-transformers encoder, and an exported copy of it that encodes questions."""

from .encoder import QUESTIONS_REMEMBERED, SentenceTransformerEncoder
from .model_files import DEFAULT_WEIGHTS_SHA256, first_line, model_folder

__all__ = [
    "DEFAULT_WEIGHTS_SHA256",
    "QUESTIONS_REMEMBERED",
    "SentenceTransformerEncoder",
    "first_line",
    "model_folder",
]
