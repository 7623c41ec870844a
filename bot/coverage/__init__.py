"""The coverage room: what the bot covers, measured before patients find out. Prints nothing and knows no page.

`report.run` asks the staff's tests and the bank; `exports` and `page` turn what it found into files.
"""

from bot.coverage.exports import to_csv, to_dict, to_junit
from bot.coverage.findings import Finding
from bot.coverage.page import html
from bot.coverage.report import CoverageReport, Plan, run, run_bank
from bot.coverage.scorecard import TopicCover

__all__ = [
    "CoverageReport",
    "Finding",
    "Plan",
    "TopicCover",
    "html",
    "run",
    "run_bank",
    "to_csv",
    "to_dict",
    "to_junit",
]
