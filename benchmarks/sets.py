"""Folders of questions in, frozen questions out, with the entries and sentences of the knowledge that answer each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.model import Knowledge, Passage

HERE = Path(__file__).parent
# what is fitted and chosen on these is never judged by them
OWN = (HERE / "questions", HERE / "calibration")
HELD_OUT = (HERE / "held-out-2", HERE / "held-out")
KINDS = ("answerable", "near", "far")
# other people call the files so
OTHER_NAMES = {"answerable": "in_scope", "near": "out_of_scope_near", "far": "out_of_scope_far"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question, the ids of the entries that answer it, and the sentences that do; () where nothing does."""

    text: str
    entries: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions that the FAQ answers, those that only sound like it, and those about anything else."""

    name: str
    answerable: tuple[Question, ...]
    near: tuple[Question, ...]
    far: tuple[Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them, the answerable first."""
        return self.answerable + self.near + self.far

    def __str__(self) -> str:
        return f"{self.name}: {len(self.answerable)} answerable, {len(self.near)} near, {len(self.far)} far"


def read_set(folder: Path) -> QuestionSet:
    """Return the questions of *folder*, in the order of its files.

    Raises:
        FileNotFoundError: if it lacks one of the three kinds.
    """
    return QuestionSet(folder.name, *(_read(folder, kind) for kind in KINDS))


def joined(sets: Iterable[QuestionSet]) -> QuestionSet:
    """Return several sets as one."""
    parts = tuple(sets)
    columns = (tuple(question for part in parts for question in getattr(part, kind)) for kind in KINDS)
    return QuestionSet(" + ".join(part.name for part in parts), *columns)


def gold(question: Question, knowledge: Knowledge) -> frozenset[str]:
    """Return the entries that answer: those named, where the ids are ours, and those that hold the evidence."""
    ours = {entry.id for entry in knowledge.entries}
    passages = (passage for entry in knowledge.entries for passage in entry.passages)
    holding = {passage.entry_id for passage in passages if holds_evidence(passage, question)}
    return frozenset(holding | (set(question.entries) if ours.issuperset(question.entries) else set()))


def holds_evidence(passage: Passage, question: Question) -> bool:
    """Tell whether *passage* holds a sentence that answers *question*."""
    text = _plain(passage.text)
    return any(sentence in text for sentence in question.evidence)


def _read(folder: Path, kind: str) -> tuple[Question, ...]:
    path = folder / f"{kind}.jsonl"
    if not path.exists():
        path = folder / f"{OTHER_NAMES[kind]}.jsonl"
    return tuple(_question(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines())


def _question(row: dict[str, Any]) -> Question:
    evidence = (row.get("evidence", ""), *row.get("evidence_also", ()))
    sentences = tuple(_plain(sentence.lstrip("-")) for sentence in evidence if sentence)
    return Question(row["question"], tuple(row.get("entries", ())), sentences)


def _plain(text: str) -> str:
    return " ".join(text.split())
