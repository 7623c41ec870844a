"""Which sentence vectors are worth having: python -m benchmarks.embeddings [--texts FOLDER].

Candidates are judged as parts are in `benchmarks.ablation`, each in place of the one that ships: none at all, static
vectors that are trained here (latent semantic analysis, Deerwester et al. 1990: TF-IDF and truncated SVD), and others
where their packages are installed. With --texts the static ones are trained on the text of all `.xml` and `.txt` files
below that folder as well, for instance a copy of MedQuAD (public questions and answers on health).
"""

import argparse
import importlib.util
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from benchmarks.ablation import Row, print_ranking, row_of
from benchmarks.measuring import print_table
from benchmarks.sets import OWN, joined, read_set
from benchmarks.variants import ALL, Kept, Variant
from bot.knowledge import load_knowledge
from bot.model import Knowledge
from bot.retrieval.embedding import Embedder, Vectors, default_embedder
from bot.retrieval.ranker import wordings_of

WIDTH = 300
LEAST_TEXTS = 2
MOST_TEXTS = 40_000
TIMED = 200
_TAG = re.compile(r"<[^>]*>")


class Static:
    """Vectors of words from how they stand together in texts; a text's vector is the sum of its words'."""

    def __init__(self, name: str, texts: Sequence[str]) -> None:
        """Train on *texts*."""
        self.name, self.width = name, WIDTH
        self._tfidf = TfidfVectorizer(sublinear_tf=True, min_df=LEAST_TEXTS, token_pattern=r"[^\W_]+")  # noqa: S106 - a pattern
        self._svd = TruncatedSVD(WIDTH, random_state=0).fit(self._tfidf.fit_transform(texts))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; zeros for one without a known word."""
        vectors: Vectors = normalize(self._svd.transform(self._tfidf.transform(texts))).astype(np.float32)
        return vectors


class WordLlama:
    """The vectors of the package wordllama (MIT; its weights come from LLaMA 2, under that licence), 256 wide."""

    name, width = "wordllama", 256

    def __init__(self) -> None:
        """Load what the package carries; nothing is downloaded."""
        package: Any = importlib.import_module("wordllama")
        self._model = package.WordLlama.load(disable_download=True)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text."""
        vectors: Vectors = normalize(self._model.embed(list(texts))).astype(np.float32)
        return vectors


def main() -> None:
    """Print what each candidate gives, and what a question costs."""
    parser = argparse.ArgumentParser(description="Which sentence vectors are worth having.")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--texts", type=Path, help="a folder of texts to train static vectors on")
    options = parser.parse_args()
    knowledge, questions = load_knowledge(options.knowledge), joined(read_set(folder) for folder in OWN)
    asked = [question.text for question in questions.questions]
    rows: dict[str, Row] = {}
    kept: Kept | None = None
    for embedder in candidates(knowledge, options.texts):
        # the first row is what the others are compared with
        name = ALL if not rows else embedder.name
        rows[name] = row_of(Variant(), knowledge, Kept(embedder), questions)
        told = f"{embedder.name}{' (ships, row ' + ALL + ')' if name == ALL else ''}"
        print(f"{told}: {_milliseconds(embedder, asked[:TIMED]):.1f} ms CPU a question")
        kept = kept or Kept(embedder)
    if kept is not None:
        rows["none"] = row_of(Variant(semantic=False), knowledge, kept, questions)
    print(f"\n{questions}\n")
    print_ranking(rows, len(questions.answerable))
    print()
    print_table({name: row.figures for name, row in rows.items()})


def candidates(knowledge: Knowledge, folder: Path | None) -> Iterator[Embedder]:
    """Yield the one that ships, then the others that can be had here."""
    shipped = default_embedder()
    if shipped is None:
        raise SystemExit("the semantic layer is not installed: there is nothing to compare with")
    yield shipped
    own = [wording.text for wording in wordings_of(knowledge.entries, knowledge.gaps, knowledge.small_talk)]
    yield Static("static, own wordings", own)
    if folder is not None:
        yield Static("static, own wordings and texts", [*own, *texts_below(folder)])
    if importlib.util.find_spec("wordllama") is not None:
        yield WordLlama()


def texts_below(folder: Path) -> list[str]:
    """Return the text of each file below *folder*, without tags, in order of their names; the first 40,000."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".xml", ".txt"})
    return [_TAG.sub(" ", path.read_text(encoding="utf-8", errors="replace")) for path in paths[:MOST_TEXTS]]


def _milliseconds(embedder: Embedder, questions: Sequence[str]) -> float:
    before = time.process_time()
    for question in questions:
        embedder.embed([question])
    return 1000 * (time.process_time() - before) / len(questions)


if __name__ == "__main__":
    main()
