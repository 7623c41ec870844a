"""Paints knowledge and replies as HTML; the only place that makes HTML, and it makes it by escaping.

Whatever comes in is text. The painted characters are exactly those that came in: passages and notices are never read as
Markdown or HTML, and line breaks and spaces are kept by the style sheet, not by markup.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from bot.model import Clinic, Entry, Knowledge, Notice, Passage, Reply, Shown, Suggestion

URGENT = frozenset({"crisis", "crisis-other", "emergency"})
CARING = frozenset({"crisis-short", "support", "harm"})
CHAT, FAQ = "/", "/faq"


def escape(text: str) -> str:
    """Return *text* as HTML that a browser turns back into the same characters.

    A parser would read a carriage return as a line feed, and a placeholder cannot be sent as half a surrogate pair.
    """
    return html.escape(text.encode("utf-8", "replace").decode("utf-8")).replace("\r", "&#13;")


def element(tag: str, *children: str, **attributes: str | None) -> str:
    """Return an element: *children* are HTML already, *attributes* are text (`class_` and `data_x` as in Python)."""
    painted = "".join(_attribute(name, value) for name, value in attributes.items())
    return f"<{tag}{painted}>{''.join(children)}</{tag}>"


def _attribute(name: str, value: str | None) -> str:
    return "" if value is None else f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'


def text_with_phones(text: str, clinic: Clinic) -> str:
    """Return *text* escaped, each of the clinic's numbers in it a link that calls it."""
    numbers = sorted({n for n in (clinic.phone, clinic.crisis_line, clinic.emergency) if n}, key=lambda n: (-len(n), n))
    if not numbers:
        return escape(text)
    # a number inside a longer one is not that number
    pattern = re.compile(rf"(?:\b([Tt]ext) )?(?<![\w+-])(?<!\d )({'|'.join(map(re.escape, numbers))})(?!\w|-\d| \d)")
    painted, end = [], 0
    for match in pattern.finditer(text):
        texted = text_link(match[1], match[2]) + " " if match[1] else ""
        painted += [escape(text[end : match.start()]), texted, phone_link(match[2])]
        end = match.end()
    return "".join((*painted, escape(text[end:])))


def text_link(word: str, number: str) -> str:
    """Return *word* as a link that writes a text message to *number*."""
    href = f"sms:{_dialled(number)}"
    return element("a", escape(word), class_="vb-phone", href=href, aria_label=f"{word} {number}")


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
    header = element("header", element("div", name, lead, class_="vb-title"), paint_help(knowledge), class_="vb-top")
    return header + _paint_missing(knowledge)


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
    return element("aside", title, element("ul", *problems), class_="vb-missing")


def paint_waiting_room(knowledge: Knowledge) -> str:
    """Return what stands in place of the conversation until it is there: after a while, how to go on without it."""
    words, notices = knowledge.words, knowledge.notices
    loading = element("p", escape(words["loading"]), class_="vb-loading")
    silent = element("p", escape(words["no_script"]))
    contact = element("p", text_with_phones(notices["contact"], knowledge.clinic), class_="vb-fixed")
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
    return element("div", log, _paint_form(words), _paint_turn(words), _paint_failures(knowledge), class_="vb-chat")


def _paint_intro(knowledge: Knowledge) -> str:
    greeting = element("p", text_with_phones(knowledge.notices["greeting"], knowledge.clinic), class_="vb-fixed")
    starters = [Suggestion(entry.id, entry.question) for entry in map(knowledge.entry, knowledge.clinic.starters)]
    chips = _paint_chips(knowledge.words["starters"], starters)
    return element("div", element("div", greeting, class_="vb-greeting"), chips, class_="vb-intro")


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
    restart = element("button", escape(words["start_over"]), type="button", class_="vb-restart")
    # in a page of its own, since this one holds the conversation
    more = faq_link(words, target="_blank")
    foot = element("div", hint, more, restart, class_="vb-foot")
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


def paint_failure(knowledge: Knowledge, text: str) -> str:
    """Return what stands in place of a reply that could not be had: *text* and where help is."""
    fixed = (text, knowledge.notices["contact"])
    lines = [element("p", text_with_phones(line, knowledge.clinic), class_="vb-fixed") for line in fixed]
    return element("article", element("div", *lines, class_="vb-notice"), class_="vb-reply", data_kind="failed")


def paint_reply(reply: Reply, knowledge: Knowledge, *, linked: bool = False) -> str:
    """Return a reply: notices before, the clinic's passages, notices after, chips, and always the disclaimer.

    With *linked* a chip is a link to its entry on the same page; else a button that the chat's script hears.
    """
    words, clinic = knowledge.words, knowledge.clinic
    before = [_paint_notice(notice, clinic) for notice in reply.notices if notice.place == "before"]
    after = [_paint_notice(notice, clinic) for notice in reply.notices if notice.place == "after"]
    return element(
        "article",
        *before,
        _paint_context(reply.context, words),
        *_paint_cards(reply.passages, knowledge),
        *after,
        _paint_chips(words["did_you_mean"], reply.suggestions, linked=linked),
        _paint_chips(words["related"], reply.related, linked=linked),
        element("p", text_with_phones(reply.disclaimer.text, clinic), class_="vb-disclaimer"),
        class_="vb-reply",
        data_kind=reply.kind,
        data_level=reply.safety.level,
        aria_label=words["reply_label"],
    )


