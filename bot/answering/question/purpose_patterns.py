"""Patterns of summaries, comparisons, lists, yes-or-no questions and questions about a document.

The first pattern of a table that matches gives the topic, in the group of that name.
"""

from __future__ import annotations

import re

# Polite words that may precede any question.
POLITE = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|okay|so|well|please|now|and|also)\b[\s,!.:-]*)*"
    r"(?:(?:please|kindly)\s+)?"
    r"(?:(?:can|could|would|will) (?:you|u) (?:please |kindly |maybe |perhaps |just )*"
    r"(?=(?:tell|give|list|name|show|summar|sum |compare|explain|describe|outline|recap|open|find"
    r"|write|make|provide|contrast|enumerate))"
    r"|(?:i(?:['’]d| would) (?:like|love|want)(?: you)? to |i (?:want|need|wanna"
    r"|wish)(?: you)? to )"
    r"(?=(?:know|see|get|have|hear|read|understand|compare|list|find|tell|give|summar))"
    r"(?:know |see |get |have |hear |read |understand |find )?)?"
    r"(?:please\s+)?",
    re.IGNORECASE,
)

ALL = (
    r"(?:(?:all|any|each|every one|both)(?: of)? )?(?:the|these|those|your|this|that|our|my)?\s*"
    r"(?:(?:whole|entire|different|various|available|loaded|indexed|two|three) )*"
    r"(?:sources?|documents?|docs?|texts?|files?|collection|corpus|papers?|pages?|materials?"
    r"|library|folder|archive|articles?|everything|it all|all of it|things?|stuff|content|contents"
    r"|this|that|these|it|here)"
)
# The same without words that point to an earlier turn.
ALL_NAMED = ALL.replace(r"|this|that|these|it|here)", ")")

WHOLE = re.compile(rf"^\W*(?:{ALL})?(?: (?:in|of|from) {ALL})?(?: here)?\W*$", re.IGNORECASE)

_SUMMARY = (
    r"(?:(?:quick|brief|short|general|concise|good|rough|high-level|executive|one-paragraph"
    r"|5-minute|two-minute) )*(?:summary|overview|outline|rundown|run-down|introduction|intro|recap"
    r"|synopsis|gist|big picture|picture|bird['’]?s[- ]eye view|primer|idea|digest|wrap-up|lowdown"
    r"|background|briefing|breakdown)"
)
# The first pattern that matches gives the topic, in the group of that name.
OVERVIEWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:summari[sz]e|sum up|recap|outline|describe|introduce(?: me to)?|brief me on"
        r"|fill me in on|catch me up on|walk me through|talk me through|run me through)\b[\s:,]*"
        r"(?P<topic>.*)$",
        rf"^(?:give|get|write|make|show|provide|offer|prepare)?\s*(?:me |us )?(?:with )?"
        rf"(?:an? |the |some )?{_SUMMARY}"
        r"(?:\W*$|\s*(?:of|on|about|for|to|regarding|:)\s*(?P<topic>.*)$)",
        r"^(?:tl;?dr|in a nutshell|in short|in brief)\b[\s:,;-]*(?P<topic>.*)$",
        r"^(?P<topic>.+?)[\s,;:—-]+(?:tl;?dr|in a nutshell|in short|in brief|in a few words"
        r"|summary|overview|summari[sz]ed|at a glance)\W*$",
        r"^(?:tell|teach|show|inform) (?:me|us)\s*(?:a bit |a little |more |something |everything "
        r"|all |what you know |what there is )*about\b\s*(?P<topic>.*)$",
        r"^(?:learn |hear |know |read )?(?:something |everything |anything |more |all )about\b\s*"
        r"(?P<topic>.*)$",
        r"^what (?:can you tell|do you know|do we know|is known|is there to know|should (?:i|we"
        r"|one)"
        r" know|do (?:i|we) need to know|is there|have you got|do you have|can (?:i|you|we) (?:say"
        r"|learn))(?: me| us| to me)? (?:about|on|regarding)\b\s*(?P<topic>.*)$",
        rf"^what (?:do|does|did|can|have|has|is said|is written|is there)\s*(?:in )?{ALL_NAMED}"
        r"\s*(?:say|tell|have to say|mention|contain|cover|discuss|talk|got|report|know|deal)?"
        r"(?: me| us)?\s*(?:about|on|of|regarding|with|concerning)?\b\s*(?P<topic>.*)$",
        rf"^what(?:['’]s|s| is| are| was| were) {ALL}\s*(?:all |mainly |mostly |really )*about\W*"
        r"(?P<topic>)$",
        r"^what(?:['’]s|s| is| are| was| were) (?P<topic>.+?) (?:all |mainly |mostly |really "
        r"|even )*"
        r"about\W*$",
        r"^(?:what are |what were |list |give me |tell me |name )?(?:the )?(?:key|main"
        r"|most important"
        r"|major|essential|central|principal|basic) (?:points|facts|takeaways|findings|messages"
        r"|topics|themes|ideas|things|events|aspects|issues|developments|features|conclusions"
        r"|results|information|news)(?: to know| to remember)?\s*(?:(?:of|about|in|from|on|for|i"
        r" should know about)\b\s*(?P<topic>.*))?$",
        r"^(?:info|information|details|background|facts|news|material|basics)\s*(?:on|about|of|for)"
        r"\b\s*(?P<topic>.*)$",
        r"^(?:the )?(?:basics|background|story|history|essentials) (?:of|on|about|behind)\b\s*"
        r"(?P<topic>.*)$",
        r"^what(?:['’]s|s| is) the (?:story|background|gist|situation|deal|idea|news|latest|state)"
        r"\s*(?:of|on|about|with|behind|regarding)\b\s*(?P<topic>.*)$",
        r"^(?:what|which) (?:topics|subjects|themes|areas|issues) (?:do|does|are|is|can) "
        rf"(?:{ALL}|you|i|we|there|covered|discussed|treated|dealt)\b(?P<topic>)",
        r"^(?P<topic>.+?)\s*[.,;:!?—–-]+\s*what (?:do|should|must) (?:i|we|one) "
        r"(?:need to |have to )?(?:know|keep in mind|be aware of)\W*$",
    )
)
EXPLAINED = re.compile(r"^(?:how|why|what|when|where|who|whether|which)\b", re.IGNORECASE)

