"""Edit: the texts of entries and known gaps, what a change would do before it is saved, and who changed what.

The form holds the digest that its editor began with. Whatever goes wrong, it comes back with what was typed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from bot.bot import Bot
from bot.errors import ChangedError, KnowledgeError, VerbatimError
from bot.knowledge import (
    HISTORY,
    AddGap,
    Edit,
    Editor,
    SetAliases,
    SetFact,
    SetGapAnsweredBy,
    SetGapNotice,
    SetGapTopic,
    SetGapWordings,
    SetPassage,
    SetQuestion,
    Written,
    WrittenEntry,
    WrittenGap,
    changes,
    proposed,
    save,
    unused_gap_id,
    written,
)
from bot.model import Knowledge, Problem
from bot.web.staff.comparing import WHENCE, Comparison, already, compare
from bot.web.staff.forms import (
    FACT,
    FACTS,
    NOTICE,
    OWNER,
    QUESTION,
    TEXT,
    TOPIC,
    WORDINGS,
    Field,
    as_sent,
    field_of,
    merged,
    renewed,
)
from bot.web.staff.naming import EDIT
from bot.web.staff.pages import Call, Function, Pages, Returned, View, see

ENTRY, GAP, NEW_GAP, CLINIC = "entry", "gap", "new-gap", "clinic"
KINDS = (ENTRY, GAP, NEW_GAP, CLINIC)
MOST_CHANGES = 20
NOTHING = "Nothing was saved: nothing is changed in this form."
NOT_YET = "Nothing is changed in this form yet."
SURE = "yes"
MOST_TRIED = 20


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: kind, id (empty for a new gap), title, and its fields as the knowledge has them.

    `waiting` are texts of passages that were never accepted, which no form can change. `owners` are the ids and titles
    of the entries that may answer a gap after all. `read` is the notice as patients get it now, facts filled in.
    """

    kind: str
    id: str
    title: str
    fields: tuple[Field, ...]
    waiting: tuple[str, ...] = ()
    withheld: bool = False
    owners: tuple[tuple[str, str], ...] = ()
    read: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a form comes back with: problems, each with its place, or sentences."""

    problems: tuple[Problem, ...] = ()
    lines: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, error: VerbatimError) -> "Told":
        """Return what *error* says."""
        if isinstance(error, KnowledgeError):
            return cls(problems=error.problems)
        return cls(lines=tuple(str(error).splitlines()))


def add(pages: Pages) -> None:
    """Add the pages."""

    @pages.page(EDIT, "Edit")
    def overview(call: Call) -> Returned:
        return listed(call, written(call.settings.knowledge))

    @pages.action(f"{EDIT}/find", role="viewer")
    def find(call: Call) -> Returned:
        now, wanted = written(call.settings.knowledge), " ".join(call.fields.get("topic", "").split())
        exact = next((gap for gap in now.gaps if gap.topic.casefold() == wanted.casefold()), None)
        return see(f"{EDIT}/{GAP}?id={quote(exact.id)}") if exact else listed(call, now, now.gaps_like(wanted))

    for kind in KINDS:
        path = f"{EDIT}/{kind}"
        pages.below(path)(_opening(kind))
        pages.action(path, role="viewer")(_answering(kind, saves=False))
        pages.action(f"{path}/save", role="editor")(_answering(kind, saves=True))


def listed(call: Call, now: Written, found: Sequence[WrittenGap] | None = None) -> View:
    """Return the page with everything that can be edited; *found* are the gaps that somebody looked for."""
    made = changes(call.settings.data / HISTORY.name)[::-1]
    values = {
        "title": "Edit",
        "path": EDIT,
        "now": now,
        "found": found,
        "facts": FACTS,
        "changes": made[:MOST_CHANGES],
        "of_changes": len(made),
        "is_last": bool(made) and made[0].after == now.digest,
        "is_served": call.bot.knowledge.digest == now.digest,
        "edit": EDIT,
    }
    return View("edit.html", values)


def _opening(kind: str) -> Function:
    def opened(call: Call) -> Returned:
        now = written(call.settings.knowledge)
        subject = subject_of(kind, call.query.get("id", ""), now, call.bot.knowledge)
        if kind == NEW_GAP and call.query.get("topic"):
            # a name from the scorecard: what somebody typed is never in an address
            topic, *others = subject.fields
            subject = replace(subject, fields=(replace(topic, value=call.query["topic"]), *others))
        return form(subject, now.digest)

    return opened


def _answering(kind: str, *, saves: bool) -> Function:
    def answered(call: Call) -> Returned:
        sent, base = call.fields, call.fields.get("base", "")
        id_ = sent.get("id", "")
        try:
            now = written(call.settings.knowledge)
            subject = subject_of(kind, id_, now, call.bot.knowledge)
        except VerbatimError as error:
            # of a knowledge that cannot be read only the form itself knows anything
            return form(Subject(kind, id_, id_ or kind, as_sent(sent)), base, Told.of(error))
        filled = replace(subject, fields=tuple(merged(field, sent) for field in subject.fields))
        try:
            edits = edits_of(filled, now)
            return _saved(call, filled, edits, base) if saves else _compared(call, filled, edits, base)
        except ChangedError as error:
            both = zip(filled.fields, subject.fields, strict=True)
            renewing = replace(filled, fields=tuple(renewed(mine, theirs) for mine, theirs in both))
            return form(renewing, now.digest, Told.of(error))
        except VerbatimError as error:
            return form(filled, base, Told.of(error))

    return answered


def _saved(call: Call, filled: Subject, edits: Sequence[Edit], base: str) -> Returned:
    editor, history = Editor(call.account.name, call.now), call.settings.data / HISTORY.name
    alike = like_gap(call.bot, edits) if call.fields.get("sure") != SURE else ""
    if alike:
        return form(filled, base, Told(note=alike), sure=SURE)
    change = save(call.settings.knowledge, edits, editor, base=base, history=history)
    # a new address, so that reloading the page saves nothing twice
    return see(f"{EDIT}#saved") if change else form(filled, base, Told(note=NOTHING))


def _compared(call: Call, filled: Subject, edits: Sequence[Edit], base: str) -> Returned:
    if not edits:
        return form(filled, base, Told(note=NOT_YET))
    other = proposed(call.settings.knowledge, edits, Editor(call.account.name, call.now))
    return form(filled, base, comparison=compare(call.bot, other, call.settings.knowledge))


def like_gap(bot: Bot, edits: Sequence[Edit]) -> str:
    """Return, of a new gap most of whose wordings lead to an old one or to an answer already, a sentence on it."""
    tried = next((edit.wordings[:MOST_TRIED] for edit in edits if isinstance(edit, AddGap)), ())
    found, number = already(bot, tried)
    if 2 * number <= len(tried):
        return ""
    return (
        f"Nothing was saved yet: {number} of the {len(tried)} wordings get a reply of their own already ({found}). "
        "Write them there if they belong to it, or press Save again to make a topic of its own."
    )


def form(
    subject: Subject, base: str, told: Told | None = None, *, comparison: Comparison | None = None, sure: str = ""
) -> View:
    """Return the page with the form about *subject*, begun with the digest *base*; *sure* after a question back."""
    values: Mapping[str, object] = {
        "title": f"Edit: {subject.title}",
        "path": EDIT,
        "subject": subject,
        "here": f"{EDIT}/{subject.kind}",
        "base": base,
        "told": told or Told(),
        "sure": sure,
        "comparison": comparison,
        "whence": tuple(WHENCE.values()),
    }
    return View("edit_form.html", values, 400 if told and not told.note else 200)


def subject_of(kind: str, id_: str, now: Written, served: Knowledge) -> Subject:
    """Return what the form of *kind* about *id_* is filled with, and what of *served* patients read.

    Raises:
        VerbatimError: if there is nothing of that id.
    """
    if kind == NEW_GAP:
        return Subject(kind, "", "a new known gap", tuple(field_of(name, "") for name in (TOPIC, NOTICE, WORDINGS)))
    if kind == CLINIC:
        fields = tuple(field_of(f"{FACT}:{name}", value) for name, value in now.stated)
        return Subject(kind, "", "the clinic's facts", fields)
    found = now.entry(id_) if kind == ENTRY else now.gap(id_)
    if isinstance(found, WrittenEntry):
        waiting = tuple(passage.text for passage in found.passages if not passage.id)
        return Subject(kind, id_, found.question, tuple(_fields_of(found)), waiting, found.withheld)
    if isinstance(found, WrittenGap):
        values = (found.topic, found.notice, found.wordings, found.answered_by)
        of_gap = tuple(map(field_of, (TOPIC, NOTICE, WORDINGS, OWNER), values))
        owners = tuple((entry.id, entry.question) for entry in now.entries)
        read = next((gap.notice for gap in served.gaps if gap.id == id_), "")
        return Subject(kind, id_, found.topic, of_gap, owners=owners, read=read)
    raise VerbatimError(f"There is no {kind} {id_!r}, or it has gone meanwhile. Choose one in the list of Edit.")


def _fields_of(entry: WrittenEntry) -> list[Field]:
    fields = [field_of(QUESTION, entry.question), field_of(WORDINGS, entry.wordings)]
    for passage in entry.passages:
        if passage.id:
            fields.append(field_of(f"{TEXT}:{passage.id}", passage.text))
        if passage.id and passage.name:
            fields.append(field_of(f"{WORDINGS}:{passage.name}", passage.wordings))
    return fields


def edits_of(filled: Subject, now: Written) -> list[Edit]:
    """Return the edits that a form's fields ask for: those that somebody typed into.

    Raises:
        VerbatimError: if a new gap lacks its topic, its notice or its wordings.
    """
    if filled.kind == NEW_GAP:
        topic, notice, wordings = filled.fields
        if not (topic.lines and notice.lines and wordings.lines):
            raise VerbatimError("A known gap needs a topic, a notice and at least one wording. Write them all.")
        id_ = unused_gap_id(topic.value, [gap.id for gap in now.gaps])
        return [AddGap(id_, topic.value, notice.value, wordings.lines)]
    return [_edit_of(filled, field) for field in filled.fields if field.touched]


def _edit_of(filled: Subject, field: Field) -> Edit:
    of_whole: Mapping[str, Callable[[str, str], Edit]] = {
        QUESTION: SetQuestion,
        NOTICE: SetGapNotice,
        TOPIC: SetGapTopic,
        OWNER: SetGapAnsweredBy,
    }
    if field.kind in of_whole:
        return of_whole[field.kind](filled.id, field.value)
    if field.kind == FACT:
        return SetFact(field.of, field.value)
    if field.kind == TEXT:
        return SetPassage(field.of, field.value)
    if filled.kind == GAP:
        return SetGapWordings(filled.id, field.lines)
    return SetAliases(filled.id, field.lines, field.of)
