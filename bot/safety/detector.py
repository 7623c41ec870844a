"""A message in, how grave it is and why out: rules on every reading of it, then the classifier, which only adds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import re2

from bot.model import Safety
from bot.safety.classifier import Classifier, Judgement, shipped
from bot.safety.harmless import HARMLESS
from bot.safety.meaning import Embed, shipped_meaning
from bot.safety.rules import RULES, SQUEEZED, DangerNotice
from bot.safety.views import readings, squeezed
from bot.spelling import Speller

LANGUAGE = "en"
MODEL = "model-"
MAYBE = "model-maybe-"
SPACED_OUT = "spaced-out-"
# from here on a message that asks nothing is rather a cry than a topic
DESPAIR = 0.5
FAILED = "check-failed"
# the notice of a body in danger comes first: whoever reads it may have minutes
GRAVEST_FIRST: tuple[DangerNotice, ...] = ("emergency", "crisis", "crisis-other", "harm")
_NOTICE_OF_CLASS: dict[str, DangerNotice] = {
    "self": "crisis",
    "other": "crisis-other",
    "emergency": "emergency",
    "harm": "harm",
}
_NOTICES: dict[str, DangerNotice] = {
    FAILED: "crisis",
    **{rule.id: rule.notice for rule in RULES},
    **{f"{MODEL}{name}": notice for name, notice in _NOTICE_OF_CLASS.items()},
    **{f"{SPACED_OUT}{notice}": notice for notice in GRAVEST_FIRST},
}
# the words of the rules, to mend misspellings by
_TARGETS = (
    "kill myself killing suicide suicidal suicide overdose overdosed overdosing breathe breathing chest crushing "
    "collapsed unconscious seizure stroke heart attack swallowed tablets bottle pills whole cutting wrists "
    "hurting harming hanging yourself himself herself themselves ending anymore life living alive dying dead want "
    "wanting jump bridge rope noose strangled choking threatened raped assaulted abused beating hitting husband "
    "boyfriend bleeding swelling throat tongue paralysed numb drooping emergency ambulance poison unalive goodbye "
    "worthless hopeless burden funeral"
)


@dataclass(frozen=True, slots=True)
class _Tools:
    """What is compiled once: patterns of rules and of harmless wordings, the speller and the classifier."""

    rules: Sequence[tuple[str, "re2._Regexp"]]
    harmless: Sequence["re2._Regexp"]
    squeezed: Sequence[tuple[str, "re2._Regexp"]]
    speller: Speller


def detect(message: str, embed: Embed | None = None) -> Safety:
    """Return what is found in the whole of *message*: `crisis`, `emergency`, `support` or `none`, and by which rules.

    A rule, or a classifier that is sure, raises to `emergency` (a body in danger) or `crisis`; a classifier that is
    less sure, or a mere mention, to `support`. With *embed*, which returns the sentence vectors of texts, a second
    opinion counts where the classifier is in doubt.
    """
    tools, classifier = _tools(), shipped()
    texts = [_blanked(text, tools) for text in readings(message, tools.speller)]
    fired = list(dict.fromkeys(id_ for text in texts for id_ in _fired(text, tools)))
    bare = squeezed(message)
    fired += [id_ for id_, pattern in tools.squeezed if bare and pattern.search(bare)]
    judged: list[Judgement] = []
    try:
        judged = [classifier.judge(text) for text in _for_classifier(texts)]
    except Exception:  # noqa: BLE001 - what the rules found must not be lost with it
        fired.append(FAILED)
    gravest = max(judged, key=lambda one: one.danger, default=None)
    if gravest and _is_sure(gravest, classifier, embed if not fired else None):
        fired.append(f"{MODEL}{gravest.kind}")
    if fired:
        ordered = tuple(sorted(fired, key=lambda id_: (GRAVEST_FIRST.index(_NOTICES[id_]), id_.startswith(MODEL))))
        return Safety("emergency" if "emergency" in _full_notices(ordered) else "crisis", ordered)
    if any(one.concern >= classifier.support for one in judged):
        is_despair = gravest is not None and gravest.danger >= DESPAIR
        return Safety("support", (f"{MAYBE}{gravest.kind}" if gravest and is_despair else f"{MODEL}support",))
    return Safety()


def judged_by(message: str, classifier: Classifier) -> tuple[Judgement, float]:
    """Return the classifier's gravest judgement of *message*, and its probability of danger or a mention of it.

    For benchmarks; a message without a word is judged to be harmless.
    """
    tools = _tools()
    texts = [_blanked(text, tools) for text in readings(message, tools.speller)]
    judged = [classifier.judge(text) for text in _for_classifier(texts)] or [Judgement("self", 0.0, 0.0)]
    return max(judged, key=lambda one: one.danger), max(one.concern for one in judged)


def _is_sure(gravest: Judgement, classifier: Classifier, embed: Embed | None) -> bool:
    """Tell whether the full notice is due by the classifier alone, or with the second opinion where there is one."""
    if embed is None:
        return gravest.danger >= classifier.crisis
    try:
        return shipped_meaning().is_danger(gravest.danger, gravest.text, embed)
    except Exception:  # noqa: BLE001 - without the second opinion there is still the first
        return gravest.danger >= classifier.crisis


def _for_classifier(texts: Sequence[str]) -> Sequence[str]:
    """Return the plainest reading and the one with its misspellings mended."""
    return tuple(dict.fromkeys((*texts[:1], *texts[-1:])))


def danger_notices(safety: Safety) -> tuple[str, ...]:
    """Return the ids of the full notices for a level of `crisis` or `emergency`, the gravest first, two at most.

    What only the classifier found stands behind what a rule found, and adds no second notice to it.
    """
    return _full_notices(safety.rules) or ("crisis",)


def _full_notices(rules: Sequence[str]) -> tuple[str, ...]:
    by_rule = [_NOTICES[id_] for id_ in rules if not id_.startswith(MODEL)]
    found = by_rule or [_NOTICES[id_] for id_ in rules]
    return tuple(dict.fromkeys(found))[:2]


def _fired(text: str, tools: _Tools) -> Iterator[str]:
    for line in text.split("\n"):
        yield from (id_ for id_, pattern in tools.rules if pattern.search(line))


def _blanked(text: str, tools: _Tools) -> str:
    for pattern in tools.harmless:
        text = pattern.sub(" x ", text)
    return text


@cache
def _tools() -> _Tools:
    return _Tools(
        rules=[(rule.id, re2.compile(rule.pattern)) for rule in RULES],
        harmless=[one.compiled() for one in HARMLESS],
        squeezed=[(f"{SPACED_OUT}{notice}", re2.compile(pattern)) for notice, pattern in SQUEEZED.items()],
        speller=Speller([_TARGETS.split()] * 3, LANGUAGE),
    )
