"""The answer line, enumerations, overviews and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_fakes import make_answer, make_info, make_quote, make_source, span_of
from word_encoder import WordEncoder, engine_over

import bot
from bot.answering.answer_line import answer_line
from bot.answering.documents import named_documents
from bot.answering.leads import MOST_DOCUMENTS
from bot.answering.presentation import (
    additional_quotes,
    excerpt,
    first_span,
    missing_words,
    restrictions,
)
from bot.answering.question.answer_types import AnswerType
from bot.answering.spans.enumerations import enumerations
from bot.answering.trust import ENOUGH, SentenceEvidence, sentence_chance
from bot.text.rewriting import Phrasing
from bot.types import (
    Answer,
    AnswerLine,
    Conflict,
    ConflictValue,
    Grounds,
    LineKind,
    Purpose,
    Quote,
    Relevance,
    SourceFilter,
    Span,
    Talk,
    Turn,
    Verdict,
)
from bot.web.rendering.answers import answer_html
from bot.web.rendering.languages import language_of

pytestmark = pytest.mark.usefixtures("quick_disk")

Write = Callable[[Mapping[str, str]], None]

LAUNCH = "It began on 8 February 2024. Five countries take part: Ore, Tin, Zinc and two more."


def quote_of(text: str, rank: int, lit: str, words: str = "", source: str = "a") -> Quote:
    """A quote that is all of a source."""
    whole = make_source(make_info(source, source.upper()), text)
    made = make_quote(whole, rank, (0, len(text)), span_of(text, lit))
    return replace(made, answer=span_of(text, words) if words else None)


class _Asked:
    """As much of a question as the line needs."""

    def __init__(self, kind: AnswerType | None = None, question: str = "") -> None:
        self.kind = kind
        self.phrasing = Phrasing(question, question, ())


def line_of(
    *quotes: Quote,
    purpose: Purpose = Purpose.FACT,
    verdict: Verdict = Verdict.ANSWERED,
    conflicts: tuple[Conflict, ...] = (),
    kind: AnswerType | None = None,
    question: str = "",
    is_likely: bool = True,
) -> AnswerLine | None:
    sentence = quotes[0].highlights[0] if is_likely else None
    citations = make_answer("q", *quotes).citations
    asked: object = _Asked(kind, question)
    return answer_line(  # type: ignore[arg-type]
        purpose, asked, verdict, sentence, quotes, citations, conflicts
    )


# Enumerations


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Five: Chad, the Kyrgyz Republic, Mali, and Peru. Others.", AnswerType.COUNTRY,
         [("Chad, the Kyrgyz Republic, Mali, and Peru", 4)]),
        ("Chad and Mali agreed.", AnswerType.COUNTRY, []),
        ("You need: a form, a photo and ten pounds. Then go.", None,
         [("a form, a photo and ten pounds", 3)]),
        ("Bring:\n\n- a form\n- a photo\n  in colour\n\nThen go.", None,
         [("- a form\n- a photo\n  in colour", 2)]),
        ("1. Ask.\n2. Wait.\n   - long\n3. Go.", None,
         [("1. Ask.\n2. Wait.\n   - long\n3. Go.", 3)]),
        ("- alone\n\nText.", None, []),
        ("He came, saw and won.", None, []),
        ("", None, []),
    ],
)  # fmt: skip
def test_enumerations(text: str, kind: AnswerType | None, found: list[tuple[str, int]]) -> None:
    assert [(text[slice(*one.span)], one.items) for one in enumerations(text, kind)] == found


@given(st.text(st.sampled_from("ab-•1.:,; \n\tA"), max_size=80))
def test_an_enumeration_is_a_slice_of_its_text(text: str) -> None:
    for one in enumerations(text):
        start, end = one.span
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()
        assert one.items >= 2


# The line


def test_the_words_that_answer_are_the_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")

    line = line_of(quote)

    start, end = span_of(LAUNCH, "8 February 2024")
    assert line == AnswerLine(LineKind.WORDS, "8 February 2024", start, end, (1,))


def test_what_is_not_answered_has_no_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")

    assert line_of(quote, verdict=Verdict.UNANSWERED) is None
    assert line_of(quote, verdict=Verdict.UNSURE) == line_of(quote)
    assert line_of(quote, verdict=Verdict.UNSURE, is_likely=False) is None


def test_sources_agree_that_say_the_same_words() -> None:
    quotes = (
        quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024"),
        quote_of("On the 8 February, 2024 it began.", 2, "On the 8 February, 2024 it began.",
                 "8 February, 2024", "b"),
        quote_of("All began 8 February 2024 in Ore.", 3, "All began 8 February 2024 in Ore.",
                 source="c"),
        quote_of("It was 9 February.", 4, "It was 9 February.", "9 February", "d"),
    )  # fmt: skip

    line = line_of(*quotes)

    assert line is not None
    # The third has the words in its sentence, and may say them of something else.
    assert (line.citations, line.agreeing) == ((1, 2), 2)


def test_sources_differ_that_give_another_value_for_it() -> None:
    quotes = (
        quote_of("It holds 31 percent.", 1, "It holds 31 percent.", "31 percent"),
        quote_of("It holds 30 percent.", 2, "It holds 30 percent.", "30 percent", "b"),
    )
    conflict = Conflict("ore", (ConflictValue("31 percent", 1), ConflictValue("30 percent", 2)))
    other = Conflict("tin", (ConflictValue("5 percent", 1), ConflictValue("6 percent", 2)))

    assert line_of(*quotes, conflicts=(conflict,)) == replace(line_of(*quotes), differing=1)  # type: ignore[type-var]
    line = line_of(*quotes, conflicts=(other,))
    assert line is not None
    assert line.differing == 0


def test_words_of_an_unlikely_sentence_are_no_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")
    elsewhere = replace(quote, highlights=((29, 60),))

    assert line_of(quote, is_likely=False) is None
    line = line_of(elsewhere)
    assert line is not None
    assert line.kind is LineKind.SENTENCE


def test_words_that_the_cross_encoder_does_not_take_for_the_answer_are_no_line() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.", "8 February 2024")
    start, end = span_of(LAUNCH, "February")
    other = span_of(LAUNCH, "Five countries")

    agreed = line_of(replace(quote, relevance=Relevance(1.0, (start, end), 0.5)))
    disputed = line_of(replace(quote, relevance=Relevance(1.0, other, 0.5)))

    assert agreed is not None
    assert agreed.kind is LineKind.WORDS
    assert disputed is not None
    assert (disputed.kind, disputed.text) == (LineKind.SENTENCE, "It began on 8 February 2024.")


def test_a_likelier_sentence_has_more_evidence() -> None:
    little = SentenceEvidence(relevance=-1.0, ahead=0.5, chance=0.25, agrees=0.0)
    much = SentenceEvidence(relevance=4.0, ahead=6.0, chance=0.75, agrees=1.0)

    assert sentence_chance(little) < 0.5
    assert sentence_chance(much) > ENOUGH


def test_a_list_is_one_slice_at_the_sentence_that_answers() -> None:
    quote = quote_of(LAUNCH, 1, "Five countries take part: Ore, Tin, Zinc and two more.")

    line = line_of(quote, purpose=Purpose.LIST)

    assert line is not None
    assert (line.kind, line.text) == (LineKind.LIST, "Ore, Tin, Zinc and two more")
    denied = line_of(quote, purpose=Purpose.LIST, question="Which countries do not take part?")
    assert denied is None
    assert (
        line_of(quote_of(LAUNCH, 1, "It began on 8 February 2024."), purpose=Purpose.LIST) is None
    )


def test_the_one_sentence_that_answers_is_the_line_where_no_words_are() -> None:
    quote = quote_of(LAUNCH, 1, "It began on 8 February 2024.")

    line = line_of(quote)

    assert line is not None
    assert (line.kind, line.text) == (LineKind.SENTENCE, "It began on 8 February 2024.")
    assert line_of(quote_of("These are:", 1, "These are:")) is None
    assert line_of(quote, purpose=Purpose.OVERVIEW) is None
    assert line_of(quote, is_likely=False) is None


# What is shown


LONG = "This sentence says very much about the matter and so needs no other beside it at all."


@pytest.mark.parametrize(
    ("lit", "shown"),
    [
        ([LONG], LONG),
        (["Short one."], f"Short one. {LONG}"),
        ([], f"Short one. {LONG} The end."),
    ],
)
def test_an_excerpt_is_whole_sentences(lit: list[str], shown: str) -> None:
    text = f"Short one. {LONG} The end."
    source = make_source(make_info("a", "A"), f"Before. {text}")
    spans: list[Span] = [span_of(source.text, one) for one in lit]
    quote = make_quote(source, 1, span_of(source.text, text), *spans)

    start, end = excerpt(quote)

    assert source.text[start:end] == shown


def test_what_the_line_names_has_no_row() -> None:
    quotes = [quote_of(LAUNCH, rank, LAUNCH) for rank in (1, 2, 3)]
    line = AnswerLine(LineKind.WORDS, "x", 0, 1, (1, 3))

    assert additional_quotes(make_answer("q", *quotes, line=line)) == [quotes[1]]
    assert additional_quotes(make_answer("q", *quotes)) == quotes[1:]


def test_what_is_in_no_source_is_named_unless_the_answer_is_sure() -> None:
    grounds = Grounds(3, 1, ("Mongolia", "yurt"), "2024-03-18")
    refused = make_answer("q", verdict=Verdict.UNANSWERED, grounds=grounds)

    assert list(missing_words(refused, str)) == [
        'No source mentions "Mongolia", "yurt".',
        "The latest source is dated 2024-03-18.",
    ]
    # Each language has its own quotation marks, and Chinese its own comma for lists.
    assert (
        next(missing_words(refused, str, language_of("zh").say))
        == "没有来源提到“Mongolia”、“yurt”。"
    )
    assert next(missing_words(refused, str, language_of("de").say)).endswith(" „Mongolia“, „yurt“.")
    assert not list(missing_words(make_answer("q", grounds=grounds), str))


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("Mongolia", "yurt"), ['No source mentions "Mongolia".']),
        (("SKU", "2027", "iPad", "got"), ['No source mentions "SKU", "2027", "iPad".']),
        (("Length", "yurt"), []),
    ],
)
def test_under_a_caution_only_names_and_figures_are_said_to_be_missing(
    missing: tuple[str, ...], said: list[str]
) -> None:
    answer = make_answer(
        "Length of the yurts", verdict=Verdict.UNSURE, grounds=Grounds(3, 1, missing)
    )
    assert list(missing_words(answer, str)) == said


# Of a whole index


@pytest.fixture
def mines(tmp_path: Path) -> bot.Engine:
    files = {
        "zinc.md": "# Zinc report\n\nZinc is mined in the northern hills by two companies. "
        "The output of zinc was 30 tons in 2020.\n",
        "lead.md": "# Lead report\n\nLead is mined in the southern valley by one company. "
        "The output of zinc was 31 tons in 2020.\n",
        "copper.md": "# Copper report\n\nCopper is mined near the old harbour by many people.\n",
    }
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in files.items():
        (corpus / name).write_text(text, "utf-8")
    words = ("zinc", "lead", "copper", "mined", "output", "tons", "hills", "valley", "harbour")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(words))
    engine.sync()
    return engine


def lit(answer: Answer) -> list[str]:
    return [
        quote.text[start - quote.start : end - quote.start]
        for quote in answer.quotes
        for start, end in quote.highlights
    ]


def test_an_overview_of_everything_has_sentences_of_every_source(mines: bot.Engine) -> None:
    answer = mines.ask("What is this about?")

    assert (answer.purpose, answer.verdict) == (Purpose.OVERVIEW, Verdict.ANSWERED)
    assert {quote.source.title for quote in answer.quotes} == {
        "Zinc report", "Lead report", "Copper report"
    }  # fmt: skip
    assert len(set(lit(answer))) == len(lit(answer)) <= 10
    texts = {summary.info.id: mines.source(summary.info.id).text for summary in mines.sources()}
    for quote in answer.quotes:
        assert texts[quote.source.id][quote.start : quote.end] == quote.text
    # In the order of their sources.
    order = [quote.source.id for quote in answer.quotes]
    assert order == sorted(order, key=order.index)
    assert answer.line is None
    # That by which it begins, and not one that is about many things.
    assert "Zinc is mined in the northern hills by two companies." in lit(answer)
    assert "The output of zinc was 31 tons in 2020." not in lit(answer)


def test_an_overview_of_many_documents_has_some_unlike_each_other(
    engine: bot.Engine, write: Write
) -> None:
    minerals = ("zinc", "lead", "copper")
    write({
        f"{number:02}.md": f"# Report {number}\n\nThe mine of {minerals[number % 3]} had a long and"
        f" busy year {number}.\n"
        for number in range(MOST_DOCUMENTS + 4)
    })  # fmt: skip
    engine.sync()
    quotes = engine.ask("What are these documents about?").quotes

    assert len({quote.source.id for quote in quotes}) == len(quotes) == MOST_DOCUMENTS
    assert [quote.source.title for quote in quotes] == sorted(
        (quote.source.title for quote in quotes), key=lambda title: int(title.split()[1])
    )


def test_an_overview_of_a_topic_tells_of_it(mines: bot.Engine) -> None:
    answer = mines.ask("tell me about copper")

    assert answer.purpose is Purpose.OVERVIEW
    assert answer.answered
    assert "Copper is mined near the old harbour by many people." in lit(answer)


STRAY = (
    '^ "Introduction to the copper mines of the old harbour."',
    "Retrieved 2014-07-01 from the copper archive.",
    "(Copper II: the return of the old harbour mines).",
    "Copper mined (ha) Copper harbour 2003 (%)",
    'Ask about copper in {% slack_channel "copper-harbour" %} before you dig.',
    "For more information on copper, see the guide of the harbour office.",
)


@pytest.mark.parametrize("stray", STRAY)
def test_an_overview_has_no_stray_lines(stray: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = f"# Copper\n\nCopper is mined near the old harbour by many people.\n\n{stray}\n"
    (corpus / "copper.md").write_text(text, "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("copper", "harbour")))
    engine.sync()

    said = lit(engine.ask("tell me about copper"))

    assert said == ["Copper is mined near the old harbour by many people."]


def test_a_link_with_the_marks_of_a_template_is_no_stray_line(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = '# Copper\n\nCopper, as [Tin]({% page "/tin" %}), is mined near the old harbour.\n'
    (corpus / "copper.md").write_text(text, "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("copper", "harbour")))
    engine.sync()

    assert len(lit(engine.ask("tell me about copper"))) == 1


def test_a_comparison_names_both_sides_and_what_differs(mines: bot.Engine) -> None:
    answer = mines.ask("compare lead and copper")

    assert answer.purpose is Purpose.COMPARISON
    assert {quote.source.title for quote in answer.quotes[:2]} == {"Lead report", "Copper report"}

    assert [quote.side for quote in answer.quotes] == ["lead", "copper"]

    differing = mines.ask("How do the sources differ on the output of zinc in 2020?")
    assert [{value.text for value in each.values} for each in differing.conflicts] == [{"30", "31"}]


def test_a_side_that_is_told_of_less_well_is_not_behind_the_other(tmp_path: Path) -> None:
    pages = "".join(
        f"\n## Lead {number}\n\nThe price of lead is {number}.\n" for number in range(9)
    )
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "lead.md").write_text(f"# Lead\n{pages}", "utf-8")
    (corpus / "copper.md").write_text("# Copper\n\nCopper has a price of 7.\n", "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("price", "lead", "copper")))
    engine.sync()

    answer = engine.ask("price of lead vs copper: which is higher?")

    assert [quote.side for quote in answer.quotes[:3]] == ["price of lead", "copper", ""]
    assert [quote.source.title for quote in answer.quotes[:2]] == ["Lead", "Copper"]


@pytest.mark.parametrize(
    ("question", "is_sure"),
    [
        # Both sentences tell of the output.
        ("How does the output of zinc differ from the output of lead?", True),
        ("Which is older, the zinc mine or the lead mine?", False),
        ("compare the zinc and the tin", False),
    ],
)
def test_a_comparison_is_sure_where_both_sides_tell_what_is_asked(
    question: str, is_sure: bool, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "zinc.md").write_text("# Zinc mine\n\nIts output of zinc was 30 tons.\n", "utf-8")
    (corpus / "lead.md").write_text("# Lead mine\n\nIts output of lead was 31 tons.\n", "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("zinc", "lead", "output")))
    engine.sync()

    assert (engine.ask(question).verdict is Verdict.ANSWERED) == is_sure


def test_of_two_named_sides_they_means_these(mines: bot.Engine) -> None:
    earlier = (Turn("user", "Who mines zinc?"), Turn("assistant", "Two companies."))
    answer = mines.ask("Compare lead and copper: where are they mined?", history=earlier)
    assert (answer.purpose, answer.context) == (Purpose.COMPARISON, ())


def test_a_side_is_named_only_where_what_is_marked_names_it(tmp_path: Path) -> None:
    files = {
        "zinc.md": "# Zinc\n\nThe old mine had an output of zinc of 30 tons.\n",
        "pits.md": "# Pits\n\n## Lead\n\nThe new pit had an output of 31 tons.\n",
    }
    answer = engine_over(tmp_path, files).ask("Compare the output of zinc and lead")
    sides = {quote.text: quote.side for quote in answer.quotes}
    assert sides["The old mine had an output of zinc of 30 tons."].endswith("zinc")
    assert sides["The new pit had an output of 31 tons."] == ""


def test_reports_that_are_compared_come_first_each_with_its_best(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    pages = "".join(f"\n## Part {at}\n\nThe flood took {at} bridges.\n" for at in range(2, 6))
    (corpus / "a.md").write_text(f"# Herald\n{pages}", "utf-8")
    (corpus / "b.md").write_text("# Courier\n\nThere was a flood, and a bridge.\n", "utf-8")
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(("flood", "bridges")))
    engine.sync()

    answer = engine.ask("How do the two reports on the flood and the bridges differ?")

    assert {quote.source.title for quote in answer.quotes[:2]} == {"Herald", "Courier"}


def test_the_page_names_each_side_of_a_comparison_above_its_quote() -> None:
    quotes = [
        replace(quote_of(LAUNCH, 1, LAUNCH), side="<b>the dam"),
        replace(quote_of(LAUNCH, 2, LAUNCH), side="the bridge"),
        quote_of(LAUNCH, 3, LAUNCH),
    ]
    html = answer_html(make_answer("q", *quotes, purpose=Purpose.COMPARISON), language_of("en"))

    assert html.count('class="compared-side"') == 2
    assert "&#60;b&#62;the dam</p>" in html
    assert html.index("the dam") < html.index("the bridge") < html.index('class="rows"')
    assert html.count('class="row"') == 1


def test_talk_gets_a_reply_and_is_neither_an_answer_nor_a_refusal(mines: bot.Engine) -> None:
    answer = mines.ask("hello")

    assert (answer.purpose, answer.verdict, answer.notice) == (
        Purpose.TALK, Verdict.UNANSWERED, None
    )  # fmt: skip
    assert answer.reply is not None
    assert answer.reply.talk is Talk.GREETING
    assert answer.reply.sources == 3
    assert [holding.title for holding in answer.reply.holdings] == [
        "Copper report", "Lead report", "Zinc report"
    ]  # fmt: skip


def test_the_grounds_count_the_words_and_name_what_is_missing(mines: bot.Engine) -> None:
    grounds = mines.ask("How much zinc was mined in Mongolia in 2031?").grounds

    assert grounds is not None
    assert grounds.missing[0] in ("Mongolia", "2031")
    assert set(grounds.missing) == {"Mongolia", "2031"}
    assert grounds.words == 4


def test_what_stands_in_headings_or_names_a_publisher_is_not_missing(tmp_path: Path) -> None:
    wire = '<meta property="og:site_name" content="Meridian Wire"><title>Strikes</title>'
    files = {
        "lead.md": "# Lead report\n\nLead is mined in the south by one company.\n",
        "wire.html": f"<html><head>{wire}</head><body><p>Zinc miners rest.</p></body></html>",
    }
    engine = engine_over(tmp_path, files)
    grounds = engine.ask("Which yurt does the report of Meridian Wire on strikes name?").grounds
    assert grounds is not None
    assert grounds.missing == ("yurt", "name")


def test_a_word_is_not_missing_where_its_singular_occurs(tmp_path: Path) -> None:
    engine = engine_over(tmp_path, {"bus.md": "# Fares\n\nA bus and a tram pass the zinc mine.\n"})
    grounds = engine.ask("Which buses and yurts pass the zinc mine?").grounds
    assert grounds is not None
    assert grounds.missing == ("yurts",)


def test_no_source_is_called_the_latest_beside_one_without_a_date(tmp_path: Path) -> None:
    dated = '<meta property="article:published_time" content="2024-03-18"><title>Zinc</title>'
    files = {
        "zinc.html": f"<html><head>{dated}</head><body><p>Zinc was sold.</p></body></html>",
        "lead.md": "# Lead\n\nLead was sold.\n",
    }
    engine = engine_over(tmp_path, files)
    for only, latest in ((SourceFilter(types=("html",)), "2024-03-18"), (None, None)):
        grounds = engine.ask("Was zinc sold in 2031?", only=only).grounds
        assert grounds is not None
        assert grounds.latest == latest


def test_of_a_list_the_whole_best_quote_is_open() -> None:
    text = f"The members of the union are as follows. {'Iron Ltd and Zinc Ltd are. ' * 9}"
    source = make_source(make_info("members", "Members"), text)
    quote = make_quote(source, 1, (0, len(text)), (0, 40))
    listed = make_answer("q", quote, purpose=Purpose.LIST)
    assert first_span(quote, listed) == (0, len(text))
    assert first_span(quote, make_answer("q", quote)) == excerpt(quote) != (0, len(text))


def test_a_document_that_is_named_is_the_only_one_asked(mines: bot.Engine) -> None:
    answer = mines.ask("What does the lead report say about the output of zinc?")

    assert answer.purpose is Purpose.DOCUMENT
    assert {quote.source.title for quote in answer.quotes} == {"Lead report"}
    assert answer.filter is not None
    assert answer.filter.named == ("Lead report",)

    whole = mines.ask("open the lead report")
    assert whole.purpose is Purpose.OVERVIEW
    assert {quote.source.title for quote in whole.quotes} == {"Lead report"}


@pytest.mark.parametrize(
    "question",
    [
        "Lead report, output of zinc?",
        "How large was the output of zinc, according to the lead report?",
        "In the lead report, what was the output of zinc?",
        'In "Lead report", what was the output of zinc?',
    ],
)
def test_what_is_left_of_a_question_is_searched_for_in_its_document(
    question: str, mines: bot.Engine
) -> None:
    answer = mines.ask(question)

    assert answer.purpose is Purpose.DOCUMENT
    assert {quote.source.title for quote in answer.quotes} == {"Lead report"}
    assert lit(answer)[0] == "The output of zinc was 31 tons in 2020."
    assert answer.unquoted == ()


def test_a_question_that_its_document_does_not_answer_is_asked_of_all(mines: bot.Engine) -> None:
    answer = mines.ask("According to the copper report, what was the output of zinc in 2020?")

    assert answer.filter is None
    assert {quote.source.title for quote in answer.quotes} >= {"Zinc report", "Lead report"}


def test_a_named_document_is_shown_beside_a_filter(mines: bot.Engine) -> None:
    only = SourceFilter(types=("md",))
    answer = mines.ask("What does the lead report say about the output of zinc?", only=only)

    assert answer.filter is not None
    assert answer.filter.named == ("Lead report",)
    assert answer.filter.only.types == ("md",)
    assert answer.filter.admitted == 1
    assert list(restrictions(answer, str)) == ["Only: Lead report, type md"]


@pytest.mark.parametrize(
    ("dates", "latest"),
    [
        (("2024-3-1", "2024-02-28"), "2024-3-1"),
        (("2023", "2022-12-31"), "2023"),
        (("2024-09-30", "2024-10"), "2024-10"),
        (("March 2024", "2023-12-01"), "March 2024"),
    ],
)
def test_the_latest_source_is_told_by_its_days(
    dates: tuple[str, str], latest: str, engine: bot.Engine, write: Write
) -> None:
    write({
        f"{number}.md": f"---\ndate: {date}\n---\n\nThe zinc mine is open.\n"
        for number, date in enumerate(dates)
    })  # fmt: skip
    engine.sync()
    shown = {info.info.date for info in engine.sources()}
    grounds = engine.ask("Who will own the zinc mine in 2031?").grounds
    assert grounds is not None
    assert grounds.latest == (latest if latest in shown else max(filter(None, shown)))


def test_a_document_that_is_not_there_is_no_restriction(mines: bot.Engine) -> None:
    answer = mines.ask("What does the mayor say about the output of zinc?")

    assert (answer.purpose, answer.filter) == (Purpose.DOCUMENT, None)
    assert {quote.source.title for quote in answer.quotes} >= {"Zinc report", "Lead report"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("the FAQ", {"b"}),
        ("the annual report", {"a"}),
        ("the report", {"a", "c"}),
        ("documents", set()),
        ("the mayor", set()),
        ("the quarterly report of the harbour board", set()),
        ("State Department", {"b"}),
    ],
)
def test_a_document_is_named_by_title_file_or_publisher(name: str, found: set[str]) -> None:
    infos = [
        replace(make_info("a", "Annual report 2020"), path="corpus/a.pdf", publisher=None),
        replace(make_info("b", "Questions"), path="corpus/faq.md", publisher="State Department"),
        replace(make_info("c", "Report on lead"), path="corpus/c.txt", publisher=None),
        replace(make_info("d", "Menu"), path="corpus/d.txt", publisher=None),
    ]

    assert named_documents(name, infos) == found
