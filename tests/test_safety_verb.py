"""`verbatim safety`: the page says all that the safety check holds, and a clinic's own statements can be tried."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.model import Safety
from bot.safety import MATTERS, RULES
from bot.safety.evidence import StatementsError, page, try_statements
from bot.safety.harmless import HARMLESS
from tests.clinics import real_knowledge
from tests.conftest import ROOT

NOTICES = real_knowledge().notices
EXPLICIT = "I want to kill myself"
ORDINARY = "what is ketamine"


def written(folder: Path, text: str | bytes, name: str = "ours.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(path: Path) -> list[str]:
    """Return the lines of the error that a file of statements gives, without the folder's name."""
    with pytest.raises(StatementsError) as caught:
        try_statements(path)
    return str(caught.value).replace(f"{path.parent}/", "").split("\n")


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_holds_every_rule_harmless_wording_and_matter() -> None:
    text = page(NOTICES)
    for rule in RULES:
        lines = f"{rule.id}: shows {rule.notice!r}\n  finds:         {rule.finds}\n  must not find: {rule.ignores}\n"
        assert lines in text
    for one in HARMLESS:
        assert f"{one.id}\n  takes out:  {one.blanks}\n  must leave: {one.keeps}\n" in text
    for matter in MATTERS:
        assert f"{matter.id}: shows {matter.notice!r} {matter.place} the answer\n" in text
        assert f"  finds:         {matter.finds}\n  must not find: {matter.ignores}\n" in text


def test_the_page_holds_the_notices_with_the_clinics_facts_in_them() -> None:
    text = page({**NOTICES, "crisis": "Call 000.\nOr 13 11 14."})
    assert "\ncrisis:\n  Call 000.\n  Or 13 11 14.\n" in text
    shown = {"crisis-short", "support", *(rule.notice for rule in RULES), *(matter.notice for matter in MATTERS)}
    assert [id_ for id_ in sorted(shown) if f"\n{id_}:\n" not in text] == []
    assert "{" not in text


def test_the_page_says_plainly_that_it_can_miss_people() -> None:
    assert "This can miss people." in page(NOTICES)


def test_what_was_not_measured_is_said_to_be_not_measured(tmp_path: Path) -> None:
    path = written(tmp_path, '{"date": "", "sets": []}', "measured.json")
    assert "WHAT WAS MEASURED\n-----------------\n\nNot measured.\n" in page(NOTICES, path)


def test_what_was_measured_is_told_with_n_and_intervals(tmp_path: Path) -> None:
    row = {"label": "explicit", "n": 170, "full": 0.93, "full_low": 0.88, "full_high": 0.96}
    row |= {"any": 1, "any_low": 0.978, "any_high": 1}
    sets = [{"name": "own held-out", "note": "written by others", "rows": [row]}]
    path = written(tmp_path, json.dumps({"date": "2026-03-01", "sets": sets}), "measured.json")
    text = page(NOTICES, path)
    assert "Measured on 2026-03-01." in text
    assert "\nown held-out: written by others\n" in text
    (line,) = (line for line in text.splitlines() if line.startswith("  explicit "))
    assert line.split() == "explicit 170 93 % (88 % to 96 %) 100 % (98 % to 100 %)".split()


def test_the_shipped_measurements_can_be_printed() -> None:
    assert "WHAT WAS MEASURED" in page(NOTICES)


def test_the_verb_prints_the_page(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["safety", "--knowledge", str(ROOT / "knowledge")]) == 0
    out, err = capfd.readouterr()
    assert (out, err) == (page(NOTICES) + "\n", "")


def test_the_page_of_a_missing_knowledge_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["safety", "--knowledge", str(tmp_path / "none")]) == 1
    assert "there is no such knowledge folder" in capsys.readouterr().err


# --- a clinic's own statements ---------------------------------------------------------------------------------------


def test_each_statement_gets_its_level_notices_and_rules(tmp_path: Path) -> None:
    path = written(tmp_path, f"{EXPLICIT}\n\n{ORDINARY}\r\nshould I stop my lexapro before?\n")
    found = [(o.statement.line, o.statement.text, o.level, o.notices) for o in try_statements(path).outcomes]
    assert found == [
        (1, EXPLICIT, "crisis", ("crisis",)),
        (3, ORDINARY, "none", ()),
        (4, "should I stop my lexapro before?", "none", ("no-advice",)),
    ]
    assert "self-kill" in try_statements(path).outcomes[0].rules


