"""Whatever is asked: only approved texts, danger first, the contract of kinds; seeded, so that a find stays found."""

import json
import random
import re
from collections.abc import Iterator

import pytest

from bot.bot import Bot
from bot.model import Reply
from bot.safety import MATTERS, RULES
from bot.safety.harmless import HARMLESS
from tests.clinics import CLINIC, Texts, bot_of

FAQ: dict[str, Texts] = {
    "What is ketamine?": ["A medicine.", ("It is given in a clinic.", "previous")],
    "Does ketamine help with depression?": ["It helped many.", "It does not help all."],
    "Does it help with suicidal thoughts?": ["Studies found fewer such thoughts."],
    "Who may not have it?": ["Some are excluded."],
    "May I drive afterwards?": ["Not on that day.", "Bring a driver.", "Rest."],
    "What does it cost?": ["Ask us."],
}
HIDDEN = ["Does ketamine help with depression?", "Who may not have it?"]
DANGER = {"crisis", "crisis-short", "crisis-other", "emergency", "harm"}
SEED = 20_240_611
UNICODE = [(0x20, 0x7F), (0x00, 0x20), (0xA0, 0x250), (0x370, 0x530), (0x2000, 0x2070), (0x1F600, 0x1F650)]
UNICODE += [(0x300, 0x370), (0xD800, 0xE000), (0xFF00, 0xFFF0), (0x10000, 0x10FFFF), (0x590, 0x700), (0xE0000, 0xE0080)]


def _messages(bot: Bot) -> list[str]:
    """Return whole messages: examples of every table, wordings, titles."""
    tables = [text for rule in RULES for text in (rule.finds, rule.ignores)]
    tables += [text for row in HARMLESS for text in (row.blanks, row.keeps)]
    tables += [text for matter in MATTERS for text in (matter.finds, matter.ignores)]
    knowledge = bot.knowledge
    wordings = [wording for entry in knowledge.entries for wording in entry.wordings]
    wordings += [wording for gap in knowledge.gaps for wording in gap.wordings]
    wordings += [wording for talk in knowledge.small_talk for wording in talk.wordings]
    return tables + wordings


def _inputs(bot: Bot, count: int) -> Iterator[tuple[str, list[str]]]:
    """Yield *count* questions, each with the questions before it."""
    messages = _messages(bot)
    words = sorted(
        {word for text in [*messages, *(rule.pattern for rule in RULES)] for word in re.findall(r"\w+", text)}
    )
    chance = random.Random(SEED)  # noqa: S311 - the same inputs in every run

    def unicode_text() -> str:
        ranges = [chance.choice(UNICODE) for _ in range(chance.randrange(30))]
        return "".join(chr(chance.randrange(*one)) for one in ranges)

    def mixed() -> str:
        return chance.choice([" ", " ", "\n", ". ", "? ", ""]).join(chance.choices(words, k=chance.randrange(1, 20)))

    def joined() -> str:
        return chance.choice([" ", "? ", ". ", " and ", "\n\n"]).join(
            chance.choices(messages, k=chance.randrange(1, 4))
        )

    def broken() -> str:
        text = list(joined())
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(text))
            text[place] = chance.choice(["", text[place] * 2, chr(chance.randrange(*chance.choice(UNICODE)))])
        return "".join(text)

    makers = (unicode_text, mixed, joined, broken)
    for _ in range(count):
        yield chance.choice(makers)(), [chance.choice(makers)() for _ in range(chance.choice([0, 0, 1, 3]))]


def _beside(reply: Reply) -> set[str]:
    """Return what may stand beside a danger: after an earlier one also how to reach a person."""
    is_later = reply.safety.rules == ("still-in-danger",)
    return {"language", f"gap:{_gap_of(reply)}", *(["contact"] if is_later else [])}


def _gap_of(reply: Reply) -> str:
    """Return the known gap that may stand below a danger that an earlier message told of."""
    found = [n.id for n in reply.notices if n.id.startswith("gap:")]
    return found[0].removeprefix("gap:") if found and reply.safety.rules == ("still-in-danger",) else ""


