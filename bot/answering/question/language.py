"""Detects the language of a question, a short text, from its script or its most common words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from ...reading.common.language import SURE, likeliest_language
from ...text.terms import ENGLISH, analysed

# Addresses, markup, entities, and words with signs or figures belong to no language.
_NO_WORDS = re.compile(r"\w+://\S+|</?\w[^<>]*>?|&#?\w+;")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CODE = re.compile(r"\S*[\d_=<>{}\[\]()/\\@#$%^*+|~`]\S*")

# Scripts that only one language uses, by the beginning of their letters' Unicode names.
_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "GREEK": "el",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
}
# Frequent letters that only one of the languages with a shared script has.
_OWN_LETTERS = {"kk": "әғқңөұүһ", "uk": "іїєґ", "fa": "پچژگ"}
_FEWEST_LETTERS = 4
_LIKELY = 0.6

# Words of which nearly every question has some. Two of them identify the language. One is enough
# if the letter statistics agree and there are enough letters.
_FEWEST_LATIN_LETTERS = 20
_COMMON_WORDS = {
    "cs": "a co jak je jsou kde kdo kdy kolik která který na proč se v ve z",
    "de": "auf aus das dem den der die ein eine es für gibt in ist mit sind und von warum was"
    " welche welcher welches wann wer wie wo zu",
    "en": "a an and are at by can did do does for from how in is of on the to was were what when"
    " where which who why with",
    "es": "a con cual cuál cuando cuándo cuanto cuánto cuantos cuántos cómo como de del dónde el en"
    " es hay la las los para por que qué quién son un una y",
    "fr": "a à au aux combien comment dans de des du en est et la le les où par pour pourquoi quand"
    " que quel quelle quels quelles qui quoi sont un une y",
    "id": "adalah ada apa bagaimana berapa dan dari di itu kapan ke mana mengapa siapa untuk yang",
    "it": "a chi che come con cosa da dei del della di dove è e il in la le lo nel per perché"
    " quale quali quando quanto quanta sono un una",
    "nl": "aan de een en er hoe hoeveel het in is met naar op van voor waar waarom wanneer wat"
    " welke wie zijn",
    "pl": "co czy dlaczego do gdzie ile i jak jaka jaki jakie jest kiedy kto która który na od są"
    " się w z ze za",
    "pt": "a com como da das de do dos e em é há na no o onde os para por porque qual quais quando"
    " quanto quantos que quem são um uma",
    "ru": "в где за и из как какая какие какой когда кто на о от по почему с сколько что это",
    "sv": "av den det en ett finns för hur i med och på som till vad var varför vem vilka vilken"
    " vilket är",
    "tr": "bir bu da de için ile kaç kim mi mı nasıl ne neden nedir nerede ve var hangi",
    "uk": "в де за з звідки й коли на про скільки та у хто чому що як яка який які",
    "vi": "ai bao bao bằng có của gì khi là nào nhiêu nhiều ở sao thế trong và về đâu",
}


def language_among(question: str, languages: Sequence[str]) -> str:
    """Returns the language to analyse a question in: its own if it is recognised and available.

    Otherwise English if that is available, else the first of `languages`. Those are the languages
    in which the texts are analysed, the most frequent first.
    """
    if len(languages) == 1:
        return languages[0]
    own = language_of_question(question)
    if own and (code := analysed(own)) in languages:
        return code
    return ENGLISH if ENGLISH in languages or not languages else languages[0]


@lru_cache(maxsize=64)
def language_of_question(question: str) -> str | None:
    """Returns the ISO 639-1 code of a question's language; None if in doubt."""
    text = _CODE.sub(" ", _NO_WORDS.sub(" ", question))
    words = _WORD.findall(text)
    letters = [letter for word in words for letter in word if letter.isalpha()]
    scripts = Counter(map(_script, letters))
    if not scripts:
        return None
    # A few foreign names don't change the language. Japanese is full of Chinese characters.
    own = {code: sum(scripts[name] for name in scripts if _SCRIPTS.get(name) == code)
           for code in _SCRIPTS.values()}  # fmt: skip
    if own["ja"]:
        own["ja"] += own["zh"]
        own["zh"] = 0
    code = max(own, key=own.__getitem__)
    if 2 * own[code] > len(letters):
        return code
    script, count = scripts.most_common(1)[0]
    lowered = {word.lower() for word in words}
    if script == "CYRILLIC" or script == "ARABIC":
        return _by_letters(lowered, script) if count >= _FEWEST_LETTERS else None
    met = Counter({code: len(lowered.intersection(_common(code))) for code in _COMMON_WORDS})
    (first, most), (_, second) = met.most_common(2)
    if most >= 2 and most > second:
        return first
    code, confidence = likeliest_language(" ".join(words))
    if len(letters) < _FEWEST_LATIN_LETTERS or confidence < _LIKELY:
        return None
    return code if met[code] else None


def _by_letters(words: set[str], script: str) -> str | None:
    letters = set("".join(words))
    for code, own in _OWN_LETTERS.items():
        if letters.intersection(own):
            return code
    if script == "ARABIC":
        return "ar"
    met = {code: len(words.intersection(_common(code))) for code in ("ru", "uk")}
    code, confidence = likeliest_language(" ".join(words))
    if met["ru"] != met["uk"]:
        return max(met, key=met.__getitem__)
    return code if confidence >= SURE else None


def _common(code: str) -> list[str]:
    return _COMMON_WORDS.get(code, "").split()


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
