"""What each part of the ranking is worth: python -m benchmarks.ablation [--synonyms FILE].

One part at a time is taken away, or changed, and the confidence is fitted anew, so that what is left is at its best.
Each of our own questions is judged by a confidence that was fitted on the other four fifths, at the threshold where
7 % of the near questions are answered. The rest of the operating point stays.
"""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from benchmarks.calibrate import unfitted
from benchmarks.intervals import Share
from benchmarks.measuring import Figures, Outcome, measured, outcome_of, print_table
from benchmarks.sets import OWN, QuestionSet, gold, joined, read_set
from bot.answering import Answering
from bot.knowledge import load_knowledge
from bot.model import Knowledge, OperatingPoint
from bot.retrieval import ranker as ranking
from bot.retrieval import topics
from bot.retrieval.confidence import Confidence, Features, feature_names
from bot.retrieval.embedding import Embedder, Vectors, default_embedder
from bot.retrieval.ranker import Ranker, wordings_of, yielding
from bot.retrieval.spelling import Speller
from bot.retrieval.topics import TopicModel, Wording
from bot.text import words

NEAR_ANSWERED = 0.07
FOLDS = 5
FEW = 3
VOCABULARY = ("unknown", "met", "other_met")
# what follows it is matched by words only; it stands in no text
FOR_WORDS = "\u241e"

Constant = tuple[ModuleType, str, float]
WITHOUT_WORDS: Constant = (topics, "WORD_WEIGHT", 0.0)
WITHOUT_CHARACTERS: Constant = (topics, "CHARACTER_WEIGHT", 0.0)
TOPICS_ALONE: Constant = (ranking, "TOPIC_SHARE", 1.0)


class Synonyms:
    """Groups of words that mean the same; a group is a sequence of words or short phrases, lower-cased."""

    def __init__(self, groups: Iterable[Sequence[str]] = (), *, before: str = " ") -> None:
        """Take the groups, and what stands before the words that are appended."""
        self._groups = [(group, _any_of(group)) for group in groups]
        self._before = before

    @classmethod
    def read(cls, path: Path, least: float, before: str = " ") -> "Synonyms":
        """Return those groups of a YAML file, `synonyms: [{words: [...], weight: 1.0}]`, that weigh at least *least*."""
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["synonyms"]
        groups = ([str(word).lower() for word in row["words"]] for row in rows if row.get("weight", 1.0) >= least)
        return cls(groups, before=before)

    def expanded(self, text: str) -> str:
        """Return *text* with the other words of each group that it holds a word of."""
        plain = text.lower()
        found = (word for group, pattern in self._groups if pattern.search(plain) for word in group)
        added = [word for word in dict.fromkeys(found) if not _any_of([word]).search(plain)]
        return f"{text}{self._before}{' '.join(added)}" if added else text


class Expanding(Speller):
    """Mends a question, then appends the synonyms."""

    def __init__(self, texts: Iterable[Sequence[str]], language: str, synonyms: Synonyms) -> None:
        """Take what a speller takes, and the synonyms."""
        super().__init__(texts, language)
        self._synonyms = synonyms

    def mend(self, text: str) -> str:
        """Return *text* mended and expanded."""
        return self._synonyms.expanded(super().mend(text))


