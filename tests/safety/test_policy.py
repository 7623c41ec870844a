"""What a reply makes of danger and of other matters: what comes first, what is left out, what is said only once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.answering import Answering
from bot.model import Kind, Reply, Safety, SmallTalk
from bot.retrieval import Hit, Ranking
from tests.clinics import CLINIC, Texts, bot_of, knowledge_of

FAQ: dict[str, Texts] = {"May I eat?": ["Eat early."], "May I drive?": ["No."], "Who is it for?": ["For you."]}
NOTHING = Ranking((), (), None, None, 0.0)
ANSWER = Ranking((Hit("e0", 0.9), Hit("e1", 0.1)), (Hit("e0#0", 0.9),), None, None, 0.9)
CHOICE = Ranking((Hit("e0", 0.4), Hit("e1", 0.3)), (), None, None, 0.4)
PARKING = Ranking((Hit("e0", 0.1),), (), Hit("parking", 0.6), None, 0.1)
UNSURE = Ranking((Hit("e0", 0.6),), (Hit("e0#0", 0.9),), None, None, 0.6)
SPANISH = Ranking((), (), None, Hit("language", 0.8), 0.0)
GREETING = Ranking((Hit("e0", 0.1),), (), None, Hit("greeting", 0.8), 0.1)
RULE, MODEL = Safety("crisis", ("self-kill",)), Safety("crisis", ("model-self",))
OTHER, HARM = Safety("crisis", ("other-suicide",)), Safety("crisis", ("harm-to-me",))
HEART = Safety("emergency", ("heart",))
BOTH = Safety("emergency", ("heart", "self-kill"))
SUPPORT = Safety("support", ("model-support",))

CHANGE = "should I stop my lexapro before?"
SYMPTOM = "I still feel dizzy two days after my infusion"
BOOKING = "I want to cancel my appointment"
DETAILS = "I am jo@example.org"


class _Fixed:
    """A ranker whose finding is given."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking = ranking

    def rank(self, question: str) -> Ranking:
        del question
        return self.ranking


def _none(question: str) -> Safety:
    del question
    return Safety()


def _reply(
    question: str, ranking: Ranking = NOTHING, *, check: Callable[[str], Safety] = _none, hide: Sequence[str] = ()
) -> Reply:
    return Answering(knowledge_of(FAQ, hide=hide), _Fixed(ranking), "1", check).reply(question)


def _placed(reply: Reply) -> list[tuple[str, str]]:
    return [(notice.id, notice.place) for notice in reply.notices]


def _conversation(*safeties: Safety) -> list[str]:
    """Return the ids of the notices of the last turn; each turn is as grave as given."""
    told = {f"turn {place}": safety for place, safety in enumerate(safeties)}
    *history, question = told
    answering = Answering(knowledge_of(FAQ), _Fixed(NOTHING), "1", told.__getitem__)
    return [notice.id for notice in answering.reply(question, history).notices]


@pytest.mark.parametrize("first", [RULE, MODEL, OTHER, HARM, HEART, BOTH])
def test_the_first_time_the_notices_are_in_full(first: Safety) -> None:
    assert "crisis-short" not in _conversation(first)
    assert _conversation(Safety(), SUPPORT, first) == _conversation(first)


def test_two_kinds_of_danger_get_two_notices_emergency_first() -> None:
    assert _conversation(BOTH) == ["emergency", "crisis"]


@pytest.mark.parametrize("again", [RULE, MODEL, OTHER])
def test_what_was_shown_in_full_is_short_the_next_time(again: Safety) -> None:
    assert _conversation(again, again) == ["crisis-short"]
    assert _conversation(again, Safety(), again, again) == ["crisis-short"]


def test_it_is_short_too_where_it_was_shown_beside_an_emergency() -> None:
    assert _conversation(BOTH, RULE) == ["crisis-short"]


def test_it_is_full_again_once_a_rule_finds_what_only_the_classifier_had_found() -> None:
    assert _conversation(MODEL, RULE) == ["crisis"]
    assert _conversation(MODEL, RULE, RULE) == ["crisis-short"]
    assert _conversation(RULE, MODEL) == ["crisis-short"]