# Words before a list that say nothing about the listed things.
LISTING = re.compile(
    r"^(?:(?:list|enumerate|itemi[sz]e|name)\b|(?:give|show|tell|get|make|write|provide"
    r"|send)\s*(?:me"
    r" |us )?(?:an? |the )?(?:(?:full|complete|whole|short) )?list (?:of|with)\b|(?:an? "
    r"|the )?(?:(?:full"
    r"|complete|whole|short) )?list of\b)\s*(?:me |us )?(?:all|each|every"
    r"|some)?(?: of)?(?: the)?\s+",
    re.IGNORECASE,
)

LISTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:list|enumerate|name|itemi[sz]e)\b(?!\W*$)(?! of\b)",
        r"^(?:give|show|tell|get|make|write|provide|send)\s*(?:me |us )?(?:an? |the )?"
        r"(?:(?:full|complete|whole|short) )?list\b",
        r"^(?:an? |the )?(?:(?:full|complete|whole|short) )?list of\b",
        r"^(?:give|show|tell|get)\s*(?:me |us )?(?:all|each|every)\b(?! about)",
        r"^(?:what|which) (?:are|were) (?:all )?(?:the |some |my |our |your |their |its )?"
        r"(?:[\w'’-]+ ){0,4}?[\w'’-]*[^s\W]s\b",
        r"^(?:what|which) (?:all |other |kinds? of |types? of |sorts? of )?(?:[\w'’-]+ ){0,2}?"
        r"(?!(?:is|was|does|has|as|this|us|yes|thus|always)\b)[\w'’-]*[^su\W]s(?: of [\w ]+?)?\s+"
        r"(?:are|were|do|did|have|had|can|could|may|might|must|should|will|would|need|take|took"
        r"|belong|make|made|participat\w*|sign\w*|join\w*|attend\w*|count\w*|appl\w*|get|got|fall"
        r"|qualif\w*|contain\w*|includ\w*|exist|offer\w*|provide\w*|support\w*)\b",
        r"^(?:what|which) (?:countries|nations|people|children|women|men|data|criteria|media)\b",
        r"^which ones\b",
        r"^who (?:are|were) (?:all )?(?:the|its|their|our|my)\b.*?[^s\W]s\b",
        r"^who all\b",
        r"^what (?:all )?(?:do|must|should|can|may|will|would|does|did) (?:i|we|you|one|they|he|she"
        r"|applicants?|people|visitors?|travel+ers?|members?|employees?) (?:need to |have to )?"
        r"(?:bring|include|submit|provide|pack|prepare|hand in|attach|carry|show|enclose)\b",
        r"^(?:what|which) (?:[\w'’-]+ )?(?:documents?|items?|papers?|steps|things) "
        r"(?:do|must|should|is|are|need)\b",
        r"^what (?:is|are|was|were) (?:included|covered|excluded|exempt|needed|required)\b",
        r"^all (?:the )?(?:[\w'’-]+ )?[\w'’-]*[^s\W]s\b",
        r"\bone after (?:the other|another)\W*$",
        r"^(?:in|on|for|under|at|from|to) (?:what|which) (?:[\w'’-]+ ){0,2}?[\w'’-]*[^s\W]s\b",
        r"^(?:what|which)(?: of the)? (?:[\w'’-]+ ){0,2}?(?!(?:is|was|does|has|as|this|us|yes|thus"
        r"|always|means|happens|bus|basis|process|access|business|class|address|status|gas)\b)"
        r"[\w'’-]*[^su\W]s\s+(?!is\b|was\b|has\b|does\b)",
        r"^what (?:all |else )*(?:can|should|may|must|could|do|does|has) (?:be|i|we|you|one|people"
        r"|to)\b(?! (?:do (?:if|when|about|in|with|after|before)|call|pay|cost|say|mean|have to pay"
        r"|need to pay))",
        r"^who (?:is|are|was|were|sat|gets?|got|has|have|may|can|else) (?:all |else "
        r"|also )*(?:on|in|at"
        r"|entitled|eligible|allowed|involved|exempt|present|there|signed|invited|named|listed)\b",
        r"^(?:(?:the|all|any|some|different|main|approved|accepted|possible) )*(?:[\w'’-]+ ){0,2}?"
        r"(?:kinds|types|sorts|steps|stages|phases|requirements|conditions|ingredients|documents"
        r"|items|things|side effects|symptoms|causes|reasons|grounds|exceptions|exemptions|rights"
        r"|duties|tasks|roles|responsibilities|principles|circumstances|cases|countries|members"
        r"|participants|names|options|ways|methods|tools|forms|examples|benefits|risks|rules"
        r"|criteria|categories|groups|people|persons|everything|everybody|everyone)"
        r" (?:of|to|for|that|who|which|when|in|where|needed|required|entitled|affected|i|we|you)\b",
        r"^step by step\b|,? (?:all of (?:it|them)|every (?:one|item|step)|all categories"
        r"|all (?:the )?possibilities)\W*$",
        r"^(?:give|tell|get|send) (?:me |us )?(?:the )?names\b",
    )
)

