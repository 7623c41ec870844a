"""The policy: what is answered, offered, refused or left unanswered, and in which order it is said."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import Answering, verify
from bot.bot import Bot
from bot.errors import SourceMismatchError
from bot.model import Disclaimer, Notice, OperatingPoint, Part, Passage, Reply, Safety, Suggestion
from bot.retrieval import Hit, Ranking
from tests.clinics import Texts, bot_of, knowledge_of

PETS: dict[str, Texts] = {
    "May I bring my dog?": ["Dogs wait in the garden. There is water."],
    "May I bring my cat?": ["Cats stay at home."],
    "What should I wear?": ["Wear what is warm.", ("However, leave rings at home.", "previous"), "Shoes stay on."],
}


@pytest.fixture(scope="module")
def bot() -> Bot:
    return bot_of(PETS)


class _Fixed:
    """A ranker whose finding is given."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking = ranking

    def rank(self, question: str) -> Ranking:
        del question
        return self.ranking


PASSAGES = (Hit("e0#0", 0.5), Hit("e1#0", 0.5), Hit("e2#0", 0.5), Hit("e2#1", 0.2))


def _reply(*entries: Hit, confidence: float, gap: Hit | None = None, talk: Hit | None = None) -> Reply:
    ranking = Ranking(entries, PASSAGES, gap, talk, confidence)
    return Answering(knowledge_of(PETS), _Fixed(ranking), "1").reply("a question")


def _checked(check: Callable[[str], Safety], *, hide: Sequence[str] = ()) -> Answering:
    bot = bot_of(PETS, hide=hide)
    return Answering(bot.knowledge, bot, "1", check)


def test_a_title_asked_word_for_word_gets_its_whole_answer(bot: Bot) -> None:
    reply = bot.ask("what should I wear")
    assert (reply.kind, reply.confidence) == ("answer", 1.0)
    assert reply.passages[0].text == "Wear what is warm."


def test_a_confident_entry_is_answered() -> None:
    reply = _reply(Hit("e0", 0.8), Hit("e1", 0.2), confidence=0.9)
    assert reply.kind == "answer"
    assert [shown.text for shown in reply.passages] == ["Dogs wait in the garden. There is water."]
    assert reply.confidence == 0.9


def test_doubtful_entries_are_offered_best_first() -> None:
    reply = _reply(Hit("e1", 0.3), Hit("e0", 0.01), confidence=0.4)
    assert reply.kind == "choose"
    assert reply.suggestions == (Suggestion("e1", "May I bring my cat?"), Suggestion("e0", "May I bring my dog?"))
    assert (reply.passages, reply.notices) == ((), ())


def test_the_first_three_are_offered_however_weak_and_never_one_alone() -> None:
    knowledge = knowledge_of({**PETS, "May I smoke?": ["No."]})
    ranking = Ranking((Hit("e2", 0.5), Hit("e3", 0.02), Hit("e1", 0.01), Hit("e0", 0.01)), (), None, None, 0.4)
    many = Answering(knowledge, _Fixed(ranking), "1").reply("a question")
    assert [s.entry_id for s in many.suggestions] == ["e2", "e3", "e1"]
    assert _reply(Hit("e0", 0.5), confidence=0.4).kind == "no_answer"


def test_below_both_thresholds_the_faq_does_not_answer() -> None:
    reply = _reply(Hit("e0", 0.2), confidence=0.1)
    assert (reply.kind, reply.confidence) == ("no_answer", 0.1)
    assert [notice.id for notice in reply.notices] == ["no-answer"]


def test_where_nothing_is_ranked_there_is_no_confidence() -> None:
    assert (_reply(confidence=0.0).kind, _reply(confidence=0.0).confidence) == ("no_answer", None)


def test_a_known_gap_gets_its_notice() -> None:
    reply = _reply(Hit("e0", 0.2), confidence=0.4, gap=Hit("parking", 0.6))
    assert reply.kind == "gap"
    assert reply.notices == (Notice("gap:parking", "before", "The FAQ does not say where to park."),)


def test_a_gap_yields_to_a_confident_answer_and_to_a_likelier_entry() -> None:
    assert _reply(Hit("e0", 0.2), confidence=0.9, gap=Hit("parking", 0.8)).kind == "answer"
    assert _reply(Hit("e0", 0.5), Hit("e1", 0.2), confidence=0.4, gap=Hit("parking", 0.35)).kind == "choose"


def test_a_weak_gap_says_nothing() -> None:
    assert _reply(Hit("e0", 0.1), confidence=0.1, gap=Hit("parking", 0.2)).kind == "no_answer"