@pytest.mark.parametrize(
    ("earlier", "now", "shown"),
    [
        (RULE, HEART, ["emergency"]),
        (RULE, BOTH, ["emergency", "crisis"]),
        (RULE, OTHER, ["crisis-other"]),
        (OTHER, RULE, ["crisis"]),
        (RULE, HARM, ["harm"]),
        (HEART, RULE, ["crisis"]),
        (HARM, RULE, ["crisis"]),
    ],
)
def test_danger_of_another_kind_is_told_in_full(earlier: Safety, now: Safety, shown: list[str]) -> None:
    assert _conversation(earlier, now) == shown


@pytest.mark.parametrize(("grave", "shown"), [(HEART, "emergency"), (HARM, "harm")])
def test_what_to_do_with_a_body_in_danger_is_never_shortened(grave: Safety, shown: str) -> None:
    assert _conversation(grave, grave, grave) == [shown]


def test_a_check_that_fails_on_an_earlier_message_does_not_fail_the_reply() -> None:
    def broken(question: str) -> Safety:
        if question == "earlier":
            raise RuntimeError(question)
        return Safety()

    reply = Answering(knowledge_of(FAQ), _Fixed(ANSWER), "1", broken).reply("now", ["earlier"])
    assert (reply.kind, reply.notices) == ("answer", ())


@pytest.mark.parametrize("ranking", [NOTHING, CHOICE, PARKING, GREETING])
@pytest.mark.parametrize("question", [CHANGE, SYMPTOM, BOOKING, DETAILS, "anything"])
def test_below_danger_stands_nothing_but_an_answer(question: str, ranking: Ranking) -> None:
    reply = _reply(question, ranking, check=lambda _: RULE)
    assert (reply.kind, reply.suggestions, _placed(reply)) == ("notice", (), [("crisis", "before")])


@pytest.mark.parametrize("question", [CHANGE, SYMPTOM, BOOKING, DETAILS])
def test_danger_leaves_no_room_for_other_matters(question: str) -> None:
    reply = _reply(question, ANSWER, check=lambda _: RULE)
    assert (reply.kind, _placed(reply)) == ("answer", [("crisis", "before")])


@pytest.mark.parametrize("grave", [RULE, MODEL, OTHER, HARM, HEART])
def test_an_entry_that_is_hidden_after_a_crisis_is_below_no_danger_notice(grave: Safety) -> None:
    assert _reply("x", ANSWER, hide=["May I eat?"], check=lambda _: grave).passages == ()
    assert _reply("x", ANSWER, hide=["May I drive?"], check=lambda _: grave).passages != ()
    assert _reply("x", ANSWER, hide=["May I eat?"], check=lambda _: SUPPORT).passages != ()


def test_where_one_of_two_answers_is_hidden_the_other_comes_first() -> None:
    """Groups are counted from 0, the best, whatever was left out."""

    class _ByWord:
        def rank(self, question: str) -> Ranking:
            id_ = "e0" if "eat" in question else "e1"
            share = 0.99 if id_ == "e0" else 0.9
            return Ranking((Hit(id_, share),), (Hit(f"{id_}#0", share),), None, None, share)

    knowledge = knowledge_of(FAQ, hide=["May I eat?"])
    reply = Answering(knowledge, _ByWord(), "1", lambda _: RULE).reply("May I eat? May I drive?")
    assert [(shown.group, shown.text) for shown in reply.passages] == [(0, "No.")]


@pytest.mark.parametrize("ranking", [ANSWER, CHOICE, PARKING, NOTHING])
def test_support_is_one_quiet_notice_after_all_else(ranking: Ranking) -> None:
    plain, supported = _reply("x", ranking), _reply("x", ranking, check=lambda _: SUPPORT)
    assert (supported.kind, supported.passages) == (plain.kind, plain.passages)
    assert _placed(supported) == [*_placed(plain), ("support", "after")]


@pytest.mark.parametrize(
    ("question", "notice", "ranking", "kind"),
    [
        (CHANGE, "no-advice", ANSWER, "answer"),
        (CHANGE, "no-advice", CHOICE, "choose"),
        (SYMPTOM, "call-clinic", ANSWER, "answer"),
    ],
)
def test_a_personal_medical_matter_is_told_before_the_general_passage(
    question: str, notice: str, ranking: Ranking, kind: Kind
) -> None:
    reply = _reply(question, ranking)
    assert (reply.kind, _placed(reply)) == (kind, [(notice, "before")])
    assert bool(reply.passages) == (kind == "answer")


