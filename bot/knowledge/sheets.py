"""A spreadsheet's bytes in, coverage questions and a report on every row that is none out. The only user of openpyxl.

Columns: `question`, `expected`, and if wished `note` and `tags` (with commas between them), in any order. What Excel
and its kin write is read: CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252, and XLSX.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import VerbatimError
from bot.knowledge.coverage_tests import Known, asked_twice, expectation
from bot.knowledge.fields import did_you_mean
from bot.model import CoverageQuestion, Expected, Knowledge, Problem
from bot.text import words

SHEETS = (".csv", ".xlsx")
NEEDED = ("question", "expected")
COLUMNS = (*NEEDED, "note", "tags")
MOST_BYTES = 20_000_000
MOST_UNPACKED = 200_000_000
LONGEST_CELL = 4000
# a cell that begins with one of these is run as a formula by a spreadsheet program (OWASP, CSV injection)
FORMULA = ("=", "+", "-", "@", "\t", "\r")

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_SHARE_OF_NULS = 0.3

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a spreadsheet holds: the questions of its good rows, a problem for each bad one, and remarks.

    `rows` is the number of rows that are not blank, the head not counted; `blank` that of the others.
    """

    tests: tuple[CoverageQuestion, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]
    rows: int
    blank: int


@dataclass(frozen=True, slots=True)
class _Columns:
    """The place of each column, and problems with the head of the sheet."""

    places: dict[str, int]
    problems: tuple[Problem, ...]

    def cell(self, cells: Sequence[str], name: str) -> str:
        place = self.places.get(name, len(cells))
        return cells[place].strip() if place < len(cells) else ""


def read_sheet(path: Path, knowledge: Knowledge, stored: Sequence[CoverageQuestion] = ()) -> Sheet:
    """Return what the file *path*, .csv or .xlsx, holds; a question that is among *stored* makes a bad row.

    Raises:
        VerbatimError: if it is no such file, is damaged, or is over 20 MB.
        OSError: if it cannot be read.
    """
    is_sheet = path.suffix.lower() in SHEETS
    if is_sheet and path.stat().st_size > MOST_BYTES:
        raise VerbatimError(f"{path}: the file is over {MOST_BYTES:,} bytes. Split it into smaller ones.")
    return sheet_of(path, path.read_bytes() if is_sheet else b"", knowledge, stored)


def sheet_of(path: Path, data: bytes, knowledge: Knowledge, stored: Sequence[CoverageQuestion] = ()) -> Sheet:
    """Return what *data*, a file that came under the name *path*, holds; no file is opened.

    A question that is among *stored* already, in the same words, makes a bad row.

    Raises:
        VerbatimError: if the name is that of no spreadsheet, or the data are damaged.
    """
    if path.suffix.lower() not in SHEETS:
        raise VerbatimError(f"{path}: this is no spreadsheet. Save it as {' or '.join(SHEETS)}.")
    remarks: list[str] = []
    rows = list(_xlsx_rows(path, data, remarks) if path.suffix.lower() == ".xlsx" else _csv_rows(path, data, remarks))
    return _sheet(path.as_posix(), rows, Known.of(knowledge), remarks, stored)


