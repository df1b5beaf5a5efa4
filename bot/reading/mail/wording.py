"""Recognises the wording with which mail programs answer or forward a mail."""

from __future__ import annotations

import re

_PASSED_ON = (
    r"forwarded (?:message|mail|email)|fwd|weitergeleitete (?:nachricht|e-?mail|mail)"
    r"|message (?:transféré|réexpédié)|courriel transféré|mensaje reenviado|messaggio inoltrato"
    r"|mensagem (?:encaminhada|reencaminhada)|doorgestuurd bericht|vidarebefordrat meddelande"
    r"|videresendt melding|(?:пересылаемое|переадресованное|пересланное) сообщение"
    r"|przekazana wiadomość|转发(?:的)?(?:邮件|消息)|轉寄(?:的)?郵件|転送(?:された)?メッセージ"
)
_FORWARD = re.compile(
    rf"\W*[-=_]{{2,}}\s*(?:{_PASSED_ON})(?:\s(?:from|von|de)\s[^\n]{{1,80}}?)?\s*[-=_]{{2,}}\W*"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|début du (?:message|courriel) (?:réexpédié|transféré)|inizio (?:del )?messaggio inoltrato"
    r"|inicio del mensaje reenviado|início da mensagem (?:re)?encaminhada"
    r"|begin doorgestuurd bericht|начало (?:переадресованного|пересылаемого) сообщения"
    r"|vidarebefordrat brev|转发的邮件|転送されたメッセージ)\s{0,3}[:：]?",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"-{3,}\s{0,2}(?:original message|original-nachricht|ursprüngliche nachricht"
    r"|message d['’]origine|message (?:original|initial)|mensaje original|messaggio originale"
    r"|mensagem original|oorspronkelijk bericht|(?:исходное|оригинальное) сообщение"
    r"|(?:oryginalna wiadomość|wiadomość oryginalna)|původní zpráva|ursprungligt meddelande"
    r"|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|orijinal mesaj|özgün ileti"
    r"|оригінальне повідомлення|原始邮件|原始郵件|邮件原件|元のメッセージ)\s{0,2}-{3,}\s*",
    re.IGNORECASE,
)
_FORWARDS = re.compile(
    r"\s*\[?(?:fwd?|wg|tr|i|rv|enc|doorst|vs|vb|пересл|转发|轉寄)\s?[:：]", re.IGNORECASE
)
_ANSWERS = re.compile(
    r"\s*\[?(?:re|aw|antw|sv|ré|réf|res|rif|r|odp|ynt|отв|回复|回覆)(?:\[\d+\])?\s?[:：]",
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em|Den|Dne|W dniu|пн|вт|ср|чт|пт|сб|вс)\b|在|\d{1,4}[-./年]"
)
_ATTRIBUTION_END = re.compile(
    r"(?:wrote|schrieb(?:\s[^\n]{1,80})?|a écrit|escribió|ha scritto|schreef|escreveu|skrev"
    r"|napisał|пишет|написала?|写道|寫道)\s?[:：]\s*\Z"
)
_LONGEST_MARK = 200


def passes_on(line: str) -> bool:
    """True for the line above a forwarded mail."""
    return len(line) <= _LONGEST_MARK and _FORWARD.fullmatch(line.strip()) is not None


def is_original(line: str) -> bool:
    """True for the line above the original of an answered or forwarded mail."""
    return len(line) <= _LONGEST_MARK and _ORIGINAL.fullmatch(line) is not None


def is_forward(subject: str) -> bool:
    """True for the subject of a mail that forwards another."""
    return _FORWARDS.match(subject) is not None


def is_answer(subject: str) -> bool:
    """True for the subject of a mail that answers another."""
    return _ANSWERS.match(subject) is not None


def begins_attribution(line: str) -> bool:
    """True for the first line of "On Monday, J. Roe wrote:"."""
    return _ATTRIBUTION_START.match(line) is not None


def ends_attribution(line: str) -> bool:
    """True for the last line of "On Monday, J. Roe wrote:"."""
    return _ATTRIBUTION_END.search(line[-_LONGEST_MARK:]) is not None
