"""The answering room: one question and its history in, one `Reply` out. Knows no file, no clock, no page."""

from bot.answering.replying import LONGEST_HISTORY, LONGEST_QUESTION, Answering, verify

__all__ = ["LONGEST_HISTORY", "LONGEST_QUESTION", "Answering", "verify"]