@pytest.mark.parametrize(
    ("question", "notices"),
    [
        (CHANGE, [("no-advice", "before"), ("contact", "after")]),
        (SYMPTOM, [("call-clinic", "before")]),
        (BOOKING, [("contact", "before"), ("privacy", "after")]),
    ],
)
def test_a_matter_takes_the_place_of_a_mere_no_answer(question: str, notices: list[tuple[str, str]]) -> None:
    reply = _reply(question)
    assert (reply.kind, _placed(reply)) == ("notice", notices)


def test_a_matter_is_told_before_a_known_gap() -> None:
    reply = _reply(CHANGE, PARKING)
    assert (reply.kind, [notice.id for notice in reply.notices][1:]) == ("gap", ["gap:parking"])


@pytest.mark.parametrize("ranking", [CHOICE, PARKING, NOTHING])
def test_whoever_tells_of_symptoms_gets_no_menu(ranking: Ranking) -> None:
    reply = _reply(SYMPTOM, ranking)
    assert (reply.kind, _placed(reply)) == ("notice", [("call-clinic", "before")])


@pytest.mark.parametrize("ranking", [CHOICE, NOTHING])
def test_despair_that_asks_nothing_gets_a_person_and_the_line_instead_of_a_menu(ranking: Ranking) -> None:
    despair = Safety("support", ("model-maybe-self",))
    reply = _reply("I do not see the point", ranking, check=lambda _: despair)
    assert (reply.kind, _placed(reply)) == ("notice", [("contact", "before"), ("support", "after")])
    for asked in ("what is the point of it?", "isn't it against the rules", "honestly, doesn’t this wear off"):
        assert _reply(asked, CHOICE, check=lambda _: despair).kind == "choose"
    for told in ("can't go on", "isnt worth it", "I wont be here long"):
        assert _reply(told, CHOICE, check=lambda _: despair).kind == "notice"


def _in_danger_before(question: str) -> Safety:
    return Safety("crisis", ("self-kill",)) if question == "before" else Safety()


@pytest.mark.parametrize("ranking", [CHOICE, NOTHING, GREETING])
def test_after_danger_a_vague_message_gets_help_again(ranking: Ranking) -> None:
    answering = Answering(knowledge_of(FAQ), _Fixed(ranking), "1", _in_danger_before)
    reply = answering.reply("yes", ["before"])
    assert (reply.kind, reply.safety, _placed(reply)) == (
        "notice",
        Safety("crisis", ("still-in-danger",)),
        [("crisis-short", "before")],
    )


@pytest.mark.parametrize(
    ("ranking", "kind", "after"), [(UNSURE, "answer", []), (PARKING, "gap", [("gap:parking", "before")])]
)
def test_after_danger_help_stands_first_and_what_the_faq_has_below(
    ranking: Ranking, kind: Kind, after: list[tuple[str, str]]
) -> None:
    answering = Answering(knowledge_of(FAQ), _Fixed(ranking), "1", _in_danger_before)
    reply = answering.reply("now", ["before"])
    assert (reply.kind, reply.safety.level) == (kind, "crisis")
    assert _placed(reply) == [("crisis-short", "before"), *after]


def test_after_danger_what_was_asked_and_is_held_back_leads_to_a_person() -> None:
    answering = Answering(knowledge_of(FAQ), _Fixed(NOTHING), "1", _in_danger_before)
    assert _placed(answering.reply("can I bring my mom", ["before"])) == [
        ("crisis-short", "before"), ("contact", "after"),
    ]  # fmt: skip


def test_an_emergency_stays_first_while_it_is_fresh_whatever_is_asked() -> None:
    def check(question: str) -> Safety:
        return Safety("emergency", ("overdose",)) if question == "before" else Safety()

    answering = Answering(knowledge_of(FAQ), _Fixed(ANSWER), "1", check)
    reply = answering.reply("now", ["before"])
    assert (reply.kind, reply.safety.level, _placed(reply)) == ("answer", "emergency", [("emergency", "before")])


@pytest.mark.parametrize(
    ("before", "now", "shown"), [(OTHER, MODEL, "crisis-short"), (OTHER, RULE, "crisis"), (RULE, MODEL, "crisis-short")]
)
def test_whoever_told_of_another_person_in_danger_tells_more_of_that(before: Safety, now: Safety, shown: str) -> None:
    told = {"before": before, "now": now}
    answering = Answering(knowledge_of(FAQ), _Fixed(NOTHING), "1", lambda question: told.get(question, Safety()))
    assert _placed(answering.reply("now", ["before"])) == [(shown, "before")]


