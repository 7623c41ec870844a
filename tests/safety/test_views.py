"""Readings: whatever hides a word, by accident or on purpose, is written out; what is plain stays as it is."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.safety.views import readings, squeezed
from bot.spelling import Speller

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufe0f\ufeff"


@pytest.mark.parametrize(
    ("message", "reading"),
    [
        ("Is it SAFE?", "is it safe"),
        ("I can’t, I'm tired", "i can not i am tired"),
        ("i cant im tired", "i can not i am tired"),
        ("I canʼt", "i can not"),
        ("gonna, wanna, gotta", "going to want to have to"),
        ("my mum's bf", "my mom s boyfriend"),
        ("müde, triste, él", "mude triste el"),
        ("ｋｉｌｌ", "kill"),
        ("mg/kg - 20mg", "mg kg 20mg"),
        ("i 😭 want", "i want"),
        ("on\ttwo\nlines", "on two lines"),
        ("a\u00a0hard\u2003space", "a hard space"),
    ],
)
def test_the_first_reading_is_the_message_in_plain_words(message: str, reading: str) -> None:
    assert readings(message)[0] == reading


def test_a_sentence_is_a_line() -> None:
    assert readings("Hello. I am low! Help (me) now;\n\nplease") == ("hello\ni am low\nhelp\nme\nnow\nplease",)


def test_a_point_inside_a_word_or_number_ends_no_sentence() -> None:
    assert "\n" not in readings("0.5 mg at example.org")[0]


@pytest.mark.parametrize("message", ["", " \n", "?!…", "😭", "\u200b", "\ud800"])
def test_without_a_letter_or_digit_there_is_no_reading(message: str) -> None:
    assert readings(message) == ()


@pytest.mark.parametrize(
    ("message", "reading"),
    [
        ("кіll", "kill"),  # Cyrillic
        ("κill τo", "kill to"),  # Greek
        ("su1c1de", "suicide"),
        ("mys3lf", "myself"),
        ("$u!cide", "suicide"),
        ("p@in", "pain"),
        ("dieeee", "die"),
        ("kiiill", "kill"),
        ("help meee", "help me"),
        ("k.i.l.l", "kill"),
        ("k_i_l_l", "kill"),
        ("ki*ll", "kill"),
        ("k i l l", "kill"),
        ("k - i - l - l", "kill"),
        ("I k i l l e d it", "ikilled it"),
    ],
)
def test_a_hidden_word_stands_in_one_of_the_readings(message: str, reading: str) -> None:
    assert reading in readings(message)
    assert readings(message)[0] != reading


@pytest.mark.parametrize(
    "message", ["20mg at 5pm", "3x a week", "the 2nd dose", "1000ml", "168/102", "a 2 b 3", "4000"]
)
def test_doses_times_and_numbers_are_left_alone(message: str) -> None:
    assert len(readings(message)) == 1


@pytest.mark.parametrize("message", ["I am a bit low", "A or B", "vitamin B or C or D", "e g", "good feelings", "aa"])
def test_ordinary_words_are_not_pulled_together(message: str) -> None:
    assert len(readings(message)) == 1
    assert squeezed(message) == ""


def test_a_misspelt_word_is_mended_in_a_reading_of_its_own() -> None:
    speller = Speller([["suicidal"]] * 3, "en")
    assert readings("im suicdial", speller) == ("i am suicdial", "i am suicidal")


@pytest.mark.parametrize(
    ("message", "letters"),
    [
        ("i want to k i l l m y s e l f now", "killmyself"),
        ("k.i.l.l  m.y.s.e.l.f", "killmyself"),
        ("s-u-i-c-i-d-e", "suicide"),
        ("h e l p, please, h e l p", "help help"),
        ("what is this", ""),
        ("", ""),
    ],
)
def test_only_what_is_spaced_out_is_squeezed(message: str, letters: str) -> None:
    assert squeezed(message) == letters


TEXT = st.text(st.sampled_from("abkil 1.'\n"), max_size=40)


@given(st.text(st.characters(), max_size=200))
def test_a_reading_is_plain_whatever_was_written(message: str) -> None:
    read = readings(message)
    assert len(set(read)) == len(read)
    for line in (line for text in read for line in text.split("\n")):
        assert line == " ".join(line.split())
        assert line
        assert not any(unicodedata.category(c) in {"Cf", "Cs", "Cc", "Mn", "Lu"} for c in line)
    assert not any(c.isspace() and c != " " for c in squeezed(message))


@given(TEXT, st.lists(st.tuples(st.integers(0, 40), st.sampled_from(INVISIBLE)), max_size=8))
@example("kill myself", [(2, "\u200b"), (7, "\u00ad")])
def test_invisible_characters_change_nothing(message: str, hidden: list[tuple[int, str]]) -> None:
    written = message
    for place, character in hidden:
        written = written[:place] + character + written[place:]
    assert readings(written) == readings(message)
    assert squeezed(written) == squeezed(message)


@given(TEXT)
def test_capitals_and_wide_letters_change_nothing(message: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in message)
    assert readings(message.upper()) == readings(wide) == readings(message)
