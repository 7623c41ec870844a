"""The journal: how often per day something happened, in one SQLite file; no text, no address, nobody's visit."""

from bot.journal.counting import Item, count_feedback, count_reply
from bot.journal.store import COUNTS_FILE, CountsFile, DayCount
from bot.journal.writer import Add, Writer

__all__ = ["COUNTS_FILE", "Add", "CountsFile", "DayCount", "Item", "Writer", "count_feedback", "count_reply"]
