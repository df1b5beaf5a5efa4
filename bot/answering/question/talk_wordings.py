"""Wordings of greetings, thanks and requests for help, in the languages of the web page.

Texts are compared in lower case and without punctuation. Each entry is a regular expression for a
whole run of words.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...types import Talk

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
_COLLECTION = r"(?:index|collection|corpus|folder)"
_HERE = r"(?: right now| currently| here| there| in (?:here|there)| available| please)*"

# The same in other languages: a document, the words before it, and the verbs that add it.
_GERMAN = r"(?:dokument\w*|datei\w*|quelle\w*|text\w*|artikel\w*|unterlagen|pdfs?)"
_GERMAN_ONE = (
    r"(?:(?:ein|eine|einen|neue[nrs]?|mein\w*|weitere[nrs]?|eigene[nrs]?|andere[nrs]?|noch|mehr|das"
    r"|die|den|alle|hier|denn|bitte) )*"
)
_FRENCH = r"(?:documents?|fichiers?|sources?|textes?|articles?|pdfs?)"
_FRENCH_ONE = (
    r"(?:(?:un|une|des|de|du|le|la|les|mon|ma|mes|nouveaux?|nouvelles?|nouvel|autres?|d'autres"
    r"|tous|toutes) )*"
)
_SPANISH = r"(?:documentos?|archivos?|ficheros?|fuentes?|textos?|art[íi]culos?|pdfs?)"
_SPANISH_ONE = (
    r"(?:(?:un|una|unos|el|la|los|las|mi|mis|nuevos?|nuevas?|otros?|otras?|m[áa]s|todos|todas) )*"
)
_RUSSIAN = r"(?:документ|файл|источник|текст|стать)\w*"
_CHINESE = r"(?:文件|文档|资料|来源|文章)"

WORDINGS: Mapping[Talk, tuple[str, ...]] = {
    Talk.HOLDINGS: (
        rf"(?:what|which|how many)(?: (?:kind|sort|type)s? of| all| the)? {_HELD} (?:do (?:you|u)"
        rf" (?:have|know|hold|use|search|cover)|have you (?:got|indexed|loaded|read)|are (?:there"
        rf"|here|indexed|loaded|available|in (?:here|there|this|the|your))|is in (?:here"
        rf"|there|this|the)|can (?:you|i) (?:search|access|see|read))(?: access to| in| here| total"
        rf"| right| now| currently| the| this| your| {_COLLECTION})*",
        rf"(?:list|show|name|enumerate|give|tell)(?: me)?(?: all| every| each| the| your| of| a"
        rf"| list| names?| titles?| available| loaded| indexed)* {_HELD}(?: (?:that |which )?"
        rf"(?:you|u|i|we) (?:have|hold|know|got|use|search|can (?:search|see|read|access)))?"
        rf"(?: of| about)?{_HERE}",
        rf"what (?:kinds?|sorts?|types?) of (?:stuff|things?|texts?|{_HELD}) (?:is|are|do you have)"
        rf"{_HERE}",
        r"what (?:do you have|have you got|do you know|do you cover|do you contain)(?: in here"
        r"| here| in there)?",
        rf"what(?: is|'s|s) in (?:here|there|(?:the|this|your) {_COLLECTION})",
        r"what (?:are )?your sources(?: are)?",
        r"what(?: is|'s) (?:your|the) (?:source|knowledge|data) ?(?:base)?",
        r"where (?:do|does) (?:you|your (?:answers?|information|data)) (?:get|come)(?: your| the)?"
        r"(?: answers?| information| data| info)? ?from",
        rf"how (?:big|large|old|recent|current|up to date) (?:is|are) (?:your|this)"
        rf" (?:{_COLLECTION}|{_HELD})",
        rf"(?:welche|was für|wie viele) {_GERMAN} (?:hast du|haben sie|gibt es|kennst du|sind"
        r"|liegen|stehen)(?: hier| da| eigentlich| denn| alles| vorhanden| enthalten| drin"
        r"| verfügbar)*",
        rf"was (?:hast du|haben sie)(?: hier| alles| denn)*(?: (?:für|an) {_GERMAN})?"
        r"|was gibt es hier(?: alles)?",
        rf"(?:zeig\w*|liste|nenne?)(?: mir| uns)? {_GERMAN_ONE}{_GERMAN}(?: auf| an| hier)*",
        rf"(?:quel(?:le)?s|combien de) {_FRENCH} (?:as-tu|avez-vous|sont (?:là|disponibles|ici)"
        r"|connais-tu|connaissez-vous|y a-t-il|il y a)(?: ici)?|quelles sont (?:tes|vos) sources",
        rf"(?:liste|montre|cite|donne)[zr]?(?:[ -](?:moi|nous))? {_FRENCH_ONE}{_FRENCH}(?: ici)?"
        r"|qu'y a-t-il ici|qu'est-ce qu'il y a ici",
        rf"(?:qu[eé]|cu[áa]ntos|cu[áa]ntas|cu[áa]les) {_SPANISH} (?:tienes?|hay|conoces|son)"
        r"(?: aqu[íi]| tus)*|qu[eé] hay aqu[íi]",
        rf"(?:lista|muestra|enumera|mu[ée]strame|l[íi]stame|dame) {_SPANISH_ONE}{_SPANISH}",
        rf"(?:какие|сколько) (?:у тебя |у вас |здесь |тут |есть )*{_RUSSIAN}"
        r"(?: есть| здесь| тут| у тебя| у вас| имеются)*|что (?:здесь|тут) есть",
        rf"(?:покажи|перечисли|назови)(?:те)?(?: мне)?(?: все| свои| список)* {_RUSSIAN}",
        rf"(?:你|您|这里)?(?:都)?有(?:哪些|什么|多少(?:个|份|篇)?){_CHINESE}"
        rf"|(?:请)?(?:列出|显示)(?:你|您)?(?:所有|全部)?(?:的)?{_CHINESE}",
        r"(?:quali|quanti|quante|che) (?:documenti|file|fonti|testi) (?:hai|ci sono|conosci)"
        r"(?: qui)?",
        r"(?:quais|quantos|quantas|que) (?:documentos|arquivos|ficheiros|fontes) (?:você )?(?:tens?"
        r"|tem|há|existem|conhece)(?: aqui)?",
        r"(?:welke|hoeveel) (?:documenten|bestanden|bronnen) (?:heb je|heeft u|zijn er|ken je)"
        r"(?: hier)?|(?:hangi|kaç) (?:belge|dosya|kaynak)\w* (?:var|mevcut)",
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
        rf"how (?:many|big|large) (?:a )?{_HELD} (?:can|could|may) (?:you|u|this|it|i) (?:cope with"
        r"|handle|take|manage|hold|load|index)",
        rf"(?:wie|wo|womit) (?:kann|füge|lade|lösche|entferne) ich {_GERMAN_ONE}{_GERMAN}(?: hier)?"
        r" ?(?:hinzu(?:fügen)?|hoch(?:laden)?|ergänzen|laden|löschen|entfernen)?(?: hier)?"
        rf"|kann ich {_GERMAN_ONE}{_GERMAN} (?:hinzufügen|hochladen|ergänzen)",
        r"(?:comment|où)(?: (?:puis-je|peut-on|est-ce que je peux|je peux|faire pour))?"
        r" (?:j')?(?:ajout|import|télévers|charg|supprim)\w*(?:-je|-t-on)?"
        rf" {_FRENCH_ONE}{_FRENCH}(?: ici)?",
        r"(?:c[óo]mo|d[óo]nde)(?: (?:puedo|se puede|hago para|se))?"
        r" (?:añad|agreg|sub|carg|import|elimin)\w*"
        rf" {_SPANISH_ONE}{_SPANISH}(?: aqu[íi])?",
        r"(?:как|куда|где)(?: мне| можно)? (?:добавить|загрузить|удалить)"
        rf"(?: новы\w+| сво\w+)* {_RUSSIAN}(?: сюда| здесь)?",
        rf"(?:如何|怎么|怎样)(?:添加|上传|加入|删除).*{_CHINESE}",
        r"come (?:posso )?(?:aggiung|caric)\w+ (?:(?:un|una|i|dei|miei|nuov[oiae]) )*"
        r"(?:documento|documenti|file|fonte|fonti|pdf)(?: qui)?",
        r"como (?:posso |faço para |eu )?(?:adicion|carreg|envi|acrescent)\w+ (?:(?:um|uma|os|meus"
        r"|novos?) )*(?:documentos?|arquivos?|ficheiros?|fontes?|pdfs?)(?: aqui)?",
        r"hoe (?:kan ik|voeg ik) (?:(?:een|nieuwe?|mijn) )*(?:document(?:en)?|bestand(?:en)?)"
        r" ?(?:toe(?:voegen)?|uploaden)?"
        r"|(?:nasıl )?(?:belge|dosya)\w* (?:nasıl )?(?:ekle|yükle)\w*",
    ),
    Talk.IDENTITY: (
        r"(?:who|what)(?: exactly)? (?:are|r) (?:you|u)(?: exactly)?",
        r"what(?: is|'s) (?:your name|your purpose|your job|this(?: thing| tool| app| bot| chat"
        r"|chatbot| program| page| site| website)?|pincite)",
        rf"(?:are|r) (?:you|u) {_MACHINE}",
        r"is this (?:an? )?(?:ai|bot|chatbot|chatgpt|llm|language model|real person)(?: or .*)?",
        rf"(?:am i (?:talking|speaking|chatting) (?:to|with)|do you use) {_MACHINE}",
        rf"who (?:(?:has |have )?(?:made|built|created|wrote|developed|programmed|designed"
        rf"|trained)|is behind) {YOU}",
        r"who am i (?:talking|speaking|chatting|writing) (?:to|with)",
        r"(?:is|does|will) what i (?:type|write|ask|enter)(?: in)?(?: here)? (?:get |be )?(?:sent"
        r"|stored|saved|recorded|kept|shared)(?: (?:over|to|on|with|somewhere|anywhere|the|internet"
        r"|cloud|some|a|company|anyone|anybody|server))*",
        r"introduce yourself|tell me about yourself",
        r"(?:wer|was) bist du|wer sind sie|wie hei(?:ß|ss)t du",
        r"bist du (?:eine? )?(?:ki|bot|mensch|roboter|maschine)(?: oder .*)?",
        r"qui (?:es[- ]tu|êtes[- ]vous)|tu es qui|es-tu une? (?:ia|robot|humain)",
        r"qui[eé]n eres|qu[eé] eres|eres (?:un |una )?(?:ia|bot|robot|humano|persona)",
        r"кто ты|кто вы|ты кто|ты (?:бот|робот|человек)(?: или .*)?|как тебя зовут",
        r"wer hat dich (?:gemacht|gebaut|entwickelt|programmiert|erschaffen)"
        r"|qui (?:t'a|vous a) (?:créé|fait|conçu|développé)"
        r"|qui[eé]n te (?:hizo|cre[óo]|ha creado|program[óo])|кто тебя (?:создал|сделал)",
        r"chi sei|cosa sei|quem (?:é você|és)|wie ben je|kim jesteś|(?:sen )?kimsin",
        r"(?:你|您)是谁|谁(?:创造|开发|制造)了?(?:你|您)|你是(?:ai|人工智能|机器人)吗|你叫什么(?:名字)?",
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
        r"what (?:questions|kinds? of questions|sort of questions|sorts of questions)"
        r" (?:can|could|should|may) i ask(?: you| here)?",
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
        r"(?:kannst du|können sie)(?: mir| bitte| auf)* \w+ (?:sprechen|reden|schreiben)"
        r"|wie (?:kann|soll) ich (?:dich |das |hier )?(?:benutzen|bedienen|fragen|suchen)",
        r"(?:peux-tu|tu peux|pouvez-vous|vous pouvez|sais-tu) (?:me |nous )?(?:répondre|parler"
        r"|écrire) (?:en )?\w+|réponds(?:-moi)? en \w+",
        r"(?:puedes|puede|podrías) (?:responder|contestar|hablar|escribir)(?:me)?(?: en)? \w+"
        r"|c[óo]mo (?:te|lo) uso|c[óo]mo se usa(?: esto)?|en qu[eé] (?:me )?puedes ayudar(?:me)?",
        r"(?:ты )?(?:можешь|умеешь)(?: ли ты)? (?:отвечать|говорить|писать) (?:по-|на )\w+"
        r"|(?:отвечай|говори)(?:те)? по-\w+|(?:你|您)?(?:能|可以|会)用\w+?(?:回答|说)(?:我)?吗",
        r"aiuto|aiutami|(?:mi )?puoi aiutar(?:mi|e)|come funziona(?: questo)?"
        r"|(?:che )?cosa (?:puoi|sai) fare|parli \w+|ajuda|podes? (?:me )?ajudar"
        r"|como (?:isto |isso )?funciona"
        r"|o que (?:você )?(?:pode|sabe) fazer|(?:você )?fala \w+",
        r"kun je (?:me|mij) helpen|wat kun je(?: doen)?|hoe werkt (?:dit|het)|pomoc|pomóż(?: mi)?"
        r"|co (?:potrafisz|umiesz)|yardım(?: et)?|ne yapabilirsin|nasıl çalışır",
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
        r"grazie(?: mille)?|mille grazie|(?:muito )?obrigad[oa]|dank ?(?:je|u)(?: wel)?|bedankt"
        r"|dziękuję|dzięki|teşekkür(?:ler| ederim)|sağ ?ol|дякую|р[аақ]хмет|rahmat"
        r"|ありがとう\w*|شكرا",
        r"谢谢(?:你|您|你们)?|多谢|感谢",
    ),
    Talk.GOODBYE: (
        r"bye+(?:[ -]?bye)?|goodbye|good night|see (?:you|ya|u)(?: later| soon| tomorrow)?|cya"
        r"|later",
        r"farewell|take care|have a (?:nice|good|great) (?:day|one|evening|weekend)",
        r"i(?:'m| am) done|that(?:'s| is) all|gotta go|got to go",
        r"tschü(?:ss|ß)|tschau|auf wiedersehen|bis (?:später|bald|dann|morgen)|ciao",
        r"au revoir|à (?:bientôt|demain|plus tard)|bonne (?:journée|soirée|nuit)|adi[óo]s"
        r"|hasta (?:luego|pronto|mañana|la vista)|chao|arrivederci|a presto|adeus|tchau"
        r"|até (?:logo|mais|breve|amanhã)|tot (?:ziens|later|straks)|doei|do widzenia"
        r"|hoşça ?kal|görüşürüz",
        r"пока|до (?:свидания|встречи|завтра)|до побачення|再见|拜拜",
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
        r"buon(?:giorno|asera)|salve|olá|oi|bom dia|boa (?:tarde|noite)|hoi"
        r"|goede(?:morgen|ndag|navond)|cześć|dzień dobry|merhaba|selam|günaydın"
        r"|iyi günler|привіт|сәлем\w*|salom|こんにちは|مرحبا",
        r"(?:你|您)好|嗨|早上好|下午好|晚上好|哈喽",
    ),
    Talk.OTHER: (
        r"testing(?: 123| 1 2 3| one two three)|wtf|fuck(?: \w+){0,4}"
        r"|you're (?:an )?(?:idiot|stupid|brilliant)"
        r"|that answer was (?:wrong|useless|bad)|try (?:it )?(?:harder|again|agian|once more)"
        r"|i (?:typed|sent) that by accident"
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
        r"|what i (?:asked|meant|wanted)(?: for)?)|incorrect)",
        r"ja|nein|genau|gut|oui|non|s[ií]|vale|claro|да|нет|хорошо|понятно|好的?|是|不|对|嗯",
    ),
}
"""The wordings of each kind of talk, in order of precedence."""

FILLER = (
    r"there|all|everyone|everybody|team|bot|assistant|pincite|chatbot|buddy|friend|folks|guys"
    r"|mate|man"
    r"|again|you|so|very|much|a (?:lot|bunch|million)|lots|dear|then|now|today|good|great|nice|cool"
    r"|perfect|awesome|excellent|amazing|really|please|pls|plz|indeed|well|and|but|just|super"
    r"|for (?:that|this|everything|your (?:help|time)|(?:the )?(?:help|info(?:rmation)?|answer)"
    r"|helping(?: me)?|all|now|today)|that was|was|war|das|hilfreich|quick"
    r"|eso era todo|das reicht mir|всё|все|понятно|anybody|here|speaking"
    r"|exactly what i needed|is|that|sehr|dir|ihnen|schön"
    r"|from (?:what|which) (?:newspapers?|papers?|publishers?|sources?|sites?|places?)"
    r"|y|e|et|und|и|also|too|brilliant|lovely|mil|por todo|pour tout|für alles|vielmals|за всё"
    r"|alle|zusammen|beaucoup|bien|à tous|tout le monde"
    r"|muchas|much[ií]simas|amigo|большое|огромное|вам|всем|大家|very much|in advance"
)
"""Words between them that carry no meaning."""
