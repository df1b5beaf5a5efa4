"""Patterns that split a question into its parts, in English.

The verbs are those that are common in questions. A clause with any other verb is not split off.
"""

from __future__ import annotations

import re

# Words that ask for a circumstance of the clause before them: "…, and when?"
CIRCUMSTANCES = frozenset(("when", "where", "why", "how"))

AUXILIARIES = frozenset(
    "is are was were am isn't aren't wasn't weren't do does did don't doesn't didn't has have "
    "had hasn't haven't hadn't can could will would shall should may might must can't cannot "
    "couldn't won't wouldn't shouldn't 's 're 'd 'll".split()
)
# A verb follows the subject after these: "when did Fernandez" is not a whole clause.
WANT_VERB = frozenset(
    "do does did don't doesn't didn't can could will would shall should may might must can't "
    "cannot couldn't won't wouldn't shouldn't 'd 'll".split()
)

PERSONS = frozenset("he she him her his hers".split())
MANY = frozenset("they them their theirs".split())
THING = frozenset("it its".split())
PRONOUNS = PERSONS | MANY | THING | frozenset("i we you this that these those there one".split())
DETERMINERS = frozenset(
    "the a an this that these those its their his her our your my each every any some all".split()
)
PREPOSITIONS = frozenset(
    "in on at by for from to with under of since until about through during into over after "
    "before between against among within without as".split()
)
RELATIVES = re.compile(r"\b(?:who|whom|whose|which|that|when|where|why|how|what|whether|if)\b")

_REGULAR = (
    "accept achieve act add address affect affirm agree aim allocate allow analyze announce appear "
    "apply appoint approve argue arrange arrive ask assess assist attack attend attract ban base "
    "begin belong benefit block bring build buy bypass call cause chair change claim close collect "
    "come compare compete complete concern conclude conduct confirm connect consider consist "
    "contain contribute control convene cost counter cover create criticize cut date deal decide "
    "declare define deliver demand deny depend describe determine develop die differ discover "
    "discuss doubt drive earn ease employ end endorse enter establish estimate exist expand expect "
    "explain export express extend extract fail fall favor favour feel fight finance find finish "
    "focus follow form found fund gain get give go grow guide happen have head help hold hope host "
    "identify impose improve include increase influence inform intend introduce invade invest "
    "invite involve issue join keep know last launch lead learn leave limit live locate look lose "
    "love make manage manufacture mark matter mean measure meet mention mine mobilize move name "
    "need negotiate note notice object occur offer open operate oppose order organise organize "
    "originate own participate pay perform plan play pledge point praise prepare present preside "
    "prevent process produce promise promote propose protect provide publish purchase put raise "
    "reach receive recommend reduce refer refuse reject relate release rely remain remove replace "
    "report represent request require respond restrict return reveal rise rule run say see seem "
    "sell send serve set settle share show sign speak spend stand start state stay stop stress "
    "strike study succeed suffer suggest supply support take talk teach tell thank think threaten "
    "train travel treat try turn understand use vary visit vote wait want warn weaken win work "
    "worry write"
).split()
_IRREGULAR = (
    "became become began begun bought brought built came chose chosen cut dealt did done drew "
    "drawn drove driven fell fallen felt fought found gave given went gone got grew grown had held "
    "hit kept knew known laid led left lent lost made meant met paid put ran read rose risen said "
    "saw seen sent set shown sold sought spent spoke spoken stood struck taken taught thought told "
    "took understood won wrote written wore worn"
).split()


def _forms(verb: str) -> tuple[str, ...]:
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    double = verb + verb[-1]
    ending = "es" if verb.endswith(("s", "x", "ch", "sh", "o")) else "s"
    return verb, verb + ending, f"{verb}ed", f"{verb}ing", f"{double}ed", f"{double}ing"


