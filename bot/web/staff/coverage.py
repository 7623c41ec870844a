"""The tests of the clinic: figures, what went wrong, what to mend, the report as files, more tests from a sheet."""

from bot.coverage import CoverageReport, Drawn, drawn, html, to_csv, to_junit
from bot.errors import KnowledgeError
from bot.web.staff import sheets
from bot.web.staff.naming import names_of
from bot.web.staff.pages import Call, Pages, Returned, View, attachment, see
from bot.web.staff.plots import Bar, Mark, Plot, plot
from bot.web.staff.runs import Runs

COVERAGE = "/staff/coverage"
# more than this are slow to show; all are in the files
MOST_ROWS = 300


def add(pages: Pages, runs: Runs) -> None:
    """Add the page, its files and its spreadsheets."""

    @pages.page(COVERAGE, "Coverage")
    def coverage(call: Call) -> Returned:
        try:
            made = runs.last(call)
        except KnowledgeError as error:
            return View("coverage.html", {"made": None, "problems": error.problems})
        if made is None:
            return View("coverage.html", {"made": None, "problems": ()})
        wrong = [result for result in made.report.results if not result.is_fine]
        values = {
            "made": made,
            "problems": (),
            "report": made.report,
            "names": names_of(call.bot.knowledge),
            "plot": picture(made.report),
            "figures": drawn(made.report),
            "wrong": wrong[:MOST_ROWS],
            "wrong_in_all": len(wrong),
        }
        return View("coverage.html", values)

    @pages.action(COVERAGE, role="viewer")
    def run(call: Call) -> Returned:
        runs.run(call)
        return see(COVERAGE)

    @pages.download(f"{COVERAGE}/coverage.html")
    def page(call: Call) -> Returned:
        made = runs.needed(call)
        text = html(made.report, made_on=made.made_at.date()).encode("utf-8", "replace")
        return attachment(text, "coverage.html", "text/html")

    @pages.download(f"{COVERAGE}/coverage.csv")
    def csv(call: Call) -> Returned:
        return attachment(to_csv(runs.needed(call).report), "coverage.csv", "text/csv")

    @pages.download(f"{COVERAGE}/coverage.xml")
    def junit(call: Call) -> Returned:
        return attachment(to_junit(runs.needed(call).report), "coverage.xml", "application/xml")

    sheets.add(pages)


def picture(report: CoverageReport) -> Plot:
    """Return the figures in per cent, each with its interval and, where there is one, its bar."""
    return plot("Figures in per cent: the line is the 95 % interval", [_bar(one) for one in drawn(report)], most=100.0)


def _bar(one: Drawn) -> Bar:
    value = 100 * one.figure.share.value
    side = "at least" if one.figure.more_is_better else "at most"
    marks = (Mark(side, round(100 * one.bar, 1)),) if one.bar is not None else ()
    return Bar(one.figure.name, value, f"{value:.1f} %", marks, (100 * one.low, 100 * one.high))