def test_small_talk_gets_its_notice_or_none() -> None:
    greeted = _reply(Hit("e0", 0.1), confidence=0.1, talk=Hit("greeting", 0.8))
    assert (greeted.kind, [n.id for n in greeted.notices]) == ("notice", ["greeting"])
    chat = _reply(Hit("e0", 0.1), confidence=0.1, talk=Hit("chit-chat", 0.8))
    assert (chat.kind, [n.id for n in chat.notices]) == ("no_answer", ["no-answer"])


def test_stored_wordings_of_gaps_and_small_talk_reach_their_notices(bot: Bot) -> None:
    assert bot.ask("is there parking?").notices[0].id == "gap:parking"
    assert bot.ask("Good morning!").notices[0].id == "greeting"


def test_passages_joined_by_keep_with_are_one_group_in_source_order(bot: Bot) -> None:
    shown = bot.ask("should I leave rings at home? what should I wear, rings?").passages
    texts = [(p.group, p.text) for p in shown if p.group == 0]
    assert texts == [(0, "Wear what is warm."), (0, "However, leave rings at home.")]


def _passages_of(entry: str, *hits: Hit) -> list[str]:
    ranking = Ranking((Hit(entry, 0.9),), hits, None, None, 0.9)
    reply = Answering(knowledge_of(PETS), _Fixed(ranking), "1").reply("x")
    return [shown.passage.id for shown in reply.passages]


def test_a_passage_far_below_the_best_is_left_out() -> None:
    assert _passages_of("e2", Hit("e2#2", 0.5), Hit("e2#0", 0.1)) == ["e2#2"]


def test_passages_of_other_entries_are_not_shown() -> None:
    assert _passages_of("e2", Hit("e0#0", 0.9), Hit("e2#2", 0.5)) == ["e2#2"]


def test_where_no_passage_stands_out_the_entry_is_shown_from_its_start() -> None:
    assert _passages_of("e2") == ["e2#0", "e2#1", "e2#2"]


def test_at_most_three_groups_are_shown() -> None:
    knowledge = knowledge_of({"Long?": ["one", "two", "three", "four"]})
    ranking = Ranking((Hit("e0", 0.9),), tuple(Hit(f"e0#{n}", 0.5) for n in range(4)), None, None, 0.9)
    reply = Answering(knowledge, _Fixed(ranking), "1").reply("x")
    assert [shown.group for shown in reply.passages] == [0, 1, 2]


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("?!…", "empty"),
        ("😭", "empty"),
        ("a\ud800b", "empty"),
        ("x" * 4001, "too-long"),
    ],
)
def test_what_cannot_be_asked_is_refused(bot: Bot, question: str, notice: str) -> None:
    reply = bot.ask(question)
    assert (reply.kind, [n.id for n in reply.notices], reply.passages) == ("refused", [notice], ())


def test_four_thousand_characters_are_still_a_question(bot: Bot) -> None:
    assert bot.ask("dog " * 1000).kind != "refused"


def test_danger_in_a_refused_message_is_still_met(bot: Bot) -> None:
    reply = bot.ask("x " * 3000 + "I want to kill myself")
    assert (reply.kind, reply.safety.level) == ("refused", "crisis")
    assert [notice.id for notice in reply.notices] == ["crisis", "too-long"]


def test_a_danger_notice_comes_first_and_alone_where_nothing_answers(bot: Bot) -> None:
    reply = bot.ask("I want to kill myself")
    assert reply.kind == "notice"
    assert [(notice.id, notice.place) for notice in reply.notices] == [("crisis", "before")]
    assert (reply.safety.level, reply.safety.rules[0]) == ("crisis", "self-kill")


def test_a_confident_answer_stands_below_the_danger_notice() -> None:
    alarmed = _checked(lambda _: Safety("emergency", ("heart",)))
    reply = alarmed.reply("May I bring my dog?")
    assert (reply.kind, [n.id for n in reply.notices]) == ("answer", ["emergency"])


def test_an_entry_hidden_after_a_crisis_is_not_shown_below_its_notice() -> None:
    alarmed = _checked(lambda _: Safety("crisis", ("self-kill",)), hide=["May I bring my dog?"])
    reply = alarmed.reply("May I bring my dog?")
    assert (reply.kind, reply.passages) == ("notice", ())


def test_no_choice_and_no_abstention_below_a_danger_notice(bot: Bot) -> None:
    reply = bot.ask("I want to kill myself, may I bring my dog or cat")
    assert (reply.suggestions, [n.id for n in reply.notices]) == ((), ["crisis"])


def test_a_check_that_fails_shows_the_crisis_notice() -> None:
    def broken(_: str) -> Safety:
        raise RuntimeError("anything")

    reply = _checked(broken).reply("May I bring my dog?")
    assert reply.notices[0].id == "crisis"
    assert reply.safety == Safety("crisis", ("check-failed",))


