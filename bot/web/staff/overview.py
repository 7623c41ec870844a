"""The first page: what the knowledge holds, what is wrong with it, and what was counted in the last two weeks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import DataFileError, KnowledgeError
from bot.journal import COUNTS_FILE, CountsFile, DayCount
from bot.knowledge import check
from bot.model import Knowledge, Problem
from bot.web.limits import STAFF
from bot.web.staff.pages import Call, Pages, Returned, View
from bot.web.staff.plots import Bar, plot

DAYS = 14
DIGEST_SHOWN = 12
# the kinds of reply, as staff call them
KINDS = {
    "answer": "Answers",
    "choose": "Choices",
    "gap": "Known gaps",
    "no_answer": "No answer",
    "notice": "Fixed notices",
    "refused": "Refused",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What the journal holds of the days shown: replies by day and kind, the newest day first, and feedback by entry.

    A row of `days` is a date and the numbers in the order of `KINDS`; one of `helpful` an entry's title, then how often
    it was called helpful and not.
    """

    totals: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, tuple[int, ...]], ...]
    helpful: tuple[tuple[str, int, int], ...]
    problem: str = ""


def add(pages: Pages) -> None:
    """Add the page."""

    @pages.page(STAFF, "Overview")
    def overview(call: Call) -> Returned:
        knowledge = call.bot.knowledge
        errors, warnings = checked(call)
        counted = read_counts(call, knowledge)
        bars = [Bar(title, number, str(number)) for title, number in counted.totals]
        values = {
            "knowledge": knowledge,
            "digest": knowledge.digest[:DIGEST_SHOWN],
            "passages": sum(len(entry.passages) for entry in knowledge.entries),
            "wordings": sum(len(entry.wordings) for entry in knowledge.entries),
            "semantic": call.bot.semantic,
            "point": knowledge.operating_point,
            "is_stale": knowledge.operating_point.knowledge != knowledge.digest,
            "errors": errors,
            "warnings": warnings,
            "counted": counted,
            "kinds": tuple(KINDS.values()),
            "days": DAYS,
            "plot": plot(f"Replies in the last {DAYS} days, by kind", bars),
        }
        return View("overview.html", values)


def checked(call: Call) -> tuple[Sequence[Problem], Sequence[Problem]]:
    """Return the errors and warnings of the knowledge folder as it is now, as `verbatim check` tells them."""
    try:
        _, warnings = check(call.settings.knowledge, today=call.now.date())
    except KnowledgeError as error:
        return error.problems, ()
    return (), warnings


def read_counts(call: Call, knowledge: Knowledge) -> Counted:
    """Return what was counted; a journal that cannot be read is told of and costs no page."""
    try:
        counts = CountsFile(call.settings.data / COUNTS_FILE).read()
    except (DataFileError, OSError) as error:
        return Counted((), (), (), str(error))
    return summed(counts, {entry.id: entry.question for entry in knowledge.entries}, call.now.date())


def summed(counts: Iterable[DayCount], titles: dict[str, str], today: date) -> Counted:
    """Return *counts* of the days up to *today*, each entry under its title."""
    recent = [count for count in counts if today - timedelta(days=DAYS) < count.day <= today]
    numbers = Counter({(count.day, count.item.what, count.item.name): count.number for count in recent})
    days = sorted({count.day for count in recent}, reverse=True)
    rows = tuple((day.isoformat(), tuple(numbers[day, "kind", kind] for kind in KINDS)) for day in days)
    totals = tuple((title, sum(row[place] for _, row in rows)) for place, title in enumerate(KINDS.values()))
    said: Counter[tuple[str, str]] = Counter()
    for count in recent:
        said[count.item.what, count.item.name] += count.number
    rated = sorted({name for what, name in said if what in {"helpful", "not-helpful"}})
    helpful = tuple((titles.get(id_, id_), said["helpful", id_], said["not-helpful", id_]) for id_ in rated)
    return Counted(totals, rows, helpful)
