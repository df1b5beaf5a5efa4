"""The reply to a greeting, to thanks or to a request for help, as HTML."""

from __future__ import annotations

from ...answering.presentation import NAMES_HOLDINGS, SAID
from ...types import Reply
from .escaping import named, verbatim
from .languages import Language
from .quoting import source_href


def reply_html(reply: Reply, language: Language) -> str:
    """Returns the reply, with the documents that pincite has and questions to ask."""
    said = SAID[reply.talk]
    html = f"<p>{language.html(said)}</p>" if said else ""
    if reply.talk in NAMES_HOLDINGS:
        html += _holdings(reply, language)
        html += _questions(reply, language)
    return f'<div class="reply">{html}</div>'


def _holdings(reply: Reply, language: Language) -> str:
    if not reply.sources:
        return f"<p>{language.html('No sources yet.')}</p>"
    counted = verbatim(language.say("{count} sources", count=reply.sources))
    items = "".join(
        f'<li><a href="{verbatim(source_href(one.source_id, 0, 0))}">'
        f"<bdi>{verbatim(named(one.title))}</bdi></a>"
        f"{f' <span>{verbatim(one.date)}</span>' if one.date else ''}</li>"
        for one in reply.holdings
    )
    left = reply.sources - len(reply.holdings)
    more = verbatim(language.say("and {count} more, under Sources", count=left)) if left else ""
    return f"<p>{counted}</p><ul>{items}</ul>" + (f"<p>{more}</p>" if more else "")


def _questions(reply: Reply, language: Language) -> str:
    if not reply.questions:
        return ""
    buttons = "".join(
        f'<button class="offered">{verbatim(question)}</button>' for question in reply.questions
    )
    return f'<p>{language.html("You could ask:")}</p><div class="offers">{buttons}</div>'
