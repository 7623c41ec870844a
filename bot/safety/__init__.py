"""The safety room: a message in, a level and the ids of the rules that fired out. Runs first, on the whole message.

`detector` finds danger by `rules` and a `classifier` on several `views` of the message, `harmless` wordings blanked;
`matters` finds what is no danger but wants a fixed text: personal medical questions, symptoms, bookings, identifiers.
"""

from bot.safety.detector import FAILED, MAYBE, danger_notices, detect
from bot.safety.matters import MATTERS, Matter, matters
from bot.safety.rules import RULES, Rule

__all__ = ["FAILED", "MATTERS", "MAYBE", "RULES", "Matter", "Rule", "danger_notices", "detect", "matters"]
