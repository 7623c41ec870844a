"""A knowledge in, warnings for staff out: what is worth a look but keeps nothing from being served."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.clinic import FACTS
from bot.knowledge.coverage_tests import read_bars, read_coverage
from bot.knowledge.entries import EntryItem
from bot.knowledge.folder import CLINIC
from bot.knowledge.loading import load_entries, load_knowledge
from bot.knowledge.reviewing import due_on
from bot.model import Knowledge, Problem
from bot.text import words

_LACKS_VERB = re.compile(r"\b(?:if|when|whether|that) (?:you|we|they) (?=\w+(?:ible|able)\b)[^\W\d_]+", re.IGNORECASE)
_LACKS_ING = re.compile(r"\bby [^\W\d_]{3,}i[sz]e\b", re.IGNORECASE)
_SUSPECTS = ((_LACKS_VERB, "a verb seems to be missing"), (_LACKS_ING, "a verb form seems wrong"))
SHORTEST_COMPARED = 8
MOST_LACKING = 2
_ENDINGS = ("s", "ed", "ly", "al", "ic", "e", "d", "r")


def lint(folder: Path, knowledge: Knowledge, *, today: date) -> tuple[Problem, ...]:
    """Return the warnings of a knowledge that loads, in order of file and line."""
    _, items = load_entries(folder)
    found = [
        *knowledge.missing,
        *knowledge.warnings,
        *_unknown_facts(folder, knowledge),
        *_review_warnings(folder, items, knowledge.clinic.review_days, today),
        *_title_warnings(folder, items),
        *_typo_warnings(folder, knowledge),
        *_coverage_warnings(folder, knowledge),
    ]
    return tuple(sorted(set(found), key=lambda problem: (problem.file, problem.line, problem.what)))


def check(folder: Path, *, today: date) -> tuple[Knowledge, tuple[Problem, ...]]:
    """Load the knowledge of *folder* and return it with all its warnings.

    Raises:
        KnowledgeError: if it has errors.
    """
    knowledge = load_knowledge(folder)
    return knowledge, lint(folder, knowledge, today=today)


def _unknown_facts(folder: Path, knowledge: Knowledge) -> Iterator[Problem]:
    said = {problem.fix.split("clinic's ")[1].split()[0] for problem in knowledge.missing}
    unknown = [key for key in FACTS if not getattr(knowledge.clinic, key) and key not in said]
    if unknown:
        what = f"the clinic's {', '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not stated"
        yield Problem(f"{folder.as_posix()}/{CLINIC}", 1, what, "Fill in what patients may know; leave the rest empty.")


def _review_warnings(folder: Path, items: Sequence[EntryItem], days: int, today: date) -> Iterator[Problem]:
    for item in items:
        entry, file = item.entry, f"{folder.as_posix()}/{item.file}"
        due = due_on(entry.review, days)
        fix = f'Review it, then run: verbatim review {entry.id} --by "Your Name".'
        if due and due < today.isoformat():
            yield Problem(file, item.line, f"the review of {entry.id!r} was due on {due}", fix)
        if entry.withheld:
            yield Problem(file, item.line, f"the answer {entry.id!r} is withheld: patients do not get it", fix)


def _title_warnings(folder: Path, items: Sequence[EntryItem]) -> Iterator[Problem]:
    for item in items:
        file, entry = f"{folder.as_posix()}/{item.file}", item.entry
        if entry.question.endswith("\u2026"):
            what = f"the title of {entry.id!r} is only the start of its answer"
            yield Problem(file, item.line, what, "Write the question that this answer answers.")
        elif entry.question_origin == "editorial":
            what = f"the title {entry.question!r} is editorial: it is not in the clinic's text"
            yield Problem(file, item.line, what, "Check that it fits the answer.")


def _typo_warnings(folder: Path, knowledge: Knowledge) -> Iterator[Problem]:
    """Report what looks like a slip in the clinic's own text; it is shown as it stands all the same."""
    spelt = _staff_words(knowledge)
    for name, text in knowledge.sources.items():
        shown = f"{folder.as_posix()}/{name}"
        for pattern, what in _SUSPECTS:
            for match in pattern.finditer(text):
                yield _slip(shown, text, match.start(), match[0], what)
        for word, start in _source_words(text):
            whole = next((known for known in spelt if _is_cut_short(word, known)), None)
            if whole and word not in spelt:
                yield _slip(shown, text, start, text[start : start + len(word)], f"probably {whole!r}")


def _is_cut_short(word: str, whole: str) -> bool:
    """Tell whether *word* is *whole* without its last letters, where those are no ending of their own."""
    lacking = whole.removeprefix(word) if whole.startswith(word) else ""
    return 0 < len(lacking) <= MOST_LACKING and not lacking.startswith(_ENDINGS)


def _coverage_warnings(folder: Path, knowledge: Knowledge) -> Iterator[Problem]:
    """Report what is wrong with the coverage questions and bars; they keep nothing from being served."""
    try:
        read_coverage(folder, knowledge)
    except KnowledgeError as error:
        yield from error.problems
    try:
        read_bars(folder)
    except KnowledgeError as error:
        yield from error.problems


def _slip(file: str, text: str, start: int, shown: str, why: str) -> Problem:
    line = text.count("\n", 0, start) + 1
    return Problem(file, line, f"a probable typo in the source: {shown!r} ({why})", "It is shown as it stands.")


def _staff_words(knowledge: Knowledge) -> tuple[str, ...]:
    wordings = (
        w for entry in knowledge.entries for w in (*entry.aliases, *(a for p in entry.passages for a in p.aliases))
    )
    return tuple(sorted({word for wording in wordings for word in words(wording) if len(word) >= SHORTEST_COMPARED}))


def _source_words(text: str) -> Iterator[tuple[str, int]]:
    for match in re.finditer(r"[^\W\d_]+", text):
        if len(match[0]) >= SHORTEST_COMPARED:
            yield match[0].casefold(), match.start()