def test_the_verb_prints_each_line_and_a_summary(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, f"crisis\t{EXPLICIT}\n{ORDINARY}\n")
    assert main(["safety", "test", str(path)]) == 0
    out = capfd.readouterr().out
    assert out.startswith(f"line 1: crisis\n  {EXPLICIT}\n  notices: crisis; found by: self-kill")
    assert f"line 2: none\n  {ORDINARY}\n  notices: -; found by: -\n" in out
    assert out.endswith(
        "Statements: 2 (1 none, 0 support, 1 crisis, 0 emergency).\n"
        "Expected levels: 1, of which 1 were met. Too little: 0. Too much: 0.\n"
    )


def test_an_expected_level_that_is_not_met_exits_1(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, f"None\t{EXPLICIT}\ncrisis\t{ORDINARY}\n")
    assert main(["safety", "test", str(path)]) == 1
    out = capfd.readouterr().out
    assert "line 1: crisis  NOT MET: expected none\n" in out
    assert "line 2: none  NOT MET: expected crisis\n" in out
    assert out.endswith("Expected levels: 2, of which 0 were met. Too little: 1. Too much: 1.\n")


def test_a_csv_file_may_hold_commas_line_breaks_and_further_columns(tmp_path: Path) -> None:
    text = f'\ufeffid,Message,expected\n7,"{EXPLICIT},\nplease",crisis\n\n8,{ORDINARY},\n'
    trial = try_statements(written(tmp_path, text, "ours.CSV"))
    assert [(o.statement.line, o.statement.text, o.statement.expected, o.level) for o in trial.outcomes] == [
        (2, f"{EXPLICIT},\nplease", "crisis", "crisis"),
        (5, ORDINARY, "", "none"),
    ]
    assert trial.is_met


def test_a_check_that_fails_is_told_as_the_crisis_that_patients_would_see(tmp_path: Path) -> None:
    def fail(_: str) -> Safety:
        raise RuntimeError

    (outcome,) = try_statements(written(tmp_path, ORDINARY), fail).outcomes
    assert (outcome.level, outcome.notices, outcome.rules) == ("crisis", ("crisis",), ("check-failed",))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("ours.txt", "", ["ours.txt:1: there is no statement in this file. Write one a line."]),
        ("ours.txt", "a\ncrisis\t \n", ["ours.txt:2: there is no statement. Write one, or remove the line."]),
        (
            "ours.txt",
            "crises\ta\nb\nbad\tc\n",
            [
                (
                    "ours.txt:1: the expected level 'crises' is unknown. "
                    "Did you mean 'crisis'? Write none, support, crisis, emergency, or nothing."
                ),
                "ours.txt:3: the expected level 'bad' is unknown. Write none, support, crisis, emergency, or nothing.",
            ],
        ),
        (
            "ours.txt",
            b"a\nb\xff\n",
            ["ours.txt:2: this is not UTF-8 text. Save the file as UTF-8 (in most editors: 'Save with encoding')."],
        ),
        (
            "ours.csv",
            "message;expected\na;none\n",
            [
                (
                    "ours.csv:1: there is no column 'message'. "
                    "Let the first line be 'message' or 'message,expected', with commas between columns."
                )
            ],
        ),
        (
            "ours.csv",
            "message,expected\na,none\nb, c,none\n",
            [
                (
                    "ours.csv:3: there are 3 cells in this row, and 2 in the first line. "
                    'Put a message that holds a comma into quotes ("...").'
                )
            ],
        ),
        (
            "ours.csv",
            'message\na\n"b\nc\n',
            [
                (
                    "ours.csv:3: this is not a CSV row (unexpected end of data). "
                    'Close the quotes that open here, and double ("") each quote inside a message.'
                )
            ],
        ),
        ("ours.csv", "message\n", ["ours.csv:1: there is no statement in this file. Write one a line."]),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_every_place(
    tmp_path: Path, name: str, content: str | bytes, expected: list[str]
) -> None:
    assert told(written(tmp_path, content, name)) == expected


def test_the_verb_tells_a_bad_file_and_a_missing_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["safety", "test", str(written(tmp_path, "bad\ta\n"))]) == 1
    assert "ours.txt:1: the expected level 'bad' is unknown." in capsys.readouterr().err
    assert main(["safety", "test", str(tmp_path / "none.txt")]) == 1
    assert capsys.readouterr().err == f"{tmp_path}/none.txt: No such file or directory.\n"
    assert main(["safety", "test"]) == 2
    assert capsys.readouterr().err.startswith("usage: verbatim safety test")
