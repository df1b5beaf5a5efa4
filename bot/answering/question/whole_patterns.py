"""Wordings that ask what a whole collection is about, in the languages of the web page."""

from __future__ import annotations

import re

_NOUN = (
    r"(?:sources|documents|docs|texts|files|papers|pages|articles|reports|stories|materials"
    r"|contents?|collection|corpus|folder|everything)"
)
_ALL = (
    r"(?:(?:all|any|each|every one|both)(?: of)? )?(?:(?:the|these|those|your|this|that|our|my) )?"
    rf"(?:(?:whole|entire|different|various|available|loaded|indexed|many) )*{_NOUN}"
    r"(?: (?:that )?you have| that are here)?"
    rf"(?: (?:in|of|from) (?:the|this|your) {_NOUN}| here| in (?:here|there))?"
)
_REALLY = r"(?: all| actually| even| mainly| mostly| really| basically| roughly)*"
_GERMAN = (
    r"(?:in |bei |von )?(?:allen |alle |aller )?(?:diese[mnrs]? |de[nmr] |die |das |deine[nr]? )?"
    r"(?:ganzen )?(?:dokumenten?|texten?|artikeln?|dateien|unterlagen|quellen|sammlung|ordner)"
)
_FRENCH = r"(?:tous )?(?:ces|les|vos|tes) (?:documents|textes|articles|fichiers|sources)"
_SPANISH = r"(?:todos )?(?:estos|esos|los|tus) (?:documentos|textos|art[íi]culos|archivos)"

WHOLE_ASKED = re.compile(
    "|".join(
        (
            rf"what(?:['’]s|s| is| are)?{_REALLY} (?:in|inside|covered in) {_ALL}(?: about)?",
            rf"what(?:['’]s|s| is| are|['’]re) {_ALL}{_REALLY} (?:about|dealing with|on)",
            rf"what (?:do|does|can|will) {_ALL}{_REALLY} (?:say|cover|contain|deal with|talk about"
            r"|tell(?: me| us)?|discuss|treat)",
            rf"(?:worum|wovon) (?:geht es|geht's|handel[tn])(?: (?:hier|{_GERMAN}))?"
            rf"|was steht {_GERMAN}|fass(?:e)? {_GERMAN} zusammen"
            rf"|(?:überblick über|zusammenfassung) {_GERMAN}",
            rf"de quoi (?:parlent|traitent|s'agit-il dans) {_FRENCH}|que disent {_FRENCH}"
            rf"|r[ée]sume[rz]?(?:[ -]moi)? {_FRENCH}",
            rf"de qu[eé] (?:tratan|hablan|van) {_SPANISH}|res[uú]me(?:me)? {_SPANISH}"
            rf"|qu[eé] dicen {_SPANISH}",
            r"о ч[её]м (?:все )?(?:эти )?(?:документы|тексты|статьи|файлы)"
            r"|что (?:есть )?в этих (?:документах|текстах|статьях|файлах)",
            r"(?:这些|所有|全部)的?(?:文件|文档|资料|文章)都?(?:是)?(?:关于|讲|说)的?(?:是)?什么的?"
            r"|(?:总结|概括)(?:一下)?(?:所有|全部|这些)的?(?:文件|文档|资料|文章)",
        )
    ),
    re.IGNORECASE,
)
"""A question that matches as a whole asks what the whole collection is about."""

MANNER = re.compile(
    r"(?:[\s,;:.?!—–-]+(?:(?:in|with) (?:just |only )?(?:a |some )?(?:few |couple of |two "
    r"|three |plain |simple )?(?:words|sentences|lines|terms)|in (?:short|brief|general|essence)"
    r"|in a nutshell|(?:very )?(?:roughly|briefly|broadly|generally|basically)|overall|please|pls"
    r"|plz|thanks|more or less|altogether|(?:just |only )?(?:the|a|in) (?:broad|big|general|rough) "
    r"(?:picture|idea|outlines?|lines|terms)|(?:the |a )?(?:short|quick|rough|brief) (?:version"
    r"|answer|overview|summary)|kurz|bitte|en bref|en (?:quelques|pocas) (?:mots|palabras)"
    r"|коротко|вкратце))*[\s,;:.?!。？！—–-]*$",
    re.IGNORECASE,
)
"""A request at the end of a question for a short or long answer."""
