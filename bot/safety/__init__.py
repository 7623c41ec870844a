"""The safety room: a message in, a level and the ids of the rules that fired out. Runs first, on the whole message."""

import re
import unicodedata

from bot.model import Level, Safety
from bot.safety.rules import RULES, Rule

__all__ = ["RULES", "Rule", "danger_notice", "detect"]

FAILED = "check-failed"

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BETWEEN = re.compile(r"[^\w']+")


def detect(message: str) -> Safety:
    """Return what the rules find in the whole of *message*: `crisis`, `emergency` or `none`, with the rules' ids.

    Where rules of both levels fire, the level is that of the first rule in the table: danger to oneself comes first.
    """
    plain = _plain(message)
    fired = [rule for rule in RULES if rule.pattern.search(plain)]
    if not fired:
        return Safety()
    level: Level = "emergency" if fired[0].notice == "emergency" else "crisis"
    return Safety(level, tuple(rule.id for rule in fired))


def danger_notice(safety: Safety) -> str:
    """Return the id of the full notice for a level of `crisis` or `emergency`; `crisis` where the check failed."""
    by_id = {rule.id: rule.notice for rule in RULES}
    return by_id.get(safety.rules[0], "crisis") if safety.rules else "crisis"


def _plain(message: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", message)).casefold().translate(_APOSTROPHES)
    return " ".join(_BETWEEN.split(folded)).strip()
