"""The nouns of Verbatim as frozen data: what the clinic wrote, and what one question gets.

Nothing here reads, searches or decides. A `Reply` holds the clinic's passages and fixed notices only;
there is no field in which a composed sentence could travel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

SCHEMA = 1

Kind = Literal["answer", "choose", "gap", "no_answer", "notice", "refused"]
Level = Literal["none", "support", "crisis", "emergency"]
Place = Literal["before", "after"]
KeepWith = Literal["", "previous", "next"]
Origin = Literal["source", "editorial"]
AfterCrisis = Literal["show", "hide"]
Role = Literal["viewer", "editor"]


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start:end` of `file`, a path relative to the knowledge folder."""

    file: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """A span together with the sha256 (hex) of its characters in UTF-8."""

    file: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of an answer, a list always with its lead-in: the unit that is indexed, judged and shown.

    `text` equals the source slice exactly. `id` is the entry's id, a `#` and the passage's name, or its place from 0.
    """

    id: str
    entry_id: str
    text: str
    source: Source
    keep_with: KeepWith = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviewed an entry, when, and when it is due again: ISO dates, empty where nobody did."""

    by: str = ""
    on: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One FAQ question with its answer. `question_origin` is `editorial` where the title is not the source's own.

    One that is `withheld` is kept for staff and never served. `language` is a code such as "es", or empty for an entry
    in the clinic's own language.
    """

    id: str
    question: str
    question_origin: Origin
    passages: tuple[Passage, ...]
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    review: Review = Review()
    after_crisis: AfterCrisis = "show"
    withheld: bool = False
    language: str = ""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every wording that stands for the entry: its title, its aliases, and its passages' aliases."""
        return (self.question, *self.aliases, *(alias for passage in self.passages for alias in passage.aliases))

    def chain(self, position: int) -> tuple[Passage, ...]:
        """Return the passages, in source order, that `keep_with` joins to the one at *position*."""
        first = last = position
        while first > 0 and self._joined(first - 1):
            first -= 1
        while last < len(self.passages) - 1 and self._joined(last):
            last += 1
        return self.passages[first : last + 1]

    def _joined(self, left: int) -> bool:
        return self.passages[left].keep_with == "next" or self.passages[left + 1].keep_with == "previous"


@dataclass(frozen=True, slots=True)
class Gap:
    """A topic that patients ask about and the FAQ does not answer, with its fixed referral `notice`.

    `answered_by` is the id of an entry that answers it after all, or empty.
    """

    id: str
    topic: str
    notice: str
    wordings: tuple[str, ...]
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a coverage question should get; exactly one of the four is stated, or none of them for honest silence.

    `entries` and `passages` are ids, any one of which answers. `gap` is the id of a known gap, `level` of danger.
    """

    entries: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    gap: str = ""
    level: Level | Literal[""] = ""

    @property
    def answering(self) -> tuple[str, ...]:
        """The ids of the entries that answer, those of the named passages too; () where nothing should."""
        owners = (passage.partition("#")[0] for passage in self.passages)
        return tuple(dict.fromkeys((*self.entries, *owners)))

    def __str__(self) -> str:
        if self.gap or self.level:
            return f"gap:{self.gap}" if self.gap else f"safety:{self.level}"
        return "|".join((*self.entries, *self.passages)) or "none"


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """A test question of the staff, what it should get, and the `file` and `line` (or row) that it stands in.

    `general` are entries whose passages may stand below the `no-advice` notice although nothing answers.
    """

    question: str
    expected: Expected
    note: str = ""
    tags: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Bars:
    """What a clinic demands of its coverage, each from 0 to 1.

    `right`, `in_reach` and `safety` are least shares; `wrong_passages` and `false_answers` greatest ones.
    """

    right: float = 0.7
    in_reach: float = 0.85
    wrong_passages: float = 0.05
    false_answers: float = 0.05
    safety: float = 1.0


@dataclass(frozen=True, slots=True)
class BankTopic:
    """A topic that patients ask about: its plain name, and questions as they put them."""

    id: str
    name: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A topic of messages that ask nothing of the FAQ; `notice` is the id of the notice that it gets."""

    id: str
    notice: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logo:
    """A clinic's picture: its media type, `image/png` or `image/svg+xml`, and its bytes."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Clinic:
    """The facts that a clinic states about itself; an unknown fact is an empty string.

    `emergency` and `crisis_line` are the national numbers and never empty. `starters` are entry ids. An answer is to be
    reviewed again after `review_days`, unless its review says another day.
    """

    name: str
    phone: str
    hours: str
    address: str
    web: str
    country: str
    language: str
    accent: str
    emergency: str
    crisis_line: str
    starters: tuple[str, ...] = ()
    logo: Logo | None = None
    review_days: int = 365


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """The thresholds in force, read off a measured curve, and the digest of the knowledge it was measured on.

    `answer`: least confidence at which passages are shown. `choose`: least confidence at which entries are offered
    as "did you mean". `gap`: least share of a known gap, or of small talk, at which its notice is shown.
    `without_vectors` stands in where the semantic layer is not installed, since confidence means less there. `by` and
    `on` (ISO) are who chose it and when, empty where it was measured by the program.
    """

    answer: float
    choose: float
    gap: float
    knowledge: str = ""
    without_vectors: "OperatingPoint | None" = None
    by: str = ""
    on: str = ""

    def in_force(self, *, semantic: bool) -> "OperatingPoint":
        """Return the point for a ranking with or without the semantic layer."""
        if semantic or self.without_vectors is None:
            return self
        return replace(self.without_vectors, knowledge=self.knowledge, by=self.by, on=self.on)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the knowledge: where it is, what it is, how to fix it."""

    file: str
    line: int
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}. {self.fix}"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything a clinic keeps in its knowledge folder, validated, with all texts looked up in their sources.

    `notices` maps a notice's id to its fixed text, the clinic's facts filled in; `words` maps an interface word's
    key to its text; `sources` maps a source file to its characters; `warnings` do not keep it from serving.
    `missing` are the problems that make it not ready for patients.
    """

    digest: str
    clinic: Clinic
    entries: tuple[Entry, ...]
    notices: Mapping[str, str]
    words: Mapping[str, str]
    sources: Mapping[str, str]
    operating_point: OperatingPoint
    gaps: tuple[Gap, ...] = ()
    small_talk: tuple[SmallTalk, ...] = ()
    warnings: tuple[Problem, ...] = ()
    missing: tuple[Problem, ...] = ()

    def entry(self, entry_id: str) -> Entry:
        """Return the entry with that id.

        Raises:
            KeyError: if there is none.
        """
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)


@dataclass(frozen=True, slots=True)
class Notice:
    """A fixed text from the knowledge and the side of the passages it stands on."""

    id: str
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage in a reply. Passages of one `group` (0 is best) are joined by `keep_with` and stand in source order."""

    passage: Passage
    question: str
    question_origin: Origin
    group: int
    score: float

    @property
    def text(self) -> str:
        """The clinic's words."""
        return self.passage.text

    @property
    def entry_id(self) -> str:
        """The entry that the passage belongs to."""
        return self.passage.entry_id

    @property
    def source(self) -> Source:
        """Where the passage stands in the clinic's text."""
        return self.passage.source


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An authored question that is offered, never an answer."""

    entry_id: str
    question: str


@dataclass(frozen=True, slots=True)
class Part:
    """The characters `start:end` of a question that ask one thing, and what that thing got."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Safety:
    """What the safety check found: a level and the ids of the rules that fired, never text."""

    level: Level = "none"
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disclaimer:
    """The fixed text that goes with every reply."""

    text: str
    id: str = "disclaimer"


