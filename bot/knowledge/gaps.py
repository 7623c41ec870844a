"""Known gaps and small talk: YAML in, topics with their wordings and fixed texts out."""

from collections.abc import Collection
from dataclasses import replace

import yaml

from bot.knowledge.clinic import filled_notice
from bot.knowledge.fields import Fields, Problems, did_you_mean, mapping_items
from bot.knowledge.folder import GAPS, SMALL_TALK, Folder, read_root
from bot.model import Clinic, Gap, SmallTalk
from bot.text import words

GAP_FIELDS = ("id", "topic", "notice", "wordings", "answered_by")
# the topics of small talk that have a notice of their own; all others ask for something that the FAQ does not hold
NOTICES_OF_TALK = ("greeting", "thanks", "robot", "person", "language")
NO_ANSWER = "no-answer"


def read_gaps(folder: Folder, clinic: Clinic, entry_ids: Collection[str]) -> tuple[Gap, ...]:
    """Return the known gaps; () where the clinic keeps no such file."""
    if not (folder.path / GAPS).exists():
        return ()
    root, problems = read_root(folder, GAPS)
    gaps: dict[str, Gap] = {}
    if root is not None:
        for node in Fields(root, ("gaps",), problems, "the file").items("gaps"):
            gap = _gap(node, clinic, entry_ids, problems)
            if gap.id in gaps:
                problems.add(node, f"the gap {gap.id!r} is there twice", "Give each gap its own id.")
            gaps[gap.id] = gap
    folder.problems.extend(problems.found)
    return tuple(gaps.values())


def read_small_talk(folder: Folder) -> tuple[SmallTalk, ...]:
    """Return the topics of small talk; () where the clinic keeps no such file."""
    if not (folder.path / SMALL_TALK).exists():
        return ()
    root, problems = read_root(folder, SMALL_TALK)
    talk = []
    if root is not None:
        keys = [key for key, _, _ in mapping_items(root, "the file", problems)]
        fields = Fields(root, keys, problems, "small talk") if keys else None
        for key in keys if fields else ():
            notice = key if key in NOTICES_OF_TALK else NO_ANSWER
            talk.append(SmallTalk(key, notice, fields.texts(key) if fields else ()))
    folder.problems.extend(problems.found)
    return tuple(talk)


def _gap(node: yaml.Node, clinic: Clinic, entry_ids: Collection[str], problems: Problems) -> Gap:
    fields = Fields(node, GAP_FIELDS, problems, "the gap")
    gap = Gap(fields.filled_text("id"), "", "", (), fields.text("answered_by"))
    fields.what = f"the gap {gap.id!r}"
    # with an entry file that cannot be read, any id may be in it
    if gap.answered_by and entry_ids and gap.answered_by not in entry_ids:
        fix = f"{did_you_mean(gap.answered_by, entry_ids)}Use the id of an entry."
        problems.add(fields.line("answered_by"), f"{gap.answered_by!r} is no entry", fix)
    notice = fields.filled_text("notice")
    wordings = fields.texts("wordings")
    for wording in wordings:
        if not words(wording):
            problems.add(
                fields.line("wordings"), f"the wording {wording!r} of {fields.what} has no word", "Write it in words."
            )
    return replace(
        gap,
        topic=fields.filled_text("topic"),
        notice=filled_notice(notice, f"the notice of {fields.what}", node, clinic, problems),
        wordings=wordings,
    )
