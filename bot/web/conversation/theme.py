"""Gradio's theme in pincite's colours, with fonts that Gradio ships."""

from __future__ import annotations

from gradio.themes import Base, Color, LocalFont

_INK = Color(
    c50="#faf9f7",
    c100="#f3f1ed",
    c200="#e6e2db",
    c300="#d3cdc3",
    c400="#a39c91",
    c500="#7a746b",
    c600="#5d5850",
    c700="#3d3a36",
    c800="#24262a",
    c900="#1b1d20",
    c950="#141517",
    name="ink",
)
_BLUE = Color(
    c50="#eef4f8",
    c100="#dfeaf2",
    c200="#c2d8e6",
    c300="#9dc3da",
    c400="#6fa5c6",
    c500="#42819f",
    c600="#2b6688",
    c700="#1d4f73",
    c800="#173f5c",
    c900="#12324a",
    c950="#0c2233",
    name="blue",
)

# Gradio's font files of weight 600 hold only 55 characters.
_WEIGHTS = (400, 700)
THEME = Base(
    primary_hue=_BLUE,
    secondary_hue=_BLUE,
    neutral_hue=_INK,
    font=[LocalFont("Source Sans Pro", weights=_WEIGHTS), "system-ui", "sans-serif"],
    font_mono=[LocalFont("IBM Plex Mono", weights=_WEIGHTS), "ui-monospace", "monospace"],
).set(
    body_background_fill="*neutral_50",
    body_background_fill_dark="*neutral_950",
    body_text_color="#1c1b19",
    body_text_color_dark="#e8e6e1",
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="#aaa69e",
    background_fill_primary="#ffffff",
    background_fill_primary_dark="*neutral_900",
    border_color_primary="*neutral_200",
    border_color_primary_dark="#33373c",
    button_primary_background_fill="*primary_700",
    button_primary_background_fill_hover="*primary_800",
    button_primary_text_color="#ffffff",
)
