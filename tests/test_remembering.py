"""What was worked out for a text a moment ago is not worked out again, and no text is kept."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.answering.remembering import Remembered


class Counted:
    """Counts how often it was asked, by the text's length, so that it keeps no text either."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, text: str) -> int:
        self.asked.append(len(text))
        return len(text)


def test_a_text_is_worked_out_once() -> None:
    work = Counted()
    remembered = Remembered(work)
    assert [remembered(text) for text in ("a", "bb", "a", "\ud800", "\ud800")] == [1, 2, 1, 1, 1]
    assert work.asked == [1, 2, 1]


def test_the_one_that_was_not_wanted_for_longest_is_forgotten_first() -> None:
    work = Counted()
    remembered = Remembered(work, most=2)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        remembered(text)
    assert work.asked == [1, 2, 3, 2]


def test_what_failed_is_tried_again() -> None:
    def fail(text: str) -> int:
        raise ValueError(text)

    remembered = Remembered(fail)
    for _ in range(2):
        with pytest.raises(ValueError, match="a"):
            remembered("a")


class Text(str):
    """A text of which one can tell whether anybody still holds it."""

    __slots__ = ("__weakref__",)


def test_no_text_is_kept() -> None:
    work = Counted()
    remembered = Remembered(work)
    text = Text("something that nobody else would write")
    held = weakref.ref(text)
    remembered(text)
    del text
    gc.collect()
    assert held() is None
    remembered("something that nobody else would write")
    assert len(work.asked) == 1


def test_threads_agree() -> None:
    remembered = Remembered(len, most=8)
    texts = ["x" * (number % 20) for number in range(2000)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(remembered, texts)) == [len(text) for text in texts]
