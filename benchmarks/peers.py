"""Our confidence beside other bots' on public questions: python -m benchmarks.peers FOLDER [--dataset NAME].

FOLDER holds HINT3 (Arora et al., EMNLP 2020 Insights: `hint3-*/train.csv`, `test.csv`, and what other bots answered in
`predictions_*.csv`) and CLINC150 (Larson et al., EMNLP 2019: `clinc150/data_small.json`). Each intent becomes an entry:
its training questions are title and aliases, its passage a placeholder. What the training data mark as out of scope
becomes a known gap. Nothing is fitted to the test questions.
"""

import argparse
import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline, make_union

from bot import Bot
from bot.knowledge import load_knowledge
from bot.knowledge.folder import TEMPLATES, Folder
from bot.knowledge.gaps import read_gaps, read_small_talk
from bot.knowledge.sources import sourced
from bot.model import Entry, Gap, Knowledge, Passage, Span
from bot.retrieval.embedding import default_embedder

# what HINT3 and CLINC150 call a question that should not be answered
OUT_OF_SCOPE = frozenset({"NO_NODES_DETECTED", "oos"})
# below every confidence, so that no threshold answers
REJECTED = -1.0
REJECTIONS = (0.8, 0.9)
RESAMPLES = 1000
FILE = "sources/placeholders.txt"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and the intent it asks for."""

    text: str
    label: str

    @property
    def is_in_scope(self) -> bool:
        """Tell whether it should be answered."""
        return self.label not in OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class Guess:
    """The intent that a bot found, and how sure it was; `REJECTED` where it would not say."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Task:
    """Training and test questions, and what other bots guessed for the latter, in the same order."""

    training: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    peers: tuple[tuple[str, tuple[Guess, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Confidence of each in-scope question and whether its intent was found; confidence of each out-of-scope one."""

    inside: NDArray[np.float64]
    right: NDArray[np.bool_]
    outside: NDArray[np.float64]

    def resampled(self, random: np.random.Generator) -> "Outcomes":
        """Return a bootstrap sample, in-scope and out-of-scope questions drawn apart."""
        inside = random.integers(len(self.inside), size=len(self.inside))
        outside = random.integers(len(self.outside), size=len(self.outside))
        return Outcomes(self.inside[inside], self.right[inside], self.outside[outside])

    def accuracy(self, rejection: float) -> float:
        """Return the share of in-scope questions answered rightly where *rejection* of the others are not answered.

        The threshold is the least out-of-scope confidence that leaves at least that share at or below it; only what
        lies above it is answered.
        """
        threshold = np.sort(self.outside)[math.ceil(rejection * len(self.outside)) - 1]
        return float((self.right & (self.inside > threshold)).mean())

    def always(self) -> float:
        """Return the share of in-scope questions whose intent was found, however sure."""
        return float(self.right.mean())

    def auroc(self) -> float:
        """Return how well confidence alone tells in-scope from out-of-scope questions."""
        scope = [True] * len(self.inside) + [False] * len(self.outside)
        return float(roc_auc_score(scope, np.concatenate([self.inside, self.outside])))

    def best(self) -> float:
        """Return the share of all questions treated rightly at the threshold that is best for it."""
        thresholds = np.unique(np.concatenate([self.inside, self.outside, [REJECTED]]))
        hits = np.sort(self.inside[self.right])
        answered = len(hits) - np.searchsorted(hits, thresholds, side="right")
        rejected = np.searchsorted(np.sort(self.outside), thresholds, side="right")
        return float((answered + rejected).max() / (len(self.inside) + len(self.outside)))


Measure = Callable[[Outcomes], float]
MEASURES: tuple[tuple[str, Measure], ...] = (
    *((f"at {share:.0%} rejected", lambda one, share=share: one.accuracy(share)) for share in REJECTIONS),
    ("always answering", Outcomes.always),
    ("AUROC", Outcomes.auroc),
    ("best overall", Outcomes.best),
)


def main() -> None:
    """Print one table for each data set."""
    parser = argparse.ArgumentParser(description="Our confidence beside other bots' on public questions.")
    parser.add_argument("folder", type=Path, help="where the public data are")
    parser.add_argument("--dataset", help="one folder in it, such as hint3-curekart or clinc150 (all)")
    parser.add_argument("--imported", action="store_true", help="also with the gaps and small talk of a new knowledge")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"), help="whose notices to use")
    options = parser.parse_args()
    folders = [options.folder / options.dataset] if options.dataset else sorted(options.folder.iterdir())
    loaded = load_knowledge(options.knowledge)
    bare = replace(loaded, clinic=replace(loaded.clinic, starters=()), gaps=(), small_talk=())
    bases = {"Verbatim": bare, "imported": _imported(bare)} if options.imported else {"Verbatim": bare}
    for folder in folders:
        if folder.is_dir():
            _print_table(folder, bases)


def _print_table(folder: Path, bases: Mapping[str, Knowledge]) -> None:
    task = _clinc(folder) if (folder / "data_small.json").exists() else _hint(folder)
    inside = sum(question.is_in_scope for question in task.test)
    print(f"\n{folder.name}: {len(task.training)} training questions, {len(task.test)} test questions,", end=" ")
    print(f"{inside} in scope and {len(task.test) - inside} out of scope; with 95 % bootstrap intervals")
    print(f"{'':26}" + "".join(f"{name:>21}" for name, _ in MEASURES))
    for name, guesses in task.peers:
        _print_row(name, task, guesses)
    _print_row("TF-IDF, logistic regr.", task, _regression(task))
    for name, base in bases.items():
        _print_row(f"{name} without vectors", task, _verbatim(task, base, semantic=False))
        _print_row(name, task, _verbatim(task, base, semantic=True))


def _print_row(name: str, task: Task, guesses: Sequence[Guess]) -> None:
    outcomes = outcomes_of(task, guesses)
    random = np.random.default_rng(0)
    samples = [outcomes.resampled(random) for _ in range(RESAMPLES)]
    cells = []
    for _, measure in MEASURES:
        low, high = np.percentile([measure(sample) for sample in samples], [2.5, 97.5])
        cells.append(f"{measure(outcomes):.3f} ({low:.3f}-{high:.3f})")
    print(f"{name:26}" + "".join(f"{cell:>21}" for cell in cells), flush=True)


def outcomes_of(task: Task, guesses: Sequence[Guess]) -> Outcomes:
    """Return how *guesses* for the test questions came out."""
    pairs = list(zip(task.test, guesses, strict=True))
    inside = [(guess.confidence, guess.label == asked.label) for asked, guess in pairs if asked.is_in_scope]
    outside = [guess.confidence for asked, guess in pairs if not asked.is_in_scope]
    confidences, right = zip(*inside, strict=True)
    return Outcomes(np.array(confidences), np.array(right), np.array(outside))


def _hint(folder: Path) -> Task:
    training, test = (_labelled(_rows(folder / f"{part}.csv")) for part in ("train", "test"))
    peers = []
    for path in sorted(folder.glob("predictions_*.csv")):
        rows = _rows(path)
        if [question.text for question in test] != [row["sentence"] for row in rows]:
            raise SystemExit(f"{path}: not the questions of test.csv, in their order")
        guesses = (_guess(row["predicted_node"], float(row["predicted_node_score"] or 0)) for row in rows)
        peers.append((path.stem.removeprefix("predictions_"), tuple(guesses)))
    return Task(training, test, tuple(peers))


def _clinc(folder: Path) -> Task:
    parts = json.loads((folder / "data_small.json").read_text(encoding="utf-8"))
    training = (Labelled(text, label) for text, label in parts["train"] + parts["oos_train"])
    test = (Labelled(text, label) for text, label in parts["test"] + parts["oos_test"])
    return Task(tuple(training), tuple(test), ())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _labelled(rows: Iterable[dict[str, str]]) -> tuple[Labelled, ...]:
    return tuple(Labelled(row["sentence"], row["label"]) for row in rows)


def _guess(label: str, confidence: float) -> Guess:
    return Guess(label, REJECTED if label in OUT_OF_SCOPE else confidence)


def _regression(task: Task) -> list[Guess]:
    """Return what plain scikit-learn guesses: the likeliest intent, never the training data's out-of-scope class."""
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = make_pipeline(make_union(characters, words), LogisticRegression(C=10.0, max_iter=1000))
    model.fit([question.text for question in task.training], [question.label for question in task.training])
    shares = model.predict_proba([question.text for question in task.test])
    shares[:, np.isin(model.classes_, list(OUT_OF_SCOPE))] = 0.0
    best = shares.argmax(axis=1)
    return [Guess(str(model.classes_[one]), float(row[one])) for one, row in zip(best, shares, strict=True)]


def _verbatim(task: Task, base: Knowledge, *, semantic: bool) -> list[Guess]:
    labels, knowledge = knowledge_of(task.training, base)
    bot = Bot(knowledge, embedder=default_embedder() if semantic else None)
    if bot.semantic != semantic:
        raise SystemExit("the semantic layer is not installed: it cannot be measured")
    rankings = (bot.rank(question.text) for question in task.test)
    return [
        Guess(labels[ranking.entries[0].id], ranking.confidence) if ranking.entries else Guess("", REJECTED)
        for ranking in rankings
    ]


def knowledge_of(training: Iterable[Labelled], base: Knowledge) -> tuple[dict[str, str], Knowledge]:
    """Return the intent of each entry id, and *base* with the entries and gaps of *training* for its own entries."""
    labels, entries, gaps, text = {}, [], [], ""
    rows = sorted(((question.label, question.text) for question in training), key=itemgetter(0))
    for place, (label, group) in enumerate(groupby(rows, key=itemgetter(0))):
        first, *others = dict.fromkeys(asked for _, asked in group)
        if label in OUT_OF_SCOPE:
            gaps.append(Gap("out-of-scope", label, base.notices["no-answer"], (first, *others)))
            continue
        id_, answer = f"e{place}", f"Placeholder {place}."
        span = Span(FILE, len(text), len(text) + len(answer))
        text += answer + "\n"
        labels[id_] = label
        passage = Passage(f"{id_}#0", id_, answer, sourced(span, answer))
        entries.append(Entry(id_, first, "editorial", (passage,), tuple(others)))
    knowledge = replace(base, entries=tuple(entries), sources={FILE: text}, gaps=(*base.gaps, *gaps))
    return labels, knowledge


def _imported(base: Knowledge) -> Knowledge:
    """Return *base* with the gaps and the small talk that `verbatim import` puts into every new knowledge."""
    folder = Folder(TEMPLATES, TEMPLATES.name)
    return replace(base, gaps=read_gaps(folder, base.clinic, ()), small_talk=read_small_talk(folder))


if __name__ == "__main__":
    main()
