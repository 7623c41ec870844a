"""The pages of what was measured: run once, shown on four pages; spreadsheets whole or not at all; a point by name."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from bot.bot import Bot
from bot.errors import VerbatimError
from bot.knowledge import accept, changes
from bot.knowledge.coverage_tests import read_coverage
from bot.retrieval import Ranking
from bot.web.staff.point import threshold
from bot.web.staff.runs import Kept
from tests.coverage.clinic import edit, make_clinic
from tests.web.book import serving
from tests.web.conftest import new_context
from tests.web.desk import EDITOR, PASSWORD, Desk, accounts_in, secret_in, settings_in
from tests.web.test_accessibility import DARK, DESKTOP, ZOOMED
from tests.web.test_staff_browser import check

MEASURED = ("/staff/coverage", "/staff/scorecard", "/staff/reach")
POINT = "/staff/point"
HEAD = "question,expected,note,tags\n"


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return make_clinic(tmp_path)


@pytest.fixture
def desk(clinic: Path) -> Desk:
    return desk_over(clinic)


def desk_over(clinic: Path) -> Desk:
    """Return the pages over a folder, with its two people."""
    data = clinic.parent / "data"
    data.mkdir(exist_ok=True)
    accounts_in(data)
    bot = Bot.load(clinic, semantic=False, cache=None)
    return Desk(bot, replace(settings_in(data), knowledge=clinic))


def post(client: TestClient, path: str, files: Any = None, **fields: object) -> Any:
    secret = secret_in(client.get("/staff").text)
    return client.post(path, data={"csrf": secret, **{name: str(value) for name, value in fields.items()}}, files=files)


def ran(client: TestClient, path: str = "/staff/coverage") -> str:
    """Run the tests and return the page that follows."""
    response = post(client, path)
    assert (response.status_code, response.headers["location"]) == (303, path)
    return str(client.get(path).text)


# --- one run for three pages -----------------------------------------------------------------------------------------


def test_before_a_run_each_page_offers_one_and_there_is_no_file(desk: Desk) -> None:
    client = desk.signed_in("viewer")
    for path in MEASURED:
        text = client.get(path).text
        assert ("Not measured yet" in text, f'action="{path}"' in text) == (True, True)
    refused = client.get("/staff/coverage/coverage.csv")
    assert (refused.status_code, "Run the tests first." in refused.text) == (400, True)


@pytest.mark.parametrize("path", MEASURED)
def test_a_run_from_any_page_serves_all_three_and_asks_each_question_once(
    desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranked: Counter[str] = Counter()
    rank = desk.bot.rank

    def counted(question: str) -> Ranking:
        ranked[question] += 1
        return rank(question)

    monkeypatch.setattr(desk.bot, "rank", counted)
    client = desk.signed_in("viewer")
    ran(client, path)
    asked = ranked.total()
    assert "parking my car, where is that" in ranked
    for other in MEASURED:
        assert "Not measured yet" not in client.get(other).text
        ran(client, other)
    assert ranked.total() == asked


def test_the_figures_have_their_number_and_interval(desk: Desk) -> None:
    text = ran(desk.signed_in())
    assert "6 tests of the clinic and 329 questions of the built-in bank" in text
    row = r'<th scope="row">Answered right</th><td class="vs-number">100.0</td><td class="vs-number">51.0 to 100.0</td>'
    assert re.search(rf'{row}<td class="vs-number">4</td><td class="vs-number">≥ 70.0</td>', text)
    assert "Every test got what was expected." in text
    assert ("Every bar is met and no fault was found." in text, "went wrong all the same" in text) == (True, False)


def test_tests_that_went_wrong_within_the_bars_are_told_beside_the_good_news(clinic: Path) -> None:
    (clinic / "coverage/bars.yaml").write_text("right: 0.1\nin_reach: 0.1\nwrong_passages: 0.9\n", encoding="utf-8")
    edit(clinic / "coverage/tests.yaml", "parking my car, where is that", "which weather is best")
    text = ran(desk_over(clinic).signed_in())
    assert "1 of 6 tests went wrong all the same: see below" in text


def test_what_went_wrong_has_its_question_what_was_expected_and_what_came(clinic: Path) -> None:
    edit(clinic / "coverage/tests.yaml", "expected: where-can-park-car", "expected: none")
    text = ran(desk_over(clinic).signed_in())
    row = text.partition('<th scope="row">parking my car, where is that</th>')[2].partition("</tr>")[0]
    cells = [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row.split("</td>")]
    assert cells[:3] == ["“the FAQ does not answer that”", "Where can I park my car? #0", "should have been silent"]
    assert 'href="/staff/edit/entry?id=where-can-park-car"' in row
    assert "bar-false-answers" in text


def test_tests_that_change_are_asked_anew(desk: Desk, clinic: Path) -> None:
    client = desk.signed_in()
    ran(client)
    edit(clinic / "coverage/tests.yaml", "will the moon be full tonight", "is the moon made of cheese")
    assert "Not measured yet" in client.get("/staff/coverage").text
    assert "6 tests of the clinic" in ran(client)


def test_tests_that_cannot_be_read_are_told_on_every_page(desk: Desk, clinic: Path) -> None:
    edit(clinic / "coverage/tests.yaml", "expected: can-bring-friend", "expected: can-bring-fiend")
    client = desk.signed_in()
    for path in (*MEASURED, POINT):
        response = client.get(path)
        assert response.status_code == 200
        assert re.search(r"coverage/tests.yaml:\d+</code> <strong>&#39;can-bring-fiend&#39; is no entry", response.text)


def test_a_folder_that_is_newer_than_what_is_served_is_not_measured(desk: Desk, clinic: Path) -> None:
    edit(clinic / "aliases.yaml", "- parking", "- parking lots")
    response = post(desk.signed_in(), "/staff/coverage")
    assert (response.status_code, "something newer than what is in service" in response.text) == (400, True)


def test_the_report_comes_as_three_files(desk: Desk) -> None:
    client = desk.signed_in("viewer")
    ran(client)
    begins = {"html": b"<!doctype html>", "csv": b"\xef\xbb\xbfquestion,expected", "xml": b"<?xml version="}
    for ending, begin in begins.items():
        response = client.get(f"/staff/coverage/coverage.{ending}")
        assert response.headers["content-disposition"] == f'attachment; filename="coverage.{ending}"'
        assert response.content.startswith(begin)
        assert b"will the moon be full tonight" in response.content


def test_only_the_last_things_are_kept() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "c"):
        kept.make(key, key.upper)
    assert [kept.find(key) for key in ("a", "b", "c")] == [None, "B", "C"]
    assert kept.make("b", lambda: "other") == "B"


def test_not_everybody_waits() -> None:
    kept: Kept[str] = Kept(waiting=1)
    with pytest.raises(VerbatimError, match="being measured already"):
        kept.make("a", lambda: kept.make("b", str))
    assert kept.make("a", lambda: "yes") == "yes"


def test_what_fails_is_not_kept() -> None:
    kept: Kept[str] = Kept()

    def fail() -> str:
        raise VerbatimError("no")

    with pytest.raises(VerbatimError, match="no"):
        kept.make("a", fail)
    assert kept.make("a", lambda: "yes") == "yes"


# --- spreadsheets ----------------------------------------------------------------------------------------------------


def sent(client: TestClient, content: str | bytes, name: str = "more tests.csv") -> Any:
    body = content if isinstance(content, bytes) else content.encode()
    return post(client, "/staff/coverage/sheet", files={"sheet": (name, body, "text/csv")})


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def imported(client: TestClient, page: str) -> Any:
    fields = {name: value for name, value in hidden_fields(page).items() if name != "csrf"}
    return post(client, "/staff/coverage/sheet/import", **fields)


def test_a_spreadsheet_is_reported_first_and_written_when_that_is_asked_for(desk: Desk, clinic: Path) -> None:
    client = desk.signed_in()
    before = read_coverage(clinic, desk.bot.knowledge)
    page = sent(client, HEAD + "which floor is it,none,,\n\nmay a dog come,can-bring-fiend,,\n=1+1,none,,\n").text
    assert "Import the 1 good row<" in page
    assert "more tests.csv:4</code> <strong>&#39;can-bring-fiend&#39; is no entry" in page
    assert "more tests.csv:5</code> <strong>&#39;question&#39; is a formula" in page
    assert read_coverage(clinic, desk.bot.knowledge) == before
    done = imported(client, page)
    assert (done.status_code, "coverage/more-tests.yaml" in done.text) == (200, True)
    after = read_coverage(clinic, desk.bot.knowledge)
    assert [test.question for test in after if test not in before] == ["which floor is it"]
    assert "7 tests of the clinic" in ran(client)


def test_a_question_that_is_a_test_already_is_a_bad_row(desk: Desk) -> None:
    page = sent(desk.signed_in(), HEAD + "Will the MOON be full tonight?,none,,\n").text
    assert "is already asked at" in page
    assert "There is no good row. Nothing was written." in page
    assert "Import the" not in page


def test_of_a_thousand_mixed_rows_all_good_ones_are_imported(desk: Desk, clinic: Path) -> None:
    good = [f"does it matter that I was born in {1000 + number},none,,\n" for number in range(700)]
    bad = [f"am I number {number},no-such-entry,,\n" for number in range(200)]
    page = sent(desk.signed_in(), (HEAD + "".join(good + bad) + "\n" * 100).encode("utf-16")).text
    assert "Import the 700 good rows" in page
    assert "The first 300 of 700" in page
    assert re.search(r"<dt>Problems</dt><dd>200</dd>", page)
    assert imported(desk.signed_in(), page).status_code == 200
    assert len(read_coverage(clinic, desk.bot.knowledge)) == 706


def test_only_what_was_reported_is_written(desk: Desk, clinic: Path) -> None:
    client = desk.signed_in()
    first = sent(client, HEAD + "which floor is it,none,,\n").text
    second = sent(client, HEAD + "which floor is it,none,,\nis there a lift,none,,\n").text
    assert "no longer at hand" in imported(client, first).text
    edit(clinic / "coverage/tests.yaml", "will the moon be full tonight", "is there a lift")
    assert "changed meanwhile" in imported(client, second).text
    assert sorted(path.name for path in (clinic / "coverage").iterdir()) == ["tests.yaml"]


def test_a_spreadsheet_is_imported_once(desk: Desk) -> None:
    client = desk.signed_in()
    page = sent(client, HEAD + "which floor is it,none,,\n").text
    assert imported(client, page).status_code == 200
    again = imported(client, page)
    assert (again.status_code, "no longer at hand" in again.text) == (400, True)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("notes.txt", b"question,expected", "notes.txt: this is no spreadsheet"),
        ("broken.xlsx", b"PK not a book", "broken.xlsx: this is no XLSX file"),
        ("C:\\Users\\jo\\broken.xlsx", b"no", "<p>broken.xlsx: this is no XLSX file"),
        ("", b"", "No file was chosen"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_told(desk: Desk, name: str, content: bytes, told: str) -> None:
    client = desk.signed_in()
    response = sent(client, content, name) if name else post(client, "/staff/coverage/sheet")
    assert (response.status_code, told in response.text) == (400, True)


def test_a_viewer_runs_and_reads_and_changes_nothing(desk: Desk) -> None:
    client = desk.signed_in("viewer")
    assert ("coverage/sheet" in ran(client), "point/save" in client.get(POINT).text) == (False, False)
    assert sent(client, HEAD + "which floor is it,none,,\n").status_code == 403
    assert post(client, "/staff/coverage/sheet/import", mark="", rows="").status_code == 403
    assert post(client, "/staff/point/save", answer=0.1).status_code == 403


# --- scorecard and reach ---------------------------------------------------------------------------------------------


def test_the_scorecard_has_what_is_missing_first(desk: Desk) -> None:
    text = ran(desk.signed_in("viewer"), "/staff/scorecard")
    headings = re.findall(r'<h2 id="vs-(\w+)">[\w ]+ <span class="vs-soft">\((\d+)\)</span>', text)
    assert [name for name, _ in headings] == ["missing", "referred", "weak", "covered"]
    topics = re.search(r"<caption>(\d+) topics, 329 questions</caption>", text)
    assert topics
    assert sum(int(number) for _, number in headings) == int(topics[1]) == text.count("<summary>")
    missing = text.partition('id="vs-missing"')[2].partition('id="vs-referred"')[0]
    assert ">0 answered" in missing
    assert "/staff/edit/new-gap" not in missing


def test_a_missing_topic_leads_an_editor_to_a_new_gap_of_its_name(desk: Desk) -> None:
    client = desk.signed_in()
    missing = ran(client, "/staff/scorecard").partition('id="vs-missing"')[2].partition('id="vs-referred"')[0]
    link = re.search(r'href="(/staff/edit/new-gap\?topic=[^"]+)"', missing)
    assert link
    name = unquote(link[1].partition("=")[2])
    assert f"<summary>{escape(name)}</summary>" in missing
    assert f'name="topic" value="{escape(name)}"' in client.get(unescape(link[1])).text


def section(text: str, heading: str) -> str:
    return re.split(r"</section>", text.partition(f">{heading}</h2>")[2], maxsplit=1)[0]


def test_a_knowledge_made_clean_has_nothing_of_the_kind(desk: Desk) -> None:
    text = ran(desk.signed_in(), "/staff/reach")
    for heading in (
        "Entries that never win",
        "Near-duplicates",
        "Ambiguous titles",
        "Sentences in no passage, or in two",
    ):
        assert ">None.</p>" in section(text, heading), heading
    assert ">None.</p>" in section(text, "Entries that take each other’s questions")


def test_planted_faults_stand_under_their_heading(clinic: Path) -> None:
    tests = clinic / "coverage/tests.yaml"
    for old, new in (
        (
            "parking my car, where is that\n    expected: where-can-park-car",
            "the hours please\n    expected: can-bring-friend",
        ),
        ("may my friend come along and sit with me", "the weekend hours"),
    ):
        edit(tests, old, new)
    text = ran(desk_over(clinic).signed_in(), "/staff/reach")
    assert "&#39;can-bring-friend&#39; is ranked first for none of the 2 questions" in section(
        text, "Entries that never win"
    )
    collisions = section(text, "Entries that take each other’s questions")
    told = " ".join(re.sub("<[^>]+>", " ", collisions).split())
    assert "Can I bring a friend? When are you open? 2 the hours please" in told
    assert "<li>the hours please</li><li>the weekend hours</li>" in collisions


def test_every_kind_of_planted_fault_stands_on_reach_with_its_place(clinic: Path) -> None:
    path = clinic / "visits.yaml"
    friend = "One adult may sit beside you during the visit too."
    new = f"\n  - id: partner\n    question: Is my partner welcome?\n    passages:\n      - text: {friend}\n"
    path.write_text(path.read_text(encoding="utf-8") + new, encoding="utf-8")
    accept(clinic, "partner", by=EDITOR, on=date(2026, 1, 1))
    edit(path, "start: 69, end: 102}", "start: 69, end: 90}")
    edit(path, "We close on every public holiday.", "We close on every pub")
    text = ran(desk_over(clinic).signed_in(), "/staff/reach")
    assert "&#39;partner&#39; says nearly the same as &#39;can-bring-friend&#39;" in section(text, "Near-duplicates")
    unreached = section(text, "Entries and passages that nothing reaches")
    assert "no test and no question of the bank is answered by &#39;partner&#39;".capitalize() in unreached
    assert re.search(r"<code>[^<]*visits\.yaml:\d+</code>", unreached)
    displaced = section(text, "Sentences in no passage, or in two")
    assert "&#39;We close on every public holiday.&#39; stands in no passage" in displaced


# --- the operating point ---------------------------------------------------------------------------------------------


def test_the_curve_is_measured_once_and_shown_with_its_numbers(desk: Desk) -> None:
    client = desk.signed_in("viewer")
    assert "Measure every threshold" in client.get(POINT).text
    assert post(client, "/staff/point/measure").status_code == 303
    text = client.get(POINT).text
    assert "Measure every threshold" not in text
    assert text.count("<polyline") == 4
    assert "6 tests of the clinic" in text
    assert re.search(r'<tr class="vs-marked"><th scope="row">0.9 <span class="vs-role">now</span>', text)


def test_another_threshold_shows_the_very_questions_that_change(desk: Desk) -> None:
    text = post(desk.signed_in("viewer"), POINT, answer="1").text
    changed = text.partition("questions that change</caption>")[2]
    assert '<th scope="row">parking my car, where is that</th><td>where-can-park-car</td><td>right</td>' in changed
    assert "will the moon be full tonight" not in changed
    assert "point/save" not in text
    assert "No test changes." in post(desk.signed_in(), POINT, answer="0.9").text


def test_a_threshold_too_low_is_told(clinic: Path) -> None:
    edit(clinic / "coverage/tests.yaml", "will the moon be full tonight", "where is the moon parking tonight")
    text = post(desk_over(clinic).signed_in(), POINT, answer="0").text
    assert "2 of 2 questions that nothing answers would get a passage: more than the bar of 5.0%." in text


def test_a_point_is_saved_with_name_and_day_and_kept_as_it_was(desk: Desk, clinic: Path) -> None:
    client = desk.signed_in()
    page = post(client, POINT, answer="0.85").text
    fields = {name: hidden_fields(page)[name] for name in ("answer", "was", "base")}
    assert fields == {"answer": "0.85", "was": "0.9", "base": desk.bot.knowledge.digest}
    saved = post(client, "/staff/point/save", **fields)
    assert (saved.status_code, f"chosen by {EDITOR} on 20" in saved.text) == (200, True)
    bot = Bot.load(clinic, semantic=False, cache=None)
    point = bot.knowledge.operating_point
    assert (point.answer, point.choose, point.gap, point.by) == (0.85, 0.8, 0.2, EDITOR)
    assert point.knowledge == bot.knowledge.digest == desk.bot.knowledge.digest
    (change,) = changes(desk.settings.data / "history")
    assert (change.by, change.files) == (EDITOR, ("operating-point.yaml",))
    again = post(client, "/staff/point/save", **fields)
    assert (again.status_code, "The operating point was changed meanwhile" in again.text) == (400, True)
    desk.bot = bot
    assert f"by {EDITOR} on {point.on}" in client.get(POINT).text


def test_a_point_read_off_another_knowledge_is_not_saved(desk: Desk, clinic: Path) -> None:
    before = (clinic / "operating-point.yaml").read_bytes()
    told = post(desk.signed_in(), "/staff/point/save", answer="0.85", was="0.9", base="0" * 64)
    assert (told.status_code, "The knowledge changed meanwhile. Nothing was saved." in told.text) == (400, True)
    edit(clinic / "aliases.yaml", "- parking", "- parking lots")
    told = post(desk.signed_in(), "/staff/point/save", answer="0.85", was="0.9", base=desk.bot.knowledge.digest)
    assert (told.status_code, "The knowledge was changed while you edited it" in told.text) == (400, True)
    assert (clinic / "operating-point.yaml").read_bytes() == before


@pytest.mark.parametrize("text", ["", "much", "-0.1", "1.01", "nan", "inf", "0.5.5", "1e400"])
def test_what_is_no_threshold_is_refused(text: str) -> None:
    with pytest.raises(VerbatimError, match="is no threshold"):
        threshold(text)


def test_a_threshold_has_three_decimals_and_may_have_a_comma() -> None:
    assert [threshold(text) for text in ("0", " 0,55", "0.12345", "1")] == [0.0, 0.55, 0.123, 1.0]


def test_without_tests_there_is_nothing_to_measure_and_the_scorecard_stands(clinic: Path) -> None:
    (clinic / "coverage/tests.yaml").unlink()
    client = desk_over(clinic).signed_in()
    assert "The clinic has no tests yet." in ran(client)
    assert "topics, 329 questions" in client.get("/staff/scorecard").text
    post(client, "/staff/point/measure")
    assert "nothing to measure on" in client.get(POINT).text


# --- in a real browser -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    clinic = make_clinic(tmp_path_factory.mktemp("clinic"))
    edit(clinic / "coverage/tests.yaml", "expected: where-can-park-car", "expected: none")
    desk = desk_over(clinic)
    with serving(desk.bot, desk.settings) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Any]]:
    contexts = []

    def opened(**options: Any) -> Any:
        context = new_context(browser, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site}/staff")
        page.get_by_label("Name").fill(EDITOR)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("screen", [{**DESKTOP}, {**DARK}, {**ZOOMED}], ids=["light", "dark", "zoomed"])
def test_axe_finds_nothing_on_what_was_measured(open_page: Callable[..., Any], screen: dict[str, Any]) -> None:
    page = open_page(**screen)
    page.get_by_role("link", name="Coverage").click()
    check(page)
    if page.get_by_role("button", name="Run the tests").count():
        page.get_by_role("button", name="Run the tests").click()
    expect(page.get_by_role("heading", name="What went wrong")).to_be_visible(timeout=60_000)
    check(page)
    sheet = (HEAD + "which floor is it,none,,\nmay a dog come,can-bring-fiend,,\n").encode()
    page.locator("#vs-sheet").set_input_files({"name": "more.csv", "mimeType": "text/csv", "buffer": sheet})
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_role("heading", name="Good rows")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Scorecard").click()
    page.locator("summary").first.click()
    check(page)
    page.get_by_role("link", name="Reach").click()
    expect(page.get_by_role("heading", name="Near-duplicates")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Operating point").click()
    if page.get_by_role("button", name="Measure").count():
        page.get_by_role("button", name="Measure").click()
    page.get_by_label("Answer from").fill("0.99")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("region", name="Table of before and after")).to_be_visible()
    check(page)
