"""A report in, one printable HTML page out that needs no other file: each plot with its numbers beside it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.coverage.findings import stated
from bot.coverage.judging import VERDICTS, Figure
from bot.coverage.measures import wilson
from bot.coverage.report import CoverageReport

HERE = Path(__file__).parent
TEMPLATE = "page.html"
# a page with more rows than this is slow to open; all of them are in the CSV
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure with the ends of its interval and its bar, all from 0 to 1; `bar` is None where there is none."""

    figure: Figure
    low: float
    high: float
    bar: float | None

    @property
    def is_met(self) -> bool:
        """Tell whether the bar is met, or there is none."""
        value = self.figure.share.value
        return self.bar is None or (value >= self.bar if self.figure.more_is_better else value <= self.bar)


def drawn(report: CoverageReport) -> tuple[Drawn, ...]:
    """Return every figure of *report* that is of one question at least."""
    bars = stated(report.bars)
    return tuple(Drawn(f, *wilson(f.share), bars.get(f.id)) for f in report.figures if f.share.of)


def html(report: CoverageReport, *, made_on: date) -> str:
    """Return the page of *report*; the same report and day give the same page."""
    import jinja2  # noqa: PLC0415 - slow to import, and a run without a report needs no page

    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    counts = {verdict: sum(result.verdict == verdict for result in report.results) for verdict in VERDICTS}
    entries = sorted({id_ for pair in report.collisions for id_ in (pair.owner, pair.thief)})
    return environment.get_template(TEMPLATE).render(
        report=report,
        made_on=made_on.isoformat(),
        figures=drawn(report),
        counts=counts,
        failed=[result for result in report.results if not result.is_fine][:MOST_ROWS],
        listed=report.results[:MOST_ROWS],
        colliding=entries,
        stolen={(pair.owner, pair.thief): len(pair.questions) for pair in report.collisions},
        most_reached=max((count for _, count in report.reached), default=0),
    )