def safe_cell(text: str) -> str:
    """Return *text* as a spreadsheet program shows it and never runs it: one that looks like a formula gets a quote."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _sheet(
    file: str, rows: Sequence[Row], known: Known, remarks: Sequence[str], stored: Sequence[CoverageQuestion]
) -> Sheet:
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        problem = Problem(file, 1, "the sheet is empty", f"Write a row with {', '.join(COLUMNS)}, then questions.")
        return Sheet((), (problem,), tuple(remarks), 0, len(rows))
    (head_line, head), *body = filled
    columns = _columns(file, head_line, head)
    problems = list(columns.problems)
    tests: list[CoverageQuestion] = []
    for line, cells in body if columns.places.keys() >= set(NEEDED) else ():
        read = _test(file, line, cells, columns, known)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            tests.append(read)
    again = {problem.line: problem for problem in asked_twice([*stored, *tests]) if problem.file == file}
    good = tuple(test for test in tests if test.line not in again)
    told = sorted([*problems, *again.values()], key=lambda problem: problem.line)
    return Sheet(good, tuple(told), tuple(remarks), len(body), len(rows) - len(filled))


def _columns(file: str, line: int, head: Sequence[str]) -> _Columns:
    named = [cell.strip().casefold() for cell in head]
    problems, places = [], {}
    for place, name in enumerate(named):
        if name in COLUMNS and name not in places:
            places[name] = place
        elif name:
            what = f"the column {name!r} is {'there twice' if name in places else 'unknown'}"
            fix = f"{did_you_mean(name, COLUMNS)}Columns are {', '.join(COLUMNS)}; rename it, or remove it."
            problems.append(Problem(file, line, what, fix))
    for name in NEEDED:
        if name not in places:
            what, fix = f"there is no column {name!r}", f"Write {', '.join(COLUMNS)} into the first row."
            problems.append(Problem(file, line, what, fix))
    return _Columns(places, tuple(problems))


def _test(file: str, line: int, cells: Sequence[str], columns: _Columns, known: Known) -> CoverageQuestion | Problem:
    row = {name: columns.cell(cells, name) for name in COLUMNS}
    for name, text in row.items():
        if text.startswith("="):
            return Problem(file, line, f"{name!r} is a formula", "Write the text itself.")
        if "\ufffd" in text or "\0" in text:
            return Problem(file, line, f"{name!r} holds letters that cannot be read", "Save the file as UTF-8.")
        if len(text) > LONGEST_CELL:
            return Problem(file, line, f"{name!r} has over {LONGEST_CELL:,} characters", "Shorten it.")
    question, written = _unquoted(row["question"]), _unquoted(row["expected"])
    if not words(question):
        return Problem(file, line, "the question is empty", "Write it, or empty the whole row.")
    expected = expectation(written, known)
    if not isinstance(expected, Expected):
        return Problem(file, line, *expected)
    tags = tuple(tag.strip() for tag in row["tags"].split(",") if tag.strip())
    return CoverageQuestion(question, expected, _unquoted(row["note"]), tags, file=file, line=line)


def _unquoted(text: str) -> str:
    """Return what `safe_cell` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


# --- CSV ------------------------------------------------------------------------------------------------------------


def _csv_rows(path: Path, data: bytes, remarks: list[str]) -> Iterator[Row]:
    text = _decoded(data, remarks)
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise VerbatimError(f"{path}:{line}: this row cannot be read ({error}). Save the sheet as CSV again.") from None


def _decoded(data: bytes, remarks: list[str]) -> str:
    """Return the text of *data*; where it mixes encodings, each line in its own."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "") or _utf16_without_bom(data)
    if encoding != "":
        return data.decode(encoding, errors="replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        lines = [_decoded_line(match[0]) for match in _LINE.finditer(data)]
    foreign = [str(number) for number, (_, is_utf8) in enumerate(lines, 1) if not is_utf8]
    shown = ", ".join(foreign[:10]) + (f" and {len(foreign) - 10} more" if len(foreign) > 10 else "")  # noqa: PLR2004
    remarks.append(f"Read as Windows-1252, not UTF-8; please look at the letters of line {shown}.")
    return "".join(text for text, _ in lines)


def _utf16_without_bom(data: bytes) -> str:
    size = max(1, len(data) // 2)
    if data[1::2].count(0) / size > _SHARE_OF_NULS:
        return "utf-16-le"
    return "utf-16-be" if data[::2].count(0) / size > _SHARE_OF_NULS else ""


def _decoded_line(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode(), True
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace"), False


# --- XLSX -----------------------------------------------------------------------------------------------------------


def _xlsx_rows(path: Path, data: bytes, remarks: list[str]) -> Iterator[Row]:
    """Yield the rows of the first sheet, formulas as they are written and not what they once gave."""
    import openpyxl  # noqa: PLC0415 - slow to import, and most runs read no XLSX

    damaged = f"{path}: this is no XLSX file, or it is damaged. Save it again, or as CSV."
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(item.file_size for item in packed.infolist())
        if size > MOST_UNPACKED:
            raise VerbatimError(f"{path}: unpacked, the file is over {MOST_UNPACKED:,} bytes. Save it as CSV.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError):
        raise VerbatimError(damaged) from None
    try:
        names = book.sheetnames
        if len(names) > 1:
            remarks.append(f"Only the first sheet, {names[0]!r}, is read; the file has {len(names)}.")
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield number, ["" if cell is None else str(cell) for cell in cells]
    except (KeyError, ValueError, IndexError, SyntaxError):
        raise VerbatimError(damaged) from None
    finally:
        book.close()
