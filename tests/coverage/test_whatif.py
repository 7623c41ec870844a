"""What a change of the knowledge does to replies: gained, lost, moved or only reworded, and nothing else is told."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.bot import Bot
from bot.coverage import Difference, Outcome, differences, sample, stored_wordings
from bot.knowledge.sources import sourced
from bot.model import Entry, Gap, Knowledge, Passage, Span
from tests.clinics import Texts, knowledge_of

OPEN, FRIEND, PARK = "When are you open?", "Can I bring a friend?", "where can I park"
ANSWERS: dict[str, Texts] = {OPEN: ["We are open from nine to five."], FRIEND: ["Please bring one friend."]}


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot(knowledge_of(ANSWERS))


def changed(bot: Bot, knowledge: Knowledge) -> dict[str, tuple[str, str, str]]:
    """Return what changes for each question: the effect, and what was and is got."""
    questions = [OPEN, FRIEND, PARK, "hello", OPEN]
    found = differences(bot.ask, bot.with_knowledge(knowledge).ask, questions)
    return {one.question: (one.effect, str(one.before), str(one.after)) for one in found}


def test_nothing_changes_where_nothing_was_changed(bot: Bot) -> None:
    assert changed(bot, knowledge_of(ANSWERS)) == {}


def test_a_new_entry_is_gained_and_the_same_one_removed_is_lost(bot: Bot) -> None:
    more = knowledge_of({**ANSWERS, "Where can I park?": ["Park behind the house."]})
    assert changed(bot, more) == {PARK: ("gained", "gap (gap:parking)", "answer (e2)")}
    back = differences(bot.with_knowledge(more).ask, bot.ask, [PARK])
    assert [(one.effect, str(one)) for one in back] == [
        ("lost", "lost: 'where can I park': answer (e2) -> gap (gap:parking)")
    ]


def test_another_gap_is_a_move(bot: Bot) -> None:
    parking = Gap("cars", "Cars", "Nothing of cars.", ("where can I park",))
    other = replace(bot.knowledge, gaps=(parking,))
    assert changed(bot, other) == {PARK: ("moved", "gap (gap:parking)", "gap (gap:cars)")}


def test_a_referral_that_gives_way_to_silence_is_told_apart(bot: Bot) -> None:
    unsure = replace(bot.knowledge.operating_point, answer=1.0, choose=1.0, without_vectors=None)
    other = replace(bot.knowledge, gaps=(), operating_point=unsure)
    assert changed(bot, other)[PARK] == ("silenced", "gap (gap:parking)", "no_answer")
    (back,) = differences(bot.with_knowledge(other).ask, bot.ask, [PARK])
    assert back.effect == "moved"


def test_a_wording_that_goes_to_another_entry_is_a_move(bot: Bot) -> None:
    first, second = bot.knowledge.entries
    other = replace(bot.knowledge, entries=(replace(first, question="Hours?"), replace(second, aliases=(OPEN,))))
    assert changed(bot, other)[OPEN] == ("moved", "answer (e0)", "answer (e1)")


def test_a_passage_that_was_written_anew_is_reworded(bot: Bot) -> None:
    text = "We are open from ten to six."
    first, second = bot.knowledge.entries
    passage = Passage("e0#0", "e0", text, sourced(Span("sources/new.txt", 0, len(text)), text))
    entry: Entry = replace(first, passages=(passage,))
    sources = {**bot.knowledge.sources, "sources/new.txt": text}
    other = replace(bot.knowledge, entries=(entry, second), sources=sources)
    assert changed(bot, other) == {OPEN: ("reworded", "answer (e0)", "answer (e0)")}


def test_a_difference_is_told_in_json() -> None:
    before, after = Outcome("no_answer", notices=("no-answer",)), Outcome("answer", passages=("a#0",), texts=("t",))
    assert Difference("why", "gained", before, after).to_dict() == {
        "question": "why",
        "effect": "gained",
        "before": {"kind": "no_answer", "passages": [], "suggestions": [], "notices": ["no-answer"]},
        "after": {"kind": "answer", "passages": ["a#0"], "suggestions": [], "notices": []},
    }


def test_every_wording_of_staff_is_a_question_to_compare(bot: Bot) -> None:
    assert stored_wordings(bot.knowledge) == (
        OPEN, FRIEND, "where can I park", "is there parking", "hello", "good morning", "tell me a joke",
        "how old are you",
    )  # fmt: skip


def test_a_small_knowledge_is_compared_by_all_there_is(bot: Bot) -> None:
    other = replace(bot.knowledge, entries=(replace(bot.knowledge.entries[0], aliases=("hours",)),))
    asked = sample(bot.knowledge, other, ["a test", OPEN, "a test"], ["of the bank", "a test"])
    assert (asked.tests, asked.bank) == (("a test", OPEN), ("of the bank",))
    stored = {*stored_wordings(bot.knowledge), "hours"} - {OPEN}
    assert {*asked.wordings} == stored
    assert (asked.of_tests, asked.of_bank, asked.of_wordings) == (2, 1, len(stored))
    assert asked.wordings[:2] == ("hours", FRIEND) or asked.wordings[:2] == (FRIEND, "hours")
    assert [asked.kind(one) for one in (OPEN, "of the bank", "hours")] == ["test", "bank", "wording"]
    assert len({*asked.questions}) == len(asked.questions)


def test_a_large_one_by_what_changed_and_by_others_at_even_distances(bot: Bot) -> None:
    first, second = bot.knowledge.entries
    many = replace(bot.knowledge, entries=(replace(first, aliases=tuple(f"wording {n}" for n in range(5000))), second))
    fewer = replace(many, entries=(replace(many.entries[0], aliases=many.entries[0].aliases[1:]), second))
    asked = sample(many, fewer, [f"test {n}" for n in range(1000)], [f"bank {n}" for n in range(1000)])
    assert asked.wordings[0] == "wording 0"
    places = [int(one.split()[1]) for one in asked.wordings if one.startswith("wording ")]
    steps = {after - before for before, after in pairwise(places[1:])}
    assert steps <= {18, 19}
    assert asked.tests[:3] == ("test 0", "test 5", "test 10")
    assert len(asked.questions) == 800
    assert (asked.of_tests, asked.of_bank) == (1000, 1000)


def test_when_more_changed_than_can_be_asked_some_of_it_is(bot: Bot) -> None:
    first, second = bot.knowledge.entries
    many = replace(bot.knowledge, entries=(replace(first, aliases=tuple(f"wording {n}" for n in range(5000))), second))
    asked = sample(bot.knowledge, many, [], [])
    assert len(asked.wordings) == 270
    assert all(one.startswith("wording ") for one in asked.wordings)
