"""Web pages: visible blocks, main content, metadata, tables, encodings and hostile nesting."""

from __future__ import annotations

import pytest

from bot.errors import ReadError
from bot.reading import read
from bot.types import Document, Metadata

ARTICLE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Critical minerals dialogue opens in Astana - Steppe Herald</title>
<meta property="og:site_name" content="Steppe Herald">
<meta name="author" content="Aigerim Bekova">
<meta property="article:published_time" content="2024-02-09T10:00:00Z">
<link rel="canonical" href="https://steppe.example/minerals">
<script>var hidden = 1;</script><style>p { color: red }</style></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/p">Politics</a></li></ul></nav></header>
<div class="cookie-banner"><p>We use cookies to improve your experience on our site.</p></div>
<main><article><h1>Critical minerals dialogue opens in Astana</h1>
<p class="byline">By Aigerim Bekova</p>
<p>Officials from five countries met in <b>Astana</b> on Thursday to open the first critical
minerals dialogue, a forum that is meant to bring investment to mines in Central Asia and to
shorten supply chains.</p>
<h2>What was agreed</h2>
<p>The delegations agreed to map deposits together, to publish geological data and to meet again
in the autumn, when a list of joint projects will be presented to investors from three
continents.</p>
<ol><li>A joint map of deposits by June<li>Open data for investors</ol>
<div class="related">Read also: <a href="/x">Uranium prices climb again</a></div>
<table><caption>Deposits</caption><tr><th>Country<th>Number</tr><tr><td>Kazakhstan<td>160</tr></table>
<p>“We have waited for this day for years,” said the minister,<br>who chaired the meeting.</p>
<pre>map  = read(
    "deposits")</pre>
