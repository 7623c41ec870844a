"""Staff's coverage questions, the bars they must meet and the built-in bank: YAML in, frozen questions out, and back.

None of it can change a reply, so none of it is in the digest, and a mistake here keeps nothing from being served.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import cast, get_args

import yaml

from bot.errors import KnowledgeError, VerbatimError
from bot.knowledge import sources
from bot.knowledge.fields import Fields, Problems, did_you_mean, mapping_items
from bot.knowledge.folder import BANK, BARS, COVERAGE, TEMPLATES, Folder, read_root
from bot.knowledge.strict_yaml import line_of
from bot.knowledge.writing import scalar
from bot.model import BankTopic, Bars, CoverageQuestion, Expected, Knowledge, Level, Problem
from bot.text import words

TEST_FIELDS = ("question", "expected", "note", "tags", "general")
BANK_FIELDS = ("name", "questions")
NONE, GAP, SAFETY = "none", "gap:", "safety:"

_FORMS = (
    "Write the id of an entry (several with | between them), of a passage as ENTRY#NAME, none, gap:ID or safety:LEVEL."
)


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that a coverage question may name."""

    entries: frozenset[str]
    passages: frozenset[str]
    gaps: frozenset[str]

    @classmethod
    def of(cls, knowledge: Knowledge) -> "Known":
        """Return the ids of *knowledge*."""
        passages = frozenset(passage.id for entry in knowledge.entries for passage in entry.passages)
        entries = frozenset(entry.id for entry in knowledge.entries)
        return cls(entries, passages, frozenset(gap.id for gap in knowledge.gaps))


def read_coverage(folder: Path, knowledge: Knowledge) -> tuple[CoverageQuestion, ...]:
    """Return the coverage questions in the folder's `coverage/*.yaml`, files in order of names; () where it has none.

    Raises:
        KnowledgeError: with every problem found.
    """
    paths = [path for path in sorted((folder / COVERAGE).glob("*.yaml")) if path != folder / BARS]
    return read_tests([path for path in paths if not path.name.startswith(".")], knowledge)


def read_tests(paths: Sequence[Path], knowledge: Knowledge) -> tuple[CoverageQuestion, ...]:
    """Return the coverage questions of YAML files, in order.

    Raises:
        KnowledgeError: with every problem found, one that names an unknown entry or a question asked twice among them.
    """
    known = Known.of(knowledge)
    tests: list[CoverageQuestion] = []
    problems: list[Problem] = []
    for path in paths:
        folder = Folder(path.parent, path.parent.as_posix())
        root, found = read_root(folder, path.name, counts=False)
        if root is not None:
            nodes = Fields(root, ("tests",), found, "the file").items("tests")
            tests.extend(test for node in nodes for test in _test(node, known, found))
        problems += [*folder.problems, *found.found]
    problems += asked_twice(tests)
    if problems:
        raise KnowledgeError(sorted(set(problems), key=lambda problem: (problem.file, problem.line, problem.what)))
    return tuple(tests)


def asked_twice(tests: Sequence[CoverageQuestion]) -> Iterator[Problem]:
    """Yield a problem for each question whose words were asked before: it would count twice, or contradict itself."""
    first: dict[tuple[str, ...], CoverageQuestion] = {}
    for test in tests:
        known = first.setdefault(words(test.question), test)
        if known is not test:
            what = f"the question {test.question!r} is already asked at {known.file}:{known.line}"
            yield Problem(test.file, test.line, what, "Keep one of the two.")


def read_bars(folder: Path) -> Bars:
    """Return the bars in the folder's `coverage/bars.yaml`; those of `Bars` for what it does not state.

    Raises:
        KnowledgeError: if a bar is unknown or no share.
    """
    if not (folder / BARS).exists():
        return Bars()
    opened = Folder(folder, folder.as_posix())
    root, found = read_root(opened, BARS, counts=False)
    bars = Bars()
    if root is not None:
        known = Fields(root, [field.name for field in fields(Bars)], found, "the bars")
        bars = replace(bars, **{name: known.share(name) for name in known.values})
    problems = [*opened.problems, *found.found]
    if problems:
        raise KnowledgeError(problems)
    return bars


