"""Paints knowledge and replies as HTML; the only place that makes HTML, and it makes it by escaping.

Whatever comes in is text. The painted characters are exactly those that came in: passages and notices are never read as
Markdown or HTML, and line breaks and spaces are kept by the style sheet, not by markup.
"""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from bot.model import Clinic, Entry, Knowledge, Logo, Notice, Passage, Reply, Review, Shown, Suggestion

URGENT = frozenset({"crisis", "crisis-other", "emergency"})
CARING = frozenset({"crisis-short", "support", "harm"})
CHAT, FAQ = "/", "/faq"
# the notices for danger, below which the national numbers stand once more, to be tapped
TAPPED = URGENT | {"crisis-short", "harm"}
IN_DANGER = ("crisis", "emergency")
# the kinds of reply that offer a person
UNANSWERED = ("gap", "no_answer")
# what says, in the languages of the interface, that the number after it can be texted
TEXTED = r"[Tt]ext|[Mm]ensaje de texto"
# words of a source file's name that say no more than "the clinic's FAQ" does
PLAIN_NAME = frozenset({"clinic", "faq", "faqs"})
MONTHS = 12


def escape(text: str) -> str:
    """Return *text* as HTML that a browser turns back into the same characters.

    A parser would read a carriage return as a line feed, and a placeholder cannot be sent as half a surrogate pair.
    """
    return html.escape(text.encode("utf-8", "replace").decode("utf-8")).replace("\r", "&#13;")


def element(tag: str, *children: str, **attributes: str | None) -> str:
    """Return an element: *children* are HTML already, *attributes* are text (`class_` and `data_x` as in Python)."""
    painted = "".join(_attribute(name, value) for name, value in attributes.items())
    return f"<{tag}{painted}>{''.join(children)}</{tag}>"


def _button(word: str, class_: str | None, **attributes: str | None) -> str:
    return element("button", escape(word), type="button", class_=class_, **attributes)


def _attribute(name: str, value: str | None) -> str:
    return "" if value is None else f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'


def text_with_phones(text: str, clinic: Clinic) -> str:
    """Return *text* escaped, each of the clinic's numbers in it a link that calls it."""
    painted, end = [], 0
    for match in _numbers_in(text, clinic):
        texted = text_link(match[1], match[3]) + escape(match[2]) if match[1] else ""
        painted += [escape(text[end : match.start()]), texted, phone_link(match[3])]
        end = match.end()
    return "".join((*painted, escape(text[end:])))


def _numbers_in(text: str, clinic: Clinic) -> Iterator[re.Match[str]]:
    """Yield where a number of the clinic stands (group 3), after a word that says it can be texted (group 1) or not."""
    numbers = sorted({n for n in (clinic.phone, clinic.crisis_line, clinic.emergency) if n}, key=lambda n: (-len(n), n))
    if numbers:
        either = "|".join(map(re.escape, numbers))
        # a number inside a longer one is not that number
        yield from re.finditer(rf"(?:\b({TEXTED})( (?:al )?))?(?<![\w+-])(?<!\d )({either})(?!\w|-\d| \d)", text)


def text_link(word: str, number: str) -> str:
    """Return *word* as a link that writes a text message to *number*."""
    href = f"sms:{_dialled(number)}"
    return element("a", escape(word), class_="vb-phone", href=href, aria_label=f"{word} {number}")


def filled(word: str, **values: str) -> str:
    """Return an interface word with each `{name}` in it replaced by the value of that name."""
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), word)


def logo_path(logo: Logo) -> str:
    """Return the address of the clinic's picture, which changes with its bytes."""
    suffix = "svg" if "svg" in logo.media_type else "png"
    return f"/ui/logo.{hashlib.sha256(logo.content).hexdigest()[:16]}.{suffix}"


def phone_link(number: str, *before: str) -> str:
    """Return a link that calls *number*, with HTML *before* it inside the link."""
    return element("a", *before, escape(number), class_="vb-phone", href=f"tel:{_dialled(number)}")


