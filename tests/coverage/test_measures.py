"""Measures equal those of scikit-learn and SciPy on random rankings, and what is empty is told by a rule."""

import random

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import label_ranking_average_precision_score, ndcg_score

from bot.coverage.measures import Share, difference, hit_at, mean, ndcg_at, reciprocal_rank, wilson

IDS = [f"e{place}" for place in range(12)]


def random_rankings(count: int) -> list[tuple[list[str], set[str]]]:
    """Return rankings of all ids with one to four relevant ones, the same ones at each run."""
    chance = random.Random(20)  # noqa: S311 - repeatable, not secret
    return [
        (chance.sample(IDS, len(IDS)), set(chance.sample(IDS, 1 if place % 2 else chance.randint(1, 4))))
        for place in range(count)
    ]


def as_scores(ranking: list[str], relevant: set[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return a ranking as scikit-learn takes it: relevance and scores in the order of the ids."""
    truth = [[float(id_ in relevant) for id_ in IDS]]
    return np.array(truth), np.array([[float(len(IDS) - ranking.index(id_)) for id_ in IDS]])


@pytest.mark.parametrize("k", [1, 3, 12])
def test_ndcg_is_that_of_scikit_learn(k: int) -> None:
    for ranking, relevant in random_rankings(200):
        assert ndcg_at(ranking, relevant, k) == pytest.approx(ndcg_score(*as_scores(ranking, relevant), k=k))


def test_reciprocal_rank_of_one_relevant_id_is_scikit_learns_average_precision() -> None:
    for ranking, relevant in random_rankings(200):
        if len(relevant) == 1:
            expected = label_ranking_average_precision_score(*as_scores(ranking, relevant))
            assert reciprocal_rank(ranking, relevant) == pytest.approx(expected)


def test_a_hit_is_a_relevant_id_among_the_first() -> None:
    for ranking, relevant in random_rankings(200):
        best = min(ranking.index(id_) for id_ in relevant)
        for k in (1, 3):
            assert hit_at(ranking, relevant, k) == float(best < k)
        assert reciprocal_rank(ranking, relevant) == 1 / (best + 1)


def test_nothing_ranked_or_nothing_relevant_gives_nothing() -> None:
    for ranking, relevant in (([], {"a"}), (["a"], set())):
        assert [hit_at(ranking, relevant, 3), reciprocal_rank(ranking, relevant), ndcg_at(ranking, relevant, 3)] == [
            0
        ] * 3


@pytest.mark.parametrize(("count", "of"), [(0, 1), (3, 10), (50, 51), (51, 51), (0, 400)])
def test_the_interval_is_that_of_scipy(count: int, of: int) -> None:
    expected = binomtest(count, of).proportion_ci(method="wilson")
    assert wilson(Share(count, of)) == pytest.approx((expected.low, expected.high), abs=1e-7)


def test_of_nothing_the_interval_is_all() -> None:
    assert (Share(0, 0).value, wilson(Share(0, 0))) == (0.0, (0.0, 1.0))


def test_a_mean_is_a_share_of_its_number() -> None:
    assert mean([1.0, 0.5, 0.0]) == Share(1.5, 3)
    assert mean([]) == Share(0.0, 0)


def test_a_difference_is_that_of_the_paper() -> None:
    # Newcombe 1998, table II, the first of its comparisons: 56/70 less 48/80
    assert difference(Share(48, 80), Share(56, 70)) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