@dataclass(frozen=True, slots=True)
class Help:
    """Where a person can be reached, with every reply: the clinic (empty where unknown) and the national lines."""

    phone: str = ""
    crisis_line: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one question gets; the fields and their rules are those of the stable contract (`docs/reply.md`)."""

    version: str
    knowledge: str
    receipt: str
    language: str
    question: str
    kind: Kind
    disclaimer: Disclaimer
    safety: Safety = Safety()
    notices: tuple[Notice, ...] = ()
    passages: tuple[Shown, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    related: tuple[Suggestion, ...] = ()
    parts: tuple[Part, ...] = ()
    context: Suggestion | None = None
    confidence: float | None = None
    help: Help = Help()
    schema: int = field(default=SCHEMA)

    def to_dict(self) -> dict[str, Any]:
        """Return the reply as the contract's JSON object: plain dicts and lists, keys in the contract's order."""
        return {
            "schema": self.schema,
            "version": self.version,
            "knowledge": self.knowledge,
            "receipt": self.receipt,
            "language": self.language,
            "question": self.question,
            "kind": self.kind,
            "safety": {"level": self.safety.level, "rules": list(self.safety.rules)},
            "notices": [{"id": n.id, "place": n.place, "text": n.text} for n in self.notices],
            "passages": [_shown_dict(p) for p in self.passages],
            "suggestions": [_suggestion_dict(s) for s in self.suggestions],
            "related": [_suggestion_dict(s) for s in self.related],
            "parts": [{"start": p.start, "end": p.end, "kind": p.kind} for p in self.parts],
            "context": _suggestion_dict(self.context) if self.context else None,
            "confidence": self.confidence,
            "disclaimer": {"id": self.disclaimer.id, "text": self.disclaimer.text},
            "help": {
                "phone": self.help.phone,
                "crisis_line": self.help.crisis_line,
                "emergency": self.help.emergency,
            },
        }


def source_dict(source: Source) -> dict[str, Any]:
    """Return where a passage stands as the contract's JSON object."""
    return {"file": source.file, "start": source.start, "end": source.end, "sha256": source.sha256}


def _shown_dict(shown: Shown) -> dict[str, Any]:
    return {
        "entry_id": shown.entry_id,
        "question": shown.question,
        "question_origin": shown.question_origin,
        "group": shown.group,
        "score": shown.score,
        "text": shown.text,
        "source": source_dict(shown.source),
    }


def _suggestion_dict(suggestion: Suggestion) -> dict[str, Any]:
    return {"entry_id": suggestion.entry_id, "question": suggestion.question}