def _dialled(number: str) -> str:
    digits = "".join(c for c in number if c.isascii() and c.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits


def paint_top(knowledge: Knowledge) -> str:
    """Return what stands above the conversation in every state: name, help, and why it may not be ready."""
    words, clinic = knowledge.words, knowledge.clinic
    name = element("p", escape(clinic.name or words["page_title"]), class_="vb-name", role="heading", aria_level="1")
    lead = element("p", escape(words["page_lead"]), class_="vb-lead")
    title = element("div", name, lead, class_="vb-title")
    brand = element("div", _paint_logo(clinic.logo), title, class_="vb-brand")
    header = element("header", brand, paint_help(knowledge), class_="vb-top")
    return header + _paint_missing(knowledge)


def _paint_logo(logo: Logo | None) -> str:
    # the name stands beside it: a second time it would only be read out twice
    return f'<img class="vb-logo" src="{logo_path(logo)}" alt="">' if logo else ""


def paint_help(knowledge: Knowledge) -> str:
    """Return the help bar: the clinic's phone where it is known, the crisis line, the emergency number."""
    words, clinic = knowledge.words, knowledge.clinic
    numbers = (
        ("help_clinic", clinic.phone),
        ("help_crisis", clinic.crisis_line),
        ("help_emergency", clinic.emergency),
    )
    links = [
        element("li", phone_link(number, element("span", escape(words[key]), class_="vb-help-word"), " "))
        for key, number in numbers
        if number
    ]
    return element("nav", element("ul", *links), class_="vb-help", aria_label=words["help_label"])


def _paint_missing(knowledge: Knowledge) -> str:
    if not knowledge.missing:
        return ""
    title = element("strong", escape(knowledge.words["not_ready"]))
    problems = [element("li", escape(problem.fix)) for problem in knowledge.missing]
    label = knowledge.words["not_ready"]
    # it scrolls where the list is long, and the keyboard must be able to
    return element("aside", title, element("ul", *problems), class_="vb-missing", tabindex="0", aria_label=label)


def paint_waiting_room(knowledge: Knowledge) -> str:
    """Return what stands in place of the conversation until it is there: after a while, how to go on without it."""
    words, notices = knowledge.words, knowledge.notices
    loading = element("p", escape(words["loading"]), class_="vb-loading")
    silent = element("p", escape(words["no_script"]))
    contact = _paint_fixed_text(notices["contact"], knowledge.clinic)
    faq = element("p", faq_link(words))
    return element("div", loading, element("div", silent, contact, faq, class_="vb-without"), class_="vb-room")


def faq_link(words: Mapping[str, str], *, target: str | None = None) -> str:
    """Return the link to the plain page."""
    return element("a", escape(words["faq_link"]), href=FAQ, class_="vb-more", target=target)


def paint_chat(knowledge: Knowledge) -> str:
    """Return the conversation with its greeting and starters, the form, and the templates that the script copies."""
    words = knowledge.words
    log = element(
        "div",
        _paint_intro(knowledge),
        class_="vb-log",
        role="log",
        tabindex="0",
        aria_live="polite",
        aria_label=words["conversation"],
    )
    templates = (_paint_turn(words), _paint_failures(knowledge), _paint_fixed(knowledge), _paint_said(words))
    return element("div", log, _paint_form(words), *templates, class_="vb-chat")


def _paint_intro(knowledge: Knowledge) -> str:
    greeting = _paint_fixed_text(knowledge.notices["greeting"], knowledge.clinic)
    starters = [Suggestion(entry.id, entry.question) for entry in map(knowledge.entry, knowledge.clinic.starters)]
    chips = _paint_chips(knowledge, "starters", starters)
    # in a page of its own, since this one holds the conversation
    every = element("p", faq_link(knowledge.words, target="_blank"), class_="vb-every")
    return element("div", element("div", greeting, class_="vb-greeting"), chips, every, class_="vb-intro")


def _paint_form(words: Mapping[str, str]) -> str:
    box = element(
        "textarea",
        id="vb-question",
        name="question",
        rows="1",
        placeholder=words["question_placeholder"],
        autocomplete="off",
        enterkeyhint="send",
        aria_describedby="vb-hint",
    )
    label = element("label", escape(words["question_label"]), for_="vb-question", class_="vb-sr")
    arrow = (
        '<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">'
        '<path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    send = element("button", arrow, element("span", escape(words["send"])), type="submit", class_="vb-send")
    hint = element("p", escape(words["question_hint"]), id="vb-hint", class_="vb-hint")
    actions = (
        _button(words["talk_to_person"], "vb-action", data_fixed="person"),
        _button(words["what_is_this"], "vb-action", data_fixed="about"),
        _button(words["start_over"], "vb-action", data_do="restart"),
    )
    foot = element("div", hint, element("div", *actions, class_="vb-actions"), class_="vb-foot")
    return element("form", label, element("div", box, send, class_="vb-ask"), foot, class_="vb-form")


def _paint_turn(words: Mapping[str, str]) -> str:
    said = element("span", escape(words["you_asked"]), class_="vb-sr")
    mine = element("div", said, element("p", class_="vb-mine"), class_="vb-turn")
    dots = element("span", "<i></i><i></i><i></i>", class_="vb-dots", aria_hidden="true")
    waiting = element("div", dots, element("span", escape(words["waiting"]), class_="vb-sr"), class_="vb-waiting")
    return element("template", mine, data_vb="turn") + element("template", waiting, data_vb="waiting")


def _paint_failures(knowledge: Knowledge) -> str:
    busy = paint_failure(knowledge, knowledge.notices["busy"])
    failed = paint_failure(knowledge, knowledge.words["failed"])
    return element("template", busy, data_vb="busy") + element("template", failed, data_vb="failed")


def _paint_fixed(knowledge: Knowledge) -> str:
    """Return the notices that the page shows by itself: they need no line to the server, so they never fail."""
    return "".join(
        element("template", _paint_fixed_reply(notice, knowledge), data_vb=notice)
        for notice in ("person", "no-answer", "about")
    )


def _paint_fixed_reply(notice_id: str, knowledge: Knowledge) -> str:
    words, notices = knowledge.words, knowledge.notices
    return element(
        "article",
        _paint_notice(Notice(notice_id, "before", notices[notice_id]), knowledge),
        _paint_disclaimer(notices["disclaimer"], knowledge.clinic),
        class_="vb-reply",
        data_kind="notice",
        aria_label=words["reply_label"],
    )


def _paint_said(words: Mapping[str, str]) -> str:
    """Return what a button that was pressed says once it is done."""
    return "".join(
        element("template", element("span", escape(words[key]), class_="vb-said"), data_vb=key)
        for key in ("copied", "copy_failed", "helpful_thanks")
    )


def paint_failure(knowledge: Knowledge, text: str) -> str:
    """Return what stands in place of a reply that could not be had: *text* and where help is."""
    fixed = (text, knowledge.notices["contact"])
    lines = [_paint_fixed_text(line, knowledge.clinic) for line in fixed]
    return element("article", element("div", *lines, class_="vb-notice"), class_="vb-reply", data_kind="failed")


def paint_reply(reply: Reply, knowledge: Knowledge, *, linked: bool = False) -> str:
    """Return a reply: notices before, the clinic's passages, notices after, chips, and always the disclaimer.

    With *linked*, for a page without a script, a chip is a link to its entry on the same page and there are no buttons.
    """
    words = knowledge.words
    before = [_paint_notice(notice, knowledge) for notice in reply.notices if notice.place == "before"]
    after = [_paint_notice(notice, knowledge) for notice in reply.notices if notice.place == "after"]
    return element(
        "article",
        *before,
        _paint_context(reply.context, words),
        *_paint_cards(reply.passages, knowledge, linked=linked),
        *after,
        *_paint_choices(reply, knowledge, linked=linked),
        _paint_disclaimer(reply.disclaimer.text, knowledge.clinic),
        class_="vb-reply",
        data_kind=reply.kind,
        data_level=reply.safety.level,
        data_receipt=reply.receipt,
        aria_label=words["reply_label"],
    )


def _paint_disclaimer(text: str, clinic: Clinic) -> str:
    return element("p", text_with_phones(text, clinic), class_="vb-disclaimer")


def _paint_choices(reply: Reply, knowledge: Knowledge, *, linked: bool) -> Iterable[str]:
    """Return what can be pressed below a reply; without a script only the links to entries."""
    words = knowledge.words
    none_of_these = "" if linked else _paint_fixed_chip(words["none_of_these"], "no-answer")
    yield _paint_chips(knowledge, "did_you_mean", reply.suggestions, none_of_these, linked=linked)
    yield _paint_chips(knowledge, "related", reply.related, linked=linked)
    if linked:
        return
    if reply.kind in UNANSWERED:
        yield _paint_fixed_chip(words["talk_to_person"], "person")
    if reply.kind == "answer" and reply.safety.level not in IN_DANGER:
        yield _paint_helpful(words)


def _paint_notice(notice: Notice, knowledge: Knowledge) -> str:
    tone = " vb-urgent" if notice.id in URGENT else " vb-caring" if notice.id in CARING else ""
    # below the first sentence, so that a phone shows them without scrolling
    first, rest = _first_line(notice.text) if notice.id in TAPPED else (notice.text, "")
    return element(
        "section",
        _paint_fixed_text(first, knowledge.clinic),
        _paint_taps(notice.text, knowledge) if notice.id in TAPPED else "",
        _paint_fixed_text(rest, knowledge.clinic) if rest else "",
        class_=f"vb-notice{tone}",
        data_notice=notice.id,
        role="alert" if notice.id in URGENT else None,
    )


def _paint_fixed_text(text: str, clinic: Clinic) -> str:
    return element("p", text_with_phones(text, clinic), class_="vb-fixed")


def _first_line(text: str) -> tuple[str, str]:
    """Return the first line with its line end, and the rest: together they are the text."""
    first, end, rest = text.partition("\n")
    return first + end, rest


def _paint_taps(text: str, knowledge: Knowledge) -> str:
    """Return the national numbers of a notice as large links, in its order: to call, and to text where it says so."""
    words, clinic = knowledge.words, knowledge.clinic
    links: dict[str, str] = {}
    for match in _numbers_in(text, clinic):
        number = match[3]
        if number != clinic.phone:
            links[f"tel:{_dialled(number)}"] = filled(words["call_number"], number=number)
        if number != clinic.phone and match[1]:
            links[f"sms:{_dialled(number)}"] = filled(words["text_number"], number=number)
    taps = [element("li", element("a", escape(word), class_="vb-tap", href=href)) for href, word in links.items()]
    return element("ul", *taps, class_="vb-taps") if taps else ""


def _paint_helpful(words: Mapping[str, str]) -> str:
    buttons = [
        _button(words[key], "vb-quiet", data_helpful=value, aria_pressed="false")
        for key, value in (("helpful_yes", "true"), ("helpful_no", "false"))
    ]
    asked = element("span", escape(words["helpful"]))
    return element("div", asked, *buttons, class_="vb-helpful", role="group", aria_label=words["helpful"])


def _paint_context(context: Suggestion | None, words: Mapping[str, str]) -> str:
    if context is None:
        return ""
    question = element("q", escape(context.question))
    return element("p", escape(words["about"]), " ", question, class_="vb-about", data_entry=context.entry_id)


def _paint_cards(passages: Sequence[Shown], knowledge: Knowledge, *, linked: bool) -> Iterable[str]:
    """Yield a card an entry, in the order of the reply."""
    by_entry: dict[str, list[Shown]] = {}
    for shown in passages:
        by_entry.setdefault(shown.entry_id, []).append(shown)
    return [_paint_card(shown, knowledge, linked=linked) for shown in by_entry.values()]


def _paint_card(passages: Sequence[Shown], knowledge: Knowledge, *, linked: bool) -> str:
    words = knowledge.words
    groups: dict[int, list[Shown]] = {}
    for shown in passages:
        groups.setdefault(shown.group, []).append(shown)
    entry = knowledge.entry(passages[0].entry_id)
    quotes = [_paint_quote(entry, *(_paint_passage(shown.passage) for shown in group)) for group in groups.values()]
    return element(
        "section",
        element("p", escape(words["own_words"]), class_="vb-eyebrow"),
        element("h2", escape(passages[0].question), class_="vb-question", lang=_language(entry)),
        *quotes,
        _paint_full_answer(entry, {shown.passage.id for shown in passages}, words),
        _paint_card_foot(passages, entry.review, words, linked=linked),
        class_="vb-card",
        data_entry=entry.id,
    )


def _paint_card_foot(passages: Sequence[Shown], review: Review, words: Mapping[str, str], *, linked: bool) -> str:
    """Return where the passages are from, who reviewed the answer if somebody did, and what can be done with it."""
    names = dict.fromkeys(source_name(shown.source.file, words) for shown in passages)
    origin = [*names, *([reviewed] if (reviewed := _review_text(review, words)) else [])]
    buttons = [_button(words[key], "vb-quiet", data_do=key) for key in ("copy", "print")]
    return element(
        "div",
        element("p", *(element("span", escape(text)) for text in origin), class_="vb-origin"),
        "" if linked else element("div", *buttons, class_="vb-tools"),
        class_="vb-card-foot",
    )


def source_name(file: str, words: Mapping[str, str]) -> str:
    """Return in plain words which of the clinic's texts a source file is: `sources/ketamine-faq.txt` is "ketamine"."""
    parts = re.split(r"[\W_]+", PurePosixPath(file).stem)
    name = " ".join(part for part in parts if part and part.lower() not in PLAIN_NAME)
    return filled(words["source_named"], name=name) if name else words["source"]


def _review_text(review: Review, words: Mapping[str, str]) -> str:
    if not (review.by and review.on):
        return ""
    return filled(words["reviewed"], date=_date_text(review.on, words), name=review.by)


def _date_text(iso: str, words: Mapping[str, str]) -> str:
    """Return a date such as 2026-03-01 in words; as it is where the words do not name twelve months."""
    year, month, day = iso.split("-")
    months = [name.strip() for name in words["months"].split(",")]
    if len(months) != MONTHS:
        return iso
    return filled(words["date"], year=year, month=months[int(month) - 1], day=str(int(day)))


def _paint_full_answer(entry: Entry, shown: set[str], words: Mapping[str, str]) -> str:
    if shown >= {passage.id for passage in entry.passages}:
        return ""
    summary = element("summary", element("span", escape(words["full_answer"])))
    passages = [_paint_passage(passage, mark=passage.id in shown) for passage in entry.passages]
    return element("details", summary, _paint_quote(entry, *passages), class_="vb-full")


def _paint_quote(entry: Entry, *passages: str) -> str:
    return element("blockquote", *passages, class_="vb-quote", lang=_language(entry))


def _language(entry: Entry) -> str | None:
    """Return the language of an entry for a screen reader where it is not that of the page."""
    return entry.language or None


def _paint_passage(passage: Passage, *, mark: bool = False) -> str:
    text = element("mark", escape(passage.text)) if mark else escape(passage.text)
    return element("p", text, class_="vb-passage", data_passage=passage.id)


def _paint_chips(
    knowledge: Knowledge, title: str, suggestions: Sequence[Suggestion], last: str = "", *, linked: bool = False
) -> str:
    """Return questions to choose from below the interface word *title*, then *last*."""
    if not suggestions:
        return ""
    label = knowledge.words[title]
    chips = [
        element("li", _paint_chip(one, _language(knowledge.entry(one.entry_id)), linked=linked)) for one in suggestions
    ]
    items = element("ul", *chips, element("li", last) if last else "")
    return element(
        "div",
        element("p", escape(label), class_="vb-chips-title"),
        items,
        class_="vb-chips",
        role="group",
        aria_label=label,
    )


def _paint_chip(suggestion: Suggestion, language: str | None, *, linked: bool) -> str:
    told = {"class_": "vb-chip", "lang": language, "data_entry": suggestion.entry_id}
    if linked:
        return element("a", escape(suggestion.question), href=f"#{suggestion.entry_id}", **told)
    return _button(suggestion.question, **told)


def paint_faq(knowledge: Knowledge, reply: str = "", asked: str = "") -> str:
    """Return the plain page: *reply* as HTML if there is one, a form with *asked* in it, every entry."""
    words = knowledge.words
    title = element("h2", escape(words["faq_title"]), class_="vb-title-faq")
    entries = [_paint_entry(entry, words) for entry in knowledge.entries]
    disclaimer = _paint_disclaimer(knowledge.notices["disclaimer"], knowledge.clinic)
    heading, form = (title, disclaimer), _paint_plain_form(words, asked)
    first = (form, *heading) if reply else (*heading, form)
    last = element("p", element("a", escape(words["to_chat"]), href=CHAT, class_="vb-more"))
    return _paint_plain(knowledge, reply, *first, _paint_contents(knowledge), *entries, last)


def paint_refused(knowledge: Knowledge, text: str) -> str:
    """Return the plain page of a request that was refused: *text*, where help is, a form, a link to the answers."""
    words = knowledge.words
    links = element("p", faq_link(words))
    return _paint_plain(knowledge, paint_failure(knowledge, text), _paint_plain_form(words, ""), links)


def paint_turn(question: str, reply: str, words: Mapping[str, str]) -> str:
    """Return *question* as the patient's words, then *reply*, which is HTML."""
    said = element("span", escape(words["you_asked"]), class_="vb-sr")
    mine = element("div", said, element("p", escape(question), class_="vb-mine"), class_="vb-turn")
    return mine + reply


def _paint_plain(knowledge: Knowledge, reply: str, *parts: str) -> str:
    answered = element("div", reply, id="vb-reply", class_="vb-answered") if reply else ""
    sheet = element("div", answered, *parts, class_="vb-log")
    return paint_top(knowledge) + element("main", sheet, class_="vb-chat vb-faq")


def _paint_plain_form(words: Mapping[str, str], asked: str) -> str:
    label = element("label", escape(words["question_label"]), for_="vb-question")
    # a parser drops a line feed that a text box begins with, so it is given one to drop
    box = element(
        "textarea",
        "\n" + escape(asked),
        id="vb-question",
        name="question",
        rows="2",
        autocomplete="off",
        placeholder=words["question_placeholder"],
        aria_describedby="vb-hint",
    )
    send = element("button", element("span", escape(words["send"])), type="submit", class_="vb-send")
    hint = element("p", escape(words["faq_hint"]), id="vb-hint", class_="vb-hint")
    ask = element("div", box, send, class_="vb-ask")
    return element("form", label, ask, hint, method="post", action=FAQ, class_="vb-plain-form")


def _paint_contents(knowledge: Knowledge) -> str:
    label = knowledge.words["faq_contents"]
    links = [element("a", escape(e.question), href=f"#{e.id}", lang=_language(e)) for e in knowledge.entries]
    items = [element("li", link) for link in links]
    title = element("p", escape(label), class_="vb-contents-title", aria_hidden="true")
    return element("nav", title, element("ul", *items), id="vb-contents", class_="vb-contents", aria_label=label)


def _paint_entry(entry: Entry, words: Mapping[str, str]) -> str:
    return element(
        "article",
        element("h3", escape(entry.question), class_="vb-question", lang=_language(entry)),
        _paint_quote(entry, *(_paint_passage(passage) for passage in entry.passages)),
        element("p", element("a", escape(words["to_contents"]), href="#vb-contents"), class_="vb-up"),
        id=entry.id,
        class_="vb-entry",
        data_entry=entry.id,
    )


def _paint_fixed_chip(word: str, notice_id: str) -> str:
    """Return a chip that shows a fixed notice and asks nothing."""
    return _button(word, "vb-chip vb-other", data_fixed=notice_id)
