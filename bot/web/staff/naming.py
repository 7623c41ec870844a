"""Ids of the knowledge in, what staff call them out, each with the form that it is edited in."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from bot.model import Knowledge

EDIT = "/staff/edit"
NO_ANSWER = {"none", "no-answer"}
# the kinds of reply, as what a patient gets
KINDS = {
    "answer": "an answer",
    "choose": "a choice of questions",
    "gap": "the notice of a known gap",
    "no_answer": "“the FAQ does not answer that”",
    "notice": "fixed notices only",
    "refused": "a refusal",
}


@dataclass(frozen=True, slots=True)
class Named:
    """What something is called; `path` leads to its form, "" where it has none; `of` says which part of it."""

    title: str
    path: str = ""
    of: str = ""


def names_of(knowledge: Knowledge) -> Callable[[str], Named]:
    """Return what names an id of *knowledge*: an entry, a passage, a known gap, a notice, or a kind of reply."""
    titles = {entry.id: entry.question for entry in knowledge.entries}
    topics = {f"gap:{gap.id}": gap.topic for gap in knowledge.gaps}

    def named(id_: str) -> Named:
        entry_id, _, number = id_.partition("#")
        if entry_id in titles:
            return Named(titles[entry_id], f"{EDIT}/entry?id={quote(entry_id)}", f"#{number}" if number else "")
        if id_ in topics:
            return Named(f"Known gap: {topics[id_]}", f"{EDIT}/gap?id={quote(id_.removeprefix('gap:'))}")
        if id_ in NO_ANSWER:
            return Named(KINDS["no_answer"])
        return Named(KINDS.get(id_, id_))

    return named
