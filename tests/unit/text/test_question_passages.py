"""A question and its answer become one passage."""

from __future__ import annotations

from passage_words import texts
from split_sources import HEADING, LIST_ITEM, QUESTION, Part, make_source, sections, split_words


def test_a_question_and_its_answer_are_one_passage() -> None:
    source = make_source(
        Part("Introduction to metals."),
        Part("What is zinc?", QUESTION),
        Part("Zinc is a metal."),
        Part("- It is blue.", LIST_ITEM, gap="\n"),
        Part("What is lead?", QUESTION),
        Part("Lead is heavy."),
    )

    assert texts(split_words(source, characters=600)) == [
        "Introduction to metals.",
        "What is zinc?\n\nZinc is a metal.\n- It is blue.",
        "What is lead?\n\nLead is heavy.",
    ]


def test_an_answer_may_outgrow_the_target_as_long_as_the_encoder_reads_it() -> None:
    answer = " ".join(["Zinc is used for coating steel."] * 6)
    source = make_source(Part("Why zinc now?", QUESTION), Part(answer))

    assert texts(split_words(source, characters=100, tokens=39)) == [f"Why zinc now?\n\n{answer}"]


def test_a_long_answer_carries_its_question_in_the_path_of_later_parts() -> None:
    pair = "Zinc is used for coating steel. Zinc is used for coating steel."
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("Why zinc now?", QUESTION),
        Part(f"{pair} {pair} {pair}"),
        Part("Why lead?", QUESTION),
        Part("It is heavy."),
    )

    passages = split_words(source, characters=100, tokens=20)

    assert texts(passages) == [
        f"Why zinc now?\n\n{pair}",
        pair,
        pair,
        "Why lead?\n\nIt is heavy.",
    ]
    assert sections(passages) == [
        ("Metals",),
        ("Metals", "Why zinc now?"),
        ("Metals", "Why zinc now?"),
        ("Metals",),
    ]


def test_the_first_part_of_a_long_answer_leaves_room_for_its_question() -> None:
    source = make_source(
        Part("Which of them is soft?", QUESTION), Part(" ".join(["Tin is soft."] * 6))
    )

    assert texts(split_words(source, characters=600, tokens=11)) == [
        "Which of them is soft?\n\nTin is soft. Tin is soft.",
        "Tin is soft. Tin is soft.",
        "Tin is soft. Tin is soft.",
    ]


def test_a_question_stands_alone_before_a_sentence_that_leaves_it_no_room() -> None:
    source = make_source(
        Part("What is tin?", QUESTION), Part("Tin is a soft metal of silver hue. It melts.")
    )

    passages = split_words(source, characters=600, tokens=10)

    assert texts(passages) == ["What is tin?", "Tin is a soft metal of silver hue. It melts."]
    assert sections(passages) == [(), ("What is tin?",)]


def test_a_question_that_is_a_heading_stands_under_the_headings_above_it() -> None:
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("Facts", HEADING, 2),
        Part("They shine."),
        Part("What is zinc?", QUESTION, 2),
        Part("Zinc is a metal."),
        Part("Its uses", HEADING, 3),
        Part("It coats steel."),
        Part("What is lead?", QUESTION, 2),
        Part("Lead is heavy."),
    )

    passages = split_words(source, characters=600)

    assert texts(passages) == [
        "They shine.",
        "What is zinc?\n\nZinc is a metal.",
        "It coats steel.",
        "What is lead?\n\nLead is heavy.",
    ]
    assert sections(passages) == [
        ("Metals", "Facts"),
        ("Metals",),
        ("Metals", "What is zinc?", "Its uses"),
        ("Metals",),
    ]


def test_a_long_answer_under_a_heading_question() -> None:
    source = make_source(
        Part("Metals", HEADING, 1),
        Part("What is zinc?", QUESTION, 2),
        Part("Tin is soft. It melts."),
        Part("Lead is heavy. It bends."),
    )

    passages = split_words(source, characters=25, tokens=10)

    assert texts(passages) == [
        "What is zinc?\n\nTin is soft. It melts.",
        "Lead is heavy. It bends.",
    ]
    assert sections(passages) == [("Metals",), ("Metals", "What is zinc?")]


def test_a_question_too_long_to_be_repeated_is_packed_like_any_text() -> None:
    source = make_source(
        Part("One two three four five six?", QUESTION), Part("Tin is soft. It melts.")
    )

    passages = split_words(source, characters=30, tokens=10)

    assert texts(passages) == ["One two three four five six?", "Tin is soft. It melts."]
    assert sections(passages) == [(), ("One two three four five six?",)]


def test_a_question_whose_answer_was_skipped_stands_alone() -> None:
    source = make_source(
        Part("What is zinc?", QUESTION),
        Part("Share this page", skipped="sharing"),
        Part("Lead is heavy."),
    )

    assert texts(split_words(source, characters=600)) == ["What is zinc?", "Lead is heavy."]
