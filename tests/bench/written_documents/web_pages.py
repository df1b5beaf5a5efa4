"""Web pages: articles in their frames, questions, tables, lists and forms."""

from __future__ import annotations

from collections.abc import Iterator

from . import Written

_MENU = "<header><nav><ul><li><a href='/'>Home</a></li><li><a href='/c'>Contact</a></li></ul></nav>"
_LONG = (
    "The weaving mill by the lower bridge was built of brick in two summers, and its looms were"
    " driven by water until the dam broke and a steam engine from the next valley took over.",
    "Forty women worked there in two shifts, and the ledgers name each of them with her loom, her"
    " pay and the street in which she lived, which is why the museum could trace their families.",
    "After the mill was closed the halls stood empty for a generation, until a school of music"
    " moved in and found that the old drying loft has the best sound of all rooms in town.",
)


def documents() -> Iterator[Written]:
    """All of them."""
    yield from _articles()
    yield from _questions()
    yield from _tables()
    yield from _boxes()
    yield from _boxes_of_terms()
    yield from _events()
    yield from _lists_and_forms()


def page(body: str, title: str = "The weaving mill", head: str = "", language: str = "en") -> bytes:
    """A page around the elements of its body."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{title}</title>{head}</head><body>{body}</body></html>"
    ).encode()


def paragraphs(*texts: str) -> str:
    """The texts as paragraphs of a page."""
    return "".join(f"<p>{text}</p>" for text in texts)


def _articles() -> Iterator[Written]:
    prose = (
        "Der Müller sagte: »Das Rad läuft wieder.«",
        "La roue « Claire » pèse neuf tonnes.",
        "Go to Menu → Looms → Speed and turn the knob.",
        "Credits: two points for each loom that runs.",
        "Supported by the guild of weavers.",
        "Tags: blue for wool, red for flax.",
        "Photo: the loft in the year of the flood.",
        "Read more about looms in the reading room.",
        "Comments are closed on Mondays for the cleaning of the box.",
        "21 °C",
        "40 views of the mill hang in the hall.",
    )
    for tag in ("main", "article", "div role='main'"):
        body = f"<{tag}><h1>The weaving mill</h1>{paragraphs(_LONG[0], *prose, _LONG[1])}"
        yield Written(
            f"prose in {tag} that only elsewhere is furniture",
            ".html",
            page(f"{_MENU}</header>{body}</{tag.split()[0]}><footer>Contact</footer>"),
            pieces=("The weaving mill", _LONG[0], *prose, _LONG[1]),
            absent=("Home", "Contact"),
        )
    frame = "<div class='crumbs'><a href='/'>Home</a> » <a href='/m'>Mills</a></div>"
    lead = "Its halls reopen on 4 May with a concert for forty looms"
    caption = "The loft holds 212 chairs."
    for name, above, below in (
        ("div", "<div class='story'>", "</div>"),
        ("article", "<article><header>", "</article>"),
    ):
        end = "</header>" if name == "article" else ""
        body = (
            f"{_MENU}</header>{frame}{above}<h1>The weaving mill</h1><p class='dek'>{lead}</p>"
            f"<p class='byline'>By Ann Loom</p>{end}{paragraphs(*_LONG)}"
            f"<figure><img src='x.png' alt=''><figcaption>{caption}</figcaption></figure>{below}"
            "<div class='related'><h3>Related</h3><p><a href='/2'>The spinning mill</a></p></div>"
            "<footer>Copyright Valley News. All rights reserved.</footer>"
        )
        yield Written(
            f"a standfirst and a caption, in {name}",
            ".html",
            page(body),
            pieces=("The weaving mill", lead, *_LONG, caption),
            absent=("Home", "By Ann Loom", "The spinning mill", "Copyright"),
            title="The weaving mill",
        )
    facts = "<aside><h2>Facts</h2><ul><li>Looms: 88</li><li>Built: 1851</li></ul></aside>"
    yield Written(
        "an aside with facts within the article",
        ".html",
        page(f"<main><article><h1>The mill</h1>{paragraphs(*_LONG)}{facts}</article></main>"),
        pieces=("Facts", "Looms: 88", "Built: 1851"),
    )
    box = (
        "<aside class='signup'><h3>Sign up to the Valley Letter</h3><p>Get our best stories "
        "in your inbox every weekday.</p><button>Sign up</button></aside>"
    )
    yield Written(
        "an aside that asks for an address",
        ".html",
        page(
            f"<main><article><h1>The mill</h1>{paragraphs(*_LONG)}{box}{paragraphs(*_LONG[:1])}"
            "</article></main>"
        ),
        pieces=_LONG,
        absent=("Valley Letter", "every weekday"),
    )
    notices = (
        "<div><p>This site no longer supports Internet Explorer 9. Please update.</p></div>",
        "<p>[Before you weave: <a href='/n'>Get the Valley Letter in your inbox</a>.]</p>",
        "<p>Advertisement</p>",
    )
    body = (
        f"{notices[0]}<div class='text'><h1>The weaving mill</h1>{paragraphs(_LONG[0])}"
        f"{notices[2]}{notices[1]}{paragraphs(_LONG[1])}{notices[2]}{paragraphs(_LONG[2])}</div>"
    )
    yield Written(
        "notices, boxes and advertisements",
        ".html",
        page(body),
        pieces=_LONG,
        absent=("Internet Explorer", "Valley Letter", "Advertisement"),
    )


def _events() -> Iterator[Written]:
    events = (("12 May", "Blessing of the boats", "North pier"), ("3 June", "Fair", "Green"))
    body = "".join(
        f"<li><time>{day}</time><a href='/e'>{name}</a><span>{place}</span></li>"
        for day, name, place in events
    )
    yield Written(
        "a list of dates with links",
        ".html",
        page(f"{_MENU}</header><main><h1>Summer</h1><ul>{body}</ul></main>"),
        pieces=tuple(" ".join(event) for event in events),
        absent=("Home",),
    )


def _boxes_of_terms() -> Iterator[Written]:
    terms = (("Deposit", "40 crowns"), ("Notice", "Three months"))
    body = "".join(f"<dt>{term}</dt><dd>{said}</dd>" for term, said in terms)
    yield Written(
        "a list of terms",
        ".html",
        page(f"<main><h1>Terms</h1><dl>{body}</dl></main>"),
        rows=tuple({term: said} for term, said in terms),
    )
    notice = "<p>You are using an outdated browser. Please upgrade it.</p>"
    picture = "<figure><img><figcaption>Photo: The wheel in 1900</figcaption></figure>"
    yield Written(
        "a notice above, a caption within",
        ".html",
        page(f"{notice}<div><h1>The weaving mill</h1>{picture}{paragraphs(*_LONG)}</div>"),
        pieces=("The weaving mill", "Photo: The wheel in 1900", *_LONG),
        absent=("outdated browser",),
    )


def _questions() -> Iterator[Written]:
    asked = (
        ("How do I get the loom list?", "Subscribe at the desk in the hall."),
        ("How warm is the loft?", "17 °C"),
        ("How many shares has the mill?", "900 shares"),
        ("Who pays for the wool?", "Paid by the guild."),
        ("Where is the key?", "Hall → Shelf → Box"),
        ("Who drew the wheel?", "Image: Ann Loom"),
    )
    forms = {
        "headings": "".join(f"<h3>{question}</h3><p>{answer}</p>" for question, answer in asked),
        "a list of terms": "<dl>"
        + "".join(f"<dt>{question}</dt><dd>{answer}</dd>" for question, answer in asked)
        + "</dl>",
        "details": "".join(
            f"<details><summary>{question}</summary>{answer}</details>"
            for question, answer in asked
        ),
        "an accordion": "".join(
            f"<h3><button aria-expanded='false'>{question}</button></h3>"
            f"<div hidden><p>{answer}</p></div>"
            for question, answer in asked
        ),
    }
    for name, body in forms.items():
        for tag in ("main", "div"):
            yield Written(
                f"questions as {name} in {tag}",
                ".html",
                page(f"{_MENU}</header><{tag}><h1>Questions</h1>{body}</{tag}>"),
                pieces=tuple(words for pair in asked for words in pair),
                absent=("Home",),
            )
    hidden = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "FAQPage",'
        ' "mainEntity": [{"@type": "Question", "name": "May I weave at night?", "acceptedAnswer":'
        ' {"@type": "Answer", "text": "<p>Only with <b>felt</b> shoes.</p>"}}]}</script>'
    )
    yield Written(
        "questions in the data of a page",
        ".html",
        page(f"<main><h1>Questions</h1>{paragraphs(_LONG[0])}</main>", head=hidden),
        pieces=(_LONG[0], "May I weave at night?", "Only with felt shoes."),
    )


def _tables() -> Iterator[Written]:
    spans = (
        "<table><caption>Hours of the looms</caption><tr><th>Hall</th><th>Day</th><th>Hours</th>"
        "</tr><tr><td rowspan=2>North</td><td>Monday</td><td>8</td></tr><tr><td>Friday</td>"
        "<td>6</td></tr><tr><td rowspan='2'>South</td><td colspan=2>closed</td></tr>"
        "<tr><td>Sunday</td><td>3</td></tr></table>"
    )
    yield Written(
        "cells that cover several rows and columns",
        ".html",
        page(f"<h1>Looms</h1>{spans}<p>See you there.</p>"),
        pieces=("Hours of the looms", "See you there."),
        rows=(
            {"Hall": "North", "Day": "Monday", "Hours": "8"},
            {"Hall": "North", "Day": "Friday", "Hours": "6"},
            {"Hall": "South", "Day": "closed", "Hours": "closed"},
            {"Hall": "South", "Day": "Sunday", "Hours": "3"},
        ),
    )
    two = (
        "<table><thead><tr><th rowspan=2>Loom</th><th colspan=2>Cloth</th></tr><tr><th>Width</th>"
        "<th>Length</th></tr></thead><tbody><tr><th>A</th><td>90</td><td>400</td></tr>"
        "<tr><th>B</th><td>120</td><td>300</td></tr></tbody></table>"
    )
    yield Written(
        "a header of two rows",
        ".html",
        page(two),
        rows=(
            {"Loom": "A", "Cloth, Width": "90", "Cloth, Length": "400"},
            {"Loom": "B", "Cloth, Width": "120", "Cloth, Length": "300"},
        ),
    )
    rows = tuple(
        {"Loom": f"Loom {number}", "Threads": str(400 + number), "Weaver": f"Weaver {number}"}
        for number in range(150)
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{value}</td>" for value in row.values()) + "</tr>" for row in rows
    )
    yield Written(
        "a long table",
        ".html",
        page(
            f"<h1>Looms</h1>{paragraphs(_LONG[0])}<table><tr><th>Loom<th>Threads<th>Weaver</tr>"
            f"{body}</table>"
        ),
        rows=rows,
    )
    box = (
        "<table><tr><th colspan=2>Lower mill</th></tr><tr><th>Looms</th><td>88</td></tr>"
        "<tr><th>Owner</th><td>The guild</td></tr></table>"
    )
    yield Written(
        "a box of facts",
        ".html",
        page(f"<h1>Lower mill</h1>{box}{paragraphs(_LONG[0])}"),
        rows=({"Looms": "88"}, {"Owner": "The guild"}),
    )


def _boxes() -> Iterator[Written]:
    rows = (("Adult", "46 crowns"), ("Child", "18 crowns"), ("Season ticket", "390 crowns"))
    for cell in ("div", "span"):
        body = "".join(
            f"<div class='row'><{cell}>{name}</{cell}><{cell}>{price}</{cell}></div>"
            for name, price in rows
        )
        yield Written(
            f"rows of {cell}",
            ".html",
            page(f"{_MENU}</header><main><h1>Prices</h1>{body}</main>"),
            rows=tuple({name: price} for name, price in rows),
        )


def _lists_and_forms() -> Iterator[Written]:
    body = (
        "<h1>Rules</h1><ol start='4'><li>No smoking.</li><li value=9>No open fire.</li><li>Shoes "
        "off.</li></ol><ol type=a><li>Wool first.</li><li>Then flax.</li></ol>"
        "<ol reversed><li>Stop the wheel.</li><li>Shut the gate.</li></ol>"
        "<ul><li>Bring lunch.<ol type=I><li>Bread</li><li>Cheese</li></ol></li></ul>"
    )
    yield Written(
        "numbers of lists",
        ".html",
        page(body),
        pieces=(
            "4. No smoking.",
            "9. No open fire.",
            "10. Shoes off.",
            "a. Wool first.",
            "b. Then flax.",
            "2. Stop the wheel.",
            "1. Shut the gate.",
            "- Bring lunch.",
            "I. Bread",
            "II. Cheese",
        ),
    )
    form = (
        "<form><label>Loom <input value='Number 12'></label><label>Yarn <select><option>wool"
        "</option><option selected>flax</option></select></label><label>Remarks <textarea>Left "
        "pedal squeaks.</textarea></label><input type=hidden value='k3y'><input type=submit "
        "value='Send'><label><input type=checkbox checked> Night shift</label></form>"
    )
    yield Written(
        "a form that is filled in",
        ".html",
        page(f"<h1>Order</h1>{form}"),
        pieces=("Loom Number 12", "Yarn flax", "Left pedal squeaks.", "[x] Night shift"),
        absent=("k3y", "Send", "wool"),
    )
    yield Written(
        "places where a word may be broken",
        ".html",
        page("<p>The ware&shy;house&#8203;keeper has the key.</p>"),
        pieces=("The warehousekeeper has the key.",),
    )
