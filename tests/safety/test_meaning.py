"""The second opinion: scikit-learn's arithmetic, heard only where it can decide, and never against a rule."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from bot.bot import Bot
from bot.model import Safety
from bot.safety import detect
from bot.safety.classifier import DANGER
from bot.safety.meaning import FARTHEST, SHARE, Meaning, log_odds_of, shipped_meaning
from tests.clinics import knowledge_of
from tests.safety.classifiers import Fixed, Install

CLASSES = ("emergency", "harm", "none", "other", "self", "support")
PLAIN = "what is ketamine"


def opinion(log_odds: float, *, crisis: float) -> Meaning:
    """Return a network over vectors of width 1 whose log odds of danger are *log_odds* times the vector."""
    weights = [[log_odds if name == "self" else 0.0 for name in ("self", "other", "emergency", "harm", "none")]]
    # the classes that never are it stand far below
    intercepts = [0.0, -50.0, -50.0, -50.0, 0.0]
    classes = ["self", "other", "emergency", "harm", "none"]
    return Meaning(
        {"crisis": crisis, "classes": classes, "layers": [[[1.0]], weights], "intercepts": [[0.0], intercepts]}
    )


class Embeds:
    """Gives every text the vector (1,) and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.ones((len(texts), 1), dtype=np.float32)


def test_the_arithmetic_is_scikit_learns() -> None:
    chance = np.random.default_rng(0)
    vectors = chance.normal(size=(240, 8)).astype(np.float32)
    classes = np.array(CLASSES)[np.argmax(vectors[:, :6], axis=1)]
    network = MLPClassifier((5,), max_iter=30, random_state=0, tol=1e9).fit(vectors, classes)
    told: dict[str, Any] = {
        "crisis": 0.0,
        "classes": network.classes_.tolist(),
        "layers": network.coefs_,
        "intercepts": network.intercepts_,
    }
    danger = [network.classes_.tolist().index(name) for name in DANGER]
    expected = network.predict_proba(vectors)[:, danger].sum(axis=1)
    found = [Meaning(told).log_odds(vector) for vector in vectors]
    assert found == pytest.approx(np.log(expected / (1 - expected)), abs=1e-4)


@pytest.mark.parametrize(("weight", "expected"), [(100.0, FARTHEST), (-100.0, -FARTHEST), (2.0, 2.0)])
def test_log_odds_stay_within_their_bounds(weight: float, expected: float) -> None:
    assert opinion(weight, crisis=0.0).log_odds(np.ones(1, dtype=np.float32)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("danger", "weight", "is_danger"),
    [(0.5, 3.0, True), (0.5, 1.0, False), (0.9, 0.0, True), (0.9, -4.0, False), (0.3, 4.0, True), (0.3, 3.0, False)],
)
def test_both_opinions_count(danger: float, weight: float, *, is_danger: bool) -> None:
    assert opinion(weight, crisis=1.0).is_danger(danger, PLAIN, Embeds()) == is_danger
    assert (log_odds_of(danger) + SHARE * weight >= 1.0) == is_danger


@pytest.mark.parametrize(("danger", "is_danger"), [(0.0, False), (0.1, False), (0.99, True), (1.0, True)])
def test_where_it_cannot_decide_nothing_is_embedded(danger: float, *, is_danger: bool) -> None:
    embeds = Embeds()
    assert opinion(0.0, crisis=1.0).is_danger(danger, PLAIN, embeds) == is_danger
    assert embeds.asked == []


def test_it_hears_what_the_classifier_judged(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install(Fixed("self", danger=0.6, concern=0.6))
    embeds = Embeds()
    monkeypatch.setattr("bot.safety.detector.shipped_meaning", lambda: opinion(4.0, crisis=1.0))
    assert detect("What is Ketamine??", embeds) == Safety("crisis", ("model-self",))
    assert embeds.asked == [PLAIN]
    monkeypatch.setattr("bot.safety.detector.shipped_meaning", lambda: opinion(-4.0, crisis=1.0))
    assert detect("What is Ketamine??", embeds) == Safety("support", ("model-maybe-self",))


def test_a_rule_is_not_asked_about(install: Install) -> None:
    install(Fixed("self", danger=0.6, concern=0.6))
    embeds = Embeds()
    assert "self-kill" in detect("I want to kill myself", embeds).rules
    assert embeds.asked == []


def test_one_that_fails_leaves_the_classifier_alone(install: Install) -> None:
    def fails(texts: Sequence[str]) -> NDArray[np.float32]:
        raise RuntimeError(texts)

    install(Fixed("self", danger=0.6, concern=0.6))
    assert detect(PLAIN, fails) == detect(PLAIN) == Safety("crisis", ("model-self",))


def test_the_shipped_one_is_for_the_sentence_vectors_that_come_with_the_program() -> None:
    bot = Bot(knowledge_of({"A?": ["b"]}))
    assert bot.check("I want to kill myself").level == "crisis"
    shipped = shipped_meaning()
    assert -FARTHEST <= shipped.log_odds(np.zeros(384, dtype=np.float32)) <= FARTHEST
