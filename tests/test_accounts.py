"""Accounts: names, roles and hashes in one file that only its owner reads; the verb `staff` makes and changes them."""

import io
import sqlite3
import stat
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher

from bot.accounts import FILE, Account, AccountsFile
from bot.cli import main
from bot.errors import AccountError, DataFileError

DAY = date(2031, 3, 3)
PASSWORD = "correct horse battery"  # noqa: S105 - made up
OTHER = "another twelve letters"


@pytest.fixture
def accounts(tmp_path: Path) -> AccountsFile:
    return AccountsFile(tmp_path / FILE, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_an_account_is_found_by_its_name_in_any_case_and_its_password(accounts: AccountsFile) -> None:
    made = accounts.add("  Jo   Example ", "editor", PASSWORD, on=DAY)
    assert (made.name, made.role, made.added) == ("Jo Example", "editor", "2031-03-03")
    assert accounts.find("jo example") == made
    assert accounts.check("JO EXAMPLE", PASSWORD) == made
    assert accounts.check("Jo Example", PASSWORD + " ") is None
    assert accounts.check("Jo", PASSWORD) is None
    assert accounts.check("\ud800", "\ud800") is None


def test_no_file_holds_no_account_and_reading_makes_none(accounts: AccountsFile) -> None:
    assert (accounts.all(), accounts.find("Jo"), accounts.check("Jo", PASSWORD)) == ((), None, None)
    assert not accounts.path.exists()


def test_the_file_is_its_owners_alone_and_holds_no_password(accounts: AccountsFile) -> None:
    accounts.add("Jo", "viewer", PASSWORD, on=DAY)
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    held = accounts.path.read_bytes()
    assert PASSWORD.encode() not in held
    assert b"$argon2id$" in held


def test_hashes_are_argon2ids_and_as_costly_as_its_authors_advise(tmp_path: Path) -> None:
    """RFC 9106, section 4, second choice: 64 MiB, 3 passes, 4 lanes."""
    accounts = AccountsFile(tmp_path / FILE)
    accounts.add("Jo", "viewer", PASSWORD, on=DAY)
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in accounts.path.read_bytes()


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password(tmp_path: Path) -> None:
    class Counting(PasswordHasher):
        def __init__(self) -> None:
            super().__init__(time_cost=1, memory_cost=8, parallelism=1)
            self.verified: list[str] = []

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - the library's word
            self.verified.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    hasher = Counting()
    accounts = AccountsFile(tmp_path / FILE, hasher=hasher)
    accounts.add("Jo", "viewer", PASSWORD, on=DAY)
    assert accounts.check("Jo", OTHER) is None
    assert accounts.check("Nobody", OTHER) is None
    one, other = hasher.verified
    assert one == other


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 1001])
def test_a_password_has_twelve_characters_or_more(accounts: AccountsFile, password: str) -> None:
    with pytest.raises(AccountError, match=f"must have 12 to 1000 characters, not {len(password)}"):
        accounts.add("Jo", "editor", password, on=DAY)
    assert accounts.all() == ()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "a\u202eb"])
def test_a_name_is_short_and_printable(accounts: AccountsFile, name: str) -> None:
    with pytest.raises(AccountError, match="cannot be a name"):
        accounts.add(name, "editor", PASSWORD, on=DAY)


def test_a_name_is_given_once(accounts: AccountsFile) -> None:
    accounts.add("Jo Example", "viewer", PASSWORD, on=DAY)
    with pytest.raises(AccountError, match=r'already\. Change its password with: verbatim staff password "jo example"'):
        accounts.add("jo example", "editor", OTHER, on=DAY)
    assert [(account.name, account.role) for account in accounts.all()] == [("Jo Example", "viewer")]


def test_another_password_changes_the_stamp(accounts: AccountsFile) -> None:
    made = accounts.add("Jo", "viewer", PASSWORD, on=DAY)
    accounts.set_password("jo", OTHER)
    changed = accounts.check("Jo", OTHER)
    assert changed
    assert changed.stamp != made.stamp
    assert accounts.check("Jo", PASSWORD) is None


def test_a_removed_account_is_gone(accounts: AccountsFile) -> None:
    accounts.add("Jo", "viewer", PASSWORD, on=DAY)
    accounts.add("Al", "editor", PASSWORD, on=DAY)
    accounts.remove("JO")
    assert [account.name for account in accounts.all()] == ["Al"]
    with pytest.raises(AccountError, match=r"no account 'JO'. There are: Al\."):
        accounts.remove("JO")


def test_an_editor_may_what_a_viewer_may(accounts: AccountsFile) -> None:
    viewer = accounts.add("Vi", "viewer", PASSWORD, on=DAY)
    editor = accounts.add("Jo", "editor", PASSWORD, on=DAY)
    assert [viewer.may("viewer"), viewer.may("editor"), editor.may("viewer"), editor.may("editor")] == [
        True,
        False,
        True,
        True,
    ]


def test_a_role_that_is_none_may_nothing() -> None:
    stranger = Account("X", "admin", "", "")  # type: ignore[arg-type]  # as a file that was written by hand may hold
    assert not stranger.may("viewer")


def test_a_file_of_another_program_is_left_alone(accounts: AccountsFile) -> None:
    connection = sqlite3.connect(accounts.path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = accounts.path.read_bytes()
    with pytest.raises(DataFileError, match="belongs to another program"):
        accounts.add("Jo", "viewer", PASSWORD, on=DAY)
    assert accounts.path.read_bytes() == before


# --- the verb --------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VERBATIM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_the_verb_makes_lists_changes_and_removes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD)
    assert main(["staff", "add", "Jo Example", "--role", "editor"]) == 0
    assert capfd.readouterr() == ("", f"Added Jo Example as editor, in {folder / FILE}.\n")
    assert main(["staff", "list"]) == 0
    (account,) = AccountsFile(folder / FILE).all()
    assert capfd.readouterr().out == f"Jo Example\teditor\t{account.added}\n"
    typed(monkeypatch, OTHER)
    assert main(["staff", "password", "jo example"]) == 0
    assert AccountsFile(folder / FILE).check("Jo Example", OTHER)
    assert main(["staff", "remove", "jo example"]) == 0
    assert AccountsFile(folder / FILE).all() == ()


def test_a_password_is_typed_twice_on_a_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter([PASSWORD, PASSWORD, PASSWORD, OTHER])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    assert main(["staff", "add", "Jo", "--role", "viewer"]) == 0
    assert main(["staff", "password", "Jo"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "The two passwords differ. Nothing was changed."
    assert AccountsFile(folder / FILE).check("Jo", PASSWORD)


def test_a_short_password_is_one_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "short")
    assert main(["staff", "add", "Jo", "--role", "viewer"]) == 1
    assert capsys.readouterr().err.startswith("The password must have 12 to 1000 characters")
    assert not folder.exists()


@pytest.mark.parametrize(
    "arguments", [[], ["add", "Jo"], ["add", "Jo", "--role", "owner"], ["add", "--role", "viewer"]]
)
def test_wrong_usage_of_the_verb_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staff", *arguments]) == 2
    assert capsys.readouterr().err.startswith("usage: verbatim staff")


def test_a_file_of_a_newer_program_is_one_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD)
    assert main(["staff", "add", "Jo", "--role", "viewer"]) == 0
    connection = sqlite3.connect(folder / FILE)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    assert main(["staff", "list"]) == 1
    assert "was written by a newer Verbatim" in capsys.readouterr().err
    with pytest.raises(DataFileError, match="newer Verbatim"):
        AccountsFile(folder / FILE).all()
