"""The knowledge room: the only reader and writer of YAML; validation with lines, import, export, edits, acceptance."""

from bot.knowledge.accepting import accept
from bot.knowledge.editing import Editor, proposed, save
from bot.knowledge.edits import (
    AddAliases,
    AddGap,
    AddGapWordings,
    Edit,
    SetAliases,
    SetAnswerThreshold,
    SetFact,
    SetGapAnsweredBy,
    SetGapNotice,
    SetGapTopic,
    SetGapWordings,
    SetOverdue,
    SetPassage,
    SetQuestion,
    SetReview,
    SetWithheld,
)
from bot.knowledge.exporting import export_json, export_text
from bot.knowledge.history import HISTORY, Change, changes
from bot.knowledge.importing import ImportReport, import_text
from bot.knowledge.linting import check
from bot.knowledge.loading import load_knowledge
from bot.knowledge.reviewing import Reviewed, mark_edits, review_edit, reviews, withhold_edits
from bot.knowledge.written import Written, WrittenEntry, WrittenGap, unused_gap_id, written

__all__ = [
    "HISTORY",
    "AddAliases",
    "AddGap",
    "AddGapWordings",
    "Change",
    "Edit",
    "Editor",
    "ImportReport",
    "Reviewed",
    "SetAliases",
    "SetAnswerThreshold",
    "SetFact",
    "SetGapAnsweredBy",
    "SetGapNotice",
    "SetGapTopic",
    "SetGapWordings",
    "SetOverdue",
    "SetPassage",
    "SetQuestion",
    "SetReview",
    "SetWithheld",
    "Written",
    "WrittenEntry",
    "WrittenGap",
    "accept",
    "changes",
    "check",
    "export_json",
    "export_text",
    "import_text",
    "load_knowledge",
    "mark_edits",
    "proposed",
    "review_edit",
    "reviews",
    "save",
    "unused_gap_id",
    "withhold_edits",
    "written",
]
