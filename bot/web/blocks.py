"""The conversation as a Gradio page: a log, a question box, and one event a question.

The log is an output and never an input: Gradio would trust what a browser sends back in it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..programs.service import Service
from ..showing import NO_SOURCES
from ..types import Answer
from .chat import CONCURRENT_QUESTIONS, Chat
from .conversations import Conversations
from .endpoints import add_endpoints
from .languages import NAMES, Language, language_of
from .queueing import rest_between_questions
from .readiness import Readiness

if TYPE_CHECKING:
    from ..engine import Engine

WAITING_QUESTIONS = 64

# What Gradio's own components say, in the language that the page tells it.
_CONVERSATION = "Conversation"
_QUESTION = "Your question"
_ASK = "Ask a question"
_BEGIN = "New conversation"
_CHECK = "Check"
_WELCOME = "welcome"


def gradio_texts() -> gr.I18n:
    """What Gradio is to say in each language."""
    return gr.I18n(**{one.tag: _texts(one) for one in map(language_of, NAMES)})


def _texts(language: Language) -> dict[str, str]:
    heading = language.html("Ask your documents")
    promise = language.html(
        "Answers are exact passages, word for word. Every citation opens its source at that very"
        " spot."
    )
    begin = language.html(NO_SOURCES)
    invitation = language.html("Add documents, then ask them questions here.")
    add = language.html("Add documents")
    labels = (_CONVERSATION, _QUESTION, _ASK, _BEGIN, _CHECK)
    texts = {label: language.say(label) for label in labels}
    welcome = (
        f'<div class="welcome"><h2>{heading}</h2><p>{promise}</p></div>'
        f'<div class="beginning"><h2>{begin}</h2><p class="writing">{invitation}</p>'
        f'<p class="writing"><a class="button primary" href="#sources">{add}</a></p></div>'
    )
    return {**texts, _WELCOME: welcome}


def build_blocks(
    engine: Engine,
    readiness: Readiness,
    conversations: Conversations,
    ask: Callable[..., Answer],
    threads: ThreadPoolExecutor,
    service: Service,
) -> gr.Blocks:
    """The page, ready to be mounted, with the endpoints for `gradio_client` beside it.

    The page's own events stay private; `ask` is the engine's, or counts besides, and is called in
    `threads`.
    """
    texts = gradio_texts()
    blocks = gr.Blocks(title="pincite", analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        log = gr.Chatbot(
            elem_id="conversation",
            label=texts(_CONVERSATION),
            show_label=False,
            container=False,
            layout="panel",
            placeholder=str(texts(_WELCOME)),
            autoscroll=False,
            buttons=[],
            latex_delimiters=[],
            allow_tags=False,
            sanitize_html=True,
        )
        with gr.Column(elem_id="composer"):
            gr.Textbox(
                elem_id="question",
                label=texts(_QUESTION),
                placeholder=texts(_ASK),
                container=False,
                submit_btn=True,
                max_lines=6,
            )
            # Worked by the page's script, like those that nobody sees: for what is asked, for a
            # button in an answer, the name of the conversation, the filter, and showing it again.
            gr.Button(texts(_CHECK), elem_id="check-quotes", size="sm")
            gr.Button(texts(_BEGIN), elem_id="start-over", size="sm")
            asked = gr.Textbox(elem_id="asked", label="Asked", visible="hidden")
            key = gr.Textbox(elem_id="asked-key", label="Key", visible="hidden")
            only = gr.Textbox(elem_id="asked-filter", label="Filter", visible="hidden")
            ask_alone = gr.Button("Ask again on its own", elem_id="ask-alone", visible="hidden")
            show_again = gr.Button("Show again", elem_id="show-again", visible="hidden")
            tab = gr.Textbox(elem_id="tab", label="Tab", visible="hidden")
        chat = Chat(engine, readiness, conversations, ask, threads)
        common: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = common | {"concurrency_limit": CONCURRENT_QUESTIONS, "concurrency_id": "ask"}
        # Named, so that the endpoints for programs have the names that would be theirs.
        asked.submit(chat.ask, [asked, key, only, tab], log, api_name="page_ask", **asking)
        ask_alone.click(chat.ask_alone, [key, tab], log, api_name="page_ask_alone", **asking)
        tab.change(chat.resume, tab, log, api_name="page_resume", **common)
        show_again.click(chat.resume, tab, log, api_name="page_show_again", **common)
        add_endpoints(service, concurrency_limit=CONCURRENT_QUESTIONS, concurrency_id="ask")
    rest_between_questions(
        blocks, max_size=WAITING_QUESTIONS, concurrency_limit=CONCURRENT_QUESTIONS
    )
    return blocks
