"""Counts and TF-IDF of n-grams: the same as scikit-learn's, whatever was kept, and products taken by terms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.ngrams import CHARACTERS, KINDS, SEVERAL, WORDS, Counts, Ngrams
from bot.text import normalise

VECTORIZERS = {
    CHARACTERS: {"analyzer": "char_wb", "ngram_range": (2, 5)},
    WORDS: {"ngram_range": (1, 2), "token_pattern": r"[^\W_]+"},
}
texts_of_few_letters = st.lists(st.text(st.sampled_from("ab c\u00e9"), max_size=12), max_size=8)
kinds = pytest.mark.parametrize("kind", KINDS)


def vectorizer_of(kind: str, **more: float) -> TfidfVectorizer:
    return TfidfVectorizer(preprocessor=normalise, sublinear_tf=True, **VECTORIZERS[kind], **more)


@kinds
@given(texts=texts_of_few_letters, question=st.text(st.sampled_from("abd c\u00e9"), max_size=12))
def test_cosines_are_those_of_scikit_learn(kind: str, texts: list[str], question: str) -> None:
    texts = [*texts, "ab"]
    vectorizer = vectorizer_of(kind)
    expected = (vectorizer.fit_transform(texts) @ vectorizer.transform([question]).T).toarray().ravel()
    ngrams = Ngrams.fit(kind, Counts.of(texts, kind))
    assert np.allclose(ngrams.cosines(*ngrams.found(question)), expected, atol=1e-6)


def test_of_many_texts_the_rarest_and_the_commonest_runs_of_characters_are_left_out() -> None:
    texts = [f"the word{number % 40} {'ring' if number % 7 else 'song'}{number}" for number in range(300)]
    vectorizer = vectorizer_of(CHARACTERS, min_df=2, max_df=0.05)
    expected = vectorizer.fit_transform(texts)
    ngrams = Ngrams.fit(CHARACTERS, Counts.of(texts, CHARACTERS))
    for text, row in zip(texts[:20], expected, strict=False):
        assert np.allclose(ngrams.cosines(*ngrams.found(text)), (expected @ row.T).toarray().ravel(), atol=1e-6)
    assert "the" not in vectorizer.vocabulary_


@kinds
@given(before=texts_of_few_letters, texts=texts_of_few_letters)
def test_counts_are_the_same_whatever_was_known_before(kind: str, before: list[str], texts: list[str]) -> None:
    anew, again = Counts.of(texts, kind), Counts.of(texts, kind, Counts.of(before, kind))
    assert list(again.terms) == list(anew.terms) == sorted(anew.terms)
    assert again.texts == anew.texts == tuple(texts)
    for name, array in anew.arrays(kind).items():
        assert again.arrays(kind)[name].tobytes() == array.tobytes()
    restored = Counts.restore(texts, anew.arrays(kind), kind)
    assert (restored.rows != anew.rows).nnz == 0


@kinds
def test_products_by_terms_are_those_by_wordings(kind: str) -> None:
    random = np.random.default_rng(3)
    words = [f"w{number}" for number in range(30)]
    texts = [" ".join(random.choice(words, 4)) for _ in range(150)]
    ngrams = Ngrams.fit(kind, Counts.of(texts, kind))
    weights = random.normal(size=(len(texts), 5)).astype(np.float32)
    sums = ngrams.sums(weights)
    assert 0 < len(sums) < len(ngrams.arrays(kind)[f"{kind}.idf"])
    for question in (*texts[:10], "w1 w2 w29 w3", "w3 nothing", "nothing", ""):
        found = ngrams.found(question)
        expected = ngrams.cosines(*found) @ weights
        assert np.allclose(ngrams.products(*found, weights, sums), expected, atol=1e-5)


def test_sums_are_kept_of_terms_in_several_wordings_only() -> None:
    ngrams = Ngrams.fit(WORDS, Counts.of(["often"] * (SEVERAL + 1) + ["seldom"] * SEVERAL, WORDS))
    assert len(ngrams.sums(np.ones((2 * SEVERAL + 1, 1), dtype=np.float32))) == 1
