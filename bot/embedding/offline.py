"""Configures libraries, before they are imported, not to go online or send telemetry."""

from __future__ import annotations

import os

# ONNX Runtime (since 1.29) would report each model that it loads, and Gradio each start.
_SILENCED = {"ORT_DISABLE_TELEMETRY": "1", "GRADIO_ANALYTICS_ENABLED": "False"}


def keep_to_this_machine() -> None:
    """Turns off network look-ups and telemetry; call it before importing such libraries."""
    os.environ.update(_SILENCED)
    # A local folder needs no hub; without this, loading a model asks the hub for optional files.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