def _paint_notice(notice: Notice, clinic: Clinic) -> str:
    tone = " vb-urgent" if notice.id in URGENT else " vb-caring" if notice.id in CARING else ""
    text = element("p", text_with_phones(notice.text, clinic), class_="vb-fixed")
    role = "alert" if notice.id in URGENT else None
    return element("section", text, class_=f"vb-notice{tone}", data_notice=notice.id, role=role)


def _paint_context(context: Suggestion | None, words: Mapping[str, str]) -> str:
    if context is None:
        return ""
    question = element("q", escape(context.question))
    return element("p", escape(words["about"]), " ", question, class_="vb-about", data_entry=context.entry_id)


def _paint_cards(passages: Sequence[Shown], knowledge: Knowledge) -> Iterable[str]:
    """Yield a card an entry, in the order of the reply."""
    by_entry: dict[str, list[Shown]] = {}
    for shown in passages:
        by_entry.setdefault(shown.entry_id, []).append(shown)
    return [_paint_card(shown, knowledge) for shown in by_entry.values()]


def _paint_card(passages: Sequence[Shown], knowledge: Knowledge) -> str:
    words = knowledge.words
    groups: dict[int, list[Shown]] = {}
    for shown in passages:
        groups.setdefault(shown.group, []).append(shown)
    quotes = [
        element("blockquote", *(_paint_passage(shown.passage) for shown in group), class_="vb-quote")
        for group in groups.values()
    ]
    return element(
        "section",
        element("p", escape(words["own_words"]), class_="vb-eyebrow"),
        element("h2", escape(passages[0].question), class_="vb-question"),
        *quotes,
        _paint_full_answer(knowledge.entry(passages[0].entry_id), {shown.passage.id for shown in passages}, words),
        class_="vb-card",
        data_entry=passages[0].entry_id,
    )


def _paint_full_answer(entry: Entry, shown: set[str], words: Mapping[str, str]) -> str:
    if shown >= {passage.id for passage in entry.passages}:
        return ""
    summary = element("summary", element("span", escape(words["full_answer"])))
    passages = [_paint_passage(passage, mark=passage.id in shown) for passage in entry.passages]
    return element("details", summary, element("blockquote", *passages, class_="vb-quote"), class_="vb-full")


def _paint_passage(passage: Passage, *, mark: bool = False) -> str:
    text = element("mark", escape(passage.text)) if mark else escape(passage.text)
    return element("p", text, class_="vb-passage", data_passage=passage.id)


def _paint_chips(label: str, suggestions: Sequence[Suggestion], *, linked: bool = False) -> str:
    if not suggestions:
        return ""
    title = element("p", escape(label), class_="vb-chips-title")
    chips = [element("li", _paint_chip(suggestion, linked=linked)) for suggestion in suggestions]
    return element("div", title, element("ul", *chips), class_="vb-chips", role="group", aria_label=label)


def _paint_chip(suggestion: Suggestion, *, linked: bool) -> str:
    text = escape(suggestion.question)
    if linked:
        return element("a", text, href=f"#{suggestion.entry_id}", class_="vb-chip", data_entry=suggestion.entry_id)
    return element("button", text, type="button", class_="vb-chip", data_entry=suggestion.entry_id)


def paint_faq(knowledge: Knowledge, reply: str = "", asked: str = "") -> str:
    """Return the plain page: *reply* as HTML if there is one, a form with *asked* in it, every entry."""
    words = knowledge.words
    title = element("h2", escape(words["faq_title"]), class_="vb-title-faq")
    entries = [_paint_entry(entry, words) for entry in knowledge.entries]
    heading, form = (title, _paint_disclaimer(knowledge)), _paint_plain_form(words, asked)
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
    items = [element("li", element("a", escape(entry.question), href=f"#{entry.id}")) for entry in knowledge.entries]
    title = element("p", escape(label), class_="vb-contents-title", aria_hidden="true")
    return element("nav", title, element("ul", *items), id="vb-contents", class_="vb-contents", aria_label=label)


def _paint_entry(entry: Entry, words: Mapping[str, str]) -> str:
    return element(
        "article",
        element("h3", escape(entry.question), class_="vb-question"),
        element("blockquote", *(_paint_passage(passage) for passage in entry.passages), class_="vb-quote"),
        element("p", element("a", escape(words["to_contents"]), href="#vb-contents"), class_="vb-up"),
        id=entry.id,
        class_="vb-entry",
        data_entry=entry.id,
    )


def _paint_disclaimer(knowledge: Knowledge) -> str:
    return element("p", text_with_phones(knowledge.notices["disclaimer"], knowledge.clinic), class_="vb-disclaimer")
