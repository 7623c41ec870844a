"""Edit: the texts of entries and known gaps, what a change would do before it is saved, and who changed what.

The form holds the digest that its editor began with. Whatever goes wrong, it comes back with what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.errors import ChangedError, KnowledgeError, VerbatimError
from bot.knowledge import (
    HISTORY,
    AddGap,
    Edit,
    Editor,
    SetAliases,
    SetGapNotice,
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
from bot.model import Problem
from bot.web.staff.comparing import WHENCE, Comparison, compare
from bot.web.staff.forms import NOTICE, QUESTION, TEXT, TOPIC, WORDINGS, Field, as_sent, field_of, merged, renewed
from bot.web.staff.pages import Call, Function, Pages, Returned, View, see

EDIT = "/staff/edit"
ENTRY, GAP, NEW_GAP = "entry", "gap", "new-gap"
KINDS = (ENTRY, GAP, NEW_GAP)
MOST_CHANGES = 20
NOTHING = "Nothing was saved: nothing is changed in this form."
NOT_YET = "Nothing is changed in this form yet."


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: kind, id (empty for a new gap), title, and its fields as the knowledge has them.

    `waiting` are texts of passages that were never accepted, which no form can change.
    """

    kind: str
    id: str
    title: str
    fields: tuple[Field, ...]
    waiting: tuple[str, ...] = ()
    withheld: bool = False


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
        now = written(call.settings.knowledge)
        made = changes(call.settings.data / HISTORY.name)[::-1]
        values = {
            "now": now,
            "changes": made[:MOST_CHANGES],
            "of_changes": len(made),
            "is_last": bool(made) and made[0].after == now.digest,
            "is_served": call.bot.knowledge.digest == now.digest,
            "edit": EDIT,
        }
        return View("edit.html", values)

    for kind in KINDS:
        path = f"{EDIT}/{kind}"
        pages.below(path)(_opening(kind))
        pages.action(path, role="viewer")(_answering(kind, saves=False))
        pages.action(f"{path}/save", role="editor")(_answering(kind, saves=True))


def _opening(kind: str) -> Function:
    def opened(call: Call) -> Returned:
        now = written(call.settings.knowledge)
        subject = subject_of(kind, call.query.get("id", ""), now)
        return form(subject, now.digest)

    return opened


def _answering(kind: str, *, saves: bool) -> Function:
    def answered(call: Call) -> Returned:
        sent, base = call.fields, call.fields.get("base", "")
        id_ = sent.get("id", "")
        try:
            now = written(call.settings.knowledge)
            subject = subject_of(kind, id_, now)
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
    change = save(call.settings.knowledge, edits, editor, base=base, history=history)
    # a new address, so that reloading the page saves nothing twice
    return see(f"{EDIT}#saved") if change else form(filled, base, Told(note=NOTHING))


def _compared(call: Call, filled: Subject, edits: Sequence[Edit], base: str) -> Returned:
    if not edits:
        return form(filled, base, Told(note=NOT_YET))
    other = proposed(call.settings.knowledge, edits, Editor(call.account.name, call.now))
    return form(filled, base, comparison=compare(call.bot, other, call.settings.knowledge))


def form(subject: Subject, base: str, told: Told | None = None, *, comparison: Comparison | None = None) -> View:
    """Return the page with the form about *subject*, begun with the digest *base*."""
    values: Mapping[str, object] = {
        "title": f"Edit: {subject.title}",
        "path": EDIT,
        "subject": subject,
        "here": f"{EDIT}/{subject.kind}",
        "base": base,
        "told": told or Told(),
        "comparison": comparison,
        "whence": tuple(WHENCE.values()),
    }
    return View("edit_form.html", values, 400 if told and not told.note else 200)


def subject_of(kind: str, id_: str, now: Written) -> Subject:
    """Return what the form of *kind* about *id_* is filled with.

    Raises:
        VerbatimError: if there is nothing of that id.
    """
    if kind == NEW_GAP:
        return Subject(kind, "", "a new known gap", tuple(field_of(name, "") for name in (TOPIC, NOTICE, WORDINGS)))
    found = now.entry(id_) if kind == ENTRY else now.gap(id_)
    if isinstance(found, WrittenEntry):
        waiting = tuple(passage.text for passage in found.passages if not passage.id)
        return Subject(kind, id_, found.question, tuple(_fields_of(found)), waiting, found.withheld)
    if isinstance(found, WrittenGap):
        return Subject(kind, id_, found.topic, (field_of(NOTICE, found.notice), field_of(WORDINGS, found.wordings)))
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
    if field.kind == QUESTION:
        return SetQuestion(filled.id, field.value)
    if field.kind == TEXT:
        return SetPassage(field.of, field.value)
    if field.kind == NOTICE:
        return SetGapNotice(filled.id, field.value)
    if filled.kind == GAP:
        return SetGapWordings(filled.id, field.lines)
    return SetAliases(filled.id, field.lines, field.of)
