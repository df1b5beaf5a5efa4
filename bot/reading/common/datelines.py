"""Recognises lines that give only the date of publication and perhaps the author."""

from __future__ import annotations

import re

_LONGEST = 100
_WORDS_BESIDE_THE_DATE = 3
"""Most other words of a date line, such as a category or a name; a line with more is content."""

_MONTHS = (
    r"jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|févr?(?:ier)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|avr(?:il)?"
    r"|ma[iy]o?|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|août|sept?(?:ember|embre)?"
    r"|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|de[cz](?:ember)?|déc(?:embre)?"
    r"|enero|febrero|abril|junio|julio|agosto|septiembre|diciembre"
    r"|январ[ья]|феврал[ья]|марта?|апрел[ья]|ма[йя]|июн[ья]|июл[ья]|августа?|сентябр[ья]|октябр[ья]"
    r"|ноябр[ья]|декабр[ья]"
)
_WEEKDAYS = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|\.)?"
_UNITS = r"(?:sec|min|h(?:ou)?r|day|week|month|year)(?:ond|ute)?s?"
_WHEN = re.compile(
    rf"\b{_DAY}\s*(?:de\s+)?(?:{_MONTHS})\b\.?,?\s*(?:de\s+)?(?:\d{{4}}(?:\s*г\.?)?)?"
    rf"|\b(?:{_MONTHS})\b\.?\s+{_DAY}\b(?:,?\s*\d{{4}})?"
    rf"|\b(?:{_MONTHS})\b\.?,?\s+\d{{4}}"
    r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b"
    rf"|\b\d+\s+{_UNITS}\s+ago\b|\bvor\s+\d+\s+\w+|\bil\s+y\s+a\s+\d+\s+\w+|\bhace\s+\d+\s+\w+"
    r"|\b\d+\s+\w+\s+назад"
    r"|\b\d+\s*-?\s*min(?:ute)?s?\.?\s+(?:read|lesezeit|de\s+lecture|de\s+lectura|чтения)"
    r"|\blesezeit:?\s+\d+\s+min(?:uten?)?\.?",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    rf"\b(?:{_WEEKDAYS})\b|\b\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?\s*(?:[ap]\.?m\.?|uhr|h\b)?"
    r"|\b(?:no|\d+)\s*(?:comments?|views?|shares?|kommentare?|commentaires?|comentarios?)"
    r"|\b(?:(?:last\s+)?(?:updated|modified)|published|posted|on|at|by|[ap]m|utc|gmt|e[sd]t|[cm]es?t)\b"
    r"|\b(?:veröffentlicht|aktualisiert|stand|am|um|von|publié|mis\s+à\s+jour|le|à|par|publicado"
    r"|actualizado|el|por|опубликовано|обновлено)\b|[^\w\s]",
    re.IGNORECASE,
)


def is_date_line(text: str) -> bool:
    """True for a date, an age ("2 hours ago") or a reading time with hardly any other words."""
    if len(text) > _LONGEST:
        return False
    rest, found = _WHEN.subn(" ", _part_glued_words(text))
    return found > 0 and len(_BESIDE.sub(" ", rest).split()) <= _WORDS_BESIDE_THE_DATE


def _part_glued_words(text: str) -> str:
    """Separates words that pages saved as text glue together: "March 18, 2024No Comments6 Mins
    Read".
    """
    return re.sub(r"(?<=\d)(?=[^\W\d_]{3})|(?<=[a-z])(?=\d)", " ", text)
