"""The day-zero scorecard: which topics that patients ask about are covered, weak or missing, with no test written."""

from collections.abc import Sequence

from bot.coverage import TopicCover
from bot.errors import KnowledgeError
from bot.web.staff.pages import Call, Pages, Returned, View, see
from bot.web.staff.plots import Bar, Plot, plot
from bot.web.staff.runs import Runs

SCORECARD = "/staff/scorecard"
COVERS = ("missing", "weak", "covered")


def add(pages: Pages, runs: Runs) -> None:
    """Add the page."""

    @pages.page(SCORECARD, "Scorecard")
    def scorecard(call: Call) -> Returned:
        try:
            made = runs.last(call)
        except KnowledgeError as error:
            return View("scorecard.html", {"made": None, "problems": error.problems})
        if made is None:
            return View("scorecard.html", {"made": None, "problems": ()})
        topics = made.report.topics
        values = {
            "made": made,
            "problems": (),
            "plot": picture(topics),
            "groups": [(cover, held(topics, cover)) for cover in COVERS],
            "topics": len(topics),
            "questions": sum(len(topic.asked) for topic in topics),
        }
        return View("scorecard.html", values)

    @pages.action(SCORECARD, role="viewer")
    def run(call: Call) -> Returned:
        runs.run(call)
        return see(SCORECARD)


def held(topics: Sequence[TopicCover], cover: str) -> tuple[TopicCover, ...]:
    """Return the topics with that cover; of the missing ones, those that nobody is referred for first."""
    return tuple(sorted((topic for topic in topics if topic.cover == cover), key=lambda topic: topic.is_known_gap))


def picture(topics: Sequence[TopicCover]) -> Plot:
    """Return how many topics have each cover."""
    numbers = [(cover, len(held(topics, cover))) for cover in COVERS]
    return plot(f"{len(topics)} topics by cover", [Bar(cover.capitalize(), n, str(n)) for cover, n in numbers])
