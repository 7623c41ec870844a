"""Each verb: results on stdout, words on stderr, exit 0, 1 or 2, and never a traceback."""

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import Bot, __version__
from bot.cli import main
from bot.knowledge.coverage_tests import read_bank
from tests.clinics import slim
from tests.conftest import ROOT
from tests.coverage.clinic import make_clinic

KNOWLEDGE = ["--knowledge", str(ROOT / "knowledge")]
PREGNANT = "Pregnant women and nursing mothers are not eligible for ketamine treatment."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return slim(Path(shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")))


def test_ask_prints_the_clinics_words_and_the_disclaimer(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "can I do this if I'm pregnant?", *KNOWLEDGE]) == 0
    out, err = capfd.readouterr()
    assert PREGNANT in out.splitlines()
    assert out.endswith("Please consult the clinic or your doctor before you act on an answer.\n")
    assert err == ""


def test_ask_json_is_the_reply_of_the_library(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "pregnant", "--json", *KNOWLEDGE]) == 0
    assert json.loads(capfd.readouterr().out) == Bot.load(ROOT / "knowledge").ask("pregnant").to_dict()


def test_ask_explain_adds_the_ranking(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "pregnant zebra", "--explain", *KNOWLEDGE]) == 0
    out = capfd.readouterr().out
    assert "eligibility-screening  (How is it decided whether I can have this treatment?)" in out
    assert "Matched words: pregnant\nUnknown words: zebra\nOperating point: answer " in out
    assert main(["ask", "pregnant zebra", "--explain", "--json", *KNOWLEDGE]) == 0
    assert json.loads(capfd.readouterr().out)["explain"]["unknown"] == ["zebra"]


def test_ask_prints_a_danger_notice_first(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "I want to kill myself", *KNOWLEDGE]) == 0
    assert "988" in capfd.readouterr().out.split("\n\n", maxsplit=1)[0]


def test_ask_prints_the_questions_to_choose_from(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "operating-point.yaml").write_text("answer: 1\nchoose: 0\ngap: 1\n", encoding="utf-8")
    assert main(["ask", "is it dangerous for the heart", "--knowledge", str(folder)]) == 0
    assert capfd.readouterr().out.startswith("Did you mean one of these?\n\n- ")


def _batch(tmp_path: Path, lines: list[str]) -> list[dict[str, Any]]:
    questions, replies = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    assert main(["ask", "--batch", str(questions), "--out", str(replies), *KNOWLEDGE]) == 0
    return [json.loads(line) for line in replies.read_text(encoding="utf-8").splitlines()]


def test_a_batch_keeps_order_ids_and_turns(tmp_path: Path) -> None:
    bot = Bot.load(ROOT / "knowledge")
    rows = _batch(tmp_path, ['{"id": 7, "question": "pregnant"}', "", '{"id": "c", "turns": ["PTSD", "and anxiety?"]}'])
    assert rows == [
        {"id": 7, **bot.ask("pregnant").to_dict()},
        {"id": "c", "turn": 0, **bot.ask("PTSD").to_dict()},
        {"id": "c", "turn": 1, **bot.ask("and anxiety?", ["PTSD"]).to_dict()},
    ]


@pytest.mark.parametrize(
    ("line", "id_", "error"),
    [
        ("{", None, "this line is not JSON"),
        ("\udcff", None, "this line is not JSON"),
        ("[" * 100_000, None, "this line is not JSON"),
        ("[1]", None, 'write {"id", "question"}'),
        ('{"id": 1}', 1, 'write {"id", "question"}'),
        ('{"id": 1, "question": "a", "turns": []}', 1, 'write {"id", "question"}'),
        ('{"id": 1, "question": 5}', 1, "a question must be a text"),
        ('{"id": 1, "turns": "abc"}', 1, "a question must be a text"),
    ],
)
def test_a_bad_line_of_a_batch_is_told_and_the_rest_goes_on(tmp_path: Path, line: str, id_: object, error: str) -> None:
    first, second = _batch(tmp_path, [line, '{"id": 2, "question": "pregnant"}'])
    assert (first["id"], second["id"], second["kind"]) == (id_, 2, "answer")
    assert error in first["error"]


def test_a_batch_survives_lone_surrogates(tmp_path: Path) -> None:
    (row,) = _batch(tmp_path, ['{"id": "\\ud800", "question": "\\udfff hello"}'])
    assert (row["id"], row["kind"], row["question"]) == ("\ud800", "refused", "\ufffd hello")


