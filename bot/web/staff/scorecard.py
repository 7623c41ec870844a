"""The day-zero scorecard: which topics that patients ask about are covered, weak or missing, with no test written."""

from collections.abc import Mapping, Sequence

from bot.coverage import TopicCover
from bot.errors import KnowledgeError
from bot.web.staff.naming import names_of
from bot.web.staff.pages import Call, Pages, Returned, View, see
from bot.web.staff.plots import Bar, Plot, plot
from bot.web.staff.runs import Runs

SCORECARD = "/staff/scorecard"
# what is worst first: the title of each cover and what it means
COVERS: Mapping[str, tuple[str, str]] = {
    "missing": ("Missing", "hardly answered, and most of its questions led to nobody"),
    "referred": ("Known gaps", "not answered: most of its questions are referred to a person"),
    "weak": ("Weak", "one question at least is answered, and a third is answered or offered"),
    "covered": ("Covered", "two thirds of its questions are answered"),
}


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
            "groups": [(cover, *texts, held(topics, cover)) for cover, texts in COVERS.items()],
            "names": names_of(call.bot.knowledge),
            "topics": len(topics),
            "questions": sum(len(topic.asked) for topic in topics),
        }
        return View("scorecard.html", values)

    @pages.action(SCORECARD, role="viewer")
    def run(call: Call) -> Returned:
        runs.run(call)
        return see(SCORECARD)


def held(topics: Sequence[TopicCover], cover: str) -> tuple[TopicCover, ...]:
    """Return the topics with that cover, one of `COVERS`."""
    return tuple(topic for topic in topics if ("referred" if topic.is_known_gap else topic.cover) == cover)


def picture(topics: Sequence[TopicCover]) -> Plot:
    """Return how many topics have each cover."""
    numbers = [(title, len(held(topics, cover))) for cover, (title, _) in COVERS.items()]
    return plot(f"{len(topics)} topics by cover", [Bar(title, n, str(n)) for title, n in numbers])
