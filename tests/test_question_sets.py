"""Every question at hand, asked through the command line: no error, no fault, the same bytes in another process."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

OWN = ROOT / "benchmarks"
DANGER = {"crisis", "crisis-short", "crisis-other", "emergency", "harm"}


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return each question and conversation below *folder* as a line of a batch."""
    rows = []
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
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
    assert rows != []
    out = _asked(rows, folder, "1")
    replies = [json.loads(line) for line in out.decode("utf-8").splitlines()]
    assert [r["id"] for r in replies if "error" in r] == []
    assert {reply["id"]: faults for reply in replies if (faults := _faults(reply))} == {}
    assert out == _asked(rows, folder, "2")


@pytest.mark.slow
def test_our_own_questions(tmp_path: Path) -> None:
    # every third: all of them twice would take as long as the rest of the suite
    _check(_rows(OWN)[::3], tmp_path)


@pytest.mark.slow
def test_the_open_questions(shared: Path, tmp_path: Path) -> None:
    _check(_rows(shared / "questions"), tmp_path)