def test_a_batch_never_overwrites_its_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "same.jsonl"
    path.write_text('{"id": 1, "question": "a"}')
    assert main(["ask", "--batch", str(path), "--out", str(path), *KNOWLEDGE]) == 2
    assert path.read_text() == '{"id": 1, "question": "a"}'
    assert "would overwrite" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sing"],
        ["ask"],
        ["ask", "a", "--batch", "b", "--out", "c"],
        ["ask", "--batch", "b"],
        ["ask", "a", "--out", "c"],
        ["export", "--format", "docx"],
        ["accept", "what-is-ketamine"],
        ["import", "a.txt"],
        ["coverage", "--import"],
        ["coverage", "--good-only", "--tests", "tests.yaml"],
        ["serve", "--port", "many"],
    ],
)
def test_wrong_usage_is_told_and_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: verbatim")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"verbatim {__version__}\n"


def test_a_missing_knowledge_is_one_message(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["ask", "a", "--knowledge", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path}/none:1: there is no such knowledge folder."
        " Name a folder with --knowledge, or make one: verbatim import FAQ.txt -o DIR.\n"
    )


def test_a_missing_batch_file_is_one_message(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = str(tmp_path / "none.jsonl")
    assert main(["ask", "--batch", missing, "--out", str(tmp_path / "o"), *KNOWLEDGE]) == 1
    assert capsys.readouterr().err == f"{missing}: No such file or directory.\n"


def test_import_tells_what_it_wrote_and_what_it_could_not_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "our faq.txt"
    text.write_text("Q: Open?\nA: Yes.\nQ: Closed?\n", encoding="utf-8")
    assert main(["import", str(text), "-o", str(tmp_path / "k")]) == 0
    err = capsys.readouterr().err
    assert err.startswith("1 entry, 1 passage.\nWritten: sources/our-faq.txt\nWritten: our-faq.yaml\n")
    assert "Could not be placed, line 3: 'Closed?' (a question without an answer)\n" in err
    assert main(["ask", "Open?", "--json", "--knowledge", str(tmp_path / "k")]) == 0
    assert json.loads(capsys.readouterr().out)["passages"][0]["text"] == "Yes."


def test_import_again_changes_nothing_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(folder / "sources/ketamine-faq.txt"), "-o", str(folder)]) == 0
    assert "Already imported; nothing was changed." in capsys.readouterr().err


def test_export_as_json_has_the_fields_of_the_contract(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--format", "json", *KNOWLEDGE]) == 0
    told = json.loads(capfd.readouterr().out)
    assert set(told) == {"knowledge", "entries", "gaps", "notices"}
    assert len(told["entries"]) == 10
    entry = next(entry for entry in told["entries"] if entry["id"] == "eligibility-screening")
    assert {"id", "question", "question_origin", "aliases", "passages"} <= set(entry)
    assert [p["text"] for p in entry["passages"]][4] == PREGNANT
    assert set(entry["passages"][4]["source"]) == {"file", "start", "end", "sha256"}
    assert [notice["id"] for notice in told["notices"]][:2] == ["disclaimer", "crisis"]


def test_export_into_a_file_is_what_it_prints(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "-o", str(tmp_path / "faq.txt"), *KNOWLEDGE]) == 0
    assert main(["export", *KNOWLEDGE]) == 0
    assert capfd.readouterr().out == (tmp_path / "faq.txt").read_text(encoding="utf-8")


