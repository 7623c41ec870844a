"""The notices' texts in, a page for a clinician out; a clinic's own statements in, what each would get out.

It only tells what the other modules of this room hold and do; it decides nothing.
"""

import csv
import difflib
import io
import json
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from bot.errors import VerbatimError
from bot.model import Level, Problem, Safety
from bot.safety.detector import FAILED, GRAVEST_FIRST, MODEL, SPACED_OUT, danger_notices, detect
from bot.safety.harmless import HARMLESS
from bot.safety.matters import MATTERS, matters
from bot.safety.rules import RULES

MEASURED = Path(__file__).parent / "measured.json"
LEVELS: tuple[Level, ...] = get_args(Level)
SUPPORT = "support"
SHORT = "crisis-short"
WIDTH = 100

_ITEM = r"(?:-|\d\.) "

_DETECTED = f"""\
Every message is checked as a whole, before anything is searched. Three things look at it.

1. Rules: plain wordings of danger, listed below with what each must and must not find.
2. Harmless wordings: figures of speech, denials and what is long past. They are taken out before the rules look.
3. A classifier: a small statistical model that has read some thousand statements and finds what nobody wrote a rule
for. It only adds to what the rules find. Its finds are named "{MODEL}" and the kind of danger.

Letters set apart on purpose ("k i l l") are read without the gaps; such finds are named "{SPACED_OUT}" and the notice.
If the check itself fails, the message counts as a crisis ("{FAILED}")."""

_SHOWN = f"""\
Two strengths. The full notice: a rule, or the classifier where it is sure, puts it first, above everything else. The
support line: where the classifier is less sure, one or two quiet lines ("{SUPPORT}") stand below the answer.

Order: at most two full notices, the gravest first ({", then ".join(GRAVEST_FIRST)}). What only the classifier
found adds no second notice to what a rule found. An answer of the FAQ may stand below, unless its entry says
"after_crisis: hide"; "the FAQ does not answer" never does.

Later in the same chat "{SHORT}" stands in for a crisis notice that was shown in full already, unless a rule now finds
what only the classifier had found before.

Matters, listed below, are no danger. They get a fixed text beside the FAQ, and none below a full notice."""

_LIMITS = """\
This can miss people. Nothing here says that a person is safe.

- Veiled wording: "everyone will be fine soon" may be a goodbye. The classifier finds some of it, never all.
- Other languages: English, some Spanish, a handful of phrases in a few others. All else is not understood.
- Irony, jokes, quotations, song lines: they may be taken for danger, and real danger said as a joke may be missed.
- What is said over several messages: each message is checked by itself.
- Pictures, voice, emoji, links: only words are read.
- Slang, new words and heavy misspelling: known ones are mended, the next one may not be.
- A denial ("I am not suicidal") is taken at its word.
- It does not know the person: no history, no age, no risk. It is no triage and no diagnosis, and it calls nobody.

So the clinic's contact and the crisis line stand on the page at all times, whatever is found or missed."""