YES_OR_NO = re.compile(
    r"^(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|may|might|must|should"
    r"|shall|need|isn['’]?t|aren['’]?t|wasn['’]?t|weren['’]?t|don['’]?t|doesn['’]?t|didn['’]?t"
    r"|hasn['’]?t|haven['’]?t|hadn['’]?t|can['’]?t|cannot|couldn['’]?t|won['’]?t|wouldn['’]?t"
    r"|shouldn['’]?t)\b|^(?:true or false|is it true|i wonder (?:if|whether)|(?:tell me|know"
    r"|check) "
    r"(?:if|whether))\b|^(?:[^?.,]{3,90}?), (?:right|correct|true|isn['’]t it|yes|no)\W*$"
    r"|^(?:allowed|ok|okay|possible|permitted|any chance|any objection) to\b|^i was wondering if\b"
    r"|\b(?:allowed|permitted|possible|forbidden|ok|okay|dangerous|legal|true|included|valid|needed"
    r"|compulsory|mandatory|yes or no|or not|or no|is that so|is this so|am i right|i take it"
    r"|still on"
    r")\W*$"
    r"|^(?:(?!\b(?:what|who|when|where|why|how|which)\b)[^?])*[.,;:–—-]+ (?:and |so |then "
    r"|but )?(?:is|are"
    r"|am|was|were|do|does|did|has|have|had|can|could|will|would|may|must|should|don['’]?t"
    r"|doesn['’]?t"
    r"|isn['’]?t|aren['’]?t|can['’]?t) (?:i|we|you|he|she|it|they|one|that|this|there|the|my"
    r"|our)\b",
    re.IGNORECASE,
)