def test_check_lists_warnings_and_exits_0(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert main(["check", "--knowledge", str(folder)]) == 0
    out = capsys.readouterr().out
    assert f"warning: {folder}/clinic.yaml:3: not ready for patients. Set the clinic's phone in" in out
    assert out.splitlines()[-1].startswith("0 errors, ")


def test_check_lists_errors_and_exits_1(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "clinic.yaml").write_text("nmae: x\n", encoding="utf-8")
    assert main(["check", "--knowledge", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "unknown field 'nmae'. Did you mean 'name'?" in out
    assert main(["check", "--json", "--knowledge", str(folder)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["knowledge"] is None
    assert told["errors"][0]["file"] == f"{folder}/clinic.yaml"
    assert set(told["errors"][0]) == {"file", "line", "what", "fix"}


def test_accept_makes_an_edit_the_clinics_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "ketamine-faq.yaml"
    edited = path.read_text(encoding="utf-8").replace(PREGNANT, "Pregnant women are not eligible here.")
    path.write_text(edited, encoding="utf-8")
    entry = "eligibility-screening"
    assert Bot.load(folder).ask("pregnant").passages[0].text == PREGNANT
    assert main(["accept", entry, "--by", "Jo Example", "--knowledge", str(folder)]) == 0
    assert capsys.readouterr().err == "Accepted 1 passage of eligibility-screening.\n"
    shown = Bot.load(folder).ask("pregnant").passages[0]
    assert (shown.text, shown.source.file) == ("Pregnant women are not eligible here.", "sources/clinic.txt")
    assert main(["accept", entry, "--by", "Jo Example", "--knowledge", str(folder)]) == 0
    assert capsys.readouterr().err == "There was nothing to accept.\n"
    assert main(["accept", "eligibilty", "--by", "Jo", "--knowledge", str(folder)]) == 1
    assert "Did you mean 'eligibility-screening'?" in capsys.readouterr().err


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return make_clinic(tmp_path)


def test_coverage_exits_0_where_nothing_is_to_mend_and_1_below_a_bar(
    small: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["coverage", "--knowledge", str(small)]
    assert main(arguments) == 0
    out, err = capfd.readouterr()
    assert out.splitlines()[-1] == "6 tests, 0 faults."
    assert re.fullmatch(r"Asked (\d+) of \1\.\n", err)
    (small / "operating-point.yaml").write_text("answer: 0\nchoose: 0\ngap: 1\n", encoding="utf-8")
    assert main([*arguments, "--json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert (told["passed"], [f["id"] for f in told["findings"] if f["fault"]]) == (False, ["bar-false-answers"])


def test_coverage_writes_its_report_in_four_forms(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "report"
    assert main(["coverage", "--knowledge", str(small), "--report", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        f"coverage.{form}" for form in ("csv", "html", "json", "xml")
    ]
    assert "Every bar is met and no fault was found" in (folder / "coverage.html").read_text(encoding="utf-8")


def test_coverage_uses_no_row_of_a_bad_sheet_until_it_is_told_to(
    small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "Our Sheet.csv"
    sheet.write_text("question,expected\nis it open at ten,when-open\nmay I smoke,nowhere\n", encoding="utf-8")
    arguments = ["coverage", "--knowledge", str(small), "--tests", str(sheet)]
    written = small / "coverage" / "our-sheet.yaml"
    for more in ([], ["--import"]):
        assert main([*arguments, *more]) == 1
        out, err = capfd.readouterr()
        assert (out, written.exists()) == ("", False)
        assert err == (
            f"{sheet}:3: 'nowhere' is no entry. Write the id of an entry (several with | between them), of a passage as"
            " ENTRY#NAME, none, gap:ID or safety:LEVEL.\n1 good row of 2, 1 problem, 0 blank rows.\n"
            "Nothing was used. Mend the rows, or add --good-only to go on without them.\n"
        )
    assert main([*arguments, "--good-only", "--import"]) == 0
    assert written.read_text(encoding="utf-8") == "tests:\n  - question: is it open at ten\n    expected: when-open\n"
    assert capfd.readouterr().err.endswith(f"Written: {written} with 1 question.\n")
    assert main([*arguments, "--good-only", "--json"]) in {0, 1}
    assert [result["question"] for result in json.loads(capfd.readouterr().out)["results"]] == ["is it open at ten"]
    again = sheet.rename(tmp_path / "again.csv")
    assert main([*arguments[:-1], str(again), "--good-only", "--import"]) == 1
    assert f"{again}:2: the question 'is it open at ten' is already asked at {written}:2." in capfd.readouterr().err


def test_coverage_asks_another_file_of_tests(small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "more.yaml"
    path.write_text("tests:\n  - question: is it open at ten\n    expected: when-open\n", encoding="utf-8")
    assert main(["coverage", "--knowledge", str(small), "--tests", str(path), "--json"]) in {0, 1}
    assert [result["file"] for result in json.loads(capfd.readouterr().out)["results"]] == [str(path)]
    assert main(["coverage", "--knowledge", str(small), "--tests", str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml:1: the file is missing." in capfd.readouterr().err


def test_scorecard_has_every_topic_of_the_bank(small: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["scorecard", "--knowledge", str(small), "--json"]) == 0
    topics = json.loads(capfd.readouterr().out)["topics"]
    assert [topic["topic"] for topic in topics] == [topic.id for topic in read_bank()]
    assert main(["scorecard", "--knowledge", str(small)]) == 0
    out = capfd.readouterr().out
    assert all(topic["name"] in out for topic in topics)
    assert out.startswith("missing (")


def test_output_is_utf8_on_a_terminal_that_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["ask", "off label", *KNOWLEDGE]) == 0
    assert "What is an “off label” prescription?" in raw.getvalue().decode("utf-8")


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f'"{sys.executable}" -m bot export --format json | head -c 10'
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.stdout, done.stderr) == ('{\n  "knowl', "")
