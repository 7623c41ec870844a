"""Ask and explain: the reply as a patient sees it, and beside it why it is that one."""

from bot.explaining import Explanation
from bot.model import Reply
from bot.web.painting import paint_reply
from bot.web.staff.naming import KINDS, names_of
from bot.web.staff.pages import Call, Pages, Returned, View
from bot.web.staff.plots import Bar, Mark, plot, signed
from bot.web.staff.rendering import painted

ASK = "/staff/ask"
LONGEST = 4000
LONGEST_LABEL = 80


def add(pages: Pages) -> None:
    """Add the page."""

    @pages.page(ASK, "Ask")
    def empty(_call: Call) -> Returned:
        return View("ask.html", {"question": "", "longest": LONGEST, "asked": False})

    @pages.action(ASK, role="viewer")
    def ask(call: Call) -> Returned:
        # one character more is refused as too long, as a patient's would be
        question = call.fields.get("question", "")[: LONGEST + 1]
        if not question.strip():
            return empty(call)
        # one bot for both, so that they speak of one knowledge; nothing is counted: no patient asked
        reply, explanation = call.bot.ask(question), call.bot.explain(question)
        values = {
            "question": question,
            "longest": LONGEST,
            "asked": True,
            "reply": reply,
            "painted": painted(paint_reply(reply, call.bot.knowledge, linked=True)),
            "language": call.bot.knowledge.clinic.language,
            "kind": KINDS[reply.kind],
            "reading": reading(explanation),
            "differs": differs(reply, explanation),
            "explanation": explanation,
            "shown": tuple(dict.fromkeys(shown.entry_id for shown in reply.passages)),
            "names": names_of(call.bot.knowledge),
            **plots(explanation),
        }
        return View("ask.html", values)


def plots(explanation: Explanation) -> dict[str, object]:
    """Return the pictures: confidence and gap against their thresholds, the ranking, the weight of each word."""
    point = explanation.operating_point
    sure = Bar(
        "Confidence in the first entry",
        explanation.confidence,
        f"{explanation.confidence:.3f}",
        (Mark("choose", point.choose), Mark("answer", point.answer)),
    )
    gap = Bar("Strongest known gap", explanation.gap_score, f"{explanation.gap_score:.3f}", (Mark("gap", point.gap),))
    ranked = [Bar(entry.question, entry.score, f"{entry.score:.3f}") for entry in explanation.entries]
    scored = [Bar(gap.topic, gap.score, f"{gap.score:.3f}") for gap in explanation.gaps]
    about_gap = explanation.gap_score > (explanation.entries[0].score if explanation.entries else 0.0)
    falls = [(word.word, word.gap if about_gap else word.entry) for word in explanation.words]
    weights = [Bar(word[:LONGEST_LABEL], fall, signed(fall)) for word, fall in falls]
    towards = "the strongest known gap" if about_gap else "the first entry"
    return {
        "thresholds": plot("Against the operating point", [sure, gap], most=1.0),
        "ranking": plot("Entries by score: the share of all topics that the question goes to", ranked),
        "gaps": plot("Known gaps by score", scored),
        "weights": plot(f"What each word does for {towards}: how far its score falls without the word", weights),
    }


def reading(explanation: Explanation) -> str:
    """Return in one sentence what the operating point makes of the ranking."""
    point, confidence = explanation.operating_point, explanation.confidence
    if not explanation.entries:
        return "Nothing was ranked: the question has no word that the knowledge could hold."
    if confidence >= point.answer:
        return f"Sure enough to show passages: the confidence is {confidence:.3f}, and {point.answer:g} is needed."
    least = max(point.gap, explanation.entries[0].score)
    if explanation.gap and explanation.gap_score >= least:
        return (
            f"Not sure enough to show passages: the confidence is {confidence:.3f}, and {point.answer:g} is needed. "
            f"A known gap fits ({explanation.gap_score:.3f}, and {least:.3g} is needed), so its notice is shown."
        )
    if confidence >= point.choose:
        return (
            f"Not sure enough to show passages: the confidence is {confidence:.3f}, and {point.answer:g} is needed. "
            f"It is enough to offer questions to choose from, which needs {point.choose:g}."
        )
    return (
        f"Not sure enough even to offer questions: the confidence is {confidence:.3f}, and {point.choose:g} is needed. "
        "The patient is told that the FAQ does not answer, and how to reach a person."
    )


def differs(reply: Reply, explanation: Explanation) -> str:
    """Return why the reply is not what the ranking of the whole message alone would give; "" where it is."""
    if reply.kind == "refused":
        return "The message was refused before it was ranked; the ranking is shown all the same."
    if reply.safety.level in {"crisis", "emergency"}:
        return "The safety check spoke first: its notice stands above all, and a choice or “no answer” is left out."
    if len(reply.parts) > 1:
        return "The message asks several things. Each part got its own; the ranking is that of the whole message."
    expected = "answer" if explanation.entries and explanation.confidence >= explanation.operating_point.answer else ""
    if (reply.kind == "answer") != (expected == "answer"):
        return "One sentence of the message, or a fixed notice for what it tells, decided rather than the whole of it."
    return ""
