"""What pincite says for itself, in English; the page has it in the language of its reader."""

from __future__ import annotations

from .types import Talk

SAID = {
    Talk.GREETING: "Hello. Ask anything about these documents: the answers are quoted from them.",
    Talk.THANKS: "You are welcome.",
    Talk.GOODBYE: "Goodbye. This conversation stays under History.",
    Talk.IDENTITY: (
        "This is pincite. It finds the passages of the documents that answer a question, and "
        "quotes them word for word. No language model writes the answers, and nothing leaves "
        "this machine."
    ),
    Talk.HELP: (
        "Ask a question in your own words, or for a list, a comparison or an overview. Each "
        "number behind a quote opens its source at that place. The documents are under Sources."
    ),
    Talk.ADDING: (
        "Documents are added, updated and removed under Sources, unless this server only reads. "
        "The next answer takes them into account."
    ),
    Talk.HOLDINGS: "",
    Talk.OTHER: "Ask a question about the documents whenever you like.",
}
"""What is said first; what the index holds follows where it helps."""

NAMES_HOLDINGS = {Talk.GREETING, Talk.IDENTITY, Talk.HELP, Talk.HOLDINGS}
"""Where the documents are named after it."""