# Words for differing sources, before what they differ in.
SOURCES_DIFFER = re.compile(
    rf"^(?:how|where|in what(?: ways?)?|what|do|does|did|is|are|to what extent|whether|if)?\s*"
    rf"(?:do |does |did |is |are |can )?(?:{ALL})\s*(?:all |really |actually |ever |also )*"
    r"(?:differ(?:ent)?|disagree|agree|contradict|conflict|diverge|vary|compare|at odds|consistent"
    r"|say different|tell different|match|give different|report different)\w*"
    r"(?:\s+(?:each other|one another|themselves|with each other|with one another|things?|figures?"
    r"|numbers?|answers?))*"
    r"\s*(?:on|about|over|in|regarding|as to|when it comes to|concerning|with regard to|for)?\b\s*"
    r"(?P<topic>.*)$",
    re.IGNORECASE,
)
COMPARISONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:compare|contrast|compare and contrast|comparing)\b[\s:]*(?P<topic>.*)$",
        r"^(?:an? |the |give me an? |make an? |show me an? )?(?:side[- ]by[- ]side )?comparison"
        r"\s*(?:of|between|:)\s*(?P<topic>.*)$",
        r"^(?:what(?:['’]s|s| is| are| was| were)|is there|are there|explain|show(?: me)?|tell me"
        r"|list|any|find|describe|name)?\s*(?:the |a |an |any |some |all )?(?:(?:main|key|major|big"
        r"|biggest|exact|real|actual|practical|most important) )?"
        r"(?:differences?|disagreements?|contradictions?|discrepanc(?:y|ies)|conflicts?|similarit"
        r"(?:y|ies)|inconsistenc(?:y|ies))(?:\W*$|\s+(?:between|among|in|on|about|of|over|across"
        r"|there)\b\s*(?P<topic>.*)$)",
        r"^(?P<topic>.+?\b(?:vs?\.?|versus)\s+.+)$",
        r"^how (?:do|does|did|is|are|was|were)\s+(?P<topic>.+?)\s+(?:differ|compare|different"
        r"|stack up|measure up|similar|relate)\b(?P<rest>.*)$",
        r"^(?:in what (?:way|respect)s?|where|how far) (?:do|does|did|is|are) (?P<topic>.+?)\s+"
        r"(?:differ|disagree|agree|contradict|different|diverge|match)\b(?P<rest>.*)$",
        r"^(?:do|does|did|is|are) (?P<topic>.+? and .+?) (?:differ|disagree|agree|contradict|match"
        r"|different|the same|at odds|consistent|alike|say the same"
        r"|report the same)\b(?P<rest>.*)$",
        r"^(?:what|which)(?:['’]s|s| is| are| was| were)?\s+(?:the )?(?:[\w-]+er|more [\w-]+"
        r"|less [\w-]+|better|worse)\b.*?[\s,:]+(?P<topic>.+? or .+?)\W*$",
        r"^(?:who|which|what)\b.*\b(?:[a-z]+er|more|less|fewer|better|worse|first|earlier|later"
        r"|longer|most)\b.*?[,:—-]\s*(?P<topic>(?:[\w'’.-]+ ){0,6}or (?:[\w'’.-]+ ?){1,7})\W*$",
        r"^(?P<topic>[^,:?]+ or [^,:?]+)[,:—-]\s*(?:which|who|what)\b.*$",
        r"^(?P<topic>[^,:?]+ (?:and|or|,) [^,:?]+)[:—-]\s*(?:difference|differences|compared|same"
        r"|which)\b.*$",
        r"^what (?:do|does|did) (?P<topic>.+? and .+?) have in common\b.*$",
        r"^(?:how|what)(?: (?:much|many))? .*\bcompared? (?:to|with) (?P<topic>.+)$",
        r"^(?:differences?|disagreements?|compare|contradictions?|conflicts?)\W*(?P<topic>)$",
    )
)

DOCUMENTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:according to|as per|per|based on|going by)\s+"
        r"(?P<document>[^,?:]{3,90}?)\s*[,:]\s*(?P<topic>.+)$",
        r"^(?P<topic>.+?),?\s+(?:according to|as per|as stated in|as described in)\s+"
        r"(?P<document>[^,?:]{3,90}?)\W*$",
        r"^what (?:do|does|did|has|have|can)\s+(?P<document>.{3,90}?)\s+(?:says?|said|tells?"
        r"|states?"
        r"|have to say|mentions?|contains?|covers?|recommends?|advises?|requires?"
        r"|prescribes?|claims?|concludes?|explains?|describes?|specif(?:y|ies)|find"
        r"|writes?|wrote)"
        r"(?: me| us| you)?\s*(?:about|on|regarding|concerning|of|for|to do|to)?\b\s*"
        r"(?P<topic>.*)$",
        r"^what(?:['’]s|s| is| are| was)? (?:written |said |stated |mentioned )?(?:in|inside)\s+"
        r"(?P<document>[^?,]{3,90}?)\s*(?:(?:about|on|regarding)\s+(?P<topic>.+?))?\W*$",
        r"^(?:open|show|display|read|pull up|bring up|go to|take me to)(?: me| us)?\s+"
        r"(?P<document>[^?,]{3,90}?)(?: document| file| page)?\W*(?P<topic>)$",
        r"^(?:does|do|did)\s+(?P<document>.{3,90}?)\s+(?:say|mention|state|cover|contain|tell|"
        r"explain|address)(?: me| us| you| one)?\s*(?:anything |something |whether |if )*"
        r"(?:about|on|regarding|that|of)?\b\s*(?P<topic>.*)$",
    )
)

