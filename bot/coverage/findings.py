"""A knowledge, how it covers its sources and what its questions got in, findings out: what staff should mend."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from bot.coverage.asking import Asked
from bot.coverage.judging import Figure, Result
from bot.knowledge.covering import Covering
from bot.model import Bars, CoverageQuestion, Entry, Knowledge, Problem
from bot.text import content_stems, sentences, words

SHINGLE = 2
LEAST_ALIKE = 0.6
SEVERAL = 2
MOST_AMBIGUOUS = 3
ASKING = frozenset({"how", "what", "who", "whom", "whose", "which", "when", "where", "whi", "long", "much", "mani"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: the id of its kind, where it is (`file` may be empty), what it is and how to fix it.

    A fault makes the run fail; what is no fault is only worth a look.
    """

    id: str
    file: str
    line: int
    what: str
    fix: str
    is_fault: bool = True

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}[{self.id}] {self.what}. {self.fix}"


@dataclass(frozen=True, slots=True)
class Collision:
    """Questions that entry `owner` should answer and that `thief` is ranked first for."""

    owner: str
    thief: str
    questions: tuple[str, ...]


def missed_bars(figures: Iterable[Figure], bars: Bars, file: str) -> Iterator[Finding]:
    """Yield a finding for each bar that a figure misses; a figure of no question misses none."""
    by_id = {figure.id: figure for figure in figures}
    for id_, bar in stated(bars).items():
        figure = by_id[id_]
        value = figure.share.value
        is_met = value >= bar if figure.more_is_better else value <= bar
        if figure.share.of and not is_met:
            side = "at least" if figure.more_is_better else "at most"
            what = f"{figure.name.lower()}: {value:.1%} of {figure.share.of}, and the bar is {side} {bar:.1%}"
            fix = "Look at the questions in the report: add wordings, an answer, or a known gap."
            yield Finding(f"bar-{id_.replace('_', '-')}", file, 1, what, fix)


def stated(bars: Bars) -> dict[str, float]:
    """Return each bar under the id of its figure."""
    return {
        "false_answers": bars.false_answers,
        "wrong_passages": bars.wrong_passages,
        "right": bars.right,
        "in_reach": bars.in_reach,
        "safety": bars.safety,
    }


