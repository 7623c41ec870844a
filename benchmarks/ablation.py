"""What each part of the ranking is worth: python -m benchmarks.ablation [--synonyms FILE].

One part at a time is taken away, or changed, and the confidence is fitted anew, so that what is left is at its best.
Each of our own questions is judged by a confidence that was fitted on the other four fifths, at the threshold where
7 % of the near questions are answered. The rest of the operating point stays.
"""

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from benchmarks.calibrate import unfitted
from benchmarks.measuring import Figures, Outcome, System, measured, outcome_of, print_row, print_table
from benchmarks.sets import OWN, QuestionSet, gold, joined, read_set
from benchmarks.variants import ALL, FOR_WORDS, VARIANTS, Kept, Refitted, Synonyms, Variant
from bot.answering import Answering
from bot.coverage.measures import Share
from bot.knowledge import load_knowledge
from bot.model import Knowledge
from bot.retrieval.confidence import Confidence, Features, feature_names
from bot.retrieval.embedding import Embedder, default_embedder

NEAR_ANSWERED = 0.07
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether the first entry of each question is right, and how sure of it a confidence was that had not seen it.

    `folds` are those confidences, and `fold` says which of them judged a question.
    """

    right: NDArray[np.bool_]
    sureness: NDArray[np.float64]
    folds: tuple[Confidence, ...]
    fold: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """What one variant gives: of the ranking alone all but the last, and of the whole policy the figures.

    `right` and `wrong` are the places of the answerable questions that the ranking answers so at the threshold.
    """

    auroc: float
    threshold: float
    right: frozenset[int]
    wrong: frozenset[int]
    figures: Figures


def main() -> None:
    """Print two tables: of the ranking alone, and of the whole policy."""
    options = _options()
    embedder = default_embedder()
    if embedder is None:
        raise SystemExit("the semantic layer is not installed: what it is worth cannot be measured")
    knowledge, kept = load_knowledge(options.knowledge), Kept(embedder)
    questions = joined(read_set(folder) for folder in OWN)
    variants = {**VARIANTS, **_with_synonyms(options.synonyms, options.least_weight)}
    chosen = {name: one for name, one in variants.items() if name == ALL or options.only in name}
    rows = {name: row_of(variant, knowledge, kept, questions) for name, variant in chosen.items()}
    print(f"{questions}\n\nthe ranking alone, where {NEAR_ANSWERED:.0%} of the near questions are answered")
    print_ranking(rows, len(questions.answerable))
    print("\nthe whole policy at the same threshold")
    print_table({name: row.figures for name, row in rows.items()})


def row_of(variant: Variant, knowledge: Knowledge, embedder: Embedder, questions: QuestionSet) -> Row:
    """Fit *variant*, judge it by folds, and ask it everything."""
    changed = variant.knowledge(knowledge)
    count, near = len(questions.answerable), len(questions.near)
    with variant.in_force():
        ranker = Refitted.of(changed, embedder if variant.semantic else None, variant)
        judged = judged_by_folds(ranker, questions, changed, variant.dropped)
        threshold = threshold_of(judged.sureness[count : count + near].tolist())
        asked = _policy(ranker, judged, _at(changed, threshold, semantic=variant.semantic))
        figures = measured(asked, questions, changed)
    clear = judged.sureness[:count] >= threshold
    return Row(
        auroc=float(roc_auc_score(judged.right, judged.sureness)),
        threshold=threshold,
        right=frozenset(np.flatnonzero(clear & judged.right[:count]).tolist()),
        wrong=frozenset(np.flatnonzero(clear & ~judged.right[:count]).tolist()),
        figures=figures,
    )


def judged_by_folds(ranker: Refitted, questions: QuestionSet, knowledge: Knowledge, dropped: Sequence[str]) -> Judged:
    """Return what a confidence without the *dropped* features, fitted on the other folds, says of each question."""
    found = [ranker.features(question.text) for question in questions.questions]
    ranked = np.array([one is not None for one in found])
    nothing = (0.0,) * len(feature_names())
    values = np.array([astuple(one[1]) if one else nothing for one in found])
    values[:, [feature_names().index(name) for name in dropped]] = 0.0
    pairs = zip(found, questions.questions, strict=True)
    right = np.array([one is not None and one[0] in gold(question, knowledge) for one, question in pairs])
    sureness = np.zeros(len(found))
    folds: list[Confidence] = []
    fold_of: dict[str, int] = {}
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(values, right):
        seen = train[ranked[train]]
        folds.append(fitted(values[seen], right[seen]))
        sureness[test] = [folds[-1].of(Features(*values[place])) if ranked[place] else 0.0 for place in test]
        fold_of |= {questions.questions[place].text: len(folds) - 1 for place in test}
    return Judged(right, sureness, tuple(folds), fold_of)


def fitted(values: NDArray[np.float64], right: NDArray[np.bool_]) -> Confidence:
    """Return the confidence of these questions; a feature that is 0 in all of them gets no weight."""
    model = unfitted().fit(values, right)
    return Confidence(float(model.intercept_[0]), Features(*model.coef_[0].tolist()))


def threshold_of(near: Sequence[float]) -> float:
    """Return the threshold that the surest 7 % of *near* reach, and no more; half way to the next one below."""
    falling = sorted(near, reverse=True)
    answered = math.floor(NEAR_ANSWERED * len(near))
    return (falling[answered - 1] + falling[answered]) / 2


def _at(knowledge: Knowledge, threshold: float, *, semantic: bool) -> Knowledge:
    point = knowledge.operating_point.in_force(semantic=semantic)
    return replace(knowledge, operating_point=replace(point, answer=threshold, choose=min(point.choose, threshold)))


def _policy(ranker: Refitted, judged: Judged, knowledge: Knowledge) -> System:
    answering = Answering(knowledge, ranker, "")

    def ask(question: str) -> Outcome:
        ranker.trust(judged.folds[judged.fold[question]])
        return outcome_of(answering.reply(question))

    return ask


def _with_synonyms(path: Path | None, least: float) -> dict[str, Variant]:
    if path is None:
        return {}
    return {
        "with synonyms": Variant(synonyms=Synonyms.read(path, least)),
        "with synonyms, for words": Variant(synonyms=Synonyms.read(path, least, before=FOR_WORDS)),
    }


def print_ranking(rows: Mapping[str, Row], count: int) -> None:
    """Print a row for each variant; what it gained and lost are questions answered rightly, beside all."""
    print_row("", ["AUROC", "threshold", "right entry first %", "gained, lost", "wrong entry first %"])
    best = rows[ALL].right
    for name, row in rows.items():
        changed = f"+{len(row.right - best)} -{len(best - row.right)}"
        right, wrong = Share(len(row.right), count), Share(len(row.wrong), count)
        print_row(name, [f"{row.auroc:.3f}", f"{row.threshold:.3f}", str(right), changed, str(wrong)])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What each part of the ranking is worth.")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--synonyms", type=Path, help="a file of synonyms, to try them as well")
    parser.add_argument("--least-weight", type=float, default=0.0, help="leave out synonyms that weigh less (0)")
    parser.add_argument("--only", default="", help="the variants whose name holds this, beside 'all' (each)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
