"""Texts in, one array out, and back: what is fitted is kept as arrays, and texts are part of it."""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def texts_array(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Return *texts* as one array of bytes, which any text survives."""
    return np.frombuffer(json.dumps(list(texts)).encode(), dtype=np.uint8)


def texts_of(array: NDArray[np.uint8]) -> list[str]:
    """Return what `texts_array` was given."""
    return [str(text) for text in json.loads(array.tobytes())]
