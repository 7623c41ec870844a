"""The coverage room: what the bot covers, and what a change would do, measured before patients find out.

Prints nothing and knows no page. `report.run` asks the staff's tests and the bank; `exports` and `page` turn what it
found into files; `whatif` compares two versions of a knowledge, `curve` all thresholds.
"""

from bot.coverage.curve import Counts, Curve, Turn, curve, curve_of_tests
from bot.coverage.exports import to_csv, to_dict, to_junit
from bot.coverage.findings import Finding
from bot.coverage.page import Drawn, drawn, html
from bot.coverage.report import CoverageReport, Plan, run, run_bank
from bot.coverage.scorecard import TopicCover
from bot.coverage.whatif import Difference, Effect, Outcome, Sample, differences, sample, stored_wordings

__all__ = [
    "Counts",
    "CoverageReport",
    "Curve",
    "Difference",
    "Drawn",
    "Effect",
    "Finding",
    "Outcome",
    "Plan",
    "Sample",
    "TopicCover",
    "Turn",
    "curve",
    "curve_of_tests",
    "differences",
    "drawn",
    "html",
    "run",
    "run_bank",
    "sample",
    "stored_wordings",
    "to_csv",
    "to_dict",
    "to_junit",
]