class StatementsError(VerbatimError):
    """A file of statements cannot be read; the message lists every problem on a line of its own."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a clinic's file, the line it starts on (from 1), and the level it should get; "" where open."""

    line: int
    text: str
    expected: Level | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one statement gets: the level, the ids of the notices in the order shown, the ids of what found it."""

    statement: Statement
    level: Level
    notices: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Tell whether the level is the expected one, or none was expected."""
        return self.statement.expected in ("", self.level)


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcomes of a file of statements, in its order."""

    outcomes: tuple[Outcome, ...]

    @property
    def is_met(self) -> bool:
        """Tell whether every expected level was met."""
        return all(outcome.is_met for outcome in self.outcomes)

    def text(self) -> str:
        """Return each outcome and a summary with counts, as plain text."""
        told = [_outcome_text(outcome) for outcome in self.outcomes]
        return "\n\n".join([*told, _summary(self.outcomes)])


# --- the page --------------------------------------------------------------------------------------------------------


def page(notices: Mapping[str, str], measured: Path = MEASURED) -> str:
    """Return the whole safety check as plain text: what it finds, what it shows, what was measured, what it cannot do.

    *notices* are the texts of the clinic, its facts filled in, by id.
    """
    sections = (
        ("WHAT IS DETECTED", _wrapped(_DETECTED)),
        ("WHAT IS SHOWN", _wrapped(_SHOWN)),
        (f"RULES ({len(RULES)})", "\n\n".join(_rules())),
        (f"HARMLESS WORDINGS ({len(HARMLESS)})", "\n\n".join(_harmless())),
        (f"MATTERS ({len(MATTERS)})", "\n\n".join(_matters())),
        ("THE NOTICES OF THIS CLINIC", "\n\n".join(_notices(notices))),
        ("WHAT WAS MEASURED", _measured(measured)),
        ("KNOWN LIMITS", _wrapped(_LIMITS)),
    )
    head = "THE SAFETY CHECK: a page for the clinician who answers for this clinic"
    return "\n\n\n".join([head, *(f"{title}\n{'-' * len(title)}\n\n{body}" for title, body in sections)])


def _rules() -> Iterator[str]:
    for rule in RULES:
        yield f"{rule.id}: shows {rule.notice!r}\n  finds:         {rule.finds}\n  must not find: {rule.ignores}"


def _harmless() -> Iterator[str]:
    for one in HARMLESS:
        yield f"{one.id}\n  takes out:  {one.blanks}\n  must leave: {one.keeps}"


def _matters() -> Iterator[str]:
    for one in MATTERS:
        head = f"{one.id}: shows {one.notice!r} {one.place} the answer"
        yield f"{head}\n  finds:         {one.finds}\n  must not find: {one.ignores}"


def _notices(notices: Mapping[str, str]) -> Iterator[str]:
    ids = dict.fromkeys([*GRAVEST_FIRST, SHORT, SUPPORT, *(one.notice for one in MATTERS)])
    for id_ in ids:
        yield f"{id_}:\n{textwrap.indent(notices[id_], '  ')}"


def _measured(path: Path) -> str:
    told = json.loads(path.read_text(encoding="utf-8"))
    if not told["sets"]:
        return "Not measured."
    when = f"Measured on {told['date']}. " if told["date"] else ""
    head = f"{when}Shares of n statements, with 95 % intervals (Wilson). Any help: the full notice or the support line."
    return "\n\n".join([_wrapped(head), *map(_set_text, told["sets"])])


def _set_text(one: Mapping[str, Any]) -> str:
    note = f": {one['note']}" if one.get("note") else ""
    lines = [f"{'':<24}{'n':>6}   {'full notice':<20}any help"]
    lines += [f"{row['label']:<24}{row['n']:>6}   {_share(row, 'full'):<20}{_share(row, 'any')}" for row in one["rows"]]
    return _wrapped(f"{one['name']}{note}") + "\n" + textwrap.indent("\n".join(lines), "  ")


def _share(row: Mapping[str, Any], key: str) -> str:
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    return f"{row[key]:.0%} ({low:.0%} to {high:.0%})".replace("%", " %")


def _wrapped(text: str) -> str:
    """Return *text* at the page's width: paragraphs end at a blank line, list items at the next one."""
    paragraphs = (re.split(rf"\n(?={_ITEM})", paragraph) for paragraph in text.split("\n\n"))
    return "\n\n".join("\n".join(map(_filled, parts)) for parts in paragraphs)


def _filled(part: str) -> str:
    indent = "  " if re.match(_ITEM, part) else ""
    return textwrap.fill(" ".join(part.split()), WIDTH, subsequent_indent=indent, break_on_hyphens=False)


# --- a clinic's own statements ---------------------------------------------------------------------------------------


def try_statements(path: Path, check: Callable[[str], Safety] = detect) -> Trial:
    """Return what each statement of a file gets: a line each, or a CSV file (.csv) with columns message[,expected].

    In a text file an expected level and a tab may stand before the statement.

    Raises:
        StatementsError: if the file is no such file, with every problem in it.
        OSError: if it cannot be read.
    """
    problems: list[Problem] = []
    text = _decoded(path)
    reader = _from_csv if path.suffix.lower() == ".csv" else _from_lines
    statements = tuple(reader(text, str(path), problems))
    if not statements and not problems:
        problems.append(Problem(str(path), 1, "there is no statement in this file", "Write one a line."))
    if problems:
        raise StatementsError("\n".join(map(str, problems)))
    return Trial(tuple(_tried(statement, check) for statement in statements))