@pytest.mark.parametrize(
    ("ranking", "rule"),
    [(SPANISH, "self-kill"), (NOTHING, "self-spanish"), (ANSWER, "emergency-spanish"), (NOTHING, "self-kill")],
)
def test_whoever_writes_in_another_language_gets_its_notice_below_the_one_for_danger(
    ranking: Ranking, rule: str
) -> None:
    knowledge = replace(knowledge_of(FAQ), small_talk=(SmallTalk("language", "language", ("hola",)),))
    reply = Answering(knowledge, _Fixed(ranking), "1", lambda _: Safety("crisis", (rule,))).reply("now")
    foreign = ranking is SPANISH or rule.endswith("spanish")
    assert [notice.id for notice in reply.notices][1:] == (["language"] if foreign else [])


def test_after_danger_a_clear_question_is_answered_with_the_line_below() -> None:
    answering = Answering(knowledge_of(FAQ), _Fixed(ANSWER), "1", _in_danger_before)
    reply = answering.reply("now", ["before"])
    assert (reply.kind, _placed(reply)) == ("answer", [("support", "after")])
    assert answering.reply("now", ["before", "a", "b", "c", "d"]).notices == ()


@pytest.mark.parametrize(("ranking", "kind"), [(ANSWER, "answer"), (CHOICE, "choose")])
def test_the_contact_stands_after_what_the_faq_has_for_a_booking(ranking: Ranking, kind: Kind) -> None:
    reply = _reply(BOOKING, ranking)
    assert (reply.kind, _placed(reply)) == (kind, [("contact", "after"), ("privacy", "after")])


@pytest.mark.parametrize(("ranking", "kind"), [(ANSWER, "answer"), (CHOICE, "choose"), (NOTHING, "no_answer")])
def test_privacy_is_said_after_all_and_stands_for_nothing(ranking: Ranking, kind: Kind) -> None:
    reply = _reply(DETAILS, ranking)
    plain = _reply("x", ranking)
    assert (reply.kind, _placed(reply)) == (kind, [*_placed(plain), ("privacy", "after")])


def test_several_matters_each_stand_in_their_place() -> None:
    reply = _reply(f"{CHANGE} {DETAILS}", ANSWER, check=lambda _: SUPPORT)
    assert _placed(reply) == [("no-advice", "before"), ("support", "after"), ("privacy", "after")]


def test_a_refused_message_keeps_its_refusal() -> None:
    reply = _reply(f"{DETAILS} " * 500)
    assert (reply.kind, _placed(reply)) == ("refused", [("too-long", "before"), ("privacy", "after")])


WITHOUT_ANSWER: list[tuple[str, Ranking, Safety]] = [
    ("x", NOTHING, Safety()),
    ("", NOTHING, Safety()),
    ("x" * 5000, NOTHING, Safety()),
    ("hello", GREETING, Safety()),
    (SYMPTOM, NOTHING, Safety()),
    (BOOKING, NOTHING, Safety()),
    *(("x", NOTHING, grave) for grave in (RULE, MODEL, OTHER, HARM, HEART, BOTH)),
    *(("", NOTHING, grave) for grave in (RULE, HEART)),
    *(("x", ranking, SUPPORT) for ranking in (NOTHING, ANSWER, CHOICE, PARKING)),
]


@pytest.mark.parametrize(("question", "ranking", "safety"), WITHOUT_ANSWER)
def test_a_reply_that_leaves_someone_alone_names_the_crisis_line(
    question: str, ranking: Ranking, safety: Safety
) -> None:
    reply = _reply(question, ranking, check=lambda _: safety)
    assert any(CLINIC.crisis_line in notice.text for notice in reply.notices)


def test_help_stands_in_place_of_an_answer_also_where_no_advice_is_given() -> None:
    """A question about one's own medicine may come from someone who took too much of it."""
    assert any(CLINIC.crisis_line in notice.text for notice in _reply(CHANGE).notices)


def test_through_the_whole_bot_the_second_cry_for_help_gets_the_short_notice() -> None:
    bot = bot_of(FAQ)
    cry = "I want to kill myself"
    assert [n.id for n in bot.ask(cry).notices] == ["crisis"]
    assert [n.id for n in bot.ask(cry, ["May I eat?", cry]).notices] == ["crisis-short"]
    assert [n.id for n in bot.ask("I can't breathe", [cry]).notices] == ["emergency"]
