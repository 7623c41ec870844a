"""A bot, its folder's tests and bank in, one report out: verdicts, figures, findings, scorecard. Prints nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.bot import Bot
from bot.coverage import findings
from bot.coverage.asking import Asked, Asker, Progress
from bot.coverage.findings import Collision, Finding
from bot.coverage.judging import Figure, Result, Verdict, counts, figures, judge
from bot.coverage.scorecard import TopicCover, bank_questions, scorecard
from bot.knowledge.coverage_tests import read_bank, read_bars, read_coverage
from bot.knowledge.covering import Covering, covering
from bot.knowledge.folder import BARS
from bot.model import BankTopic, Bars, CoverageQuestion


@dataclass(frozen=True, slots=True)
class Group:
    """The verdicts of the questions of one entry or one tag, and those that were fine."""

    name: str
    of: int
    fine: int
    verdicts: tuple[tuple[Verdict, int], ...]


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What a run found. `knowledge` is the digest; `entries` and `tags` hold each that a test names.

    `reached` holds each passage's id with how many questions show it, in the order of the knowledge.
    """

    knowledge: str
    semantic: bool
    bars: Bars
    results: tuple[Result, ...]
    figures: tuple[Figure, ...]
    entries: tuple[Group, ...]
    tags: tuple[Group, ...]
    findings: tuple[Finding, ...]
    collisions: tuple[Collision, ...]
    topics: tuple[TopicCover, ...]
    reached: tuple[tuple[str, int], ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings for which the run fails."""
        return tuple(finding for finding in self.findings if finding.is_fault)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run asks, what it demands, and how the knowledge covers its sources."""

    tests: tuple[CoverageQuestion, ...]
    bars: Bars
    bank: tuple[BankTopic, ...]
    covering: Covering
    folder: str

    @classmethod
    def of(cls, folder: Path, bot: Bot, tests: Sequence[CoverageQuestion] | None = None) -> "Plan":
        """Read the plan of a knowledge folder; *tests* are asked instead of its own where they are given.

        Raises:
            KnowledgeError: with every problem found.
        """
        asked = read_coverage(folder, bot.knowledge) if tests is None else tuple(tests)
        return cls(asked, read_bars(folder), read_bank(), covering(folder), folder.as_posix())


def run(bot: Bot, plan: Plan, *, today: date, progress: Progress | None = None, threads: int = 1) -> CoverageReport:
    """Ask every test and every question of the bank, *threads* at once, and return what was found."""
    questions = tuple(dict.fromkeys([*(test.question for test in plan.tests), *bank_questions(plan.bank)]))
    asked = {one.question: one for one in Asker(bot).ask_all(questions, progress, threads=threads)}
    point, knowledge = bot.knowledge.operating_point, bot.knowledge
    results = tuple(judge(test, asked[test.question], point) for test in plan.tests)
    measured, pairs = figures(results), findings.collisions(results)
    tags = {entry.id: entry.tags for entry in knowledge.entries}
    return CoverageReport(
        knowledge=knowledge.digest,
        semantic=bot.semantic,
        bars=plan.bars,
        results=results,
        figures=measured,
        entries=_groups((entry, result) for result in results for entry in result.test.expected.answering),
        tags=_groups((tag, result) for result in results for tag in _tags(result.test, tags)),
        findings=_findings(bot, plan, results, measured, pairs, asked.values(), today),
        collisions=pairs,
        topics=scorecard(plan.bank, asked),
        reached=_reached(bot, asked.values()),
    )


def run_bank(bot: Bot, bank: Sequence[BankTopic], progress: Progress | None = None) -> tuple[TopicCover, ...]:
    """Ask the bank alone, and return its card."""
    questions = tuple(dict.fromkeys(bank_questions(bank)))
    return scorecard(bank, {one.question: one for one in Asker(bot).ask_all(questions, progress)})


def _findings(  # noqa: PLR0913, PLR0917 - all that a run has found so far
    bot: Bot,
    plan: Plan,
    results: Sequence[Result],
    measured: Sequence[Figure],
    pairs: Sequence[Collision],
    asked: Iterable[Asked],
    today: date,
) -> tuple[Finding, ...]:
    knowledge, places = bot.knowledge, plan.covering
    found = [
        *findings.missed_bars(measured, plan.bars, f"{plan.folder}/{BARS}"),
        *findings.stored_wordings(plan.tests, knowledge),
        *findings.never_first(results, places),
        *findings.unreached(knowledge, asked, places),
        *findings.near_duplicates(knowledge.entries, places),
        *findings.misplaced(places),
        *findings.overdue(knowledge.entries, places, today),
        *findings.colliding(pairs, places),
        *findings.ambiguous_titles(knowledge.entries, places),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.is_fault))


def _groups(named: Iterable[tuple[str, Result]]) -> tuple[Group, ...]:
    """Return a group for each name, the one with the smallest share of fine questions first."""
    groups: dict[str, list[Result]] = {}
    for name, result in named:
        groups.setdefault(name, []).append(result)
    made = [
        Group(name, len(held), sum(result.is_fine for result in held), tuple(counts(held).items()))
        for name, held in groups.items()
    ]
    return tuple(sorted(made, key=lambda group: (group.fine / group.of, -group.of, group.name)))


def _tags(test: CoverageQuestion, tags: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the tags of a test and of the entries that it expects, each once."""
    return tuple(dict.fromkeys((*test.tags, *(tag for entry in test.expected.answering for tag in tags[entry]))))


def _reached(bot: Bot, asked: Iterable[Asked]) -> tuple[tuple[str, int], ...]:
    shown = Counter(passage for one in asked for passage in one.passages)
    return tuple((p.id, shown[p.id]) for entry in bot.knowledge.entries for p in entry.passages)