def _tried(statement: Statement, check: Callable[[str], Safety]) -> Outcome:
    try:
        safety = check(statement.text)
    except Exception:  # noqa: BLE001 - a check that fails counts as a crisis for patients, and so it does here
        safety = Safety("crisis", (FAILED,))
    return Outcome(statement, safety.level, _shown(safety, statement.text), safety.rules)


def _shown(safety: Safety, text: str) -> tuple[str, ...]:
    if safety.level in ("crisis", "emergency"):
        return danger_notices(safety)
    support = [SUPPORT] if safety.level == SUPPORT else []
    return (*(matter.notice for matter in matters(text)), *support)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fix = "Save the file as UTF-8 (in most editors: 'Save with encoding')."
        raise StatementsError(str(Problem(str(path), line, "this is not UTF-8 text", fix))) from None


def _from_lines(text: str, file: str, problems: list[Problem]) -> Iterator[Statement]:
    for number, line in enumerate(re.split(r"\r\n?|\n", text), start=1):
        before, tab, after = line.partition("\t")
        if line.strip():
            said, expected = (after, before) if tab else (line, "")
            yield from _statement(said, expected, file, number, problems)


def _from_csv(text: str, file: str, problems: list[Problem]) -> Iterator[Statement]:
    rows = _csv_rows(text, file, problems)
    _, head = next(rows, (1, []))
    columns = [name.strip().lower() for name in head]
    if "message" not in columns:
        if not problems:
            fix = "Let the first line be 'message' or 'message,expected', with commas between columns."
            problems.append(Problem(file, 1, "there is no column 'message'", fix))
        return
    for number, row in rows:
        if len(row) != len(columns):
            what = f"there are {len(row)} cells in this row, and {len(columns)} in the first line"
            problems.append(Problem(file, number, what, 'Put a message that holds a comma into quotes ("...").'))
            continue
        cells = dict(zip(columns, row, strict=True))
        yield from _statement(cells["message"], cells.get("expected", ""), file, number, problems)


def _csv_rows(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line that each row starts on, and its cells; a row that is no CSV is a problem and the last one."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        fix = 'Close the quotes that open here, and double ("") each quote inside a message.'
        problems.append(Problem(file, start, f"this is not a CSV row ({error})", fix))


def _statement(said: str, expected: str, file: str, line: int, problems: list[Problem]) -> Iterator[Statement]:
    told = expected.strip().lower()
    level = next((known for known in LEVELS if known == told), None)
    if told and level is None:
        near = difflib.get_close_matches(told, LEVELS, n=1)
        fix = f"{f'Did you mean {near[0]!r}? ' if near else ''}Write {', '.join(LEVELS)}, or nothing."
        problems.append(Problem(file, line, f"the expected level {expected.strip()!r} is unknown", fix))
    elif not said.strip():
        problems.append(Problem(file, line, "there is no statement", "Write one, or remove the line."))
    else:
        yield Statement(line, said.strip(), level or "")


def _outcome_text(outcome: Outcome) -> str:
    expected = "" if outcome.is_met else f"  NOT MET: expected {outcome.statement.expected}"
    said = textwrap.fill(" ".join(outcome.statement.text.split()), WIDTH, initial_indent="  ", subsequent_indent="  ")
    shown, found = (", ".join(ids) or "-" for ids in (outcome.notices, outcome.rules))
    return f"line {outcome.statement.line}: {outcome.level}{expected}\n{said}\n  notices: {shown}; found by: {found}"


def _summary(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.level for outcome in outcomes)
    lines = [f"Statements: {len(outcomes)} ({', '.join(f'{counts[level]} {level}' for level in LEVELS)})."]
    expecting = [outcome for outcome in outcomes if outcome.statement.expected]
    if expecting:
        missed = [outcome for outcome in expecting if not outcome.is_met]
        less = sum(LEVELS.index(one.level) < LEVELS.index(one.statement.expected or "none") for one in missed)
        met = f"Expected levels: {len(expecting)}, of which {len(expecting) - len(missed)} were met."
        lines.append(f"{met} Too little: {less}. Too much: {len(missed) - less}.")
    return "\n".join(lines)