BASE_FORMS = frozenset(_REGULAR) | frozenset(
    # Past forms that are also nouns.
    (
        "cut",
        "found",
        "ground",
        "left",
        "lost",
        "put",
        "read",
        "rose",
        "run",
        "saw",
        "set",
        "thought",
    )
)
VERBS = frozenset(form for verb in _REGULAR for form in _forms(verb)) | frozenset(_IRREGULAR)

_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
_LED = (
    r"(?:(?:in|on|at|by|for|from|to|with|under|of|since|until|about|through|into|against|among)"
    r"\s+)?"
)
# An interrogative at the start of a clause. Inside a sentence it never has a capital, which would
# mark a name: "the UN and WHO", "What It Means and How We Got Here".
ASKS = re.compile(rf"{_LED}{_WH}(?=[\s?.,;!'’]|$)")
ASKS_FIRST = re.compile(rf"{_LED}{_WH}(?=[\s?.,;!'’]|$)", re.IGNORECASE)

# Where a new sentence begins after a question, and where a clause may begin inside one.
SENTENCE_END = re.compile(
    r"\?+[\s\"”’')]*(?:\n|\s)\s*|\n+\s*"
    r"|(?<=[^\W\d_]{2})[.!]\s+(?=(?:What|Which|Who|Whom|Whose|When|Where|Why|How)\b)"
)
CLAUSE_END = re.compile(
    r"\s*[,;]\s*(?:(?:and|but|also|plus)\s+)?(?:(?:also|then)\s+)?"
    r"|\s+(?:and|&|plus|as well as)\s+(?:(?:also|then)\s+)?"
)
# "and does it …", "and are there …"
ASKS_WHETHER = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have(?!\s+it)|had|can|could|will|would|should|must|may)"
    r"(?:n['’]t)?\s+(?:it|they|he|she|there|we|i|you)\b",
    re.IGNORECASE,
)
ASKS_WHETHER_FIRST = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)(?:n['’]t)?"
    r"\s+\w+",
    re.IGNORECASE,
)
COMMANDS = re.compile(
    # "Show me that bit" asks for nothing new.
    r"(?!(?:give|show|tell) me\s+(?:(?:that|this|the|exact|right|whole)\s+)*(?:it|that|this|more"
    r"|bit|part|passage|place|page|section|paragraph|line|quote|spot)\W*$)"
    r"(?:list|name|describe|explain|summari[sz]e|compare|give me|show me|tell me)\s+\S+",
    re.IGNORECASE,
)

# Text before the first clause; a setting applies to all clauses.
MARKED = re.compile(r"(?:[-–•*]|\(?\d{1,2}[.)]|\(?[a-h]\))\s+")
OPENING = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|so|well|please|now|and|also)\b[\s,!.:-]*)+", re.IGNORECASE
)
SETTING = re.compile(
    r"(?:in|for|at|during|on|under|according to|as for|regarding|concerning|since|after|before"
    r"|within|based on|as per)\b[^,?;]{2,80},\s+(?=\w)",
    re.IGNORECASE,
)
# Openings before clauses in statement order: "tell me when it was launched".
FRAME = re.compile(
    r"(?:(?:can|could|would|will)\s+you\s+(?:please\s+|also\s+)?)?(?:please\s+)?"
    r"(?:(?:tell|show)\s+(?:me|us)|let\s+(?:me|us)\s+know|explain(?:\s+(?:to\s+)?(?:me|us))?"
    r"|find\s+out|say|i(?:['’]d|\s+would)?\s+(?:like|want|need|wish|love)\s+to\s+(?:know|learn|find"
    r"\s+out|understand)|do\s+you\s+know|i\s+wonder|i(?:['’]m|\s+am)\s+(?:wondering|looking\s+for))"
    r"[\s,:]+(?=(?:exactly\s+)?(?:what|which|who|whom|whose|when|where|why|how)\b"
    rf"|{_LED[:-1]}(?:what|which|whom|whose)\b)",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]|(?<!\w)['‘][^'‘’\n]{3,}['’](?!\w)")
