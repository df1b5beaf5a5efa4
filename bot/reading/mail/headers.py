"""Recognises the headers that Outlook and Exchange repeat above a quoted mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

_NAMES = {
    "from": (
        "from|von|de|da|van|od|от(?: кого)?|від|från|fra|kimden|发件人|寄件者|寄件人|差出人|送信者"
    ),
    "sent": (
        r"sent|date|gesendet|datum|envoyé(?: le)?|enviad[oa](?: el| em)?|fecha|inviato|data"
        r"|verzonden|wysłano|odesláno|отправлено|дата|послано|надіслано|skickat|sendt|gönderildi|tarih"
        r"|gönderme tarihi|发送时间|发送日期|日期|寄件日期|傳送時間|时间|送信日時|日時"
    ),
    "to": "to|an|à|a|para|aan|do|komu|кому|till|til|kime|收件人|收件者|宛先",
    "subject": (
        "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|předmět|тема|ämne|emne|konu"
        "|主题|主旨|标题|件名"
    ),
    "other": "cc|bcc|copie|copia|kopie|копия|reply-to|importance|attachments|anlagen|抄送|副本",
}
"""The names of mail headers in the languages of mail programs."""

_HEADERS = {
    name: re.compile(rf"[\s*_]{{0,8}}(?:{words})\s?[*_]{{0,2}}[:：][*_]{{0,2}}.*", re.IGNORECASE)
    for name, words in _NAMES.items()
}
MOST_HEADERS = 12
"""Most lines that the headers of a mail may occupy."""

_FEWEST = 3
_LONGEST = 2_000
"""Kinds of headers needed to recognise them, and most characters of a line."""


def repeats_headers(lines: Sequence[str]) -> bool:
    """Whether lines begin with the headers of a mail: sender, subject and one more.

    The subject is required because a booking also has "From", "To" and "Date". A long header
    continues on indented lines.
    """
    kinds: list[str] = []
    for line in islice(lines, MOST_HEADERS):
        kind = _kind(line)
        if kind is None and not (kinds and line[:1].isspace() and line.strip()):
            break
        if kind is not None:
            kinds.append(kind)
    found = {kind for kind in kinds if kind != "other"}
    is_known = len(found) >= _FEWEST and {"from", "subject"} <= found
    return is_known and kinds[0] != "other" and kinds.count("from") == 1


def _kind(line: str) -> str | None:
    if len(line) > _LONGEST:
        return None
    return next((name for name, header in _HEADERS.items() if header.fullmatch(line)), None)