# Questions that ask for a fact, whatever else they say: "who wrote the summary?"
ASKS_FOR_FACT = re.compile(
    r"^(?:who|whom|whose|when|where|why|which|how (?:many|much|long|old|often|far|deep|big|high)"
    r"|what"
    r" (?:time|date|year|age|size|is the (?:name|number|date|address)))\b|\b(?:wrote|written"
    r"|drafted"
    r"|signed|published|asked for|called)\b",
    re.IGNORECASE,
)

# Words that ask for an overview anywhere in a question; the remaining words are the topic.
OVERVIEW_WORDS = re.compile(
    r"\b(?:(?:general |short |quick |brief |one-page |executive )*(?:overview|summary|synopsis"
    r"|recap"
    r"|gist|rundown|run-down|primer|digest|briefing|takeaways|takeways|essentials|basics"
    r"|highlights)"
    r"|(?:key|main|most important) (?:points|facts|takeaways|things|messages)|big (?:picture|lines"
    r"|things)|lay of the land|state of (?:play|things|knowledge|affairs)|the picture on"
    r"|(?:bring|get) me up to (?:speed|date)|catch me up|fill me in|boil down|condensed?"
    r"|in a nutshell"
    r"|too long,? did ?n[o']?t read|(?:in )?(?:broad|general|rough) (?:outlines?|terms|strokes"
    r"|brush"
    r"strokes)|in (?:short|brief|general|essence)|for (?:dummies|beginners)|from (?:scratch|zero)"
    r"|(?:i know|knows?) (?:nothing|very little)|from start to finish|worth knowing|at large"
    r"|everything about|as a whole|on the whole|should (?:a|any|every"
    r"|all) newcomers?(?: to [\w ]+?)?"
    r" know|what (?:themes|topics) (?:run|keep|come|recur)|sketch|teach me|inform me on"
    r"|what(?:'s| is)? (?:all |mostly |actually )*(?:in|inside) (?:here|these|this|all this|it)"
    r"|(?:information|info) (?:about|on)|potted history|landscape of|profile of|general portrait"
    r"|101 on)\b",
    re.IGNORECASE,
)

# Words that ask for a comparison anywhere in a question.
COMPARISON_WORDS = re.compile(
    r"\b(?:differ(?:s|ed|ence|ences|ent|ently)?|compare[ds]?|comparing|comparison|contrast(?:s|ed)?"
    r"|versus|vs|in common|pros and cons|side by side|next to each other|similar(?:ities|ity|ly)?"
    r"|distinguish(?:es)?|sets? .{3,60} apart|as opposed to|relative to|stack up|line up"
    r"|diverge(?:s"
    r"|nce)?|deviate|mismatch(?:es)?|contradict(?:s|ions?)?|discrepanc(?:y|ies)|overlap|parallels"
    r"|part ways|see eye to eye|(?:treated|handled) the same|the same .{2,60} (?:as"
    r"|in the .{2,40} and)"
    r"|same (?:line|thing|rules?|steps)|identical to|equal results|match(?:es)? the"
    r"|agree(?:s)? (?:on"
    r"|with|about)|unlike|[\w-]+er than|(?:more|less|rather|other) [\w-]+ than|other .{2,30} than"
    r"|changed? (?:between|since|from)|went up or down|go up (?:or down|from)|stricter|instead of"
    r"|better off with|which (?:one )?is (?:better|worse|cheaper)|better for [\w ]+:)\b"
    r"|\b(?:better|worse|more|less|longer|shorter|cheaper|faster"
    r"|quicker)\b[^?]{0,60}[:,] [^?,:]+ or ",
    re.IGNORECASE,
)

# The words of a question that are neither of the above nor these name the topic.
FRAME_WORDS = re.compile(
    r"\b(?:please|pls|plz|give|show|tell|make|write|want|need|get|have|could|can|would|you|i|me"
    r"|us|my"
    r"|an?|the|of|on|about|for|to|with|in|is|are|what|how|just|only|some|quick|short|brief|general"
    r"|help|understand|explain|like|know)\b",
    re.IGNORECASE,
)
