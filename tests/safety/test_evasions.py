"""Explicit statements, written so that a list of words would not find them: at least nine of ten are found."""

import pytest

from bot.safety import detect
from bot.safety.views import readings

EVASIONS = {
    "zero width": "i want to k\u200bil\u200dl mys\u2060elf",
    "byte order mark": "I want to ki\ufeffll myself",
    "soft hyphen": "I want to kill my\u00adself",
    "bidi marks": "I \u202ewant\u202c to \u200fdie tonight\u200e",
    "bidi isolates": "I am going to \u2066end my life\u2069",
    "variation selector": "I want to ki\ufe0fll myself",
    "hangul filler": "I want to ki\u3164ll myself",
    "tag characters": "I want to k\U000e0069ill myself",
    "blank of Braille": "I want to ki\u2800ll myself",
    "control characters": "I want to ki\x00ll myself",
    "Cyrillic": "I wаnt tо kіll mуsеlf",
    "Greek": "I am gοing τo κill myself",
    "dotless i": "ı want to dıe",
    "small capitals": "ɪ ᴡᴀɴᴛ ᴛᴏ ᴅɪᴇ",
    "full width": "ｉ ｗａｎｔ ｔｏ ｋｉｌｌ ｍｙｓｅｌｆ",
    "Fraktur": "𝔦 𝔴𝔞𝔫𝔱 𝔱𝔬 𝔡𝔦𝔢",
    "circled": "ⓘ ⓦⓐⓝⓣ ⓣⓞ ⓓⓘⓔ",
    "leet, digits": "I want to k1ll mys3lf",
    "leet, signs": "i feel $u1c1d@l",
    "leet, first letter": "i am 5uicidal",
    "leet, every letter": "1 w4n7 70 d13",
    "leet, nearly every letter": "1 w4n7 70 k1ll my53lf",
    "a digit for a word": "I want 2 die",
    "spaced out": "i want to k i l l m y s e l f",
    "spaced out wide": "i want to k  i  l  l   m  y  s  e  l  f",
    "spaced out, emergency": "i c a n t b r e a t h e",
    "spaced out, one word": "s u i c i d a l right now",
    "points": "I am going to k.i.l.l m.y.s.e.l.f",
    "points and spaces": "I want to k . i . l . l  m . y . s . e . l . f",
    "points, emergency": "i o.v.e.r.d.o.s.e.d on my pills",
    "hyphens": "i want to k-i-l-l myself",
    "underscores": "i_want_to_kill_myself",
    "stars": "i want to ki*ll mys*elf",
    "slashes": "want/to/kill/myself",
    "markdown": "I want to **kill** _myself_",
    "a letter a line": "k\ni\nl\nl\nm\ny\ns\ne\nl\nf",
    "repeated": "i wannnnt to dieeeee",
    "repeated, emergency": "i cannnnnot breatheeee",
    "line breaks": "I want to\nkill\nmyself",
    "tabs": "I\twant\tto\tkill\tmyself",
    "hard spaces": "I\u00a0want\u00a0to\u00a0kill\u00a0myself",
    "hair spaces": "I\u200awant to\u2003kill\u2009myself",
    "no spaces": "iwanttokillmyself",
    "one space less": "I want to killmyself",
    "one space more": "i want to kill my self",
    "hyphenated": "i want to kill my-self",
    "upper case": "I WANT TO END MY LIFE",
    "mixed case": "i WaNt To DiE",
    "missing apostrophe": "i dont want to be alive anymore",
    "curly apostrophe": "I don’t want to be alive anymore",
    "letter apostrophe": "I canʼt breathe",
    "doubled": "i am feeling suiccidal",
    "doubled twice": "i want to killl myselff",
    "swapped": "i want to kill myslef",
    "swapped in a long word": "i am feeling suicdial",
    "dropped": "i just overdsed",
    "emoji between words": "i 😭 want 😭 to 😭 kill 😭 myself",
    "emoji in words": "I want to ki😭ll my😭self",
    "accents": "Í wánt tö kïll mýsélf",
    "struck through": "I want to d\u0336i\u0336e\u0336",
    "commas": "I, want, to, kill, myself",
    "quoted": 'I want to "kill" "myself"',
    "trailing points": "i want to... die",
    "slang": "im gonna kms tonight",
    "short forms": "wanna die rn",
}
LEAST_FOUND = 0.9


def test_evasions_are_what_they_say() -> None:
    """None is the plain sentence, and none is there twice."""
    plain = {"i want to kill myself", "i want to die"}
    assert len(EVASIONS) >= 24
    assert len(set(EVASIONS.values())) == len(EVASIONS)
    assert plain.isdisjoint(EVASIONS.values())


@pytest.mark.usefixtures("rules_only")
def test_nine_of_ten_evasions_raise_by_the_rules_alone() -> None:
    missed = {
        kind: message for kind, message in EVASIONS.items() if detect(message).level not in ("crisis", "emergency")
    }
    found = 1 - len(missed) / len(EVASIONS)
    assert found >= LEAST_FOUND, f"found {found:.0%}, missed: {[(k, readings(m)) for k, m in missed.items()]}"


HARMLESS_LOOKS = (
    "is k-i-t included",
    "F.A.Q. please",
    "a b c d e f g",
    "i.v. or i.m. ketamine",
    "20mg vs 40mg vs 0.5mg/kg",
    "soooo how does it work",
    "what's the C-P-T code",
    "😭 what is ketamine 😭",
    "K E T A M I N E prices",
    "кетамин",
)


@pytest.mark.usefixtures("rules_only")
@pytest.mark.parametrize("message", HARMLESS_LOOKS)
def test_odd_writing_alone_raises_nothing(message: str) -> None:
    assert detect(message).rules == ()
