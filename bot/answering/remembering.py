"""A function of a text in, the same function out, which need not work again for a text that it just had.

A follow-up is read together with the questions before it, which were ranked and checked a moment ago. What is kept is
known by a digest, so no text of a patient is.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

MOST = 256

T = TypeVar("T")


class Remembered(Generic[T]):
    """Gives what *function* gave for the last texts; what failed is tried again. Safe to share between threads."""

    def __init__(self, function: Callable[[str], T], most: int = MOST) -> None:
        """Keep at most *most* results of *function*, which must depend on its text alone."""
        self._function = function
        self._most = most
        self._kept: OrderedDict[bytes, T] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, text: str) -> T:
        """Return what the function gives for *text*; raise what it raises."""
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        result = self._function(text)
        with self._lock:
            self._kept[key] = result
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return result
