"""The coverage room: what the bot covers, and what a change would do, measured before patients find out."""

from bot.coverage.curve import Counts, Curve, Turn, curve
from bot.coverage.whatif import Difference, Outcome, differences, stored_wordings

__all__ = ["Counts", "Curve", "Difference", "Outcome", "Turn", "curve", "differences", "stored_wordings"]
