"""Web pages saved as text: boilerplate is marked; the article and other texts stay whole.

In the pages under data/reading/pages each line starts with "+" for content, "-" for boilerplate or
"~" where either is acceptable.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from places import DATA, SEEDS

from bot.reading import read
from bot.reading.common.datelines import is_date_line
from bot.reading.web_page.furniture import recognise
from bot.reading.web_page.lexicon import BYLINE
from bot.types import BlockKind, Document

DATA = DATA / "reading"
PAGES = sorted((DATA / "pages").glob("*.txt"))
ORDINARY = sorted((DATA / "ordinary").glob("*.txt"))

TITLES = {
    "blog_with_comments": "How I learned to bake rye bread without a mixer",
    "chrome_only_at_the_end": "The lighthouse keepers of the northern isles",
    "encyclopedia": "Antimony",
    "faq_page": "Frequently asked questions about solar panels",
    "french_page": "La ville rouvre sa bibliothèque après trois ans de travaux",
    "german_news": "Stadtwerke bauen größte Wärmepumpe des Landes",
    "government_release": "Ministry signs agreement on groundwater data",
    "news_with_newsletter_box": "River restoration brings salmon back to the upper valley",
    "questions_and_answers": "Why does my bread collapse when I take it out of the oven?",
    "russian_page": "В Караганде открыли завод по переработке аккумуляторов",
    "spanish_news": "El puerto estrena una grúa capaz de levantar tres mil toneladas",
    "teasers_above_the_article": "Council votes to keep the night bus",
    "text_browser_dump": "Notes on mending a stone wall",
}


def kept_lines(document: Document) -> set[int]:
    """Returns the numbers of the lines with content, from 0."""
    return {
        line
        for block in document.blocks
        if block.skipped is None
        for line in range(
            document.text.count("\n", 0, block.start), document.text.count("\n", 0, block.end) + 1
        )
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_are_parted_into_article_and_furniture(path: Path) -> None:
    marked = path.read_text(encoding="utf-8").split("\n")
    document = read("\n".join(line[2:] for line in marked).encode(), ".txt")
    kept = kept_lines(document)
    wrong = [
        line
        for number, line in enumerate(marked)
        if (line.startswith("+") and number not in kept)
        or (line.startswith("-") and number in kept)
    ]
    assert wrong == []
    assert document.metadata.title == TITLES[path.stem]


@pytest.mark.parametrize("path", ORDINARY, ids=lambda path: path.stem)
def test_ordinary_texts_are_left_whole(path: Path) -> None:
    document = read(path.read_bytes(), ".txt")
    skipped = [
        document.text[block.start : block.end]
        for block in document.blocks
        if block.skipped not in (None, "rule")
    ]
    assert skipped == []


SEED_TITLES = {
    "000": "The C5+1 Critical Mineral Dialogue: What It Means and How We Got Here",
    "001": "US Looks to Draw Central Asia Into Critical Minerals Supply Chains",
    "002": "U.S. leads inaugural critical minerals dialogue in Central Asia:",
    "003": "The C5+1 Critical Mineral Dialogue: What It Means and How We Got Here",
    "004": "US Looks to Draw Central Asia Into Critical Minerals Supply Chains",
}

# The content lines, by number, with their first words.
SEED_CONTENT = {
    "000": {
        3: "The C5+1 Critical Mineral",
        5: "On February 8, the U.S.",
        9: "C5+1 Critical Mineral Dialogue FAQ",
        11: "FAQ: The C5+1",
        **{11 + 4 * number - 2: f"Q{number}: " for number in range(1, 8)},
        **{11 + 4 * number: f"A{number}: " for number in range(1, 8)},
        41: "For the most accurate",
    },
    "001": {
        1: "US Looks to Draw",
        2: "United States held the",
        4: "FAQ - US Looks",
        5: "Frequently Asked Questions",
        6: "1. Why is the",
        7: "The United States is",
        8: "2. What are some",
        9: "There are concerns that",
        10: "3. What is the",
        11: "The C5+1 is a",
        12: "4. What was the",
        13: "The Inaugural C5+1",
        14: "5. How does the",
        15: "The U.S. strategy to",
        16: "For detailed information",
        17: "- US Looks to",
        18: "- Inaugural C5+1",
        19: "- C5+1 Leaders'",
        20: "- Readout of President",
    },
    "002": {
        4: "U.S. leads inaugural",
        9: "The U.S. Department of",
        11: "Central Asia’s abundant",
        13: "The dialogue explored",
        17: "One key objective",
        19: "Central Asia’s vast",
        21: "The development of",
        23: "Moving forward, public",
    },
    "003": {
        9: "The C5+1 Critical Mineral",
        11: "It is promising that",
        16: "On February 8, the",
        18: "The CMD represents part",
        20: "The United States’ Dependence",
        22: "As the China-U.S. rivalry",
        24: "On February 14, U.S.",
        26: "The Geopolitics of",
        28: "The Critical Mineral Dialogue",
        30: "The region’s critical minerals",
        32: "The CMD is also",
        34: "History and geography",
        36: "Moving Forward",
        38: "While the CMD represents",
        40: "The CPC’s 2022 policy",
        42: "Conversely, Central Asian",
        44: "It is promising that",
        46: "The initiative has",
        48: "This article was originally",
    },
    "004": {
        170: "US Looks to Draw",
        174: "On February 8, 2024,",
        176: "The initiative to hold",
        178: "The United States commended",
        180: "Countering China’s Dominance",
        182: "CMD is part of",
        184: "As tensions between",
        188: "On February 14, U.S.",
        190: "In December 2023, the",
        192: "Central Asia’s Abundance",
        194: "From 2012 to 2018,",
        196: "Special attention in",
        200: "In his address to",
        202: "The preservation of",
        204: "Diversification Transportation",
        206: "Regional integration",
        208: "In 2023, Kazakhstan",
        212: "A report by the",
        214: "In conclusion, the",
    },
}


def seed(number: str) -> bytes:
    path = next(SEEDS.glob(f"{number}_*.txt"), None)
    if path is None:
        pytest.skip("the saved pages are not part of the repository")
    return path.read_bytes()


@pytest.mark.parametrize("number", sorted(SEED_CONTENT))
def test_real_pages_keep_exactly_their_article(number: str) -> None:
    data = seed(number)
    document = read(data, ".txt")
    assert document.text == data.decode()
    lines = document.text.split("\n")
    kept = sorted(line + 1 for line in kept_lines(document))
    assert kept == sorted(SEED_CONTENT[number])
    for line, words in SEED_CONTENT[number].items():
        assert lines[line - 1].startswith(words)
    assert document.metadata.title == SEED_TITLES[number]
    assert document.metadata.language == "en"


@pytest.mark.parametrize(("number", "count"), [("000", 7), ("001", 5), ("002", 0), ("003", 0)])
def test_real_pages_have_their_questions_found(number: str, count: int) -> None:
    kinds = [block.kind for block in read(seed(number), ".txt").blocks if not block.skipped]
    assert kinds.count(BlockKind.QUESTION) == count


def test_headings_of_real_pages_are_found() -> None:
    document = read(seed("003"), ".txt")
    headings = [
        (block.level, document.text[block.start : block.end])
        for block in document.blocks
        if block.kind is BlockKind.HEADING and not block.skipped
    ]
    assert headings == [
        (1, "The C5+1 Critical Mineral Dialogue: What It Means and How We Got Here"),
        (2, "The United States’ Dependence on China"),
        (2, "The Geopolitics of the CMD"),
        (2, "Moving Forward"),
    ]


def test_a_reason_names_what_a_block_is() -> None:
    document = read(seed("004"), ".txt")
    reasons = {
        document.text[block.start : block.end]: block.skipped
        for block in document.blocks
        if block.skipped
    }
    assert reasons["Facebook Twitter Instagram"] == "share buttons"
    assert reasons["March 18, 2024No Comments6 Mins Read"] == "date line"
    assert reasons["Asia central Chains Critical draw Minerals supply"] == "after the article"
    assert reasons["Type above and press Enter to search. Press Esc to cancel."] == "navigation"
    assert all(len(reason.split()) <= 4 for reason in reasons.values() if reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Source: Link", "source link"),
        ("Share. Facebook Twitter Pinterest LinkedIn Tumblr Email", "share buttons"),
        ("Teilen", "share buttons"),
        ("Leave A Reply Cancel Reply", "comments"),
        ("What’s Hot", "related articles"),
        ("Don't Miss", "related articles"),
        ("See also\xa0 Reviving Energy Interdependence", "see also"),
        ("See also the work of Kim.", None),
        ("Supported byspot_img", "advertisement"),
        ("Member of Europium Groupspot_img", "image name"),
        ("Home»Finance»US Looks to Draw Central Asia", "breadcrumb"),
        ("Crossroads Asia | Security | Central Asia", "breadcrumb"),
        ("18.2 C", "weather"),
        ("• Business (4,111)", "category count"),
        ("By Jane Doe and Max Müller", "byline"),
        ("By the numbers", None),
        ("Credit: Facebook / U.S. Department of State", "photo credit"),
        ("Credit markets fell", None),
        ("He resigned on Monday, according to Reuters.", None),
        ("© 2025 Patriotnownews.com - All rights reserved.", "legal notice"),
        ("Copyright reform in Europe", None),
        ("Alle Rechte vorbehalten.", "legal notice"),
        ("Читайте также: Цены на медь", "see also"),
        ("Subscribe to our newsletter for more", "newsletter"),
        ("The facebook of a school", None),
        ("Source: Ministry of Water", None),
    ],
)
def test_furniture_is_recognised_by_its_wording(text: str, reason: str | None) -> None:
    furniture = recognise(text)
    assert (furniture.reason if furniture else None) == reason


def test_a_byline_of_capitals_is_looked_at_once() -> None:
    # Each letter may begin a name: with backtracking, the pattern would try every choice of eight
    # among 300.
    assert recognise(f"By {'A' * 300}.n the summer of 1976") is None
    assert recognise(f"By {'A' * 300}, {'B' * 40} and C. D'Or-Ély") is BYLINE


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("May 9, 2025", True),
        ("Friday, May 9", True),
        ("Lifestyle May 9, 2025", True),
        ("March 18, 2024No Comments6 Mins Read", True),
        ("12. März 2024, 14:05 Uhr", True),
        ("Publié le 14 septembre 2022 à 10h30", True),
        ("21 de abril de 2023", True),
        ("5 июня 2023", True),
        ("vor 3 Stunden", True),
        ("2 hours ago", True),
        ("2024-02-08 10:15", True),
        ("In May 2024 the council voted again", False),
        ("June", False),
        ("1921", False),
        ("9 men and 3 boats", False),
    ],
)
def test_date_lines(text: str, is_date: bool) -> None:
    assert is_date_line(text) is is_date
