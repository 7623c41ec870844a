"""Plain, explicit wording of danger: a table that a nurse can read, with what each row must and must not find.

This is the first check, not the whole of it: it knows explicit statements only and says so in `docs/safety.md`.
"""

import re
from dataclasses import dataclass
from typing import Literal

Notice = Literal["crisis", "crisis-other", "emergency"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording: its id, the notice it calls for, its pattern, one message that it finds and one that it must not."""

    id: str
    notice: Notice
    pattern: re.Pattern[str]
    finds: str
    ignores: str


_WANT = (
    r"(?:want|wanna|wants|going|gonna|plan(?:ning)?|intend|trying|ready|decided|about"
    r"|need|like|will|might|could|should|i'll|ima)"
)
_END = r"(?:kill(?:ing)?|hang(?:ing)?|shoot(?:ing)?|drown(?:ing)?|end(?:ing)?|unaliv(?:e|ing)|off(?:ing)?)"
_OTHER = r"(?:he|she|they|my (?:\w+ )?\w+|a friend|someone)"


def _rule(id_: str, notice: Notice, pattern: str, *, finds: str, ignores: str) -> Rule:
    return Rule(id_, notice, re.compile(pattern), finds, ignores)


RULES = (
    _rule(
        "self-kill",
        "crisis",
        rf"\b{_END} (?:myself|my self|me self|my own life)\b|\bkms\b",
        finds="I want to kill myself",
        ignores="this headache is killing me",
    ),
    _rule(
        "self-suicidal",
        "crisis",
        r"\b(?:i am|i'm|im|i feel|i've been|ive been|feeling|i get|i have been) (?:(?!not\b)\w+ ){0,2}suicidal\b"
        r"|^suicidal$",
        finds="I am feeling suicidal",
        ignores="are suicidal people turned away?",
    ),
    _rule(
        "self-suicidal-thoughts",
        "crisis",
        r"\bi(?:'m| am)? (?:have|having|keep having|get|got|am having) (?:\w+ ){0,2}"
        r"(?:suicidal|suicide) (?:thoughts|ideation|urges|plans?)\b",
        finds="I keep having suicidal thoughts",
        ignores="does ketamine help with suicidal thoughts",
    ),
    _rule(
        "self-wants-to-die",
        "crisis",
        rf"\bi(?:'m| am)? (?:just |really |only |honestly |so ){{0,2}}{_WANT}(?: to)?(?: just)?"
        r" (?:die|be dead|end it all)\b"
        r"|\bi wish i (?:was|were) dead\b",
        finds="i just want to die",
        ignores="I don't want to die, I am only nervous",
    ),
    _rule(
        "self-end-life",
        "crisis",
        r"\b(?:end|ending|take|taking) (?:my|me) (?:own )?(?:life|lfie)\b|\bdon'?t want to (?:live|be alive)\b"
        r"|\bdo not want to (?:live|be alive)\b"
        r"|\b(?:don'?t|do not) want to be here any ?more\b|\bbetter off without me\b|\bi (?:\w+ ){0,5}ending it all\b",
        finds="I am going to end my life",
        ignores="ketamine could change my life",
    ),
    _rule(
        "self-hurt",
        "crisis",
        r"\b(?:hurt|hurting|cut|cutting|harm|harming) (?:myself|my self)\b"
        r"|\bi(?:'ve| have|ve)? (?:\w+ ){0,3}self.?harm(?:ing)?\b"
        rf"|\b{_WANT} to self.?harm\b",
        finds="I want to hurt myself",
        ignores="does the FAQ say anything about self-harm",
    ),
    _rule(
        "other-suicide",
        "crisis-other",
        rf"\b{_OTHER} (?:\w+ ){{0,6}}(?:kill|killing|hang|shoot|hurt|cut|cutting|harm)"
        r" (?:himself|herself|themselves|themself)\b"
        rf"|\b{_OTHER} (?:\w+ ){{0,6}}(?:end (?:his|her|their) (?:own )?life|wants? to die|is suicidal)\b",
        finds="my husband says he is going to kill himself",
        ignores="my husband was ill last year and is well now",
    ),
    _rule(
        "overdose",
        "emergency",
        r"\b(?:i|he|she|they|we)(?:'ve| have|ve|'s| has)? (?:just |already )?(?:overdosed|od'?d)\b"
        r"|\btook (?:the|a) whole (?:bottle|pack|packet|box)\b"
        r"|\btook (?:all|too many|too much)(?: of)? (?:my|his|her|their|the)"
        r" (?:pills|tablets|meds|medication|medicine|lozenges|ketamine)\b"
        r"|\btook too many (?:pills|tablets|lozenges)\b",
        finds="I just overdosed",
        ignores="can you overdose on ketamine in a clinic",
    ),
    _rule(
        "breathing",
        "emergency",
        r"\b(?:can'?t|can not|cannot) breathe\b(?! (?:through|out of))|\b(?:not|isn'?t|aren'?t) breathing\b"
        r"|\bstopped breathing\b|\b(?:trouble|difficulty) breathing (?:now|right now|since)\b",
        finds="I can't breathe",
        ignores="can it make you stop breathing",
    ),
    _rule(
        "heart",
        "emergency",
        r"\b(?:having|i have|i've got|got|bad|severe) (?:a |an )?"
        r"(?:heart attack|stroke|seizure|chest pains?|pains? in my chest)"
        r" ?(?:now|right now|right after|and|since|$)|\bmy chest hurts\b|\bcrushing pain in my chest\b|^chest pains?$"
        r"|\b(?:his|her|my) heart (?:has )?stopped\b",
        finds="i think im having a heart attack",
        ignores="I had a heart attack in 2015, can I still come",
    ),
    _rule(
        "collapse",
        "emergency",
        r"\b(?:has|have|just|dad|mum|mom|wife|husband|he|she) collapsed\b"
        r"|\b(?:can'?t|can not|cannot) wake (?:him|her|them) up\b"
        r"|\bis unconscious\b|\bunconscious (?:now|and)\b|\b(?:won'?t|will not) wake up\b(?! early)",
        finds="he has collapsed in the car park",
        ignores="passed out once when I gave blood years ago",
    ),
)
