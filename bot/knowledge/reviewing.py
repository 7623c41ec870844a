"""A knowledge folder and a day in, who reviewed which entry when and what is due out; and the edits that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from bot.knowledge.edits import Edit, SetOverdue, SetReview, SetWithheld
from bot.knowledge.loading import load_entries, load_knowledge
from bot.knowledge.readability import grade
from bot.model import Entry, Review

State = Literal["never", "reviewed", "due", "overdue"]
SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class PassageGrade:
    """A passage and its reading grade; None where the formula has nothing to say, as of another language."""

    passage_id: str
    grade: float | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An entry and its review. `due` (ISO) is the day it is to be reviewed again, empty where it never was.

    `state`: `never`, or `overdue` where that day has passed, `due` where it is at most 30 days off, or `reviewed`.
    """

    entry_id: str
    question: str
    by: str
    on: str
    due: str
    state: State
    withheld: bool
    grades: tuple[PassageGrade, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists for JSON."""
        own = {key: getattr(self, key) for key in ("entry_id", "question", "by", "on", "due", "state", "withheld")}
        return {**own, "grades": [{"passage_id": one.passage_id, "grade": one.grade} for one in self.grades]}


def reviews(path: Path, *, today: date) -> tuple[Reviewed, ...]:
    """Return the review of every entry, withheld ones too: overdue first, then due, never and reviewed, in file order.

    Raises:
        KnowledgeError: if the knowledge has errors.
    """
    clinic = load_knowledge(path).clinic
    _, items = load_entries(path)
    found = [_reviewed(item.entry, clinic.review_days, clinic.language, today) for item in items]
    order: Sequence[State] = ("overdue", "due", "never", "reviewed")
    return tuple(sorted(found, key=lambda one: (order.index(one.state), one.due)))


def due_on(review: Review, days: int) -> str:
    """Return the day (ISO) on which an entry is to be reviewed again: as written, or *days* after; "" if never was."""
    if review.due or not review.on:
        return review.due
    return (date.fromisoformat(review.on) + timedelta(days)).isoformat()


def review_edit(path: Path, entry_id: str, *, by: str, today: date) -> Edit:
    """Return the edit that says that *by* has reviewed the entry *today*; it is due after the clinic's interval.

    Raises:
        KnowledgeError: if the knowledge has errors.
    """
    due = today + timedelta(load_knowledge(path).clinic.review_days)
    return SetReview(entry_id, Review(" ".join(by.split()), today.isoformat(), due.isoformat()))


def withhold_edits(found: Sequence[Reviewed]) -> tuple[Edit, ...]:
    """Return the edits that keep every overdue entry from being served."""
    return tuple(SetWithheld(one.entry_id, withheld=True) for one in _overdue(found) if not one.withheld)


def mark_edits(found: Sequence[Reviewed]) -> tuple[Edit, ...]:
    """Return the edits that tag every overdue entry."""
    return tuple(SetOverdue(one.entry_id, overdue=True) for one in _overdue(found))


def _overdue(found: Sequence[Reviewed]) -> list[Reviewed]:
    return [one for one in found if one.state == "overdue"]


def _reviewed(entry: Entry, days: int, language: str, today: date) -> Reviewed:
    due = due_on(entry.review, days)
    grades = tuple(PassageGrade(p.id, grade(p.text) if language == "en" else None) for p in entry.passages)
    review = entry.review
    return Reviewed(entry.id, entry.question, review.by, review.on, due, _state(due, today), entry.withheld, grades)


def _state(due: str, today: date) -> State:
    if not due:
        return "never"
    if due < today.isoformat():
        return "overdue"
    return "due" if due <= (today + timedelta(SOON_DAYS)).isoformat() else "reviewed"
