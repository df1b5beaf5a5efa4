"""Whether what was written and what was quoted still is what it was."""

from .generation import verify
from .quotes import check, cited_passages

__all__ = ["check", "cited_passages", "verify"]
