"""Fit the safety room's two models on our own statements and ship their weights: python -m benchmarks.safety_model.

The statements stand in `benchmarks/safety/statements/`, one a line; the file's name says its class. Stored wordings of
the clinic's knowledge and our question sets, but for the held-out one, are further examples of the ordinary.
Thresholds are read off `development.jsonl`, which other people wrote, and off the questions of `benchmarks/held-out*`;
`safety/held-out*.jsonl` have no part in any of it.
"""

import argparse
import json
import math
import random
import re
import string
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import normalize

from benchmarks.sets import HELD_OUT, read_set
from bot.knowledge import load_knowledge
from bot.retrieval.embedding import default_embedder
from bot.safety.classifier import IDF_SCALE, WEIGHT_SCALE, WEIGHTS, Classifier, Judgement, grams
from bot.safety.detector import judged_by
from bot.safety.meaning import DECIMALS, SHARE, Meaning, log_odds_of
from bot.safety.meaning import WEIGHTS as MEANING
from bot.safety.views import readings

FOLDER = Path(__file__).parent / "safety"
CLASS_OF = {
    "self": "self", "other": "other", "emergency": "emergency", "overdose": "emergency", "harm": "harm",
    "support": "support", "none": "none",
}  # fmt: skip
# statements with such words may be about danger, whatever file of the knowledge they stand in
_DELICATE = re.compile(
    r"suicid|kill|\bdie\b|dying|dead|death|overdos|harm|hurt|abus|violen|crisis|emergenc|breath|chest|seizure|collapse"
    r"|unconscious|urgent|attack|stroke",
    re.IGNORECASE,
)
QUESTIONS = ("questions", "calibration")
SEED = 7
SLIPS = 25
REGULARISATION = 10.0
KEPT = {"characters": 70_000, "words": 50_000}
# shares that may get the full notice by the models: of look-alikes; of the ordinary, by the classifier alone and with
# the second opinion; and of these any help
MOST_FULL_LOOK_ALIKE, MOST_FULL_ALONE, MOST_FULL_TOGETHER, MOST_HELP_ORDINARY = 0.02, 0.01, 0.006, 0.08
# the second opinion: units of its one layer, how much large weights cost, how often it reads all statements
HIDDEN, DECAY, ROUNDS = 64, 1e-3, 40


def main() -> None:
    """Fit, choose the thresholds, write the weights."""
    parser = argparse.ArgumentParser(description="Fit the safety classifier and ship its weights.")
    parser.add_argument("--knowledge", default="knowledge")
    options = parser.parse_args()
    knowledge = Path(options.knowledge)
    texts, classes = _examples(knowledge, misspelt=True)
    print("n: " + ", ".join(f"{classes.count(name)} {name}" for name in sorted(set(classes))))
    vectorizers = {kind: _vectorizer(kind) for kind in KEPT}
    blocks = [vectorizer.fit_transform(texts) for vectorizer in vectorizers.values()]
    first = _fitted(sparse.hstack(blocks, format="csr"), classes)
    places = _kept(first.coef_, [block.shape[1] for block in blocks])
    # as the program does: each kind of terms has length 1, counting those that are kept
    rows = [normalize(block[:, at]) for block, at in zip(blocks, places, strict=True)]
    model = _fitted(sparse.hstack(rows, format="csr"), classes)
    told: dict[str, Any] = {"classes": model.classes_.tolist(), "crisis": 1.0, "support": 1.0}
    told["intercepts"] = [round(float(value), 4) for value in model.intercept_]
    start = 0
    for (kind, vectorizer), at in zip(vectorizers.items(), places, strict=True):
        weights = model.coef_[:, start : start + len(at)].T
        names = vectorizer.get_feature_names_out()[at]
        told[kind] = {
            "terms": names.tolist(),
            "idf": np.rint(IDF_SCALE * vectorizer.idf_[at]).astype(int).tolist(),
            "weights": np.rint(WEIGHT_SCALE * weights).astype(int).ravel().tolist(),
        }
        start += len(at)
    judged = [(label, *judged_by(message, Classifier(told))) for label, message in _development()]
    scores = [(label, gravest.danger, concern) for label, gravest, concern in judged]
    told["crisis"] = _full([(label, danger) for label, danger, _ in scores], MOST_FULL_ALONE)
    told["support"] = min(
        told["crisis"], _least([concern for label, _, concern in scores if label == "ordinary"], MOST_HELP_ORDINARY)
    )
    _print_shares("any help", told["support"], [(label, concern) for label, _, concern in scores])
    _write(WEIGHTS, told)
    # a slip of the pen changes no meaning
    _second_opinion(*_examples(knowledge, misspelt=False), [(label, gravest) for label, gravest, _ in judged])


