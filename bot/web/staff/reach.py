"""What no question reaches: entries, passages and sentences, and entries that stand in each other's way."""

from bot.coverage import CoverageReport, Finding
from bot.errors import KnowledgeError
from bot.web.staff.naming import names_of
from bot.web.staff.pages import Call, Pages, Returned, View, see
from bot.web.staff.plots import Bar, Plot, plot
from bot.web.staff.runs import Runs

REACH = "/staff/reach"
# what is looked for: its title, what it means, the ids of its findings
KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Entries that never win",
        "Ranked first for none of the tests that they should answer (two or more).",
        ("entry-never-wins",),
    ),
    (
        "Entries and passages that nothing reaches",
        "No test and no question of the bank shows them.",
        ("entry-unreached", "passage-unreached"),
    ),
    ("Near-duplicates", "Two entries that say nearly the same.", ("near-duplicate",)),
    ("Ambiguous titles", "A sentence of another entry answers the title as well.", ("ambiguous-title",)),
    (
        "Sentences in no passage, or in two",
        "Each sentence of the clinic's text should stand in exactly one passage.",
        ("sentence-uncovered", "sentence-twice"),
    ),
)


def add(pages: Pages, runs: Runs) -> None:
    """Add the page."""

    @pages.page(REACH, "Reach")
    def reach(call: Call) -> Returned:
        try:
            made = runs.last(call)
        except KnowledgeError as error:
            return View("reach.html", {"made": None, "problems": error.problems})
        if made is None:
            return View("reach.html", {"made": None, "problems": ()})
        values = {
            "made": made,
            "problems": (),
            "groups": [(title, means, of_kinds(made.report, ids)) for title, means, ids in KINDS],
            "collisions": made.report.collisions,
            "reached": made.report.reached,
            "names": names_of(call.bot.knowledge),
            "plot": picture(made.report),
        }
        return View("reach.html", values)

    @pages.action(REACH, role="viewer")
    def run(call: Call) -> Returned:
        runs.run(call)
        return see(REACH)


def of_kinds(report: CoverageReport, ids: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return the findings of those kinds."""
    return tuple(finding for finding in report.findings if finding.id in ids)


def picture(report: CoverageReport) -> Plot:
    """Return by how many questions each passage was shown."""
    bars = [Bar(passage, number, str(number) if number else "none") for passage, number in report.reached]
    return plot("Questions that show each passage", bars)
