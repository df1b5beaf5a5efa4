"""The frame of the conversation as a Gradio page: a log with a greeting, and a question box.

The page's script asks and draws. Gradio brings the examples, and the endpoints for programs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...answering.presentation import NO_SOURCES
from ...api.service import Service
from ...errors import PinciteError
from ..rendering.languages import NAMES, Language, language_of
from .chat import CONCURRENT_QUESTIONS, WAITING_QUESTIONS
from .endpoints import add_endpoints
from .queueing import rest_between_questions

if TYPE_CHECKING:
    from ...engine import Engine

SUGGESTIONS_SHOWN = 4

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


def build_blocks(engine: Engine, service: Service) -> gr.Blocks:
    """The page, ready to be mounted, with the endpoints for `gradio_client` beside it.

    The page's own event stays private.
    """

    async def examples() -> Any:
        """Questions that the corpus answers, as it is now."""
        try:
            questions = await asyncio.to_thread(engine.suggestions, SUGGESTIONS_SHOWN)
        except PinciteError:
            # The page is no worse without examples; asking shows the error with its remedy.
            questions = ()
        return gr.update(examples=[{"text": question} for question in questions])

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
            # Worked by the page's script, like the one that nobody sees.
            gr.Button(texts(_CHECK), elem_id="check-quotes", size="sm")
            gr.Button(texts(_BEGIN), elem_id="start-over", size="sm")
            show_examples = gr.Button("Examples", elem_id="show-examples", visible="hidden")
        gr.on(
            [blocks.load, show_examples.click],
            examples,
            outputs=log,
            show_progress="hidden",
            api_visibility="private",
            # Named, so that the endpoints for programs have the names that would be theirs.
            api_name="page_examples",
        )
        add_endpoints(service, concurrency_limit=CONCURRENT_QUESTIONS, concurrency_id="ask")
    rest_between_questions(
        blocks, max_size=WAITING_QUESTIONS, concurrency_limit=CONCURRENT_QUESTIONS
    )
    return blocks