class Kept:
    """An embedder that embeds each text once, and of a text only what is not for words alone."""

    def __init__(self, embedder: Embedder) -> None:
        """Keep the vectors of *embedder*."""
        self.name, self.width = embedder.name, embedder.width
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; see `Embedder.embed`."""
        seen = [text.partition(FOR_WORDS)[0] for text in texts]
        missing = [text for text in dict.fromkeys(seen) if text not in self._vectors]
        if missing:
            self._vectors.update(zip(missing, self._embedder.embed(missing), strict=True))
        return np.array([self._vectors[text] for text in seen], dtype=np.float32).reshape(len(seen), self.width)


class Refitted(Ranker):
    """A ranker whose confidence may be fitted anew."""

    @classmethod
    def of(cls, knowledge: Knowledge, embedder: Embedder | None, variant: "Variant") -> "Refitted":
        """Return the ranker of *knowledge* as *variant* wants it; nothing is read from a cache or kept in it."""
        wordings = wordings_of(knowledge.entries, yielding(knowledge.gaps, knowledge.entries), knowledge.small_talk)
        texts = [wording.text for wording in wordings]
        vectors = embedder.embed(texts) if embedder else np.zeros((len(texts), 0), dtype=np.float32)
        model = TopicModel.fit(wordings, embedder, vectors)
        # a speller without a language mends nothing
        language = knowledge.clinic.language if variant.spelling else ""
        made = cls(knowledge.entries, wordings, model, language, semantic=embedder is not None)
        made._expand(wordings, language, variant.synonyms)
        return made

    def trust(self, confidence: Confidence) -> None:
        """Take another confidence from now on."""
        self._confidence = confidence

    def _expand(self, wordings: Sequence[Wording], language: str, synonyms: Synonyms) -> None:
        self._speller = Expanding((words(wording.text) for wording in wordings), language, synonyms)


@dataclass(frozen=True, slots=True)
class Variant:
    """The bot with one thing changed; `dropped` are the features that its confidence does without."""

    knowledge: Callable[[Knowledge], Knowledge] = lambda knowledge: knowledge
    constants: tuple[Constant, ...] = ()
    dropped: tuple[str, ...] = ()
    semantic: bool = True
    spelling: bool = True
    synonyms: Synonyms = field(default_factory=Synonyms)


@dataclass(frozen=True, slots=True)
class Judged:
    """The first entry of each question, whether it answers, and the confidence of a fold that did not see it."""

    right: NDArray[np.bool_]
    confidences: NDArray[np.float64]
    folds: tuple[Confidence, ...]
    fold_of: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """What one variant gives: of the ranking alone `auroc`, and of the whole policy the figures."""

    auroc: float
    threshold: float
    right: frozenset[str]
    wrong: int
    figures: Figures


def main() -> None:
    """Print two tables: the ranking alone, and the whole policy."""
    parser = argparse.ArgumentParser(description="What each part of the ranking is worth.")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--synonyms", type=Path, help="a file of synonyms, to try them as well")
    parser.add_argument("--least-weight", type=float, default=0.0, help="leave out synonyms that weigh less (0)")
    parser.add_argument("--only", default="", help="only the variants whose name holds this, beside 'all'")
    options = parser.parse_args()
    embedder = default_embedder()
    if embedder is None:
        raise SystemExit("the semantic layer is not installed: what it is worth cannot be measured")
    knowledge, kept = load_knowledge(options.knowledge), Kept(embedder)
    questions = joined(read_set(folder) for folder in OWN)
    variants = {**VARIANTS, **_with_synonyms(options.synonyms, options.least_weight)}
    chosen = {name: one for name, one in variants.items() if name == ALL or options.only in name}
    rows = {name: row_of(variant, knowledge, kept, questions) for name, variant in chosen.items()}
    print(questions)
    _print_ranking(rows, questions)
    print(f"\nthe whole policy, each at the threshold above\n{'':26}")
    print_table({name: row.figures for name, row in rows.items()})


def row_of(variant: Variant, knowledge: Knowledge, embedder: Embedder, questions: QuestionSet) -> Row:
    """Fit *variant*, judge it by folds, and ask it everything."""
    changed = variant.knowledge(knowledge)
    with ExitStack() as stack:
        for module, name, value in variant.constants:
            stack.enter_context(patch.object(module, name, value))
        ranker = Refitted.of(changed, embedder if variant.semantic else None, variant)
        judged = judged_by_folds(ranker, questions, changed, variant.dropped)
        threshold = threshold_of(judged.confidences[_near(questions)])
        point = changed.operating_point.in_force(semantic=variant.semantic)
        figures = _figures(ranker, judged, questions, _at(changed, point, threshold))
    count = len(questions.answerable)
    clear = judged.confidences[:count] >= threshold
    return Row(
        auroc=float(roc_auc_score(judged.right, judged.confidences)),
        threshold=threshold,
        right=frozenset(np.flatnonzero(clear & judged.right[:count]).tolist()),
        wrong=int((clear & ~judged.right[:count]).sum()),
        figures=figures,
    )
