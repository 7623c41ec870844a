"""Review: who reviewed what and what is due, overdue first; marked, withheld and reviewed under the right name."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.bot import Bot
from bot.knowledge import Editor, SetReview, changes, load_knowledge, save
from bot.model import Review
from tests.knowledge.made_up import make_small
from tests.web.desk import EDITOR, VIEWER, Desk, accounts_in, secret_in, settings_in

REVIEW = "/staff/review"
TODAY = datetime.now(UTC).date()
PAST = Review("Ann Old", "2020-01-01", "2021-01-01")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bot]:
    folder = make_small(tmp_path_factory.mktemp("clinic"))
    return folder, Bot.load(folder, semantic=False, cache=None)


@pytest.fixture
def desk(made: tuple[Path, Bot], tmp_path: Path) -> Desk:
    """A clinic whose second answer was reviewed long ago."""
    accounts_in(tmp_path)
    folder = Path(shutil.copytree(made[0], tmp_path / "knowledge"))
    change(folder, PAST)
    return Desk(made[1], replace(settings_in(tmp_path), knowledge=folder))


def change(folder: Path, review: Review) -> None:
    base, editor = load_knowledge(folder).digest, Editor("Ann", datetime(2026, 3, 1, tzinfo=UTC))
    edits = [SetReview("can-bring-friend", review)]
    assert save(folder, edits, editor, base=base, history=folder.parent / "by-hand")


def rows(page: str) -> list[list[str]]:
    body = page.partition('aria-label="Reviews"')[2].partition("</table>")[0]
    found = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found]
    told = [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in cells]
    return [[cell for cell in row if cell != "I reviewed this today"] for row in told]


def post(client: TestClient, where: str = "", **fields: str) -> Any:
    page = client.get(REVIEW).text
    base = re.search(r'name="base" value="([^"]+)"', page)
    assert base
    return client.post(REVIEW + where, data={"csrf": secret_in(page), "base": base[1], **fields})


def last(desk: Desk) -> tuple[str, tuple[str, ...]]:
    made = changes(desk.settings.data / "history")[-1]
    return made.by, made.what


def test_the_table_tells_who_reviewed_what_and_the_overdue_first(desk: Desk) -> None:
    page = desk.signed_in("viewer").get(REVIEW).text
    assert rows(page) == [
        ["Can I bring a friend? can-bring-friend", "Overdue", "Ann Old", "2020-01-01", "2021-01-01", "below 1 #0"],
        ["When are you open? when-open", "Never reviewed", "nobody", "-", "-", "7.6 #1"],
    ]
    assert "1 overdue." in page
    assert "1 never reviewed by anybody." in page
    assert "<button" not in page.partition("<main")[2]
    assert 'href="/staff/edit/entry?id=when-open"' in page


def test_who_reviewed_it_today_stands_there_with_the_next_day_due(desk: Desk) -> None:
    client = desk.signed_in()
    response = post(client, entry="can-bring-friend")
    assert (response.status_code, response.headers["location"]) == (303, REVIEW)
    due = TODAY + timedelta(365)
    table = {row[0]: row[1:5] for row in rows(client.get(REVIEW).text)}
    assert table["Can I bring a friend? can-bring-friend"] == ["Reviewed", EDITOR, str(TODAY), str(due)]
    assert last(desk) == (EDITOR, ("can-bring-friend reviewed",))
    assert "Nothing is overdue." in client.get(REVIEW).text


def test_what_is_overdue_is_withheld_until_it_is_reviewed(desk: Desk) -> None:
    client = desk.signed_in()
    assert post(client, "/withhold").status_code == 303
    assert [entry.id for entry in load_knowledge(desk.settings.knowledge).entries] == ["when-open"]
    page = client.get(REVIEW).text
    assert rows(page)[0][1] == "Overdue, withheld"
    assert "Withhold overdue" not in page
    assert "withheld" in client.get("/staff/edit").text
    assert "no patient sees it" in client.get("/staff/edit/entry?id=can-bring-friend").text
    post(client, entry="can-bring-friend")
    assert len(load_knowledge(desk.settings.knowledge).entries) == 2


def test_what_is_overdue_is_marked(desk: Desk) -> None:
    assert post(desk.signed_in(), "/mark").status_code == 303
    assert load_knowledge(desk.settings.knowledge).entries[1].tags == ("review-overdue",)
    assert last(desk) == (EDITOR, ("can-bring-friend marked as overdue",))


def test_what_changed_after_the_page_was_opened_is_told_and_nothing_is_saved(desk: Desk) -> None:
    client = desk.signed_in()
    page = client.get(REVIEW).text
    change(desk.settings.knowledge, replace(PAST, by="Bob"))
    data = {"csrf": secret_in(page), "base": desk.bot.knowledge.digest, "entry": "when-open"}
    response = client.post(REVIEW, data=data)
    assert response.status_code == 400
    assert "The knowledge was changed while you edited it" in response.text
    assert rows(response.text)[0][2] == "Bob"
    assert load_knowledge(desk.settings.knowledge).entries[0].review == Review()


def test_an_unknown_entry_is_told(desk: Desk) -> None:
    response = post(desk.signed_in(), entry="when-opn")
    assert (response.status_code, "There is no entry" in response.text) == (400, True)


@pytest.mark.parametrize("where", ["", "/withhold", "/mark"])
def test_a_viewer_changes_nothing(desk: Desk, where: str) -> None:
    before = load_knowledge(desk.settings.knowledge).digest
    client = desk.signed_in("viewer")
    data = {"csrf": secret_in(client.get(REVIEW).text), "base": before, "entry": "when-open"}
    assert client.post(REVIEW + where, data=data).status_code == 403
    assert load_knowledge(desk.settings.knowledge).digest == before
    assert VIEWER not in (desk.settings.knowledge / "visits.yaml").read_text(encoding="utf-8")
