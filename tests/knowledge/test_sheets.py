"""Spreadsheets as people save them: each good row is read, each bad one told with its line, none is lost silently."""

import codecs
import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import VerbatimError
from bot.knowledge.sheets import COLUMNS, LONGEST_CELL, Sheet, read_sheet, safe_cell, sheet_of
from bot.model import CoverageQuestion, Expected
from tests.clinics import knowledge_of

KNOWLEDGE = knowledge_of({"Opening hours?": ["On weekdays."], "A car park?": ["Behind the house."]})
HEAD = "question,expected,note,tags\n"
ROW = "where do café guests park,e1,,\n"


def read(tmp_path: Path, content: bytes, name: str = "sheet.csv") -> Sheet:
    path = tmp_path / name
    path.write_bytes(content)
    return read_sheet(path, KNOWLEDGE)


def problems(sheet: Sheet) -> list[tuple[int, str]]:
    return [(problem.line, problem.what) for problem in sheet.problems]


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + ROW).encode(),
        (HEAD + ROW).encode("utf-8-sig"),
        (HEAD + ROW).encode("utf-16"),
        codecs.BOM_UTF16_BE + (HEAD + ROW).encode("utf-16-be"),
        (HEAD + ROW).encode("utf-16-le"),
        (HEAD + ROW).encode("utf-16-be"),
        (HEAD + ROW).encode("cp1252"),
        (HEAD + ROW).replace("\n", "\r\n").encode(),
        (HEAD + ROW).replace(",", ";").encode(),
        (HEAD + ROW).replace(",", "\t").encode(),
        ("Expected , QUESTION\n" + "e1,where do café guests park\n").encode(),
    ],
)
def test_every_usual_way_to_save_a_csv_is_read(tmp_path: Path, content: bytes) -> None:
    sheet = read(tmp_path, content)
    assert [(test.question, str(test.expected), test.line) for test in sheet.tests] == [
        ("where do café guests park", "e1", 2)
    ]
    assert sheet.problems == ()


def test_lines_in_two_encodings_are_each_read_in_their_own_and_told(tmp_path: Path) -> None:
    sheet = read(tmp_path, HEAD.encode() + ROW.encode() + ROW.replace("where do", "can").encode("cp1252"))
    assert [test.question for test in sheet.tests] == ["where do café guests park", "can café guests park"]
    assert sheet.remarks == ("Read as Windows-1252, not UTF-8; please look at the letters of line 3.",)


def test_each_bad_row_is_told_and_the_good_ones_are_kept(tmp_path: Path) -> None:
    rows = [
        'is there a car park,e1,a note,"cars, arriving"',
        ",,,",
        "=1+1,e1,,",
        "what are the hours,=A1,,",
        ",e0,,",
        "is it open,,,",
        "is it shut,e9,,",
        "may I smoke,gap:smoking,,",
        "Is there a car park?,none,,",
        '"two\nlines, one question",none,,',
        f"{'long ' * 900},none,,",
        "the last,e0,,",
    ]
    sheet = read(tmp_path, (HEAD + "\n".join(rows)).encode())
    assert problems(sheet) == [
        (4, "'question' is a formula"),
        (5, "'expected' is a formula"),
        (6, "the question is empty"),
        (7, "nothing is said to be expected"),
        (8, "'e9' is no entry"),
        (9, "'smoking' is no gap"),
        (10, f"the question 'Is there a car park?' is already asked at {tmp_path}/sheet.csv:2"),
        (13, f"'question' has over {LONGEST_CELL:,} characters"),
    ]
    assert [(test.question, test.line) for test in sheet.tests] == [
        ("is there a car park", 2),
        ("two\nlines, one question", 11),
        ("the last", 14),
    ]
    assert (sheet.tests[0].note, sheet.tests[0].tags, sheet.tests[1].expected) == (
        "a note",
        ("cars", "arriving"),
        Expected(),
    )
    assert (sheet.rows, sheet.blank) == (11, 1)


def test_letters_that_no_encoding_has_are_a_bad_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, HEAD.encode() + b"caf\x81 or not,e1,,\ntea,e1,,\n")
    assert problems(sheet) == [(2, "'question' holds letters that cannot be read")]
    assert [test.question for test in sheet.tests] == ["tea"]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("question,answer", ["the column 'answer' is unknown", "there is no column 'expected'"]),
        ("where is it,e1", ["the column 'where is it' is unknown", "the column 'e1' is unknown",
                            "there is no column 'question'", "there is no column 'expected'"]),
        ("", ["the sheet is empty"]),
    ],
)  # fmt: skip
def test_a_sheet_without_its_columns_has_no_tests(tmp_path: Path, head: str, told: list[str]) -> None:
    sheet = read(tmp_path, f"{head}\nwhere,e1\n".encode() if head else b"\n\n")
    assert ([what for _, what in problems(sheet)], sheet.tests) == (told, ())