def _faults(reply: Reply, question: str, bot: Bot) -> list[str]:
    """Return what is wrong with *reply*, each as a word or two."""
    knowledge = bot.knowledge
    notices = {**knowledge.notices, **{f"gap:{gap.id}": gap.notice for gap in knowledge.gaps}}
    ids = [notice.id for notice in reply.notices]
    places = [notice.place for notice in reply.notices]
    endangered = reply.safety.level in ("crisis", "emergency")
    groups = [shown.group for shown in reply.passages]
    approved = {passage.id: passage for entry in knowledge.entries for passage in entry.passages}
    hidden = {entry.id for entry in knowledge.entries if entry.after_crisis == "hide"}
    dangers = [id_ in DANGER for id_ in ids]
    laws = {
        "a passage is not approved": all(approved.get(s.passage.id) == s.passage for s in reply.passages),
        "a passage is not its source": all(
            knowledge.sources[s.source.file][s.source.start : s.source.end] == s.text for s in reply.passages
        ),
        "a notice is not the knowledge's": all(notices[n.id] == n.text for n in reply.notices),
        "a suggestion is no title": all(knowledge.entry(s.entry_id).question == s.question for s in reply.suggestions),
        "the disclaimer is not the knowledge's": reply.disclaimer.text == notices["disclaimer"],
        "a notice is told twice": len(set(ids)) == len(ids),
        "notices are out of place": places == sorted(places, reverse=True),
        "danger is not first": dangers == sorted(dangers, reverse=True) and 0 <= sum(dangers) <= 2,
        "danger is not told": endangered == any(dangers) and places[: sum(dangers)] == ["before"] * sum(dangers),
        "danger is told with other matters": not endangered
        or reply.kind == "refused"
        or all(id_ in DANGER or id_ in _beside(reply) for id_ in ids),
        "a hidden entry is shown": not endangered or hidden.isdisjoint(s.entry_id for s in reply.passages),
        "support is misplaced": (reply.safety.level == "support") == ("support" in ids),
        "an answer has no passage": (reply.kind == "answer") == bool(reply.passages),
        "a choice has no two or three": (len(reply.suggestions) in (2, 3)) == (reply.kind == "choose"),
        "a gap has no notice": (reply.kind == "gap") <= any(id_.startswith("gap:") for id_ in ids),
        "a no-answer does not say so": (reply.kind == "no_answer") == ("no-answer" in ids),
        "a notice has none": (reply.kind == "notice") <= ("before" in places),
        "a refusal does not say so": (reply.kind == "refused") == bool({"empty", "too-long"} & set(ids)),
        "groups are not counted from 0": sorted(set(groups)) == list(range(len(set(groups)))) and len(set(groups)) <= 3,
        "groups are not in order": groups == sorted(groups),
        "parts are out of range": [p.start for p in reply.parts] == sorted(p.start for p in reply.parts)
        and all(0 <= part.start <= part.end <= len(question) for part in reply.parts),
        "confidence is none": reply.confidence is None or 0 <= reply.confidence <= 1,
        "help is not named": not (endangered or reply.kind in ("no_answer", "refused"))
        or any(CLINIC.crisis_line in notice.text for notice in reply.notices),
        "it is no JSON": json.loads(json.dumps(reply.to_dict()).encode("utf-8")) == reply.to_dict(),
    }
    return [fault for fault, holds in laws.items() if not holds]


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_every_reply_is_by_the_book(count: int) -> None:
    bot = bot_of(FAQ, hide=HIDDEN)
    kinds, levels, wrong = set(), set(), []
    for question, history in _inputs(bot, count):
        reply = bot.ask(question, history)
        kinds.add(reply.kind)
        levels.add(reply.safety.level)
        wrong += [(fault, question, history) for fault in _faults(reply, question, bot)]
    assert wrong[:20] == []
    assert kinds == {"answer", "choose", "gap", "no_answer", "notice", "refused"}
    assert {"none", "crisis", "emergency"} <= levels
