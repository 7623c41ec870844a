"""The linear model: the arithmetic is scikit-learn's, and a text is judged by the gravest of it."""

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.safety.classifier import DANGER, IDF_SCALE, WEIGHT_SCALE, Classifier, grams, shipped
from bot.safety.views import readings

TEXTS = {
    "self": ["i want to die", "i will end my life", "let me die now"],
    "other": ["my son wants to die", "she will end her life", "he wants to die now"],
    "emergency": ["i can not breathe", "she can not wake up", "he is not breathing now"],
    "harm": ["he hits me", "my husband hits me", "she hits me now"],
    "support": ["does it help with thoughts of death", "is it for people who want to die", "help with dark thoughts"],
    "none": ["how long does it last", "is it safe", "what does it cost now"],
}
NEW = ("i want to end it now", "he hits", "how long is it", "breathe breathe breathe", "a", "it it it it")


def _told(*, crisis: float = 0.9, support: float = 0.5) -> tuple[dict[str, Any], Any, Any]:
    """Fit scikit-learn on a few texts; return its weights as the file holds them, and it, rounded alike."""
    texts = [text for group in TEXTS.values() for text in group]
    classes = [name for name, group in TEXTS.items() for _ in group]
    vectorizers = {
        "characters": TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, lowercase=False),
        "words": TfidfVectorizer(
            analyzer="word",
            tokenizer=str.split,
            token_pattern=None,
            ngram_range=(1, 3),
            sublinear_tf=True,
            lowercase=False,
        ),
    }
    for vectorizer in vectorizers.values():
        vectorizer.fit(texts)
        vectorizer.idf_ = np.round(vectorizer.idf_ * IDF_SCALE) / IDF_SCALE
    rows = sparse.hstack([vectorizer.transform(texts) for vectorizer in vectorizers.values()], format="csr")
    model = LogisticRegression(C=10).fit(rows, classes)
    model.coef_ = np.round(model.coef_ * WEIGHT_SCALE) / WEIGHT_SCALE
    told: dict[str, Any] = {"classes": model.classes_.tolist(), "crisis": crisis, "support": support}
    told["intercepts"] = model.intercept_.tolist()
    start = 0
    for kind, vectorizer in vectorizers.items():
        terms = vectorizer.get_feature_names_out().tolist()
        weights = np.round(model.coef_[:, start : start + len(terms)].T * WEIGHT_SCALE).astype(int)
        told[kind] = {
            "terms": terms,
            "idf": np.round(vectorizer.idf_ * IDF_SCALE).astype(int).tolist(),
            "weights": weights.ravel().tolist(),
        }
        start += len(terms)
    return told, vectorizers, model


@pytest.mark.parametrize("text", [*NEW, *(group[0] for group in TEXTS.values())])
def test_probabilities_are_those_of_scikit_learn(text: str) -> None:
    told, vectorizers, model = _told()
    row = sparse.hstack([vectorizer.transform([text]) for vectorizer in vectorizers.values()], format="csr")
    assert Classifier(told).probabilities(text) == pytest.approx(model.predict_proba(row)[0], abs=1e-9)


def test_a_text_without_a_known_term_is_judged_by_the_intercepts_alone() -> None:
    told, _, _ = _told()
    powers = np.exp(np.array(told["intercepts"]))
    assert Classifier(told).probabilities("жжж 999") == pytest.approx(powers / powers.sum())


def test_the_gravest_class_of_danger_is_named() -> None:
    classifier = Classifier(_told()[0])
    kinds = {name: classifier.judge(TEXTS[name][0]).kind for name in DANGER}
    assert kinds == {name: name for name in DANGER}


def test_concern_is_danger_or_its_mention() -> None:
    classifier = Classifier(_told()[0])
    mention, ordinary = (classifier.judge(TEXTS[name][0]) for name in ("support", "none"))
    assert mention.danger < 0.5 < mention.concern
    assert ordinary.danger <= ordinary.concern < 0.5


@pytest.mark.parametrize("filler", ["how long does it last", "is it safe", "what does it cost now"])
@pytest.mark.parametrize("before", [0, 100])
def test_danger_in_a_long_message_is_not_diluted(filler: str, before: int) -> None:
    """Alone, among a few ordinary sentences, and among hundreds."""
    classifier = Classifier(_told()[0])
    long = "\n".join([*[filler] * before, *["i want to die"] * 8, *[filler] * 100])
    assert classifier.judge(long).danger > classifier.judge("\n".join([filler] * 200)).danger + 0.3


def test_terms_are_words_their_neighbours_and_pieces_of_them() -> None:
    assert list(grams("so it is", "words")) == ["so", "it", "is", "so it", "it is", "so it is"]
    assert list(grams("ab", "characters")) == [" a", "ab", "b ", " ab", "ab ", " ab "]
    assert [list(grams("", kind)) for kind in ("words", "characters")] == [[], []]


def test_the_fitted_model_knows_every_class_and_has_thresholds_in_order() -> None:
    classifier = shipped()
    assert set(classifier.classes) == {*DANGER, "support", "none"}
    assert 0 < classifier.support <= classifier.crisis <= 1


@pytest.mark.parametrize("text", ["", "i", "i want to kill myself", "what does it cost", "жжж", "x " * 5000])
def test_the_fitted_models_probabilities_are_probabilities(text: str) -> None:
    found = shipped().probabilities(text)
    assert np.all(found >= 0)
    assert float(found.sum()) == pytest.approx(1)


def test_the_fitted_model_tells_the_plainest_apart() -> None:
    model = shipped()
    judged = {
        text: model.judge(readings(text)[0]) for text in ("I want to kill myself", "how much does a session cost")
    }
    grave, ordinary = judged.values()
    assert (grave.kind, grave.danger > 0.9, ordinary.concern < 0.3) == ("self", True, True)
