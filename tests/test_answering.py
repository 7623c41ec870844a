"""The policy: what is answered, offered, refused or left unanswered, and in which order it is said."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import Answering, verify
from bot.bot import Bot
from bot.errors import SourceMismatchError
from bot.model import Disclaimer, OperatingPoint, Part, Passage, Reply, Safety, Suggestion
from bot.retrieval import EntryRetriever, Hit, PassageRetriever
from tests.clinics import POINT, Texts, bot_of, knowledge_of

PETS: dict[str, Texts] = {
    "May I bring my dog?": ["Dogs wait in the garden. There is water."],
    "May I bring my cat?": ["Cats stay at home."],
    "What should I wear?": ["Wear what is warm.", ("However, leave rings at home.", "previous"), "Shoes stay on."],
}


@pytest.fixture(scope="module")
def bot() -> Bot:
    return bot_of(PETS)


class _Fixed:
    """A retriever whose answer is given."""

    def __init__(self, *hits: Hit) -> None:
        self.hits = hits

    def search(self, query: str, k: int) -> Sequence[Hit]:
        del query
        return self.hits[:k]


def _reply(*hits: Hit, point: OperatingPoint = POINT, question: str = "a question") -> Reply:
    passages = _Fixed(Hit("e0#0", 0.5), Hit("e1#0", 0.5), Hit("e2#0", 0.5), Hit("e2#1", 0.2))
    return Answering(knowledge_of(PETS, point=point), _Fixed(*hits), passages, "1").reply(question)


def _checked(check: Callable[[str], Safety], *, hide: Sequence[str] = ()) -> Answering:
    knowledge = knowledge_of(PETS, hide=hide)
    entries, passages = EntryRetriever.over(knowledge.entries), PassageRetriever.over(knowledge.entries)
    return Answering(knowledge, entries, passages, "1", check)


def test_a_title_asked_word_for_word_gets_its_whole_answer(bot: Bot) -> None:
    reply = bot.ask("what should I wear")
    assert (reply.kind, reply.confidence) == ("answer", 1.0)
    assert reply.passages[0].text == "Wear what is warm."


def test_a_confident_lead_is_answered() -> None:
    reply = _reply(Hit("e0", 0.8), Hit("e1", 0.4))
    assert reply.kind == "answer"
    assert [shown.text for shown in reply.passages] == ["Dogs wait in the garden. There is water."]
    assert reply.confidence == 0.8


def test_two_entries_too_close_are_offered() -> None:
    reply = _reply(Hit("e0", 0.8), Hit("e1", 0.79), Hit("e2", 0.1))
    assert reply.kind == "choose"
    assert reply.suggestions == (Suggestion("e0", "May I bring my dog?"), Suggestion("e1", "May I bring my cat?"))
    assert reply.passages == ()
    assert reply.notices == ()


def test_a_choice_of_one_is_no_choice() -> None:
    assert _reply(Hit("e0", 0.45), Hit("e1", 0.2)).kind == "no_answer"


def test_scores_below_the_point_are_not_answered() -> None:
    reply = _reply(Hit("e0", 0.2))
    assert (reply.kind, reply.confidence) == ("no_answer", 0.2)
    assert [notice.id for notice in reply.notices] == ["no-answer"]


def test_no_evidence_is_no_answer_at_the_lowest_point() -> None:
    reply = _reply(point=OperatingPoint(0.0, 0.0, 0.0))
    assert (reply.kind, reply.confidence) == ("no_answer", None)


def test_a_word_for_word_match_needs_no_margin() -> None:
    assert _reply(Hit("e0", 1.0), Hit("e1", 0.999), point=OperatingPoint(0.5, 0.3, 0.5)).kind == "answer"


def test_passages_joined_by_keep_with_are_one_group_in_source_order(bot: Bot) -> None:
    shown = bot.ask("should I leave rings at home? what should I wear, rings?").passages
    texts = [(p.group, p.text) for p in shown if p.group == 0]
    assert texts == [(0, "Wear what is warm."), (0, "However, leave rings at home.")]


def test_a_passage_far_below_the_best_is_left_out() -> None:
    assert [shown.passage.id for shown in _reply(Hit("e2", 0.9)).passages] == ["e2#0", "e2#1"]
    lone = Answering(knowledge_of(PETS), _Fixed(Hit("e2", 0.9)), _Fixed(Hit("e2#2", 0.5), Hit("e2#0", 0.1)), "1")
    assert [shown.passage.id for shown in lone.reply("x").passages] == ["e2#2"]


def test_at_most_three_groups_are_shown() -> None:
    knowledge = knowledge_of({"Long?": ["one", "two", "three", "four"]})
    passages = _Fixed(*(Hit(f"e0#{n}", 0.5) for n in range(4)))
    reply = Answering(knowledge, _Fixed(Hit("e0", 0.9)), passages, "1").reply("x")
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
    assert reply.safety == Safety("crisis", ("self-kill",))


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
    assert told["operating_point"] == {"answer": 0.5, "choose": 0.3, "margin": 0.05}


EAGER = bot_of(PETS, point=OperatingPoint(0.1, 0.05, 0.0))


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_gets_approved_text_only(question: str, history: list[str]) -> None:
    bot = EAGER
    reply = bot.ask(question, history)
    approved = {passage.text for entry in bot.knowledge.entries for passage in entry.passages}
    assert {shown.text for shown in reply.passages} <= approved
    assert all(notice.text == bot.knowledge.notices[notice.id] for notice in reply.notices)
    assert {s.question for s in reply.suggestions} <= {entry.question for entry in bot.knowledge.entries}
    assert (reply.kind == "answer") == bool(reply.passages)
    assert (reply.kind == "choose") == bool(reply.suggestions)