def test_a_misspelt_column_is_told_although_the_rows_are_good(tmp_path: Path) -> None:
    sheet = read(tmp_path, b"question,expected,tag\nwhere,e1,car\n")
    assert str(sheet.problems[0]).endswith(
        "sheet.csv:1: the column 'tag' is unknown. Did you mean 'tags'? "
        "Columns are question, expected, note, tags; rename it, or remove it."
    )
    assert len(sheet.tests) == 1


def test_a_column_that_is_there_twice_is_told(tmp_path: Path) -> None:
    assert problems(read(tmp_path, b"question,expected,question\na,e1,b\n")) == [
        (1, "the column 'question' is there twice")
    ]


def xlsx(rows: list[list[object]], *, sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_is_read_like_csv_formulas_and_numbers_too(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        list(COLUMNS),
        ["is there a car park", "e1", None, "cars"],
        [],
        ['=HYPERLINK("http://clinic.example")', "e1"],
        [911, "none"],
        ["open?", 5],
    ]
    sheet = read(tmp_path, xlsx(rows, sheets=2), "sheet.xlsx")
    assert [(test.question, str(test.expected), test.tags, test.line) for test in sheet.tests] == [
        ("is there a car park", "e1", ("cars",), 2),
        ("911", "none", (), 5),
    ]
    assert problems(sheet) == [(4, "'question' is a formula"), (6, "'5' is no entry")]
    assert sheet.remarks == ("Only the first sheet, 'Sheet', is read; the file has 2.",)


@pytest.mark.parametrize("content", [b"", b"question,expected\n", b"PK\x03\x04 no zip"])
def test_a_damaged_xlsx_is_one_message(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(VerbatimError, match=r"sheet\.xlsx: this is no XLSX file, or it is damaged"):
        read(tmp_path, content, "sheet.xlsx")


def test_a_zip_that_is_no_workbook_is_one_message(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "a")
    with pytest.raises(VerbatimError, match="damaged"):
        read(tmp_path, out.getvalue(), "sheet.xlsx")


def test_a_zip_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.sheets.MOST_UNPACKED", 1000)
    with pytest.raises(VerbatimError, match="unpacked, the file is over 1,000 bytes"):
        read(tmp_path, xlsx([["question"]]), "sheet.xlsx")


def test_too_large_a_file_and_another_kind_of_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(VerbatimError, match=r"this is no spreadsheet\. Save it as \.csv or \.xlsx"):
        read(tmp_path, b"", "sheet.ods")
    monkeypatch.setattr("bot.knowledge.sheets.MOST_BYTES", 3)
    with pytest.raises(VerbatimError, match="the file is over 3 bytes"):
        read(tmp_path, b"1234")


def test_a_thousand_rows_are_each_good_or_told(tmp_path: Path) -> None:
    bad = {3: "=1", 500: "", 777: "e77"}
    rows = [f"question number {n},{bad.get(n, 'e1')},," for n in range(1000)]
    sheet = read(tmp_path, (HEAD + "\n".join(rows)).encode("utf-16"))
    assert (len(sheet.tests), [line for line, _ in problems(sheet)], sheet.rows) == (997, [5, 502, 779], 1000)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_one_message(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "sheet.csv"
    path.write_bytes(content)
    try:
        sheet = read_sheet(path, KNOWLEDGE)
    except VerbatimError:
        return
    assert len(sheet.tests) <= sheet.rows


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra"])
def test_a_cell_like_a_formula_is_made_safe_and_read_back(tmp_path: Path, text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["question", "expected"], [safe_cell(f"{text} and words"), "none"]])
    (test,) = read(tmp_path, out.getvalue().encode()).tests
    assert test.question == f"{text} and words"


def test_other_cells_stay_as_they_are() -> None:
    assert [safe_cell(text) for text in ("", "a=1", "'quoted'", "1+1")] == ["", "a=1", "'quoted'", "1+1"]


def test_a_question_that_is_a_test_already_is_a_bad_row() -> None:
    stored = (CoverageQuestion("Where do café guests park?", Expected(("e1",)), file="coverage/first.yaml", line=7),)
    sheet = sheet_of(Path("more.csv"), f"{HEAD}is there a lift,none,,\n{ROW}".encode(), KNOWLEDGE, stored)
    assert [test.question for test in sheet.tests] == ["is there a lift"]
    assert problems(sheet) == [
        (3, "the question 'where do café guests park' is already asked at coverage/first.yaml:7")
    ]