<p>The next meeting will take place in Tashkent in October, the ministry said on Friday.</p>
</article></main>
<aside><h3>Related news</h3><ul><li><a href="/1">Zinc output falls in the north</a></ul></aside>
<section id="comments"><h3>2 comments</h3><p>John: I do not believe a word of this.</p></section>
<footer>© 2024 Steppe Herald. All rights reserved.</footer></body></html>"""


def parts(document: Document) -> list[tuple[str, str | None]]:
    return [(document.text[block.start : block.end], block.skipped) for block in document.blocks]


def test_the_main_content_is_kept_and_the_rest_is_marked_not_lost() -> None:
    document = read(ARTICLE.encode(), ".html")
    kept = [text[:34] for text, skipped in parts(document) if not skipped]
    assert kept == [
        "Critical minerals dialogue opens i",
        "Officials from five countries met ",
        "What was agreed",
        "The delegations agreed to map depo",
        "1. A joint map of deposits by June",
        "2. Open data for investors",
        "Deposits",
        "Country: Kazakhstan | Number: 160",
        "“We have waited for this day for y",
        'map  = read(\n    "deposits")',
        "The next meeting will take place i",
    ]
    skipped = {text: skipped for text, skipped in parts(document) if skipped}
    assert set(skipped) == {
        "- Home",
        "- Politics",
        "We use cookies to improve your experience on our site.",
        "By Aigerim Bekova",
        "Read also: Uranium prices climb again",
        "Related news",
        "- Zinc output falls in the north",
        "2 comments",
        "John: I do not believe a word of this.",
        "© 2024 Steppe Herald. All rights reserved.",
    }
    assert skipped["- Home"] == "page furniture"
    assert "hidden" not in document.text
    assert "color" not in document.text


def test_white_space_is_collapsed_but_line_breaks_and_code_are_kept() -> None:
    document = read(ARTICLE.encode(), ".html")
    assert "met in Astana on Thursday to open the first critical minerals" in document.text
    assert "said the minister,\nwho chaired" in document.text
    assert document.first_line is None


def test_metadata_comes_from_the_tags() -> None:
    assert read(ARTICLE.encode(), ".html").metadata == Metadata(
        title="Critical minerals dialogue opens in Astana",
        publisher="Steppe Herald",
        author="Aigerim Bekova",
        date="2024-02-09",
        url="https://steppe.example/minerals",
        language="en",
        date_from="page metadata: article:published_time",
    )


def test_a_later_change_of_a_page_is_remarked_on() -> None:
    changed = '<meta property="article:modified_time" content="2024-03-01T08:00:00Z"><link'
    document = read(ARTICLE.replace("<link", changed).encode(), ".html")
    assert document.metadata.date == "2024-02-09"
    assert document.notes == ("dated 2024-02-09; its page says that it was changed 2024-03-01",)


def test_linked_data_tell_when_a_page_was_changed() -> None:
    data = '{"@type": "Article", "datePublished": "2024-02-09", "dateModified": "2024-03-01"}'
    script = f'<script type="application/ld+json">{data}</script><link'
    document = read(ARTICLE.replace("<link", script).encode(), ".html")
    assert document.metadata.date == "2024-03-01"
    assert document.metadata.date_from == "page data (JSON-LD): dateModified"
    assert document.notes == ("dated by its last change, 2024-03-01; it was published 2024-02-09",)


def test_headings_of_the_article_have_their_level() -> None:
    document = read(ARTICLE.encode(), ".html")
    levels = [(block.kind.value, block.level) for block in document.blocks if not block.skipped]
    assert levels[:3] == [("heading", 1), ("paragraph", 0), ("heading", 2)]


FAQ = """<html><head><title>Help</title></head><body><nav><a href="/">Home</a></nav><h1>Help</h1>
<details><summary>How do I return a parcel?</summary>
<p>Print the label and bring it to us.</p></details>
<details><summary>Who pays?</summary><div style="display:none">You do.</div></details>
<dl><dt>How long does it take?<dd>About a week.</dl>
<h2>About us</h2><p>We have sold seeds by mail since 1921, when our grandfather printed his first
list on a hand press in the cellar of the town hall, and we still answer every letter ourselves,
as long as it comes with a return address and, if possible, a stamp for the collection.</p>
</body></html>"""


def test_questions_and_answers_are_content_however_short() -> None:
    document = read(FAQ.encode(), ".html")
    kinds = {
        document.text[block.start : block.end]: block.kind.value
        for block in document.blocks
        if not block.skipped
    }
    assert kinds["How do I return a parcel?"] == "question"
    assert kinds["Who pays?"] == "question"
    assert kinds["You do."] == "paragraph"
    assert kinds["How long does it take?"] == "question"
    assert kinds["About a week."] == "paragraph"
    assert kinds["Help"] == "heading"


def test_a_small_page_is_kept_whole() -> None:
    source = (
        "<p>Hello <b>wor</b>ld &amp; all.</p><table><tr><td>a</td><td><p>b</p></td></tr>"
        "<tr><td>c<td>d</table><ol><li>x<li>y<ul><li>z</ul></ol>tail<br><br>end"
    )
    assert parts(read(source.encode(), ".html")) == [
        ("Hello world & all.", None),
        ("a | b", None),
        ("c | d", None),
        ("1. x", None),
        ("2. y", None),
        ("- z", None),
        ("tail", None),
        ("end", None),
    ]


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    source = f"<table><tr><td>Menu</td><td><p>{'Long words here. ' * 40}</p></td></tr></table>"
    kinds = [block.kind.value for block in read(source.encode(), ".html").blocks]
    assert kinds == ["paragraph", "paragraph"]


@pytest.mark.parametrize(
    "head",
    [
        b'<meta charset="windows-1251">',
        b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        b'<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_the_encoding_that_a_page_declares_is_used(head: bytes) -> None:
    document = read(head + "<p>Привет, мир</p>".encode("cp1251"), ".xhtml")
    assert document.text == "Привет, мир"
    assert document.notes == ()


def test_a_page_of_comments_and_scripts_is_empty() -> None:
    with pytest.raises(ReadError, match=r"^empty"):
        read(b"<html><body><script>var x</script><!-- y --></body></html>", ".html")


def test_absurd_nesting_is_refused_rather_than_cut_off() -> None:
    source = b"<div>" * 5000 + b"deep" + b"</div>" * 5000 + b"<p>after</p>"
    with pytest.raises(ReadError, match=r"^nested too deeply"):
        read(source, ".html")


def test_the_title_of_the_page_wins_over_a_heading_beside_the_article() -> None:
    source = ARTICLE.replace("<h1>Critical minerals dialogue opens in Astana</h1>", "").replace(
        "<header>", "<header><h1>Keyboard shortcuts</h1>"
    )
    assert read(source.encode(), ".html").metadata.title in (
        "Critical minerals dialogue opens in Astana - Steppe Herald",
        "Critical minerals dialogue opens in Astana",
    )


@pytest.mark.parametrize("tag", ["article", "main", "section", "header", "p", "x-card", "h1"])
@pytest.mark.parametrize("head", ["", "<!-- a --><HTML lang=en><Head><meta charset=utf-8>"])
def test_a_page_need_not_say_where_its_body_begins(head: str, tag: str) -> None:
    words = "The spring was dug by hand, and it never ran dry in a hundred years. " * 8
    source = (
        f"<!DOCTYPE html>{head}<title>Spring <b></title><script>'<body>'</script >\n"
        f"<{tag}>{words}</{tag}><p>It is cold.</p>"
    )
    document = read(source.encode(), ".html")
    assert document.text == f"{words.strip()}\n\nIt is cold."
    assert [block.skipped for block in document.blocks] == [None, None]
    assert document.metadata.title == "Spring <b>"


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_an_endless_author_takes_no_time(quote: str) -> None:
    page = (
        f"<html><head><meta name=author content={quote}{'=' * 200_000}a{quote}>"
        f"<title>Zinc</title></head><body><p>{'Zinc coats steel. ' * 30}</p></body></html>"
    )
    document = read(page.encode(), ".html")

    assert document.metadata.title == "Zinc"
    assert document.text == ("Zinc coats steel. " * 30).strip()
