"""The operating point: what every threshold gives on the clinic's tests, and which questions another would change."""

import math
from dataclasses import dataclass

from bot.coverage import Counts, Curve
from bot.errors import ChangedError, KnowledgeError, VerbatimError
from bot.knowledge import HISTORY, Editor, SetAnswerThreshold, save
from bot.knowledge.coverage_tests import read_bars
from bot.web.staff.pages import Call, Pages, Returned, View, see
from bot.web.staff.plots import Mark, round_up
from bot.web.staff.runs import Runs

POINT = "/staff/point"
MEASURE = f"{POINT}/measure"
SAVE = f"{POINT}/save"
DECIMALS = 3
POINTS = 201
ROWS = 11
LINES = ("right", "choose", "silent", "wrong")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The curve as lines in a square of 100: x a threshold from 0 to 1, y questions from 0 to `most`."""

    lines: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    most: float


def add(pages: Pages, runs: Runs) -> None:
    """Add the page, the measuring and the saving."""

    @pages.page(POINT, "Operating point")
    def point(call: Call) -> Returned:
        try:
            curve = runs.last_curve(call)
        except KnowledgeError as error:
            return View("point.html", _values(call, None) | {"problems": error.problems})
        return View("point.html", _values(call, curve))

    @pages.action(MEASURE, role="viewer")
    def measure(call: Call) -> Returned:
        runs.curve(call)
        return see(POINT)

    @pages.action(POINT, role="viewer")
    def choose(call: Call) -> Returned:
        chosen = threshold(call.fields.get("answer", ""))
        return View("point.html", _values(call, runs.curve(call), chosen))

    @pages.action(SAVE)
    def keep(call: Call) -> Returned:
        chosen, was = threshold(call.fields.get("answer", "")), threshold(call.fields.get("was", ""))
        base, knowledge = call.fields.get("base", ""), call.bot.knowledge
        if base != knowledge.digest:
            raise ChangedError("The knowledge changed meanwhile. Nothing was saved. Look at the curve again.")
        edit = SetAnswerThreshold(chosen, was, base, call.bot.semantic)
        editor = Editor(call.account.name, call.now)
        save(call.settings.knowledge, [edit], editor, base=base, history=call.settings.data / HISTORY.name)
        values = {"title": "Saved", "answer": chosen, "was": was, "name": editor.name, "on": call.now.date()}
        return View("point_saved.html", values)


def threshold(text: str) -> float:
    """Return the threshold that somebody typed, to three decimals.

    Raises:
        VerbatimError: if it is no number from 0 to 1.
    """
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise VerbatimError(f"{text[:20]!r} is no threshold. Write a number from 0 to 1, such as 0.55.")
    return round(value, DECIMALS)


def drawing(curve: Curve, marks: tuple[Mark, ...]) -> Drawing:
    """Return *curve* as lines, with *marks* on the axis of thresholds."""
    counts = curve.points(POINTS)
    most = round_up(len(curve.steps)) or 1.0
    return Drawing(tuple((name, _line(counts, name, most)) for name in LINES), marks, most)


def _line(counts: tuple[Counts, ...], name: str, most: float) -> str:
    return " ".join(f"{100 * one.threshold:.2f},{100 - 100 * getattr(one, name) / most:.2f}" for one in counts)


def _values(call: Call, curve: Curve | None, chosen: float | None = None) -> dict[str, object]:
    point, digest = call.bot.knowledge.operating_point, call.bot.knowledge.digest
    values: dict[str, object] = {
        "point": point,
        "digest": digest,
        "is_stale": point.knowledge != digest,
        "problems": (),
        "curve": curve,
        "chosen": chosen,
    }
    if curve is None or not curve.steps:
        return values
    marks = [Mark("now", point.answer)]
    rows = {round(place / (ROWS - 1), DECIMALS) for place in range(ROWS)} | {point.answer}
    if chosen is not None:
        marks.append(Mark("chosen", chosen))
        rows.add(chosen)
    return values | {
        "drawing": drawing(curve, tuple(marks)),
        "rows": [curve.at(row) for row in sorted(rows)],
        "now": curve.at(point.answer),
        "then": None if chosen is None else curve.at(chosen),
        "turns": () if chosen is None else curve.turns(point.answer, chosen),
        "questions": len(curve.steps),
        "too_false": None if chosen is None else _missed(call, curve, chosen),
    }


def _missed(call: Call, curve: Curve, chosen: float) -> str:
    """Return how far false answers at *chosen* are over the clinic's bar; "" where they are not."""
    silent = sum(not step.expected for step in curve.steps)
    bar, false = read_bars(call.settings.knowledge).false_answers, curve.at(chosen).false_answers
    if not silent or false / silent <= bar:
        return ""
    return f"{false} of {silent} questions that nothing answers would get a passage: more than the bar of {bar:.1%}."
