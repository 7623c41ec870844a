"""What is counted: of a reply its kind, level, rules and entries, of feedback its entries; ids only, never text.

Each item is counted by itself, so that no row tells which things came together in one reply.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.model import Reply

What = Literal["kind", "level", "rule", "entry", "helpful", "not-helpful"]


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One thing that is counted; `name` is an id of the program's or the knowledge's: a kind, level, rule or entry."""

    what: What
    name: str


def count_reply(reply: Reply) -> tuple[Item, ...]:
    """Return what *reply* counts: each item once, however often it stands in it."""
    entries = dict.fromkeys(shown.entry_id for shown in reply.passages)
    return (
        Item("kind", reply.kind),
        Item("level", reply.safety.level),
        *(Item("rule", rule) for rule in dict.fromkeys(reply.safety.rules)),
        *(Item("entry", entry) for entry in entries),
    )


def count_feedback(entry_ids: Iterable[str], *, helpful: bool) -> tuple[Item, ...]:
    """Return what feedback on a reply that showed *entry_ids* counts."""
    what: What = "helpful" if helpful else "not-helpful"
    return tuple(Item(what, entry) for entry in dict.fromkeys(entry_ids))