def stored_wordings(tests: Iterable[CoverageQuestion], knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a finding for each test that asks a stored wording: it would test memory, not coverage."""
    stored = {words(text): f"a wording of {entry.id!r}" for entry in knowledge.entries for text in entry.wordings}
    for gap in knowledge.gaps:
        stored.update({words(text): f"a wording of the gap {gap.id!r}" for text in gap.wordings})
    stored.update({words(entry.question): f"the title of {entry.id!r}" for entry in knowledge.entries})
    for test in tests:
        owner = stored.get(words(test.question))
        if owner:
            what = f"the test {test.question!r} is {owner}, so it tests nothing"
            yield Finding("stored-wording", test.file, test.line, what, "Ask it in words that are stored nowhere.")


def unreached(knowledge: Knowledge, asked: Iterable[Asked], covering: Covering) -> Iterator[Finding]:
    """Yield a finding for each entry that no question shows, and for each passage of the others that none shows."""
    reached = {passage for one in asked for passage in one.passages}
    for entry in knowledge.entries:
        file, line = covering.entries[entry.id]
        if reached.isdisjoint(passage.id for passage in entry.passages):
            what = f"no test and no question of the bank is answered by {entry.id!r}"
            fix = "Add wordings to aliases.yaml, and a test that it should answer."
            yield Finding("entry-unreached", file, line, what, fix)
            continue
        for passage in entry.passages:
            if passage.id not in reached:
                what = f"no test and no question of the bank shows the passage {passage.id!r}"
                fix = "Add wordings for it to aliases.yaml, and a test."
                yield Finding("passage-unreached", file, covering.passages[passage.id], what, fix)


def never_first(results: Sequence[Result], covering: Covering) -> Iterator[Finding]:
    """Yield a finding for each entry that several tests expect and that is ranked first for none of them."""
    expected: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for result in results:
        relevant = result.test.expected.answering
        expected.update(relevant)
        first.update({*relevant} & {*result.asked.ranked[:1]})
    for entry_id in sorted(expected.keys() - first.keys()):
        if expected[entry_id] < SEVERAL:
            continue
        file, line = covering.entries[entry_id]
        what = f"{entry_id!r} is ranked first for none of the {expected[entry_id]} questions that it should answer"
        yield Finding("entry-never-wins", file, line, what, "Add wordings to aliases.yaml, in patients' own words.")


def collisions(results: Iterable[Result]) -> tuple[Collision, ...]:
    """Return each pair of which one entry is ranked first for a question of the other's, the most frequent first."""
    stolen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        relevant, first = result.test.expected.answering, result.asked.ranked[:1]
        if relevant and first and first[0] not in relevant:
            stolen[relevant[0], first[0]].append(result.test.question)
    found = (Collision(owner, thief, tuple(questions)) for (owner, thief), questions in stolen.items())
    return tuple(sorted(found, key=lambda one: (-len(one.questions), one.owner, one.thief)))


def colliding(pairs: Iterable[Collision], covering: Covering) -> Iterator[Finding]:
    """Yield a finding, no fault, for each pair that collides more than once."""
    for pair in pairs:
        if len(pair.questions) >= SEVERAL:
            file, line = covering.entries[pair.owner]
            what = f"{pair.thief!r} is ranked before {pair.owner!r} for {len(pair.questions)} of its questions"
            fix = "Give the two different wordings, or name both in the tests where both answer."
            yield Finding("entries-collide", file, line, what, fix, is_fault=False)


def near_duplicates(entries: Sequence[Entry], covering: Covering) -> Iterator[Finding]:
    """Yield a finding for each pair of entries with nearly the same text.

    Measured by the share of the shorter one's pairs of words that the other holds too (containment, Broder 1997).
    """
    shingles = {entry.id: _shingles(entry) for entry in entries}
    for one, other in combinations(entries, 2):
        shorter = min(len(shingles[one.id]), len(shingles[other.id]))
        shared = len(shingles[one.id] & shingles[other.id])
        if shorter and shared / shorter >= LEAST_ALIKE:
            file, line = covering.entries[other.id]
            what = f"{other.id!r} says nearly the same as {one.id!r} ({shared / shorter:.0%} of the shorter one)"
            yield Finding("near-duplicate", file, line, what, "Make one entry of the two, with the wordings of both.")


def ambiguous_titles(entries: Sequence[Entry], covering: Covering) -> Iterator[Finding]:
    """Yield a finding, no fault, for each title whose telling words stand in a sentence of another entry as well."""
    told = {entry.id: [{*content_stems(s)} for p in entry.passages for s in sentences(p.text)] for entry in entries}
    for entry in entries:
        title = {*content_stems(entry.question)} - ASKING
        others = [id_ for id_, said in told.items() if id_ != entry.id and any(title <= one for one in said)]
        if title and 0 < len(others) < MOST_AMBIGUOUS:
            file, line = covering.entries[entry.id]
            what = f"the title {entry.question!r} is also answered by {' and '.join(map(repr, others))}"
            fix = "Make the title say what only this entry answers."
            yield Finding("ambiguous-title", file, line, what, fix, is_fault=False)


def overdue(entries: Iterable[Entry], covering: Covering, today: date) -> Iterator[Finding]:
    """Yield a finding for each entry whose review was due before *today*."""
    for entry in entries:
        due = entry.review.due
        if due and due < today.isoformat():
            file, line = covering.entries[entry.id]
            yield Finding("review-overdue", file, line, f"the review of {entry.id!r} was due on {due}", "Review it.")


def misplaced(covering: Covering) -> Iterator[Finding]:
    """Yield a finding for each sentence of a source that stands in no passage, or in two."""
    kinds: Mapping[str, tuple[Problem, ...]] = {
        "sentence-uncovered": covering.uncovered,
        "sentence-twice": covering.twice,
    }
    for id_, problems in kinds.items():
        for problem in problems:
            yield Finding(id_, problem.file, problem.line, problem.what, problem.fix)


def _shingles(entry: Entry) -> set[tuple[str, ...]]:
    stems = [content_stems(passage.text) for passage in entry.passages]
    return {one[start : start + SHINGLE] for one in stems for start in range(len(one) - SHINGLE + 1)}
