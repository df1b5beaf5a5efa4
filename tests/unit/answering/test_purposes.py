"""What a question is for, told by its wording, and what is said where nothing is asked."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import DATA

from bot.answering.question.purpose_model import PLACES, PurposeModel
from bot.answering.question.purpose_model import PURPOSES as KINDS
from bot.answering.question.purposes import ClassifiedQuestion, classify_purpose
from bot.answering.talk import talk_of, without_talk
from bot.types import Encoder, Purpose, Talk, Turn


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("summarize the dialogue", "the dialogue"),
        ("Could you please give me a short overview of the tram works?", "the tram works"),
        ("tell me about Pax Silica", "Pax Silica"),
        ("What do the documents say about chromium?", "chromium"),
        ("what is the treaty about?", "the treaty"),
        ("What is this about?", ""),
        ("summarize everything", ""),
        ("main points", ""),
        ("the pension reform in a nutshell", "the pension reform"),
    ],
)
def test_an_overview_is_of_its_topic(question: str, topic: str) -> None:
    found = classify_purpose(question)
    assert (found.purpose, found.topic) == (Purpose.OVERVIEW, topic)


@pytest.mark.parametrize(
    "question",
    [
        "what are all these files about, in a few words?",
        "what's in these documents, roughly",
        "What do the articles cover? Just the rough idea please",
        "whats this folder about",
        "What are the texts in here about?",
        "Worum geht es in diesen Dokumenten?",
        "De quoi parlent ces textes ?",
        "¿De qué tratan los documentos?",
        "О чём эти документы?",
        "这些文件是关于什么的？",
    ],
)
def test_all_documents_are_asked_about(
    question: str, model: PurposeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PurposeModel, "shipped", lambda: model)
    lists = np.eye(2, dtype=np.float32)[0]

    assert classify_purpose(question) == ClassifiedQuestion(Purpose.OVERVIEW, "")
    assert classify_purpose(question, lists) == ClassifiedQuestion(Purpose.OVERVIEW, "")


@pytest.mark.parametrize(
    "question",
    [
        "What topics does the spring refresher cover?",
        "What is in the library?",
        "What are the articles of association about?",
        "what is in the folder of the applicant",
        "what does the file cost, roughly?",
    ],
)
def test_a_question_about_one_thing_is_not_about_all_documents(question: str) -> None:
    found = classify_purpose(question)
    assert (found.purpose, found.topic) != (Purpose.OVERVIEW, "")


@pytest.mark.parametrize(
    ("question", "topic", "sides"),
    [
        ("compare Kazakhstan and Uzbekistan", "Kazakhstan and Uzbekistan",
         ("Kazakhstan", "Uzbekistan")),
        ("What is the difference between a lease and a licence?", "a lease and a licence",
         ("a lease", "a licence")),
        ("tram vs. bus", "tram vs. bus", ("tram", "bus")),
        ("Which is longer, the bridge or the dam?", "the bridge or the dam",
         ("the bridge", "the dam")),
        ("Rent: how does the pool differ from the hall?",
         "Rent: how does the pool differ from the hall?", ("the pool", "the hall")),
        ("pool or hall, how do they differ", "pool or hall, how do they differ",
         ("pool", "hall")),
        ("Do the pool page and the minutes give the same rent?",
         "the pool page and the minutes give rent", ("the pool page", "the minutes")),
        ("Compare what the union wants and what the owner offers when they meet",
         "what the union wants and what the owner offers when they meet",
         ("what the union wants", "what the owner offers")),
        ("rent: what does the Herald say and how does the Courier differ?",
         "rent: what does the Herald say and how does the Courier differ?", ()),
        ("How much tin does the hill have compared with the world?", "the world", ()),
        ("contrast what is written about the dead and about the time",
         "what is written about the dead and about the time", ()),
        ("How do the sources differ on the death toll?", "the death toll", ()),
        ("do the articles agree about the date", "the date", ()),
        ("differences", "", ()),
    ],
)  # fmt: skip
def test_a_comparison_is_of_its_sides(question: str, topic: str, sides: tuple[str, ...]) -> None:
    assert classify_purpose(question) == ClassifiedQuestion(Purpose.COMPARISON, topic, sides)


@pytest.mark.parametrize(
    ("question", "document", "topic"),
    [
        ("What does the FAQ say about membership?", "the FAQ", "membership"),
        ("According to the fact sheet, how much was pledged?", "the fact sheet",
         "how much was pledged"),
        ("open the press release", "the press release", ""),
        ("What's in the leave policy?", "the leave policy", ""),
    ],
)  # fmt: skip
def test_a_document_is_named(question: str, document: str, topic: str) -> None:
    found = classify_purpose(question)
    assert (found.purpose, found.document, found.topic) == (Purpose.DOCUMENT, document, topic)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("list all participating countries", "participating countries"),
        ("Which countries take part?", "Which countries take part?"),
        ("What documents do I need to bring?", "What documents do I need to bring?"),
        ("Give me a list of the members", "members"),
    ],
)
def test_a_list_is_told_apart(question: str, topic: str) -> None:
    assert classify_purpose(question) == ClassifiedQuestion(Purpose.LIST, topic)


@pytest.mark.parametrize(
    ("question", "purpose"),
    [
        ("Do I need a visa?", Purpose.YES_OR_NO),
        ("I am 17. Am I allowed to vote?", Purpose.YES_OR_NO),
        ("dogs allowed?", Purpose.YES_OR_NO),
        ("When was it launched?", Purpose.FACT),
        ("parking fee visitors", Purpose.FACT),
        ("Who wrote the summary?", Purpose.FACT),
        ("Which list of countries was adopted in 2019?", Purpose.FACT),
        ("Who compared the two vaccines?", Purpose.FACT),
        ("What happens if I lose my badge?", Purpose.FACT),
        ("tell me the phone number of the office", Purpose.FACT),
    ],
)
def test_other_questions_are_what_they_are(question: str, purpose: Purpose) -> None:
    assert classify_purpose(question) == ClassifiedQuestion(purpose, question)


def test_a_topic_that_is_a_pronoun_points_back() -> None:
    assert classify_purpose("tell me more about that").points_back
    assert not classify_purpose("tell me about trams").points_back


@given(st.text(max_size=3000))
def test_any_text_has_a_purpose(text: str) -> None:
    assert isinstance(classify_purpose(text).purpose, Purpose)
    talk_of(text)


@pytest.mark.parametrize("word", ["- ", "or ", "the of in ", "what ", "compare ", "a, ", "good "])
def test_hostile_wordings_take_no_time(word: str) -> None:
    began = time.process_time()
    classify_purpose(word * 2000)
    classify_purpose((word * 300)[:300])
    talk_of((word * 120)[:120])
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("hello", Talk.GREETING),
        ("Hi there!", Talk.GREETING),
        ("你好", Talk.GREETING),
        ("Thanks a lot, that helped!", Talk.THANKS),
        ("ok thanks bye", Talk.THANKS),
        ("Спасибо большое!", Talk.THANKS),
        ("that's all for today", Talk.GOODBYE),
        ("who are you?", Talk.IDENTITY),
        ("Are you ChatGPT or something?", Talk.IDENTITY),
        ("what can you do?", Talk.HELP),
        ("Hallo, was kannst du?", Talk.HELP),
        ("how do I add a document?", Talk.ADDING),
        ("Comment ajouter un fichier ?", Talk.ADDING),
        ("what documents do you have", Talk.HOLDINGS),
        ("¿Qué documentos tienes?", Talk.HOLDINGS),
        ("ok", Talk.OTHER),
        ("no, that's wrong", Talk.OTHER),
        ("that answer was wrong, try harder", Talk.OTHER),
        ("Good morning! I hope you are well.", Talk.GREETING),
        ("Is anybody there?", Talk.GREETING),
        ("can you read scanned pdfs?", Talk.HELP),
        ("How do I get more documents into this thing?", Talk.ADDING),
        ("Wie kann ich eigene Dateien hochladen?", Talk.ADDING),
        ("¿Cómo puedo subir mis archivos?", Talk.ADDING),
        ("how many files can you handle?", Talk.ADDING),
        ("show me a list of all documents", Talk.HOLDINGS),
        ("what sorts of things are in here, and how many texts do you have?", Talk.HOLDINGS),
        ("which articles do you have and from which publishers", Talk.HOLDINGS),
        ("Zeig mir alle Dokumente", Talk.HOLDINGS),
        ("Combien de documents avez-vous ?", Talk.HOLDINGS),
        ("Покажи все документы", Talk.HOLDINGS),
        ("请列出所有文件", Talk.HOLDINGS),
        ("Danke und bis bald!", Talk.THANKS),
        ("Merci et à demain", Talk.THANKS),
        ("Grazie mille!", Talk.THANKS),
        ("Arrivederci", Talk.GOODBYE),
        ("¿Puedes responder en español?", Talk.HELP),
        ("Kannst du bitte Deutsch sprechen?", Talk.HELP),
        ("who am I talking to?", Talk.IDENTITY),
        ("Does what I type in here get sent to some company?", Talk.IDENTITY),
        ("no that's not what I wanted, try again", Talk.OTHER),
    ],
)
def test_talk_is_told_in_the_languages_of_the_page(text: str, talk: Talk) -> None:
    assert talk_of(text) is talk


@pytest.mark.parametrize(
    "question",
    [
        "who said hello?",
        "help with visas",
        "What documents do I need?",
        "asdfgh",
        "thanks for what did they pay?",
        "good governance",
        "help me find the budget",
        "what can you tell me about zinc?",
        "who am I talking about when I write ITIC",
        "is anyone there allowed to smoke?",
        "why is the line to Ostrel so slow",
        "From which source?",
        "how many articles?",
        "what is in the library?",
        "list the documents needed for a permit",
        "which files do you need for the application",
        "how many pages does the lease have",
        "Was gibt es?",
        "What kinds of things are forbidden?",
        "?",
        "",
        "hello " * 40,
    ],
)
def test_a_question_is_no_talk(question: str) -> None:
    assert talk_of(question) is None


def test_no_question_leans_on_talk() -> None:
    history = [Turn("user", "How much zinc?"), Turn("assistant", "A ton."), Turn("user", "thanks")]
    assert [turn.content for turn in without_talk(history)] == ["How much zinc?", "A ton.", ""]


PURPOSES = DATA / "purposes"


def test_talk_is_never_taken_from_a_real_question() -> None:
    files = [*PURPOSES.glob("*.jsonl"), *(DATA / "purposes_training").glob("*.jsonl")]
    items = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]

    talk = [item for item in items if talk_of(item["question"])]

    assert len(items) == 1016
    assert len(talk) > 70
    assert {item["purpose"] for item in talk} == {"talk"}


@pytest.fixture(scope="module")
def model() -> PurposeModel:
    """A model to which a vector says whether a list is asked for, and nothing else counts."""
    weights = np.zeros((PLACES + len(KINDS) + 2, len(KINDS)), dtype=np.float32)
    weights[PLACES + len(KINDS), KINDS.index(Purpose.LIST)] = 1
    weights[PLACES + len(KINDS) + 1, KINDS.index(Purpose.OVERVIEW)] = 1
    return PurposeModel(weights, np.zeros(len(KINDS), dtype=np.float32), "words")


def test_the_meaning_tells_what_the_wording_does_not(
    model: PurposeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PurposeModel, "shipped", lambda: model)
    lists, overviews = np.eye(2, dtype=np.float32)

    assert classify_purpose("list the charges", lists) == ClassifiedQuestion(
        Purpose.LIST, "charges"
    )
    assert classify_purpose("charges of any kind", lists).purpose is Purpose.LIST
    assert classify_purpose("the charges as they are", overviews).purpose is Purpose.OVERVIEW
    assert classify_purpose("charges of any kind").purpose is Purpose.FACT


@pytest.mark.parametrize("question", ["Welche Gebühren gibt es?", "Какие сборы?", "有哪些费用？"])
def test_the_meaning_of_another_language_tells_nothing(
    question: str, model: PurposeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PurposeModel, "shipped", lambda: model)
    assert classify_purpose(question, np.eye(2, dtype=np.float32)[0]) == ClassifiedQuestion(
        Purpose.FACT, question
    )


def test_the_shipped_weights_are_of_the_packaged_model(packaged_model: Encoder) -> None:
    shipped = PurposeModel.shipped()
    question = "rundown of everything the tenancy chapter says, in brief"
    (encoded,) = packaged_model.encode_questions([question])

    assert shipped.encoder == packaged_model.fingerprint
    assert shipped.weights.shape == (PLACES + len(KINDS) + packaged_model.dimension, len(KINDS))
    assert classify_purpose(question, encoded.vector).purpose is Purpose.OVERVIEW


def test_the_questions_to_measure_on_are_whole() -> None:
    files = sorted(PURPOSES.glob("*.jsonl"))
    items = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]

    known = {"yesno": "yes or no"}
    purposes = {item["id"]: known.get(item["purpose"], item["purpose"]) for item in items}
    assert len(files) == 6
    assert len(purposes) == len(items) == 396
    assert set(purposes.values()) == {purpose.value for purpose in Purpose}
    for item in items:
        if item["purpose"] == "fact":
            assert item["answers"], item["id"]
        if item["purpose"] == "overview":
            assert len(item["points"]) >= 3, item["id"]
