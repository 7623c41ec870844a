"""A report's files: the same findings in each, nothing that runs in a spreadsheet, no request from the page."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from bot.bot import Bot
from bot.coverage import CoverageReport, Plan, html, run, to_csv, to_dict, to_junit
from bot.coverage.exports import lines, topic_lines
from bot.knowledge.coverage_tests import read_coverage
from bot.knowledge.covering import covering
from bot.model import BankTopic, Bars, CoverageQuestion, Expected
from tests.coverage.clinic import TODAY, make_clinic

EVIL = '=<script>alert("x")</script>\x07 & why'
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> CoverageReport:
    """A run with verdicts of several kinds, a collision, a missed bar and a bank of two topics."""
    clinic = make_clinic(tmp_path_factory.mktemp("report"))
    bot = Bot.load(clinic, semantic=False, cache=None)
    tests = [*read_coverage(clinic, bot.knowledge)]
    tests += [
        CoverageQuestion(EVIL, Expected(), note="+note", tags=("a", "b"), file="sheet.csv", line=9),
        CoverageQuestion("how do I park", Expected(entries=("can-bring-friend",)), file="sheet.csv", line=10),
        CoverageQuestion("and my car", Expected(entries=("can-bring-friend",)), file="sheet.csv", line=11),
    ]
    bank = (BankTopic("hours", "Hours", ("when is it open",)), BankTopic("wifi", "Wi-Fi <free>", ("is there wifi",)))
    return run(bot, Plan(tuple(tests), Bars(), bank, covering(clinic), "clinic"), today=TODAY)


def test_json_holds_all_and_says_whether_the_run_passed(report: CoverageReport) -> None:
    told = json.loads(json.dumps(to_dict(report)))
    assert (told["passed"], len(told["results"]), len(told["topics"])) == (False, 9, 2)
    right = next(figure for figure in told["figures"] if figure["id"] == "right")
    assert (right["value"], right["of"], right["bar"]) == (0.666667, 6, 0.7)
    assert 0 < right["low"] < right["value"] < right["high"] < 1
    assert told["collisions"] == [
        {"owner": "can-bring-friend", "thief": "where-can-park-car", "questions": ["how do I park", "and my car"]}
    ]
    assert next(group["name"] for group in told["entries"]) == "can-bring-friend"
    assert {group["name"]: group["of"] for group in told["tags"]} == {"arriving": 1, "a": 1, "b": 1}


def test_csv_has_a_row_for_each_test_and_runs_nothing(report: CoverageReport) -> None:
    content = to_csv(report)
    assert content.startswith(b"\xef\xbb\xbfquestion,expected,verdict,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 9
    evil = rows[6]
    assert (evil["question"], evil["note"], evil["tags"], evil["file"]) == (f"'{EVIL}", "'+note", "a|b", "sheet.csv")
    assert [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))] == []


def test_junit_has_a_failure_for_each_question_that_went_wrong_and_each_fault(report: CoverageReport) -> None:
    root = ET.fromstring(to_junit(report))  # noqa: S314 - our own
    tests, faults = root
    assert (tests.get("tests"), tests.get("failures")) == ("9", "2")
    assert [case.get("name") for case in tests if case.find("failure") is not None] == ["how do I park", "and my car"]
    assert tests[6].get("name") == EVIL.replace("\x07", "\ufffd")
    assert [case.get("name") for case in faults] == [finding.id for finding in report.faults]
    assert all(case.find("failure") is not None for case in faults)


def test_the_text_has_the_figures_then_what_went_wrong_then_the_findings(report: CoverageReport) -> None:
    text = "\n".join(lines(report))
    parts = [
        "False answers",
        "Answered right",
        "bar >= 70.0",
        "sheet.csv:10: should have answered: 'how do I park'",
        "fault: ",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert [line for line in topic_lines(report.topics) if "Hours" in line] == [
        f"  {'Hours':36}answered 1, choice 0, referred 0, silent 0  <- when-open"
    ]


class References(HTMLParser):
    """Collects whatever a page could ask for, and its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] if tag in {"script", "link", "img", "iframe", "object"} else []
        self.found += [
            name for name, _ in attrs if name in {"src", "href", "style", "xlink:href"} or name.startswith("on")
        ]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_needs_nothing_else_and_shows_questions_as_text(report: CoverageReport) -> None:
    page = html(report, made_on=TODAY)
    references = References()
    references.feed(page)
    assert references.found == []
    assert re.findall(r"url\(|@import|https?:", page) == []
    assert EVIL in references.texts
    assert page == html(report, made_on=TODAY)


def test_a_run_without_tests_still_makes_a_page(report: CoverageReport, tmp_path: Path) -> None:
    clinic = make_clinic(tmp_path)
    bot = Bot.load(clinic, semantic=False, cache=None)
    empty = run(bot, Plan((), Bars(), (), covering(clinic), "clinic"), today=TODAY)
    assert [finding.id for finding in empty.findings] == ["entry-unreached"] * 3
    page = html(empty, made_on=TODAY)
    assert "The tests" not in page
    assert "The tests" in html(report, made_on=TODAY)


@pytest.fixture(scope="module")
def pages(
    report: CoverageReport, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The page on each kind of screen."""
    path = tmp_path_factory.mktemp("page") / "coverage.html"
    path.write_text(html(report, made_on=TODAY), encoding="utf-8")
    contexts = {name: browser.new_context(**screen) for name, screen in SCREENS.items()}
    opened = {name: context.new_page() for name, context in contexts.items()}
    for page in opened.values():
        page.goto(path.as_uri())
    yield opened
    for context in contexts.values():
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("screen", SCREENS)
def test_the_page_passes_axe_and_never_scrolls_sideways(pages: dict[str, Any], screen: str) -> None:
    page = pages[screen]
    violations = Axe().run(page).response["violations"]
    assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_every_bar_of_a_plot_starts_at_zero_and_keeps_its_proportion(pages: dict[str, Any]) -> None:
    widths = pages["desktop"].evaluate(
        "[...document.querySelectorAll('#by-entry + .wide tbody tr')].map(row => [row.cells[2].textContent,"
        " row.querySelector('rect').getAttribute('x'),"
        " [...row.querySelectorAll('rect')].reduce((sum, r) => sum + +r.getAttribute('width'), 0)])"
    )
    per_question = [(start, round(width / int(fine.split()[-1]), 1)) for fine, start, width in widths]
    assert per_question == [("1.00", 66.0)] * 3
