"""The wording of page furniture, as data: one regular expression per line, matched in full.

English is covered in some depth; German, French, Spanish and Russian in their most common phrases.
Case, kinds of blanks and apostrophes, leading bullets and trailing symbols are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Where(Enum):
    """Where this kind of wording is furniture rather than part of the text."""

    ANYWHERE = "anywhere"
    ON_WEB_PAGES = "on web pages"
    AROUND_THE_ARTICLE = "around the article of a web page; within, it may be a heading"


@dataclass(frozen=True, slots=True)
class Furniture:
    """A kind of furniture.

    `evidence` says how strongly it indicates a saved web page, from 1 (other texts have it too) to
    3 (nothing else has it). `opens_section` means that more furniture follows it, as headlines
    follow "Related news".
    """

    reason: str
    evidence: int
    where: Where
    opens_section: bool = False


SHARE_BUTTONS = Furniture("share buttons", 2, Where.ANYWHERE)
SHARE_BUTTON = Furniture("share buttons", 1, Where.AROUND_THE_ARTICLE)
BREADCRUMB = Furniture("breadcrumb", 1, Where.ON_WEB_PAGES)
DATE_LINE = Furniture("date line", 1, Where.AROUND_THE_ARTICLE)
BYLINE = Furniture("byline", 1, Where.AROUND_THE_ARTICLE)
SEE_ALSO = Furniture("see also", 1, Where.ON_WEB_PAGES)

PHRASES: Mapping[Furniture, str] = {
    Furniture("source link", 3, Where.ANYWHERE): r"""
    (source|via|original( article| source)?|quelle|fuente|источник): (link|url)
    """,
    Furniture("comment form", 2, Where.ANYWHERE): r"""
    (add|post|write) a comment|post( your)? comment|cancel reply
    """,
    Furniture("comments", 2, Where.ANYWHERE, opens_section=True): r"""
    leave a (reply|comment)( cancel reply)?|be the first to comment
    your email address will not be published.*
    log in to (leave|post) a (comment|reply)|comments are closed
    (schreiben sie einen )?kommentar(e)? (schreiben|hinterlassen|verfassen)
    schreiben sie einen kommentar|ihre e-mail-adresse wird nicht veröffentlicht.*
    laisser un commentaire|votre adresse e-mail ne sera pas publiée.*
    deja una? (comentario|respuesta)|tu dirección de correo electrónico no será publicada.*
    (добавить|оставить) комментарий
    """,
    Furniture("comment count", 1, Where.ON_WEB_PAGES, opens_section=True): r"""
    (\d+|no|show|view all|all)( reader)? (comments?|responses?|replies)( yet)?
    comments( \(\d+\))?|join the (conversation|discussion)
    \d+ (kommentare?|commentaires?|comentarios?)|комментарии( \(?\d+\)?)?
    """,
    Furniture("related articles", 2, Where.ON_WEB_PAGES, opens_section=True): r"""
    (related|recent|popular|top|latest|trending|featured|more|recommended|similar|other) NEWS
    most popular( NEWS)?|most (read|viewed|shared)|trending( now)?|must reads?
    you (may|might)( also)? (like|enjoy|be interested in)|people also (read|ask)
    more (like this|from .{2,40}|on this( .{2,40})?)|in case you missed it|more to explore
    (read|up|watch) next|keep reading|what's (hot|new|trending)|don't miss|our picks
    editor'?s'? picks?
    das könnte (sie|dich)( auch)? interessieren|mehr zum thema|meistgelesen
    (weitere|ähnliche|neueste|verwandte) (artikel|beiträge|nachrichten|meldungen|themen)
    lesen sie auch|à lire( aussi| également)?|sur le même (sujet|thème)|les plus lus
    (articles|actualités) (similaires|liés|récents|connexes)|vous aimerez aussi
    (artículos|noticias|entradas) (relacionad[ao]s|recientes)|lo más (leído|visto)
    (también )?te puede interesar|читайте также|похожие (статьи|новости|материалы)
    ((новости|материалы|статьи) )?по теме|популярное|самое читаемое|последние новости
    """,
    Furniture("site section", 1, Where.AROUND_THE_ARTICLE, opens_section=True): r"""
    about|about us|categories|archives?|tags|topics|newsletters?|social media|site ?map
    follow us( on .{2,40})?|stay connected|connect with us|we're social.{0,40}
    (quick|useful) links|contact us|get in touch
    kategorien|schlagwörter|archiv|folgen sie uns.{0,30}|über uns
    catégories|suivez-nous.{0,30}|qui sommes-nous|categorías|síguenos.{0,30}
    sobre nosotros|рубрики|о нас|мы в соцсетях
    """,
    Furniture("advertisement", 1, Where.ON_WEB_PAGES): r"""
    ad|advertisements?|advertising|ad feedback|supported by.{0,40}
    (sponsored|promoted|paid)( content| post| by .{2,60})?
    (story|article) continues (below|after).{0,40}|scroll( down)? to continue.{0,40}
    anzeige|werbung|publicité|publicidad|anuncio|реклама|на правах рекламы
    """,
    Furniture("image name", 2, Where.ON_WEB_PAGES): r"""
    .{0,80}\w_(img|image|logo|banner|thumb)|[^ ]+\.(jpe?g|png|gif|webp|svg)
    """,
    Furniture("cookie notice", 1, Where.AROUND_THE_ARTICLE): r"""
    (we|(this|our) (web)?site) uses? (.{0,60} )?cookies\b.*
    we (and our|value|care about) .*\b(cookies|privacy)\b.*
    by (continuing|using|clicking|browsing|visiting) .*\b(cookies|consent|agree)\b.*
    (wir|(diese|unsere) (web)?(site|seite)) (verwende|nutz|setz)(t|n|en) (.{0,40} )?cookies\b.*
    (ce site|nous) (web )?utilis(e|ons) (.{0,30} )?cookies\b.*
    (este sitio |esta página )?(web )?(utiliza|usa)(mos)? (.{0,30} )?cookies\b.*
    (мы|сайт|этот сайт) использу(ем|ет) (.{0,30} )?(cookies?|куки)\b.*
    """,
    Furniture("cookie buttons", 2, Where.ANYWHERE): r"""
    (accept|reject|decline|allow|manage)( all)? cookies|(accept|reject|decline) all
    cookie (settings|preferences|consent)|manage (consent|preferences|your privacy)
    (alle )?cookies (akzeptieren|ablehnen)|cookie-einstellungen|alle akzeptieren
    tout (accepter|refuser)|aceptar( todas)? las cookies
    """,
    Furniture("newsletter", 2, Where.ON_WEB_PAGES): r"""
    (subscribe|sign up|register|join)\b.{0,80}\b(newsletters?|inbox|mailing list).*
    (subscribe|sign up|register)\b.{0,80}\b(updates|alerts).*
    \[.{2,200}\b(inbox|newsletters?)\b.{0,80}\]
    get .{2,100} (in|to) your inbox.*|(enter )?your e-?mail( address)?( .{0,20})?
    subscribe( now| today| to .{2,60})?|unsubscribe.{0,60}|view (this email )?in (your )?browser
    (unseren? |zum )?newsletter (abonnieren|bestellen|anmelden).*|jetzt (abonnieren|anmelden)
    (abonnieren|bestellen) sie .{0,60}newsletter.*|s'abonner.{0,60}|abonnez-vous.{0,80}
    suscríbe(te|se)\b.{0,80}|подпи(саться|шитесь)\b.{0,80}
    """,
    Furniture("browser notice", 2, Where.ON_WEB_PAGES): r"""
    .{0,120}\b(no longer|does not|doesn't) supports? .{0,60}\b(browser|internet explorer).{0,200}
    .{0,120}\b(outdated|unsupported|old|older|different|modern) (version of your )?browser.{0,200}
    .{0,120}\b(please )?(enable|turn on|activate) javascript.{0,200}
    .{0,80}\bveraltete[nr]? browser.{0,200}|.{0,80}\bnavigateur (obsolète|n'est).{0,200}
    """,
    Furniture("machine text", 1, Where.ON_WEB_PAGES): r"""
    campaign: \S*_\S*.{0,200}
    """,
    Furniture("navigation", 2, Where.ANYWHERE): r"""
    (skip|jump) to( main| the)?( content| navigation)|toggle (navigation|menu|search)
    (main|primary|site) (navigation|menu)|(open|close|show|hide) (menu|navigation)
    back to top|type above and press enter.*|press esc to cancel
    zum (haupt)?inhalt( springen)?|nach oben|menü (öffnen|schließen)
    aller au contenu( principal)?|retour en haut|(ir|saltar) al contenido( principal)?
    перейти к (основному )?(содержимому|содержанию)|наверх
    """,
    Furniture("menu", 1, Where.AROUND_THE_ARTICLE): r"""
    home( page)?|menu|search( for)?|more|contact|log ?in|log ?out|sign (in|up)|register
    my account|(shopping )?(cart|basket)|donate|advertise( with us)?|careers|jobs|press|help
    accessibility|privacy|rss( feed)?|sections?|all topics|close
    startseite|suche|anmelden|registrieren|kontakt|impressum|datenschutz(erklärung)?|agb
    mediadaten|menü|accueil|rechercher|connexion|mentions légales|inicio|buscar
    iniciar sesión|contacto|aviso legal|главная|поиск|войти|регистрация|контакты
    """,
    Furniture("legal notice", 1, Where.ON_WEB_PAGES): r"""
    (copyright )?(©|\(c\)).{0,200}|copyright \d{4}.{0,200}
    .{0,120}\ball rights reserved\b.{0,80}
    (privacy|cookie)( policy| notice| statement)( .{0,40})?|do not sell .{2,60}
    terms (&|and) conditions|terms of (use|service)( .{0,40})?
    .{0,120}\balle rechte vorbehalten\b.{0,40}|.{0,120}\btous droits réservés\b.{0,40}
    .{0,120}\btodos los derechos reservados\b.{0,40}|.{0,120}\bвсе права защищены\b.{0,40}
    política de privacidad|politique de confidentialité|политика конфиденциальности
    """,
    Furniture("copy protection", 2, Where.ANYWHERE): r"""
    (error: )?content is protected.{0,10}
    """,
    Furniture("read more", 2, Where.ON_WEB_PAGES): r"""
    (read|learn|view|see|show|load|discover|find out) (more|all)( NEWS| \(.{2,20}\))?
    (read|learn|find out) more about .{2,40}
    (read|view) (the )?full (story|article)|continue reading.{0,100}
    weiterlesen|mehr (lesen|erfahren|anzeigen)|lire (la suite|plus)|en savoir plus
    leer más|seguir leyendo|ver más|читать (далее|полностью)|подробнее
    """,
    SEE_ALSO: r"""
    (see|read) also ?:? .{3,200}|(also read|read (more|next)|related|watch|listen): .{3,200}
    (lesen sie (auch|mehr)|siehe auch|mehr zum thema|auch interessant) ?:? .{3,200}
    (à )?lire (aussi|également) ?:? .{3,200}|(lea|lee|vea|ver) (también|además) ?:? .{3,200}
    (читайте|смотрите) также ?:? .{3,200}
    """,
    Furniture("photo credit", 1, Where.ON_WEB_PAGES): r"""
    (photo|image|picture|graphic|illustration)s?( credits?| by| courtesy( of)?)?: .{2,160}
    credits?: .{2,160}|(photo|image|photograph|courtesy) (by|of):? .{2,160}
    .{0,160}([/(|©]|\bvia) ?(getty images|shutterstock|istock(photo)?|afp|ap( photo)?|reuters)\)?
    (foto|bild(quelle)?|crédits?( photo)?|imagen|crédito|фото): .{2,160}
    """,
    Furniture("tags", 1, Where.ON_WEB_PAGES): r"""
    (tags?|tagged( with)?|filed under|posted in|categor(y|ies)|topics|keywords): .{2,200}
    (schlagw[oö]rt(er|e)|étiquettes|mots-clés|etiquetas|метки|теги): .{2,200}
    """,
    Furniture("pager", 1, Where.AROUND_THE_ARTICLE): r"""
    (next|previous|prev|older|newer)( NEWS| page)?|page \d+( of \d+)?|(\d+ ){2,}(… )?(\d+|next)
    (vorheriger|nächster) (artikel|beitrag)|article (précédent|suivant)
    (entrada|artículo) (anterior|siguiente)|(предыдущая|следующая) статья
    """,
    Furniture("counter", 1, Where.ON_WEB_PAGES): r"""
    [\d.,]+ ?[km]? (shares?|views?|likes?|reads?|followers)
    """,
    Furniture("feedback form", 2, Where.ON_WEB_PAGES): r"""
    (was|did you find|is) this (page|article|answer|information)( helpful| useful)?\?
    (war|ist) (diese seite|dieser artikel) hilfreich\?|¿.{2,30} (útil|ayudó)\?
    cet(te)? .{2,20} vous a-t-(il|elle) été utile ?\?|была ли .{2,40} полезн.{1,3}\?
    """,
    Furniture("weather", 1, Where.ON_WEB_PAGES): r"""
    [-+−]?\d{1,2}([.,]\d)? ?°? ?[cf]
    """,
    Furniture("category count", 1, Where.AROUND_THE_ARTICLE): r"""
    .{2,30} \(\d[\d,.]*\)
    """,
}

NEWS = (
    r"(posts?|news|articles?|stor(y|ies)|features|reads|topics|videos|headlines|coverage|reading"
    r"|content|comments)"
)
"""Replaces the word NEWS in the phrases above."""

SOCIAL_NETWORKS = frozenset(
    "facebook twitter instagram pinterest linkedin tumblr whatsapp telegram reddit youtube tiktok"
    " flipboard vk viber messenger xing threads bluesky mastodon вконтакте одноклассники".split()
)

SHARE_WORDS = frozenset(
    "share this on via with x tweet pin email e-mail mail sms print copy link rss pocket follow us"
    " teilen drucken folgen partager imprimer compartir imprimir поделиться печать".split()
)

CALLS_TO_ACTION = frozenset(
    "apply book browse buy call check click discover donate download explore find follow get join"
    " learn listen order read register see shop sign start subscribe support try visit watch"
    " bestellen entdecken jetzt découvrez inscrivez-vous descubre узнайте".split()
)
