"""What was measured of the knowledge in service, kept in memory while it holds: going back asks nothing again.

One run asks the clinic's tests and the bank; the coverage, scorecard and reach pages all show it. What was measured is
found again only for the same knowledge, thresholds, tests, bars and day.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Semaphore
from typing import Generic, TypeVar

from bot.bot import Bot
from bot.coverage import CoverageReport, Curve, Plan, curve_of_tests, run
from bot.errors import ChangedError, VerbatimError
from bot.knowledge import load_knowledge
from bot.knowledge.coverage_tests import read_bars, read_coverage
from bot.web.staff.pages import Call

KEPT = 4
# who waits for a run takes a thread from the patients
MOST_WAITING = 4

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """A report, and when it was made (UTC)."""

    report: CoverageReport
    made_at: datetime


class Kept(Generic[T]):
    """The last things that were made, each under its key; two people who ask for one at once get the same.

    At most *waiting* requests make one or wait for it.
    """

    def __init__(self, most: int = KEPT, *, waiting: int = MOST_WAITING) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._making = Lock()
        self._room = Semaphore(waiting)

    def find(self, key: Hashable) -> T | None:
        """Return what was made under *key*, None where it was not, or is no longer kept."""
        return self._kept.get(key)

    def make(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under *key*, or what *make* makes; one thing is made at a time.

        Raises:
            VerbatimError: if too many wait already.
        """
        if not self._room.acquire(blocking=False):
            raise VerbatimError(
                "It is being measured already, and others wait for it. Open the page again in a minute."
            )
        try:
            with self._making:
                found = self._kept.get(key)
                if found is None:
                    self._kept[key] = found = make()
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
                return found
        finally:
            self._room.release()


class Runs:
    """The runs and the curves that were made last."""

    def __init__(self) -> None:
        self._runs: Kept[Run] = Kept()
        self._curves: Kept[Curve] = Kept()

    def last(self, call: Call) -> Run | None:
        """Return the run of the knowledge in service, None where it has not been made.

        Raises:
            KnowledgeError: if the tests or the bars have problems.
        """
        return self._runs.find(_run_key(call))

    def run(self, call: Call) -> Run:
        """Return the run of the knowledge in service, made now unless it is kept.

        Raises:
            KnowledgeError: if the tests, the bars or the knowledge have problems.
            ChangedError: if the folder holds another knowledge than is in service.
        """
        return self._runs.make(_run_key(call), lambda: _run(call))

    def needed(self, call: Call) -> Run:
        """Return the run of the knowledge in service.

        Raises:
            VerbatimError: if it has not been made.
        """
        found = self.last(call)
        if found is None:
            raise VerbatimError("Nothing was measured of this knowledge and these tests yet. Run the tests first.")
        return found

    def last_curve(self, call: Call) -> Curve | None:
        """Return the curve of the knowledge in service, None where it has not been measured.

        Raises:
            KnowledgeError: if the tests have problems.
        """
        return self._curves.find(_curve_key(call))

    def curve(self, call: Call) -> Curve:
        """Return the curve of the knowledge in service, measured now unless it is kept.

        Raises:
            KnowledgeError: if the tests have problems.
        """
        tests = read_coverage(call.settings.knowledge, call.bot.knowledge)
        return self._curves.make(_curve_key(call), lambda: curve_of_tests(call.bot, tests))


def _run(call: Call) -> Run:
    folder, bot = call.settings.knowledge, call.bot
    # the lines of findings are those of the folder: it must hold what is in service
    if load_knowledge(folder).digest != bot.knowledge.digest:
        raise ChangedError(
            "The knowledge folder holds something newer than what is in service. Wait some seconds, then run again; "
            "the overview says what keeps it from being served."
        )
    return Run(run(bot, Plan.of(folder, bot), today=call.now.date()), call.now)


def _run_key(call: Call) -> Hashable:
    folder, knowledge = call.settings.knowledge, call.bot.knowledge
    tests = read_coverage(folder, knowledge)
    return _served(call.bot), knowledge.operating_point, tests, read_bars(folder), call.now.date()


def _curve_key(call: Call) -> Hashable:
    point = call.bot.knowledge.operating_point
    tests = read_coverage(call.settings.knowledge, call.bot.knowledge)
    return _served(call.bot), point.choose, point.gap, tests


def _served(bot: Bot) -> Hashable:
    return bot.knowledge.digest, bot.semantic
