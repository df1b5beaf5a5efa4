"""What the libraries are told before they are imported, so that they look up and report nothing."""

from __future__ import annotations

import os

# ONNX Runtime would tell its makers of each model that it loads (since 1.29), Gradio of each start.
_SILENCED = {"ORT_DISABLE_TELEMETRY": "1", "GRADIO_ANALYTICS_ENABLED": "False"}


def keep_to_this_machine() -> None:
    """To be called before any library is imported that could ask or tell anybody anything."""
    os.environ.update(_SILENCED)
    # A local folder needs no hub; without this, loading a model asks it for optional files.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