@pytest.mark.parametrize("question", ["", "dog", "zebra", "I want to die", "x" * 5000])
def test_every_reply_carries_the_disclaimer_and_one_part(bot: Bot, question: str) -> None:
    reply = bot.ask(question)
    assert reply.disclaimer == Disclaimer(bot.knowledge.notices["disclaimer"])
    assert reply.parts == (Part(0, len(question), reply.kind),)


@pytest.mark.parametrize("wrong", [None, 3, b"dog", ["dog"]])
def test_a_question_that_is_no_text_is_a_type_error(bot: Bot, wrong: object) -> None:
    with pytest.raises(TypeError, match="must be a str"):
        bot.ask(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must be a str"):
        bot.explain(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must be a str"):
        bot.ask("dog", [wrong])  # type: ignore[list-item]


def test_a_history_that_is_one_text_is_a_type_error(bot: Bot) -> None:
    with pytest.raises(TypeError, match="sequence of them"):
        bot.ask("dog", "cat")


def test_only_the_last_twenty_of_the_history_count(bot: Bot) -> None:
    earlier = [f"question {n}" for n in range(30)]
    assert bot.ask("dog", earlier).receipt == bot.ask("dog", earlier[10:]).receipt


def test_a_receipt_names_the_knowledge_and_changes_with_question_and_history(bot: Bot) -> None:
    receipts = {bot.ask("dog").receipt, bot.ask("cat").receipt, bot.ask("dog", ["cat"]).receipt}
    assert len(receipts) == 3
    assert {receipt.split("-")[0] for receipt in receipts} == {"d" * 12}
    assert bot.ask("dog").receipt == bot_of(PETS).ask("dog").receipt


def test_a_lone_surrogate_in_the_history_is_no_obstacle(bot: Bot) -> None:
    assert bot.ask("May I bring my dog?", ["\ud800"]).kind == "answer"


@pytest.mark.parametrize(
    "forge",
    [
        lambda p: replace(p, text="Dogs are welcome."),
        lambda p: replace(p, source=replace(p.source, start=1)),
        lambda p: replace(p, source=replace(p.source, sha256="0" * 64)),
        lambda p: replace(p, source=replace(p.source, file="sources/other.txt")),
    ],
    ids=["text", "start", "sha256", "file"],
)
def test_a_passage_that_is_not_its_source_is_never_shown(forge: Callable[[Passage], Passage]) -> None:
    knowledge = knowledge_of(PETS)
    passage = knowledge.entries[0].passages[0]
    verify(passage, knowledge)
    with pytest.raises(SourceMismatchError, match="e0#0 is not the text of"):
        verify(forge(passage), knowledge)


def test_explain_tells_ranking_and_words(bot: Bot) -> None:
    told = bot.explain("may my dog bring a zebra").to_dict()
    assert told["entries"][0]["entry_id"] == "e0"
    assert (told["matched"], told["unknown"]) == (["may", "my", "dog", "bring"], ["a", "zebra"])
    assert told["operating_point"] == {"answer": 0.5, "choose": 0.3, "gap": 0.3}


STRICT = OperatingPoint(1.0, 1.0, 1.0)


def test_the_point_in_force_depends_on_the_semantic_layer() -> None:
    both = OperatingPoint(0.5, 0.3, 0.3, without_vectors=STRICT)
    assert (both.in_force(semantic=True), both.in_force(semantic=False)) == (both, STRICT)
    assert (STRICT.in_force(semantic=True), STRICT.in_force(semantic=False)) == (STRICT, STRICT)
    chosen = replace(both, knowledge="digest", by="Ann", on="2026-03-01")
    assert chosen.in_force(semantic=False) == replace(STRICT, knowledge="digest", by="Ann", on="2026-03-01")


def test_without_vectors_replies_are_decided_by_the_point_that_explain_tells() -> None:
    bot = bot_of(PETS, point=OperatingPoint(0.0, 0.0, 0.0, without_vectors=STRICT))
    assert bot.explain("a dog and a zebra").operating_point == STRICT
    assert bot.ask("a dog and a zebra").kind == "no_answer"


EAGER = bot_of(PETS, point=OperatingPoint(0.1, 0.05, 0.0))


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_gets_approved_text_only(question: str, history: list[str]) -> None:
    bot = EAGER
    reply = bot.ask(question, history)
    approved = {passage.text for entry in bot.knowledge.entries for passage in entry.passages}
    assert {shown.text for shown in reply.passages} <= approved
    gaps = {f"gap:{gap.id}": gap.notice for gap in bot.knowledge.gaps}
    assert all(notice.text == {**bot.knowledge.notices, **gaps}[notice.id] for notice in reply.notices)
    assert {s.question for s in reply.suggestions} <= {entry.question for entry in bot.knowledge.entries}
    assert (reply.kind == "answer") == bool(reply.passages)
    assert (reply.kind == "choose") == bool(reply.suggestions)
