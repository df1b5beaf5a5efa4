"""The numbered things that a question names, and which texts name them."""

from __future__ import annotations

import pytest

from bot.text.identifiers import MOST, identifiers, is_of_another, share_identified


def names_it(question: str, text: str) -> bool:
    (one,) = identifiers(question)
    return one.is_named(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How deep is well 47?", "Well 47 is 112 m deep."),
        ("How deep is well 47?", "Of the wells 47 and 48, one is dry."),
        ("How deep is well no. 47?", "Well: 47, depth: 112"),
        ("the ledger of Wells, Part 3", "Ledger of wells | PART 3"),
        ("What does Article 17.2 say?", "Under article 17.2, the tenant pays."),
        ("What does section 4a say?", "Section 4a. Fees"),
        ("the price of SKU-8847?", "SKU-8847 | A-12 | 450"),
        ("the price of sku-8847?", "It rose: SKU-8847, from 450 to 460."),
    ],
)
def test_a_thing_is_found_by_its_name_and_number(question: str, text: str) -> None:
    assert names_it(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How deep is well 47?", "Well 46 is 47 m deep."),
        ("How deep is well 47?", "Well 470 is dry, and so is well 47.5."),
        ("How deep is well 47?", "It went well: 4 of 7 were paid."),
        ("How deep is well 47?", "It all went well. 47 people came."),
        ("How deep is well 47?", "The farewell 47 years ago."),
        ("What does article 17 say?", "Article 17.2 is about rent."),
        ("the price of SKU-8847?", "SKU-8847-B and XSKU-8847"),
    ],
)
def test_another_number_or_a_part_of_one_is_another_thing(question: str, text: str) -> None:
    assert not names_it(question, text)


@pytest.mark.parametrize(
    "question",
    [
        "How many wells are there?",
        "What happened in May 2024, or on 8 February?",
        "What was agreed on February 8?",
        "Which of them are above 300 or under 5?",
        "Is it 20km, the 5th or a 100-day plan of the 1990s?",
        "Did prices rise by 5 percent, or to 1,200?",
        "Does the train at platform leave at 9 am?",
        "Who attended the summit 2024?",
        "Does the ferry take 45 minutes, and did all 27 countries sign?",
        "Must I wait 30 days, and does the mine produce 500 tonnes of ore?",
        "the top 10, at age 16, on Friday 13",
        # names of topics
        "Does HIV-1 or H1N1 spread along the E18, and what is the C5+1?",
    ],
)
def test_amounts_dates_and_counts_name_nothing(question: str) -> None:
    assert identifiers(question) == ()


def test_of_several_things_the_share_that_is_named() -> None:
    asked = identifiers("Are well 47 and bay 2 near SKU-8847?")

    assert share_identified(asked, "Well 47 lies in bay 2.") == pytest.approx(2 / 3)
    assert share_identified(asked, "Bay 3.") == 0.0
    assert share_identified((), "Bay 3.") == 0.0


def test_only_so_many_things_are_looked_for() -> None:
    assert len(identifiers("wells " + ", ".join(map(str, range(1, 400))))) == MOST


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How deep is well 47?", "Well 46 is 31 m deep.", True),
        ("How deep is well 47?", "Wells no. 46 and 48 are dry.", True),
        ("How deep is well 47?", "Wells 46 and 48, unlike well 47, are dry.", False),
        ("How deep is well 47?", "It is 31 m deep.", False),
        ("the price of SKU-8847?", "SKU-8848 | 450", True),
        ("the price of SKU-8847?", "SKU-8847 | 450, SKU-8848 | 460", False),
        ("the price of SKU-8847?", "BKU-8848 | 450", False),
        ("How deep is well 47?", "Of the wells, 12 are dry.", False),
        ("How deep is well 47?", "It all went well. 12 people came.", False),
    ],
)
def test_a_text_is_about_another_thing_of_the_same_kind(
    question: str, text: str, expected: bool
) -> None:
    assert is_of_another(identifiers(question), text) == expected


def test_a_text_about_one_of_several_things_is_not_about_another() -> None:
    asked = identifiers("Is well 47 deeper than well 48?")

    assert len(asked) == 2
    assert [is_of_another(asked, f"Well {number} is dry.") for number in (47, 48, 49)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Well No. 47?", "Well Number 47?", "well nr. 47", "Well #47?", "well\u00a0 47",
        "Which is deeper, of wells 46, 47 and 48?", "wells 47 or 48",
    ],
)  # fmt: skip
def test_spellings_of_a_number(question: str) -> None:
    named = [one.is_named("Well 47 is dry.") for one in identifiers(question)]

    assert named.count(True) == 1
    assert len(named) == question.count("4")
    assert share_identified(identifiers("well 48"), "Wells 47 and 48 are dry.") == 1.0
