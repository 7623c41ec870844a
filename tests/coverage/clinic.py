"""An invented clinic's knowledge in order, small enough to fit in no time, and a way to put one thing out of order."""

from datetime import date
from pathlib import Path

from bot.bot import Bot
from bot.coverage import CoverageReport, Plan, run
from bot.knowledge import import_text
from bot.knowledge.coverage_tests import read_bars, read_coverage
from bot.knowledge.covering import covering

TODAY = date(2026, 3, 1)
FAQ = """\
Q: When are you open?
A: We are open on weekdays from nine to five.

We close on every public holiday.

Q: Where can I park my car?
A: Patients park behind the building, free of charge.

Q: Can I bring a friend?
A: One adult may sit beside you during the visit.
"""
ALIASES = """\
when-open:
  entry:
    - opening hours
    - what are your hours
    - is the clinic open on saturdays
    - closed on holidays
where-can-park-car:
  entry:
    - parking
    - is there a car park
    - where do I leave my car
can-bring-friend:
  entry:
    - can my wife come along
    - may somebody sit with me
    - bring a companion
"""
GAPS = """\
gaps:
  - id: prices
    topic: Prices
    notice: The FAQ does not say what a visit costs.
    wordings: [what does it cost, price of a visit, how much do you charge, is it expensive]
"""
TESTS = """\
tests:
  - question: which hours is the clinic open on monday
    expected: when-open
  - question: are you closed on the public holidays
    expected: when-open
  - question: parking my car, where is that
    expected: where-can-park-car
    tags: [arriving]
  - question: may my friend come along and sit with me
    expected: can-bring-friend
  - question: how much does the visit cost
    expected: gap:prices
  - question: will the moon be full tonight
    expected: none
"""
POINT = "answer: 0.9\nchoose: 0.8\ngap: 0.2\n"


def make_clinic(folder: Path) -> Path:
    """Write a knowledge in which nothing is to be found, and return its folder."""
    text = folder / "visits.txt"
    text.write_text(FAQ, encoding="utf-8")
    clinic = folder / "clinic"
    import_text(text, clinic)
    (clinic / "small-talk.yaml").unlink()
    (clinic / "coverage").mkdir()
    files = {"aliases.yaml": ALIASES, "gaps.yaml": GAPS, "coverage/tests.yaml": TESTS, "operating-point.yaml": POINT}
    for name, content in files.items():
        (clinic / name).write_text(content, encoding="utf-8")
    return clinic


def edit(path: Path, old: str, new: str) -> None:
    """Change the first place of a file that reads *old*."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def report_on(clinic: Path) -> CoverageReport:
    """Run the clinic's own tests, without any bank."""
    bot = Bot.load(clinic, semantic=False, cache=None)
    tests = read_coverage(clinic, bot.knowledge)
    return run(bot, Plan(tests, read_bars(clinic), (), covering(clinic), clinic.name), today=TODAY)


def found(clinic: Path) -> list[str]:
    """Return the ids of what a run finds, faults first."""
    return [finding.id for finding in report_on(clinic).findings]
