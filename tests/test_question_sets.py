"""Our own question sets are sound, and the held-out one shares nothing with what was written or measured on.

Every question at hand is asked through the command line: no error, no fault, the same bytes in another process. What
fails is told by its id: a question that a failure prints is held out no longer.
"""

import collections
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.model import Knowledge
from bot.text import words
from tests.clinics import real_knowledge
from tests.conftest import ROOT

OWN = ROOT / "benchmarks"
HELD_OUT = (OWN / "held-out", OWN / "held-out-2")
SETS = ("calibration", "held-out", "held-out-2", "questions")
FILES = sorted(path for name in SETS for path in (OWN / name).glob("*.jsonl"))
FIELDS: dict[str, dict[str, type]] = {
    "answerable": {"id": str, "question": str, "entries": list, "evidence": str, "style": str},
    "near": {"id": str, "question": str, "topic": str},
    "far": {"id": str, "question": str, "kind": str},
    "conversations": {"id": str, "turns": list},
}
TURN: dict[str, type] = {"user": str, "entries": list}
DANGER = {"crisis", "crisis-short", "crisis-other", "emergency", "harm"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return real_knowledge()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _is_sound(value: Any, fields: dict[str, type]) -> bool:
    """Tell whether *value* has these fields and, but for `evidence_also`, no other, each of its type and not empty.

    A list of entries may be empty: such a turn is answered by none.
    """
    if not isinstance(value, dict) or value.keys() - {"evidence_also"} != fields.keys():
        return False
    typed = all(isinstance(value[name], kind) for name, kind in fields.items())
    lists = [*(value[name] for name, kind in fields.items() if kind is list), value.get("evidence_also", [])]
    return (
        typed
        and all(value[name].strip() for name, kind in fields.items() if kind is str)
        and all(isinstance(one, str | dict) for items in lists for one in items)
    )


def _entries_named(row: dict[str, Any]) -> set[str]:
    return {entry for one in (row, *row.get("turns", [])) for entry in one.get("entries", [])}


def _asked_in(row: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the words of the whole question of *row*, if it has any; a follow-up says too little by itself."""
    asked = words(row["question"] if "question" in row else row["turns"][0]["user"])
    return [asked] if asked else []


def _spaced(text: str) -> str:
    return " ".join(text.lstrip("-").split())


def test_each_set_is_there() -> None:
    found = collections.Counter(path.parent.name for path in FILES)
    assert found == {"calibration": 4, "held-out": 4, "held-out-2": 4, "questions": 3}
    assert [path.name for path in FILES if not _lines(path)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_rows_have_their_fields(path: Path) -> None:
    wrong = [
        f"{path.name}:{number}"
        for number, row in enumerate(_lines(path), 1)
        if not _is_sound(row, FIELDS[path.stem])
        or not all(_is_sound(turn, TURN) for turn in row.get("turns", []))
        or (path.stem == "answerable" and not row["entries"])
        or (path.stem == "conversations" and len(row["turns"]) < 2)
    ]
    assert wrong == []


def test_ids_are_unique_over_all_sets() -> None:
    ids = collections.Counter(row["id"] for row in _rows(OWN))
    twice = [id_ for id_, count in ids.items() if count > 1]
    assert twice == []


def test_evidence_stands_in_the_source(knowledge: Knowledge) -> None:
    sources = [" ".join(text.split()) for text in knowledge.sources.values()]
    lost = [
        row["id"]
        for path in FILES
        for row in _lines(path)
        for evidence in (row.get("evidence"), *row.get("evidence_also", []))
        if evidence is not None and not any(_spaced(evidence) in text for text in sources)
    ]
    assert lost == []


def test_named_entries_exist(knowledge: Knowledge) -> None:
    known = {entry.id for entry in knowledge.entries}
    lost = [row["id"] for path in FILES for row in _lines(path) if _entries_named(row) - known]
    assert lost == []


def test_no_held_out_question_is_a_stored_wording(knowledge: Knowledge) -> None:
    stored = {words(text) for text in _stored(knowledge)}
    leaked = [row["id"] for path in _held_out() for row in _lines(path) if not stored.isdisjoint(_asked_in(row))]
    assert leaked == []


def test_no_held_out_question_is_asked_in_another_set() -> None:
    others = {
        asked for path in FILES if path.parent not in HELD_OUT for row in _lines(path) for asked in _asked_in(row)
    }
    leaked = [row["id"] for path in _held_out() for row in _lines(path) if not others.isdisjoint(_asked_in(row))]
    assert leaked == []


def test_no_held_out_question_is_asked_twice() -> None:
    asked = collections.defaultdict(list)
    for path in _held_out():
        for row in _lines(path):
            for question in _asked_in(row):
                asked[question].append(row["id"])
    twice = [ids for ids in asked.values() if len(ids) > 1]
    assert twice == []


def _held_out() -> list[Path]:
    return [path for path in FILES if path.parent in HELD_OUT]


def _stored(knowledge: Knowledge) -> list[str]:
    """Return every wording that staff wrote: of entries, passages, known gaps and small talk."""
    return [
        *(text for entry in knowledge.entries for text in entry.wordings),
        *(text for entry in knowledge.entries for passage in entry.passages for text in passage.aliases),
        *(text for gap in knowledge.gaps for text in gap.wordings),
        *(text for talk in knowledge.small_talk for text in talk.wordings),
    ]


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return each question and conversation below *folder* as a line of a batch."""
    rows = []
    for path in sorted(folder.rglob("*.jsonl")):
        for row in _lines(path):
            if "turns" in row:
                rows.append({"id": row["id"], "turns": [turn["user"] for turn in row["turns"]]})
            else:
                rows.append({"id": row["id"], "question": row.get("question", row.get("message"))})
    return rows


def _asked(rows: list[dict[str, Any]], folder: Path, seed: str) -> bytes:
    questions, replies = folder / f"in-{seed}.jsonl", folder / f"out-{seed}.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "ask", "--batch", str(questions), "--out", str(replies)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, timeout=300)
    return replies.read_bytes()


def _faults(reply: dict[str, Any]) -> list[str]:
    """Return what of the contract in docs/reply.md a reply breaks."""
    notices, passages = [n["id"] for n in reply["notices"]], reply["passages"]
    rules = {
        "answer means passages": (reply["kind"] == "answer") == bool(passages),
        "choose means suggestions": (reply["kind"] == "choose") == bool(reply["suggestions"]),
        "two or three suggestions": len(reply["suggestions"]) in {0, 2, 3},
        "at most three groups": len({p["group"] for p in passages}) <= 3,
        "a disclaimer": bool(reply["disclaimer"]["text"]),
        "danger comes first": reply["safety"]["level"] not in {"crisis", "emergency"} or notices[0] in DANGER,
        "verbatim": all(_is_verbatim(p) for p in passages),
        "scores within bounds": all(0 < p["score"] <= 1 for p in passages),
        "parts within the question": all(0 <= p["start"] <= p["end"] <= len(reply["question"]) for p in reply["parts"]),
    }
    return [rule for rule, holds in rules.items() if not holds]


def _is_verbatim(passage: dict[str, Any]) -> bool:
    source = passage["source"]
    text = (ROOT / "knowledge" / source["file"]).read_bytes().decode("utf-8")[source["start"] : source["end"]]
    return bool(passage["text"] == text and source["sha256"] == hashlib.sha256(text.encode()).hexdigest())


def _check(rows: list[dict[str, Any]], folder: Path) -> None:
    assert len(rows) > 0
    out, again = (_asked(rows, folder, seed) for seed in ("1", "2"))
    replies = [json.loads(line) for line in out.decode("utf-8").splitlines()]
    assert [r["id"] for r in replies if "error" in r] == []
    assert {reply["id"]: faults for reply in replies if (faults := _faults(reply))} == {}
    lines = zip(replies, out.splitlines(), again.splitlines(), strict=True)
    different = [reply["id"] for reply, once, twice in lines if once != twice]
    assert different == []


@pytest.mark.slow
def test_our_own_questions(tmp_path: Path) -> None:
    # every twelfth: all of them twice would take as long as the rest of the suite
    _check(_rows(OWN)[::12], tmp_path)


@pytest.mark.slow
def test_the_open_questions(shared: Path, tmp_path: Path) -> None:
    _check(_rows(shared / "questions")[::2], tmp_path)
