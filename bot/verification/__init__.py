"""Checks that an index is as written, and that quotes still match their sources."""

from .generation import verify
from .quotes import check, cited_passages

__all__ = ["check", "cited_passages", "verify"]
