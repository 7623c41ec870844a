"""A spreadsheet of tests that somebody sends: a report on each row first; written only when that is asked for.

What was sent waits in memory, for each person the last one, and is read again before it is written: what the button
promised is what is written, or nothing.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from bot.errors import ChangedError, VerbatimError
from bot.knowledge.coverage_tests import read_coverage, save_tests
from bot.knowledge.sheets import COLUMNS, Sheet, sheet_of
from bot.web.staff.guard import Upload
from bot.web.staff.pages import Call, Pages, Returned, View

SHEET = "/staff/coverage/sheet"
IMPORT = f"{SHEET}/import"
MOST_WAITING = 16
MOST_ROWS = 300
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Waiting:
    """A spreadsheet that was sent, and the mark by which its form names it."""

    name: str
    content: bytes

    @property
    def mark(self) -> str:
        """The hash of name and bytes."""
        return hashlib.sha256(self.name.encode("utf-8", "replace") + b"\0" + self.content).hexdigest()


class Desk:
    """The spreadsheets that wait to be imported: of each person the last, of *most* people."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._lock = Lock()
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()

    def put(self, person: str, sheet: Waiting) -> None:
        """Let *sheet* wait in place of the one that *person* sent before."""
        with self._lock:
            self._waiting.pop(person, None)
            self._waiting[person] = sheet
            while len(self._waiting) > self._most:
                self._waiting.popitem(last=False)

    def find(self, person: str, mark: str) -> Waiting:
        """Return what *person* sent last.

        Raises:
            VerbatimError: if that is not what *mark* names.
        """
        found = self._waiting.get(person)
        if found is None or found.mark != mark:
            raise VerbatimError("This spreadsheet is no longer at hand. Nothing was written. Choose the file again.")
        return found

    def drop(self, person: str) -> None:
        """Let nothing of *person* wait."""
        with self._lock:
            self._waiting.pop(person, None)


def add(pages: Pages) -> None:
    """Add the two steps."""
    desk = Desk()

    @pages.action(SHEET)
    def look(call: Call) -> Returned:
        sent = _sent(call.files.get("sheet"))
        sheet = _read(call, sent)
        desk.put(call.account.name, sent)
        return _report(sent, sheet)

    @pages.action(IMPORT)
    def keep(call: Call) -> Returned:
        sent = desk.find(call.account.name, call.fields.get("mark", ""))
        sheet = _read(call, sent)
        if str(len(sheet.tests)) != call.fields.get("rows", ""):
            raise ChangedError(
                "The knowledge or its tests changed meanwhile. Nothing was written. Send the file again."
            )
        path = save_tests(call.settings.knowledge, Path(sent.name).stem, sheet.tests)
        desk.drop(call.account.name)
        values = {"title": "Imported", "name": sent.name, "path": path.as_posix(), "rows": len(sheet.tests)}
        return View("imported.html", values)


def _sent(upload: Upload | None) -> Waiting:
    # some browsers tell a whole path
    name = upload.name.replace("\\", "/").rpartition("/")[2].strip()[-LONGEST_NAME:] if upload else ""
    if upload is None or not name:
        raise VerbatimError("No file was chosen. Choose a spreadsheet, .csv or .xlsx.")
    return Waiting(name, upload.content)


def _read(call: Call, sent: Waiting) -> Sheet:
    stored = read_coverage(call.settings.knowledge, call.bot.knowledge)
    return sheet_of(Path(sent.name), sent.content, call.bot.knowledge, stored)


def _report(sent: Waiting, sheet: Sheet) -> View:
    values = {
        "title": "What the spreadsheet holds",
        "name": sent.name,
        "mark": sent.mark,
        "sheet": sheet,
        "columns": COLUMNS,
        "bad": sheet.problems[:MOST_ROWS],
        "good": sheet.tests[:MOST_ROWS],
    }
    return View("sheet.html", values)
