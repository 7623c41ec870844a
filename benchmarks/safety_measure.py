"""Measure the safety check on statements that nobody trained on: python -m benchmarks.safety_measure.

Ours are `development.jsonl`, on which the thresholds were chosen, and `held-out.jsonl`, which somebody else wrote and
nobody read, though its totals were seen while statements and rules were added. With --sets FOLDER also the
`crisis.jsonl` and `crisis_negatives.jsonl` in it; with --write the figures go where `verbatim safety` reads them.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.coverage.measures import Share, wilson
from bot.retrieval.embedding import default_embedder
from bot.safety import detect
from bot.safety.meaning import Embed

FOLDER = Path(__file__).parent / "safety"
MEASURED = Path(__file__).parent.parent / "bot" / "safety" / "measured.json"
LABELS = ("explicit", "veiled", "look-alike", "ordinary")
OWN = (
    (
        "held-out-2.jsonl",
        "own held-out, second",
        "by a third author, unread; its totals were seen while more statements were added",
    ),
    (
        "held-out.jsonl",
        "own held-out",
        "by another author, unread; its totals were seen while statements and rules were added",
    ),
    ("development.jsonl", "own development", "the thresholds were chosen on it"),
)
OPEN = (("crisis.jsonl", "explicitness"), ("crisis_negatives.jsonl", ""))


@dataclass(frozen=True, slots=True)
class Statement:
    """A message and what it is: explicit or veiled danger, a look-alike, or ordinary."""

    message: str
    label: str


def main() -> None:
    """Print a table for each set; with --write, keep it for `verbatim safety`."""
    parser = argparse.ArgumentParser(description="Measure the safety check.")
    parser.add_argument("--sets", type=Path, help="a folder with the open sets")
    parser.add_argument("--without-vectors", action="store_true", help="as where the model is not installed")
    parser.add_argument("--write", action="store_true", help="keep the figures for `verbatim safety`")
    options = parser.parse_args()
    sets = [(name, note, _own(FOLDER / file)) for file, name, note in OWN]
    if options.sets:
        sets.append(("open", "came with the project", _open(options.sets)))
    embedder = None if options.without_vectors else default_embedder()
    embed = embedder.embed if embedder else None
    print(f"{'with' if embed else 'without'} sentence vectors")
    told: list[dict[str, Any]] = [
        {"name": name, "note": note, "rows": _rows(statements, embed)} for name, note, statements in sets
    ]
    for one in told:
        print(f"{one['name']}: {one['note']}")
        for row in one["rows"]:
            full = f"full notice {row['full']:.1%} ({row['full_low']:.1%} to {row['full_high']:.1%})"
            some = f"any help {row['any']:.1%} ({row['any_low']:.1%} to {row['any_high']:.1%})"
            print(f"  {row['label']:10}  n {row['n']:3}  {full}  {some}")
    if options.write:
        date = datetime.now(tz=UTC).date().isoformat()
        MEASURED.write_text(json.dumps({"date": date, "sets": told}, indent=1) + "\n", encoding="utf-8")


def _own(path: Path) -> list[Statement]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Statement(row["message"], row["label"]) for row in rows]


def _open(folder: Path) -> list[Statement]:
    found = []
    for file, key in OPEN:
        for line in (folder / file).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.append(Statement(row["message"], row[key] if key else "look-alike"))
    return found


def _rows(statements: Sequence[Statement], embed: Embed | None) -> list[dict[str, Any]]:
    levels = [(statement.label, detect(statement.message, embed).level) for statement in statements]
    rows = []
    for label in LABELS:
        own = [level for other, level in levels if other == label]
        if own:
            full = sum(level in ("crisis", "emergency") for level in own)
            some = sum(level != "none" for level in own)
            rows.append(
                {"label": label, "n": len(own), **_share("full", full, len(own)), **_share("any", some, len(own))}
            )
    return rows


def _share(name: str, found: int, size: int) -> dict[str, float]:
    low, high = wilson(Share(found, size))
    return {name: round(found / size, 4), f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}


if __name__ == "__main__":
    main()
