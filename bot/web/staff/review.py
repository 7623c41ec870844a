"""Review: who reviewed which answer when, what is due, how hard it reads; and what follows from it, by an editor."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import VerbatimError
from bot.knowledge import (
    HISTORY,
    Edit,
    Editor,
    Reviewed,
    load_knowledge,
    mark_edits,
    review_edit,
    reviews,
    save,
    withhold_edits,
)
from bot.knowledge.reviewing import State
from bot.web.staff.naming import EDIT
from bot.web.staff.pages import Call, Pages, Returned, View, see
from bot.web.staff.plots import Bar, plot

REVIEW = "/staff/review"
STATES: Mapping[State, str] = {
    "overdue": "Overdue",
    "due": "Due within 30 days",
    "never": "Never reviewed",
    "reviewed": "Reviewed",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An entry's review, and the grade and id of its passage that is hardest to read; "" where none is known."""

    review: Reviewed
    state: str
    grade: str
    hardest: str


def add(pages: Pages) -> None:
    """Add the page."""

    @pages.page(REVIEW, "Review")
    def overview(call: Call) -> Returned:
        return shown(call)

    @pages.action(REVIEW)
    def reviewed(call: Call) -> Returned:
        folder, entry_id = call.settings.knowledge, call.fields.get("entry", "")
        return made(call, [review_edit(folder, entry_id, by=call.account.name, today=call.now.date())])

    @pages.action(f"{REVIEW}/withhold")
    def withheld(call: Call) -> Returned:
        return made(call, withhold_edits(reviews(call.settings.knowledge, today=call.now.date())))

    @pages.action(f"{REVIEW}/mark")
    def marked(call: Call) -> Returned:
        return made(call, mark_edits(reviews(call.settings.knowledge, today=call.now.date())))


def made(call: Call, edits: Sequence[Edit]) -> Returned:
    """Save *edits* under the name of who is signed in, and lead back; where that cannot be, say why."""
    editor, history = Editor(call.account.name, call.now), call.settings.data / HISTORY.name
    try:
        save(call.settings.knowledge, edits, editor, base=call.fields.get("base", ""), history=history)
    except VerbatimError as error:
        return shown(call, tuple(str(error).splitlines()), 400)
    return see(REVIEW)


def shown(call: Call, problem: Sequence[str] = (), status: int = 200) -> View:
    """Return the page, what is overdue first."""
    folder = call.settings.knowledge
    # the digest first: what changes after it is noticed when something is saved
    base = load_knowledge(folder).digest
    rows = [row_of(one) for one in reviews(folder, today=call.now.date())]
    states = Counter(row.review.state for row in rows)
    bars = [Bar(text, states[state], str(states[state])) for state, text in STATES.items()]
    values = {
        "rows": rows,
        "base": base,
        "problem": problem,
        "picture": plot("Entries by the state of their review", bars),
        "overdue": [row for row in rows if row.review.state == "overdue"],
        "never": [row for row in rows if row.review.state == "never"],
        "can_withhold": any(row.review.state == "overdue" and not row.review.withheld for row in rows),
        "edit": EDIT,
    }
    return View("review.html", values, status)


def row_of(review: Reviewed) -> Row:
    """Return *review* with its hardest passage."""
    graded = [(one.grade, one.passage_id) for one in review.grades if one.grade is not None]
    hardest = max(graded, default=None)
    if hardest is None:
        return Row(review, STATES[review.state], "", "")
    # of a few short words the formula makes less than any school has
    grade = f"{hardest[0]:.1f}" if hardest[0] >= 1 else "below 1"
    return Row(review, STATES[review.state], grade, hardest[1])
