"""How people greet, thank, and ask for help, in the languages of the page.

Texts are compared in lower case and without punctuation; each entry is a regular expression for a
whole run of words.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..types import Talk

YOU = r"(?:you|u|pincite|this(?: thing| tool| app| bot| chat(?:bot)?| program| page| site)?)"
_MACHINE = (
    r"(?:(?:an? |the )?(?:real )?(?:ai|bot|chatbot|robot|machine|program|human|person|chatgpt|gpt"
    r"|llm|language model|computer)(?: or .*)?|real)"
)
_TONGUE = (
    r"(?:german|french|spanish|russian|chinese|english|italian|arabic|turkish|kazakh|uzbek|kyrgyz"
    r"|tajik|portuguese|other languages|my language)"
)
_OF_DOCUMENTS = r"(?:an? |the |my |new |more |another |some |own |other |additional )*"
_DOCUMENT = (
    r"(?:documents?|docs?|sources?|files?|pdfs?|papers?|web ?pages?|pages?|websites?|urls?|links?"
    r"|texts?|articles?|folders?|word (?:file|document)s?)"
)
_THING = rf"(?:{_OF_DOCUMENTS}{_DOCUMENT})"
_PLACE = (
    r"(?: (?:to|in|into|from|here|too|as well|the|this|my|your|index|collection|corpus|library))*"
)
_CHANGE = r"(?:add|upload|import|remove)"
_HELD = (
    r"(?:documents?|docs?|sources?|files?|papers?|texts?|data|materials?|information|content|pages"
    r"|articles|pdfs?)"
)
_COLLECTION = r"(?:index|collection|corpus)"

WORDINGS: Mapping[Talk, tuple[str, ...]] = {
    Talk.HOLDINGS: (
        rf"(?:what|which|how many)(?: (?:kind|sort|type)s? of| all| the)? {_HELD} (?:do (?:you|u)"
        rf" (?:have|know|hold|use|search|cover)|have you (?:got|indexed|loaded|read)|are (?:there"
        rf"|here|indexed|loaded|available|in (?:here|there|this|the|your))|is in (?:here"
        rf"|there|this|the)|can (?:you|i) (?:search|access|see|read))(?: access to| in| here| total"
        rf"| right| now| currently| the| this| your| {_COLLECTION})*",
        rf"(?:list|show)(?: me)?(?: all| the| your| of| available)* {_HELD}(?: you have| here"
        r"| available| please)*",
        r"what (?:do you have|have you got|do you know|do you cover|do you contain)(?: in here"
        r"| here| in there)?",
        rf"what(?: is|'s|s) in (?:here|there|(?:the|this|your) {_COLLECTION})",
        r"what (?:are )?your sources(?: are)?",
        r"what(?: is|'s) (?:your|the) (?:source|knowledge|data) ?(?:base)?",
        r"where (?:do|does) (?:you|your (?:answers?|information|data)) (?:get|come)(?: your| the)?"
        r"(?: answers?| information| data| info)? ?from",
        rf"how (?:big|large|old|recent|current|up to date) (?:is|are) (?:your|this)"
        rf" (?:{_COLLECTION}|{_HELD})",
        r"welche (?:dokumente|quellen|texte|dateien) (?:hast du|haben sie|gibt es|kennst du"
        r"|sind (?:da|hier|vorhanden|enthalten|drin))(?: hier| eigentlich| denn)*",
        r"was (?:hast du|haben sie) (?:hier )?(?:für|an) (?:dokumente|quellen|dateien)",
        r"quels (?:documents|fichiers|textes) (?:as-tu|avez-vous|sont disponibles|connais-tu"
        r"|sont là|y a-t-il)(?: ici)?",
        r"quelles (?:sont tes|sont vos) sources|quelles sources (?:as-tu|avez-vous)",
        r"qu[eé] (?:documentos|archivos|fuentes|textos) (?:tienes|tiene|hay|conoces)(?: aquí)?",
        r"какие (?:у тебя |у вас |здесь |тут |есть )*(?:документы|источники|файлы|тексты)"
        r"(?: есть| здесь| тут| у тебя| у вас)*",
        r"(?:你|您|这里)?(?:都)?有(?:哪些|什么)(?:文件|文档|资料|来源|文章)",
    ),
    Talk.ADDING: (
        rf"how (?:do|can|could|would|should|to) ?(?:i|we|you|one)? ?{_CHANGE} {_THING}{_PLACE}",
        rf"(?:can|could|may) (?:i|we) (?:also )?{_CHANGE} {_THING}{_PLACE}(?: of my own| myself)?",
        rf"where (?:do|can|should) (?:i|we) (?:add|upload|put|drop|import) {_THING}{_PLACE}",
        rf"(?:i (?:want|would like|need) to |i'd like to )?(?:add|upload) {_THING}{_PLACE}",
        rf"how (?:do|can|could) i (?:get rid of|take out|refresh) {_THING}(?: i (?:uploaded"
        rf"|added|put in))?"
        r"(?: by mistake)?|how do i get (?:more|new|my) (?:documents|files|sources)"
        r" (?:in|into) (?:this(?: thing)?|here)|how i can (?:upload|add) "
        + _THING
        + r"|how many files can i (?:put in|add"
        r"|upload)",
        r"wie (?:kann|füge|lade) ich (?:hier )?(?:ein |eine |neue |meine "
        r"|weitere )*(?:dokument\w*|datei\w*"
        r"|quelle\w*|pdfs?|unterlagen) (?:hier )?(?:hinzu|hoch|hinzufügen|hochladen|ergänzen)",
        r"comment (?:ajouter|importer|téléverser|charger) (?:un |une |des |mes |de nouveaux )?"
        r"(?:documents?|fichiers?|sources?|pdfs?)(?: ici)?",
        r"c[óo]mo (?:añado|añadir|agrego|agregar|subo|subir|cargo|cargar|puedo añadir"
        r"|puedo subir) (?:un "
        r"|una |mis |nuevos )?(?:documentos?|archivos?|fuentes?|pdfs?)(?: aqu[íi])?",
        r"как (?:мне )?(?:добавить|загрузить) (?:новый |свой |свои )?(?:документ|файл|источник)\w*"
        r"(?: сюда)?",
        r"(?:如何|怎么|怎样)(?:添加|上传|加入).*(?:文件|文档|资料|来源)",
    ),
    Talk.IDENTITY: (
        r"(?:who|what)(?: exactly)? (?:are|r) (?:you|u)(?: exactly)?",
        r"what(?: is|'s) (?:your name|your purpose|your job|this(?: thing| tool| app| bot| chat"
        r"|chatbot| program| page| site| website)?|pincite)",
        rf"(?:are|r) (?:you|u) {_MACHINE}",
        r"is this (?:an? )?(?:ai|bot|chatbot|chatgpt|llm|language model|real person)(?: or .*)?",
        rf"(?:am i (?:talking|speaking|chatting) (?:to|with)|do you use) {_MACHINE}",
        rf"who (?:made|built|created|wrote|developed) {YOU}",
        r"introduce yourself|tell me about yourself",
        r"(?:wer|was) bist du|wer sind sie|wie hei(?:ß|ss)t du",
        r"bist du (?:eine? )?(?:ki|bot|mensch|roboter|maschine)(?: oder .*)?",
        r"qui (?:es[- ]tu|êtes[- ]vous)|tu es qui|es-tu une? (?:ia|robot|humain)",
        r"qui[eé]n eres|qu[eé] eres|eres (?:un |una )?(?:ia|bot|robot|humano|persona)",
        r"кто ты|кто вы|ты кто|ты (?:бот|робот|человек)(?: или .*)?|как тебя зовут",
        r"(?:你|您)是谁|你是(?:ai|人工智能|机器人)吗|你叫什么(?:名字)?",
    ),
    Talk.HELP: (
        r"help(?: me| please)?|i need (?:some )?help|(?:can|could"
        r"|will) you (?:please )?help(?: me)?",
        rf"how can {YOU} help(?: me)?",
        r"(?:can|do) you read (?:scanned )?(?:pdfs?|images|pictures|tables)"
        r"|why are you (?:so )?slow|tell me a joke",
        rf"what (?:all )?can (?:{YOU}|i) (?:do|ask|type|help(?: me)?(?: with)?)(?: for me| here"
        rf"| you"
        r"| with (?:this|it))*",
        r"what (?:should|could|may|shall) i (?:ask|type)(?: you| here| first)*",
        r"can i trust (?:you|your answers)|is (?:this|my) (?:chat|conversation) (?:recorded"
        r"|stored|saved)"
        r"|are my (?:questions|messages) (?:stored|saved|recorded|kept)(?: anywhere| somewhere)?"
        r"|i (?:want|need) to (?:talk|speak) to a (?:real )?(?:person|human)"
        r"|what (?:kinds? of|sorts? of) (?:things|questions) can i ask(?: you| here)?"
        r"|what (?:are you able|can you actually|can you really) (?:to )?(?:do"
        r"|help(?: me)?(?: with)?)"
        r"(?: with| for me)?",
        r"what (?:questions|kinds? of questions|sort of questions|sorts of questions) can i ask"
        r"(?: you| here)?",
        rf"how (?:do|does) (?:i use )?{YOU}(?: work| works)?",
        r"how (?:do|can) i (?:start|begin|use (?:this|it|you)|ask(?: a question)?|get started"
        r"|search)",
        rf"how to use {YOU}",
        r"what are (?:you capable of|your (?:capabilities|features)|you able to do|you good for)",
        rf"what do(?:es)? {YOU} do",
        r"where do i (?:start|begin)",
        r"(?:i am|i'm) (?:new(?: here)?|lost|confused|stuck)(?: here)?",
        r"show me (?:an example|examples|how (?:it|this) works)|give me (?:an )?examples?",
        rf"(?:can|do) (?:you|u) (?:speak|understand|answer in|talk|know|reply in) {_TONGUE}"
        r"(?: too| as well| please)?",
        r"how (?:do|can) i (?:change|switch) (?:the )?language",
        r"can i ask (?:you )?(?:something|a question|anything)",
        r"do you remember (?:me|my (?:name|questions?)|what i (?:asked|said))",
        r"hilfe|hilf mir|was kannst du(?: alles| so| für mich)*(?: tun| machen)?",
        r"(?:kannst du|können sie) mir helfen|wie funktioniert (?:das|dies|es)(?: hier)?",
        r"(?:sprichst du|sprechen sie|kannst du) (?:auch |mir )?(?:auf )?\w+(?: antworten)?",
        r"aide(?:[rz]?[- ]moi)?|peux-tu m'aider|pouvez-vous m'aider|comment ça (?:marche"
        r"|fonctionne)",
        r"(?:que (?:peux-tu|pouvez-vous|sais-tu)|qu'est-ce que tu (?:peux|sais)) faire",
        r"(?:parles-tu|tu parles|parlez-vous|vous parlez) \w+|(?:vous êtes|êtes-vous|tu es) une ia",
        r"ayuda|ay[uú]dame|(?:me )?puedes ayudar(?:me)?|c[óo]mo funciona(?: esto)?|hablas \w+",
        r"qu[eé] (?:puedes|sabes) hacer",
        r"помощь|помоги(?:те)?(?: мне)?|что (?:ты|вы) (?:умеешь|можешь|умеете)(?: делать)?",
        r"как это работает|как (?:этим )?пользоваться|ты говоришь по-\w+",
        r"帮助|帮帮我|你(?:能|可以|会)(?:做|干|帮我)?(?:什么|些什么|做些什么|做什么)|怎么用|怎么使用"
        r"|如何使用|你(?:会|能)说\w+吗",
    ),
    Talk.THANKS: (
        r"thanks?|thank (?:you|u)|thx|thnx|thks|ty|tysm|many thanks|much appreciated|cheers",
        r"(?:i )?(?:really )?appreciate(?: it| that)?",
        r"(?:great|good|nice) (?:job|work)|well done|(?:that|this) (?:helped|helps|was helpful"
        r"|is helpful|is great|was great)(?: a lot)?|(?:very|super|so) helpful|helpful",
        r"danke(?:schön)?|(?:vielen|besten|herzlichen) dank|merci|gracias|спасибо|благодарю",
        r"谢谢(?:你|您|你们)?|多谢|感谢",
    ),
    Talk.GOODBYE: (
        r"bye+(?:[ -]?bye)?|goodbye|good night|see (?:you|ya|u)(?: later| soon| tomorrow)?|cya"
        r"|later",
        r"farewell|take care|have a (?:nice|good|great) (?:day|one|evening|weekend)",
        r"i(?:'m| am) done|that(?:'s| is) all|gotta go|got to go",
        r"tschü(?:ss|ß)|tschau|auf wiedersehen|bis (?:später|bald|dann)|ciao",
        r"au revoir|à bientôt|bonne (?:journée|soirée)|adi[óo]s|hasta luego",
        r"пока|до свидания|再见|拜拜",
    ),
    Talk.GREETING: (
        r"good (?:morning|afternoon|evening) to you|i hope you(?: are|'re) (?:well|fine)"
        r"|is (?:anybody|anyone|somebody|someone) there",
        r"h+i+|h+e+l+o+|h+e+l+l+o+|he+y+|hiya|howdy|yo|sup|what'?s up|wassup|greetings|morning",
        r"(?:good|gud) (?:morning|afternoon|evening|day)|nice to meet you",
        r"how (?:are|r) (?:you|u|ya)(?: doing)?|how do you do|how(?:'s| is) it going",
        r"hallo|hallöchen|guten? (?:tag|morgen|abend)|moin|servus|grüß gott|grüezi"
        r"|wie geht(?:'s| es)(?: dir| ihnen)?",
        r"bonjour|bonsoir|salut|coucou|ça va|comment (?:ça va|allez-vous|vas-tu)",
        r"hola|buen(?:os|as) (?:d[ií]as|tardes|noches)|buenas|qu[eé] tal|c[óo]mo est[aá]s",
        r"привет|здравствуй(?:те)?|добрый (?:день|вечер)|доброе утро|как дела",
        r"(?:你|您)好|嗨|早上好|下午好|晚上好|哈喽",
    ),
    Talk.OTHER: (
        r"testing(?: 123| 1 2 3| one two three)|wtf|you're (?:an )?(?:idiot|stupid|brilliant)"
        r"|that answer was (?:wrong|useless|bad)|try harder|i (?:typed|sent) that by accident"
        r"|i don'?t understand your answer|say it more simply|exactly what i was after",
        r"ok(?:ay|ey)?|k+|yes|no|nope|yep|yeah|yup|sure|right|alright|fine|got it|gotcha|i see",
        r"understood|makes sense|interesting|wow|hm+|aha|ah|oh|lol|rofl|(?:ha)+h?|whatever|sorry",
        r"never ?mind|nvm|wrong|not helpful|useless|test(?:ing)?|just testing",
        r"(?:you|that|this|it) (?:did ?n[o']?t|misunderstood|mis-understood"
        r"|does ?n[o']?t) ?(?:me|answer"
        r" (?:my|the) question|help(?: me)?|understand(?: me)?)?|you misunderstood me|start over"
        r"|let'?s start over|(?:sorry )?wrong window|(?:i )?pressed (?:enter )?(?:wrong|too early)"
        r"|(?:you're|you are|your|that's|thats) (?:useless|fast|slow|wrong|great|the best|quick)",
        r"(?:that|this|you|it)(?:'s|'re|s| is| are| was)? (?:wrong|not (?:right|true|correct"
        r"|helpful"
        r"|what i (?:asked|meant)(?: for)?)|incorrect)",
        r"ja|nein|genau|gut|oui|non|s[ií]|vale|claro|да|нет|хорошо|понятно|好的?|是|不|对|嗯",
    ),
}
"""By what is wanted, the likeliest first."""

FILLER = (
    r"there|all|everyone|everybody|team|bot|assistant|pincite|chatbot|buddy|friend|folks|guys"
    r"|mate|man"
    r"|again|you|so|very|much|a (?:lot|bunch|million)|lots|dear|then|now|today|good|great|nice|cool"
    r"|perfect|awesome|excellent|amazing|really|please|pls|plz|indeed|well|and|but|just|super"
    r"|for (?:that|this|everything|your (?:help|time)|(?:the )?(?:help|info(?:rmation)?|answer)"
    r"|helping(?: me)?|all|now|today)|that was|was|war|das|hilfreich|quick"
    r"|eso era todo|das reicht mir|всё|все|понятно|anybody|here|speaking"
    r"|exactly what i needed|is|that|sehr|dir|ihnen|schön"
    r"|alle|zusammen|beaucoup|bien|à tous|tout le monde"
    r"|muchas|much[ií]simas|amigo|большое|огромное|вам|всем|大家|very much|in advance"
)
"""What may stand between them and says nothing."""
