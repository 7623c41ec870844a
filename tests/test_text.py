"""What counts as the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import LONGEST_TOKEN, STOP_WORDS, content_stems, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Can I do THIS?", ("can", "i", "do", "this")),
        ("off\u2010label ‘off label’", ("off", "label", "off", "label")),
        ("isn’t it", ("is", "not", "it")),
        ("can't cannot won't", ("can", "not", "can", "not", "will", "not")),
        ("I'm what's you'll they've", ("i", "what", "you", "they")),
        ("ﬁne ＦＵＬＬ", ("fine", "full")),
        ("45-60 minutes", ("45", "60", "minutes")),
        ("N-methyl-D-aspartate (NMDA)", ("n", "methyl", "d", "aspartate", "nmda")),
        ("…?!", ()),
        ("", ()),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_inflections_share_a_stem() -> None:
    assert len({stem for word in ("contraindication", "contraindications") for stem in stems(word)}) == 1


def test_content_stems_leave_out_words_that_tell_nothing() -> None:
    assert content_stems("is it the side of my bed") == ("side", "bed")


@pytest.mark.parametrize("word", "not without before after off how long much when who can take side serious no".split())
def test_words_that_a_question_turns_on_are_no_stop_words(word: str) -> None:
    assert word not in STOP_WORDS


def test_an_endless_word_is_cut() -> None:
    assert words("a" * 10_000) == ("a" * LONGEST_TOKEN,)


@given(st.text())
def test_any_text_has_words_and_as_many_stems(text: str) -> None:
    assert len(stems(text)) == len(words(text))
    assert all(word and not any(c.isspace() for c in word) for word in words(text))
