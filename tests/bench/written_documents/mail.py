"""Mails: passed on, answered between the lines, with pages, attachments and mails inside."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from . import Written

_HEAD = "From: Ines <ines@quarry.example>\nTo: Ole <ole@quarry.example>\n"
_FACT = "The old kiln burns eleven cords of beech a week."
_PASSED_ON = (
    "---------- Forwarded message ---------",
    "---------- Forwarded message ----------",
    "-------- Forwarded Message --------",
    "----- Forwarded by Ines/Quarry -----",
    "Begin forwarded message:",
    "-----Original Message-----",
    "-------- Weitergeleitete Nachricht --------",
    "Anfang der weitergeleiteten Nachricht:",
    "-----Ursprüngliche Nachricht-----",
    "-------- Message transféré --------",
    "Début du message transféré :",
    "-----Message d'origine-----",
    "---------- Mensaje reenviado ---------",
    "-------- Messaggio inoltrato --------",
    "---------- Пересылаемое сообщение ----------",
)
_SUBJECTS = ("Fwd: Kiln", "FW: Kiln", "WG: Kiln", "TR : Kiln", "Kiln")


_HEADERS = (
    ("From: Per <per@kiln.example>", "Sent: Monday 8:15", "To: Ines", "Subject: Kiln"),
    ("*Von:* Per", "*Gesendet:* Montag, 8:15", "*An:* Ines", "*Betreff:* AW: Kiln"),
    ("От: Пер", "Отправлено: 8 мая 2031 г. 8:15", "Кому: Инес", "Копия: Оле", "Тема: Печь"),
    ("De : Per", "Envoyé : lundi 8:15", "À : Ines; Ole", "Objet : Kiln"),
    ("De: Per", "Enviado el: lunes 8:15", "Para: Ines", "CC: Ole", "Asunto: Kiln"),
    ("发件人： Per", "发送时间： 2031年5月8日 8:15", "收件人： Ines", "主题： Kiln"),
)


def documents() -> Iterator[Written]:
    """All of them."""
    yield from _passed_on()
    yield from _headers_repeated()
    yield from _answers()
    yield from _pages()
    yield from _attachments()
    yield Written(
        "a header that is no date",
        ".eml",
        f"{_HEAD}Date: see below\nSubject: Kiln\n\n{_FACT}\n".encode(),
        pieces=(_FACT,),
        date="",
    )


def _mail(subject: str, body: str, kind: str = "plain", more: str = "") -> bytes:
    head = f"{_HEAD}Subject: {subject}\nContent-Type: text/{kind}; charset=utf-8{more}\n\n"
    return (head + body).encode()


def _passed_on() -> Iterator[Written]:
    other = ("From: Per <per@kiln.example>", "Subject: Kiln", "", _FACT, "", "It is lit on Monday.")
    for number, line in enumerate(_PASSED_ON):
        subject = _SUBJECTS[number % len(_SUBJECTS)]
        plain = "\n".join(("For you.", "", line, *other))
        quoted = "\n".join(("For you.", "", line, "", *(f"> {each}" for each in other)))
        page = f"<p>For you.</p><div class='gmail_quote'>{line}<br>{'<br>'.join(other)}</div>"
        cited = f"<p>For you.</p><p>{line}</p><blockquote type=cite>{'<br>'.join(other)}"
        for name, body in (("text", plain), ("marked text", quoted), ("a page", page)):
            yield Written(
                f"passed on as {name} below '{line}'",
                ".eml",
                _mail(subject, body, "plain" if "text" in name else "html"),
                pieces=("For you.", _FACT, "It is lit on Monday."),
                absent=(f"> {_FACT}",),
            )
        yield Written(
            f"passed on in a quote below '{line}'",
            ".eml",
            _mail(subject, cited + "</blockquote>", "html"),
            pieces=("For you.", _FACT, "It is lit on Monday."),
        )
    outlook = (
        "<p>For you.</p><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>Von:</b> Per"
        f"<br><b>Betreff:</b> Kiln</div><div>{_FACT}</div>"
    )
    yield Written("Outlook", ".eml", _mail("WG: Kiln", outlook, "html"), pieces=(_FACT,))
    yield Written("Outlook answers", ".eml", _mail("AW: Kiln", outlook, "html"), absent=(_FACT,))
    below = f"Thanks!\n\n-----Original Message-----\nFrom: Per\n\n{_FACT}\n"
    yield Written(
        "an answer repeats the other mail",
        ".eml",
        _mail("RE: Kiln", below),
        pieces=("Thanks!",),
        absent=(_FACT,),
    )


def _headers_repeated() -> Iterator[Written]:
    for number, headers in enumerate(_HEADERS):
        language = headers[0].partition(":")[0]
        text = "\n".join(("Thanks!", "", *headers, "", _FACT, "", "It is lit on Monday."))
        ruled = text.replace("Thanks!\n", f"Thanks!\n{'_' * 32}")
        page = f"<p>Thanks!</p><div><p>{'<br>'.join(headers)}</p></div><p>{_FACT}</p>"
        for name, body, kind in (
            ("text", text, "plain"), ("ruled text", ruled, "plain"), ("a page", page, "html"),
        ):  # fmt: skip
            yield Written(
                f"an answer in {name} above '{language}'",
                ".eml",
                _mail("Re: Kiln", body, kind),
                pieces=("Thanks!",),
                absent=(_FACT,),
            )
            subject = _SUBJECTS[number % len(_SUBJECTS)]
            yield Written(
                f"passed on in {name} with headers '{language}'",
                ".eml",
                _mail(subject, body, kind),
                pieces=("Thanks!", _FACT),
            )
    booking = "From: Kiln quay\nTo: Quarry\nDate: Monday, 14:30\n\nThe cart has a cover."
    yield Written(
        "a booking is no header",
        ".eml",
        _mail("Re: Cart", f"Here it is.\n\n{booking}\n"),
        pieces=("Here it is.", "From: Kiln quay", "The cart has a cover."),
    )


def _answers() -> Iterator[Written]:
    asked = (
        ("When is the kiln lit?", "On Monday at dawn."),
        ("Who carries the wood?", "The two apprentices."),
        ("We need a second cart.", "It is ordered."),
    )
    lines = "\n".join(f"> {question}\n\n{answer}\n" for question, answer in asked)
    close = "\n".join(f"> {question}\n{answer}" for question, answer in asked)
    page = "<div>On Monday, Ole wrote:</div>" + "".join(
        f"<blockquote type='cite'><div>{question}</div></blockquote><div>{answer}</div>"
        for question, answer in asked
    )
    inner = (
        "<div class='gmail_quote'><div class='gmail_attr'>On Monday, Ole wrote:</div>"
        + "".join(
            f"<blockquote class='gmail_quote'>{question}</blockquote><div>{answer}</div>"
            for question, answer in asked
        )
    )
    for name, body, kind in (
        ("text", f"On Monday, Ole wrote:\n{lines}", "plain"),
        ("close text", f"On Monday, Ole wrote:\n{close}", "plain"),
        ("a page", page, "html"),
        ("a page of Gmail", inner + "</div>", "html"),
    ):
        yield Written(
            f"questions with their answers in {name}",
            ".eml",
            _mail("Re: Kiln", body, kind),
            pieces=tuple(words for pair in asked for words in pair),
            absent=("> When", "> Who", "> We"),
        )
    flowed = (
        "The kiln is lit by the elder of \nthe two apprentices at dawn.\n\n> Is it? \n> Yes.\n\n"
        "-- \nThe kiln office\n"
    )
    yield Written(
        "lines that flow",
        ".eml",
        _mail("Re: Kiln", flowed, more="; format=flowed"),
        pieces=("The kiln is lit by the elder of the two apprentices at dawn.",),
        absent=("Is it?", "The kiln office"),
    )


def _pages() -> Iterator[Written]:
    table = "<table><tr><th>Wood</th><th>Cords</th></tr><tr><td>Beech</td><td>11</td></tr></table>"
    for name, text in (
        ("no text", " \n"),
        ("a stub", "Your program cannot show this mail."),
        ("some of it", "The kiln burns wood. The page has a table."),
    ):
        message = _message()
        message.set_content(text)
        message.add_alternative(f"<p>The kiln burns wood.</p>{table}", subtype="html")
        yield Written(
            f"a page beside {name}",
            ".eml",
            message.as_bytes(),
            pieces=("The kiln burns wood.",),
            rows=({"Wood": "Beech", "Cords": "11"},),
            absent=("cannot show", "has a table"),
        )


def _attachments() -> Iterator[Written]:
    message = _message()
    message.set_content("See what is attached.")
    message.add_attachment("Wood;Cords\nOak;3\n", subtype="csv", filename="wood.csv")
    message.add_attachment("<h1>Ash</h1><p>Ash is sifted.</p>", subtype="html", filename="ash.html")
    message.add_attachment(b"\x1f\x8b", maintype="application", subtype="gzip", filename="a.tar.gz")
    inner = EmailMessage()
    inner["From"] = "Per <per@kiln.example>"
    inner["Subject"] = "Bricks"
    inner.set_content("The bricks come by barge.")
    inner.add_attachment("Nine hundred bricks.", filename="bricks.txt")
    message.add_attachment(inner)
    yield Written(
        "attachments and a mail within",
        ".eml",
        message.as_bytes(),
        pieces=(
            "See what is attached.",
            "wood.csv",
            "Ash is sifted.",
            "Subject: Bricks",
            "The bricks come by barge.",
            "Nine hundred bricks.",
        ),
        rows=({"Wood": "Oak", "Cords": "3"},),
        notes=("attachment a.tar.gz is not read: format '.gz' is not read",),
    )


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ines <ines@quarry.example>"
    message["Subject"] = "Kiln"
    return message