def read_bank(folder: Path = TEMPLATES / BANK) -> tuple[BankTopic, ...]:
    """Return the topics of the bank that comes with the program, or of another folder of such files.

    Raises:
        KnowledgeError: with every problem found.
    """
    opened = Folder(folder, folder.as_posix())
    topics: list[BankTopic] = []
    for path in sorted(folder.glob("*.yaml")):
        root, found = read_root(opened, path.name, counts=False)
        for id_, _, node in mapping_items(root, "the file", found) if root is not None else ():
            topic = Fields(node, BANK_FIELDS, found, f"the topic {id_!r}")
            topics.append(BankTopic(id_, topic.filled_text("name"), topic.texts("questions")))
        opened.problems.extend(found.found)
    if opened.problems:
        raise KnowledgeError(opened.problems)
    return tuple(topics)


def expectation(text: str, known: Known) -> Expected | tuple[str, str]:
    """Return what *text* says is expected, or what is wrong with it and how to fix it."""
    if text == NONE:
        return Expected()
    if text.startswith(GAP):
        gap = text.removeprefix(GAP).strip()
        return Expected(gap=gap) if gap in known.gaps else _unknown("gap", gap, known.gaps)
    if text.startswith(SAFETY):
        level, levels = text.removeprefix(SAFETY).strip(), get_args(Level)
        return Expected(level=cast("Level", level)) if level in levels else _unknown("safety level", level, levels)
    ids = [part.strip() for part in text.split("|") if part.strip()]
    if not ids:
        return "nothing is said to be expected", _FORMS
    for id_ in ids:
        if id_ not in (known.passages if "#" in id_ else known.entries):
            what, fix = _unknown("passage" if "#" in id_ else "entry", id_, known.passages | known.entries)
            return what, fix if "Did you mean" in fix else _FORMS
    return Expected(tuple(i for i in ids if "#" not in i), tuple(i for i in ids if "#" in i))


def save_tests(folder: Path, name: str, tests: Sequence[CoverageQuestion]) -> Path:
    """Write *tests* to the new file `coverage/NAME.yaml` of a knowledge folder and return its path.

    Raises:
        VerbatimError: if there is such a file already, or nothing to write.
    """
    path = folder / COVERAGE / f"{'-'.join(words(name)) or 'questions'}.yaml"
    if path.exists() or path == folder / BARS:
        raise VerbatimError(f"{path}: there is such a file already. Rename the spreadsheet, or remove the file first.")
    if not tests:
        raise VerbatimError(f"{name}: there is no question to write.")
    sources.write_whole(path, "tests:\n" + "".join(line for test in tests for line in _lines(test)))
    return path


def _lines(test: CoverageQuestion) -> Iterator[str]:
    yield f"  - question: {scalar(test.question)}\n    expected: {scalar(str(test.expected))}\n"
    if test.note:
        yield f"    note: {scalar(test.note)}\n"
    for key, items in (("tags", test.tags), ("general", test.general)):
        if items:
            yield f"    {key}:\n" + "".join(f"      - {scalar(item)}\n" for item in items)


def _test(node: yaml.Node, known: Known, problems: Problems) -> Iterator[CoverageQuestion]:
    test = Fields(node, TEST_FIELDS, problems, "a test")
    before = len(problems.found)
    question, written = test.filled_text("question"), test.filled_text("expected")
    if question and not words(question):
        problems.add(test.line("question"), f"the question {question!r} has no word", "Write it in words.")
    general = test.texts("general")
    for id_ in general:
        if id_ not in known.entries:
            problems.add(test.line("general"), *_unknown("entry", id_, known.entries))
    expected = expectation(written, known) if written else Expected()
    if not isinstance(expected, Expected):
        problems.add(test.line("expected"), *expected)
        return
    if len(problems.found) == before:
        yield CoverageQuestion(
            question, expected, test.text("note"), test.texts("tags"), general, problems.file, line_of(node)
        )


def _unknown(what: str, id_: str, known: Collection[str]) -> tuple[str, str]:
    return f"{id_!r} is no {what}", f"{did_you_mean(id_, known)}Use the id of one that there is."