def _second_opinion(texts: Sequence[str], classes: Sequence[str], judged: Sequence[tuple[str, Judgement]]) -> None:
    """Fit the network over sentence vectors, choose the threshold of both opinions together, write it."""
    embedder = default_embedder()
    if embedder is None:
        print("the semantic layer is not installed: the second opinion stays as it was")
        return
    network = MLPClassifier((HIDDEN,), alpha=DECAY, max_iter=ROUNDS, early_stopping=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(embedder.embed(texts), classes)
    told = {
        "crisis": 0.0,
        "classes": network.classes_.tolist(),
        "layers": [np.round(layer, DECIMALS).tolist() for layer in network.coefs_],
        "intercepts": [np.round(layer, DECIMALS).tolist() for layer in network.intercepts_],
    }
    meaning = Meaning(told)
    vectors = embedder.embed([gravest.text for _, gravest in judged])
    both = [
        (label, log_odds_of(gravest.danger) + SHARE * meaning.log_odds(vector))
        for (label, gravest), vector in zip(judged, vectors, strict=True)
    ]
    told["crisis"] = _full(both, MOST_FULL_TOGETHER)
    _write(MEANING, told)


def _development() -> list[tuple[str, str]]:
    """Return the labels and messages by which thresholds are chosen.

    Questions to the clinic that took no part in the fit count as ordinary, too: there are many more of them.
    """
    rows = [json.loads(line) for line in (FOLDER / "development.jsonl").read_text(encoding="utf-8").splitlines()]
    told = [(row["label"], row["message"]) for row in rows]
    return told + [("ordinary", question.text) for folder in HELD_OUT for question in read_set(folder).questions]


def _full(scores: Sequence[tuple[str, float]], most_ordinary: float) -> float:
    """Return the lowest threshold of the full notice that raises no more false alarms than it may."""
    found = max(
        _least([score for label, score in scores if label == "look-alike"], MOST_FULL_LOOK_ALIKE),
        _least([score for label, score in scores if label == "ordinary"], most_ordinary),
    )
    _print_shares("full notice", found, scores)
    return found


def _least(scores: Sequence[float], most: float) -> float:
    """Return the least threshold, in hundredths, that at most the share *most* of *scores* reach."""
    allowed = int(most * len(scores))
    return math.floor(sorted(scores, reverse=True)[allowed] * 100 + 1) / 100


def _print_shares(name: str, threshold: float, scores: Sequence[tuple[str, float]]) -> None:
    shares = {
        label: sum(score >= threshold for own, score in scores if own == label) / sum(own == label for own, _ in scores)
        for label in dict.fromkeys(label for label, _ in scores)
    }
    print(f"{name} at {threshold}: " + ", ".join(f"{label} {share:.1%}" for label, share in shares.items()))


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


def _examples(knowledge: Path, *, misspelt: bool) -> tuple[list[str], list[str]]:
    pairs = [
        (text, CLASS_OF[path.stem.partition("-")[0]])
        for path in sorted((FOLDER / "statements").glob("*.txt"))
        for text in _lines(path)
    ]
    if misspelt:
        slips = random.Random(SEED)  # noqa: S311 - the same misspellings at each fit
        pairs += [(_misspelt(text, slips), name) for text, name in pairs]
    pairs += [(text, "none") for text in _ordinary(knowledge) if not _DELICATE.search(text)]
    read = [(reading.replace("\n", " "), name) for text, name in pairs for reading in readings(text)[:1]]
    return [text for text, _ in read], [name for _, name in read]


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _ordinary(folder: Path) -> Iterator[str]:
    knowledge = load_knowledge(folder)
    for entry in knowledge.entries:
        yield from (entry.question, *entry.aliases)
        for passage in entry.passages:
            yield from passage.aliases
    for gap in knowledge.gaps:
        yield from gap.wordings
    for talk in knowledge.small_talk:
        yield from talk.wordings
    for path in sorted(Path(__file__).parent.glob("*/*.jsonl")):
        if path.parent.name in QUESTIONS and path.stem != "conversations":
            yield from (json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines())


def _misspelt(text: str, slips: random.Random) -> str:
    """Return *text* with about one slip in 25 characters: a letter lost, doubled, swapped or mistaken."""
    letters = list(text)
    for _ in range(max(1, len(text) // SLIPS)):
        place = slips.randrange(max(1, len(letters) - 1))
        one = letters[place : place + 1]
        swapped = letters[place : place + 2][::-1]
        letter = [slips.choice(string.ascii_lowercase)]
        kinds: tuple[tuple[int, list[str]], ...] = ((1, []), (2, swapped), (1, one * 2), (1, letter))
        width, new = slips.choice(kinds)
        letters[place : place + width] = new
    return "".join(letters) or text


def _vectorizer(kind: str) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=lambda text: list(grams(text, kind)), sublinear_tf=True, min_df=3 if kind == "characters" else 2
    )


def _fitted(rows: sparse.csr_matrix, classes: Sequence[str]) -> LogisticRegression:
    return LogisticRegression(C=REGULARISATION, max_iter=200).fit(rows, classes)


def _kept(weights: NDArray[np.float64], sizes: Sequence[int]) -> list[NDArray[np.intp]]:
    """Return the places, within each kind of terms, of those that matter most to any class."""
    strength = np.abs(weights).max(axis=0)
    starts = np.cumsum([0, *sizes])
    found = []
    for start, size, most in zip(starts, sizes, KEPT.values(), strict=False):
        own = strength[start : start + size]
        found.append(np.sort(np.argsort(-own, kind="stable")[:most]))
    return found


if __name__ == "__main__":
    main()
