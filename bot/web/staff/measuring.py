"""The four pages that show what was measured: coverage, scorecard, reach, operating point. They share one run."""

from bot.web.staff import coverage, point, reach, scorecard
from bot.web.staff.pages import Pages
from bot.web.staff.runs import Runs


def add(pages: Pages) -> None:
    """Add the pages, in the order of the navigation."""
    runs = Runs()
    for page in (coverage, scorecard, reach, point):
        page.add(pages, runs)
