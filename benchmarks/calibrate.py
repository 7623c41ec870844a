"""Fit the confidence on our own questions and ship its weights: python -m benchmarks.calibrate."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import cross_val_predict

from benchmarks.sets import OWN, Question, read_set
from bot import Bot
from bot.retrieval.confidence import WEIGHTS, feature_names

# strong enough that no weight runs away on six hundred questions
REGULARISATION = 1.0
DECIMALS = 4


def main() -> None:
    """Fit, print how well, write the weights."""
    parser = argparse.ArgumentParser(description="Fit the confidence and ship its weights.")
    parser.add_argument("--knowledge", default="knowledge")
    parser.add_argument("--sets", type=Path, nargs="+", default=OWN, help="folders of questions (our own)")
    options = parser.parse_args()
    questions = [question for folder in options.sets for question in read_set(folder).questions]
    shipped: dict[str, Any] = {}
    for key, semantic in (("semantic", True), ("lexical", False)):
        bot = Bot.load(options.knowledge, semantic=semantic)
        if bot.semantic != semantic:
            raise SystemExit("the semantic layer is not installed: its weights cannot be fitted")
        values, right = _observed(bot, questions)
        model = unfitted()
        held_out = cross_val_predict(model, values, right, cv=5, method="predict_proba")[:, 1]
        model.fit(values, right)
        quality = f"AUROC {roc_auc_score(right, held_out):.3f}, log loss {log_loss(right, held_out):.3f}"
        print(f"{key}: n {len(right)}, right {right.mean():.1%}, held out {quality}")
        weights = {name: round(float(w), DECIMALS) for name, w in zip(feature_names(), model.coef_[0], strict=True)}
        shipped[key] = {"intercept": round(float(model.intercept_[0]), DECIMALS), "weights": weights}
    WEIGHTS.write_text(json.dumps(shipped, indent=2) + "\n", encoding="utf-8")


def unfitted() -> LogisticRegression:
    """Return the model of the confidence before it is fitted."""
    return LogisticRegression(C=REGULARISATION, max_iter=10_000)


def _observed(bot: Bot, questions: Sequence[Question]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the features of each question, and whether its first entry was right."""
    values, right = [], []
    for question in questions:
        found = bot.features(question.text)
        if found:
            first, features = found
            values.append(astuple(features))
            right.append(first in question.entries)
    return np.array(values), np.array(right)


if __name__ == "__main__":
    main()
