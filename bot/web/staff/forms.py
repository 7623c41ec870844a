"""Texts of the knowledge and what a form sent in, the form's fields out: what somebody typed is always in them.

Each field carries a mark of the text that its editor saw first. So a field that somebody typed into is told from one
that only stood there, and where another person changed the same field meanwhile, both texts are shown.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

QUESTION, TOPIC, NOTICE, WORDINGS, TEXT = "question", "topic", "notice", "wordings", "text"
OWNER, FACT = "owner", "fact"
WAS = "was:"
MARK_SHOWN = 16
LABELS = {
    QUESTION: "Title",
    TOPIC: "Topic",
    NOTICE: "Notice",
    WORDINGS: "Other wordings, one on a line",
    OWNER: "Answered after all by",
}
FACTS = {"name": "Name", "phone": "Phone", "hours": "Opening hours", "address": "Address", "web": "Web address"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its name (`text:PASSAGE`, `wordings:NAME`, or one of the plain ones) and its text.

    `was` is the mark of the text that the editor saw first. `theirs` is what somebody else wrote there meanwhile.
    """

    name: str
    value: str
    was: str
    touched: bool = False
    theirs: str = ""

    @property
    def kind(self) -> str:
        """What stands in it: `question`, `topic`, `notice`, `wordings`, `text`, `owner` (an entry's id) or `fact`."""
        return self.name.partition(":")[0]

    @property
    def of(self) -> str:
        """The passage that it belongs to: an id of a text, a name of wordings; empty where it is of the whole."""
        return self.name.partition(":")[2]

    @property
    def label(self) -> str:
        """What it is called on the page."""
        if self.kind == FACT:
            return FACTS.get(self.of, self.of)
        if self.kind == TEXT:
            return f"Passage {self.of}"
        return f"Wordings of the passage {self.of}, one on a line" if self.of else LABELS.get(self.kind, self.kind)

    @property
    def is_line(self) -> bool:
        """Tell whether it is one line."""
        return self.kind in {QUESTION, TOPIC, FACT}

    @property
    def lines(self) -> tuple[str, ...]:
        """Its lines that hold anything."""
        return tuple(line for line in map(str.strip, self.value.split("\n")) if line)


def field_of(name: str, value: str | Iterable[str]) -> Field:
    """Return a field that nobody has typed into; texts of a list stand a line each."""
    text = value if isinstance(value, str) else "\n".join(" ".join(one.split()) for one in value)
    return Field(name, text, mark(Field(name, text, "")))


def merged(now: Field, sent: Mapping[str, str]) -> Field:
    """Return *now*, which holds what the knowledge does, with what the form *sent* if somebody typed there."""
    if now.name not in sent:
        return now
    was = sent.get(WAS + now.name, now.was)
    mine = Field(now.name, sent[now.name], was, touched=True)
    if mark(mine) in {was, now.was}:
        return now
    return replace(mine, theirs=now.value if now.was != was else "")


def renewed(field: Field, now: Field) -> Field:
    """Return *field* after its editor was told of *now*: what is sent next may take its place."""
    return replace(field, was=now.was)


def as_sent(sent: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields of a form just as they were sent, for when nothing else is known of them."""
    names = (name.removeprefix(WAS) for name in sent if name.startswith(WAS))
    return tuple(Field(name, sent.get(name, ""), sent[WAS + name], touched=True) for name in names)


def mark(field: Field) -> str:
    """Return the mark of a field's text; space that nobody sees makes no other."""
    text = " ".join(field.value.split()) if field.is_line else field.value.strip()
    if field.kind == WORDINGS:
        text = "\n".join(field.lines)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:MARK_SHOWN]
