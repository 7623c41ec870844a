"""Follow-ups are read with the questions before them; several questions in one message are answered each."""

import pytest

from bot.answering import Answering
from bot.answering.followups import leans_on_history
from bot.answering.parts import sentences
from bot.model import Part, Reply, Suggestion
from bot.retrieval import Hit, Ranking
from tests.clinics import Texts, knowledge_of

ANSWERS: dict[str, Texts] = {"May I bring my dog?": ["Dogs wait outside."], "How long is a visit?": ["An hour."]}
DOG, VISIT = Hit("e0", 0.9), Hit("e1", 0.9)
NOTHING = Ranking((Hit("e0", 0.02), Hit("e1", 0.01)), (), None, None, 0.05)
HALF = Ranking((Hit("e0", 0.3), Hit("e1", 0.1)), (), None, None, 0.4)
PARKING = Ranking((Hit("e0", 0.1),), (), Hit("parking", 0.7), None, 0.05)


def _clear(hit: Hit, confidence: float = 0.95) -> Ranking:
    return Ranking((hit, Hit("e1" if hit is DOG else "e0", 0.05)), (Hit(f"{hit.id}#0", 0.9),), None, None, confidence)


class _Told:
    """A ranker that was told what to find for each text."""

    def __init__(self, rankings: dict[str, Ranking]) -> None:
        self.rankings = rankings

    def rank(self, question: str) -> Ranking:
        return self.rankings.get(question, NOTHING)


def _ask(question: str, rankings: dict[str, Ranking], *, after: str = "") -> Reply:
    return Answering(knowledge_of(ANSWERS), _Told(rankings), "1").reply(question, [after] if after else [])


@pytest.mark.parametrize("question", ["and how long?", "what if it rains", "why", "is that bad", "even the old ones"])
def test_what_may_lean_on_history(question: str) -> None:
    assert leans_on_history(question)


def test_a_whole_question_does_not_lean_on_history() -> None:
    assert not leans_on_history("how many minutes does a single visit to your clinic usually take")


def test_a_clear_follow_up_is_answered_and_says_what_it_was_taken_to_be_about() -> None:
    reply = _ask("and a cat", {"dog": _clear(DOG), "and a cat": HALF, "dog and a cat": _clear(DOG, 0.99)}, after="dog")
    assert (reply.kind, reply.passages[0].text) == ("answer", "Dogs wait outside.")
    assert reply.context == Suggestion("e0", "May I bring my dog?")


def test_an_unclear_follow_up_is_offered_a_choice() -> None:
    reply = _ask("and a cat", {"dog": _clear(DOG), "dog and a cat": _clear(VISIT, 0.6)}, after="dog")
    assert (reply.kind, [s.entry_id for s in reply.suggestions]) == ("choose", ["e1", "e0"])
    assert reply.context == Suggestion("e0", "May I bring my dog?")


def test_a_follow_up_that_says_nothing_by_itself_is_offered_a_choice() -> None:
    reply = _ask("and it", {"dog": _clear(DOG), "dog and it": _clear(DOG)}, after="dog")
    assert (reply.kind, reply.suggestions[0].entry_id) == ("choose", "e0")


def test_a_menu_is_filled_with_what_the_question_may_mean_by_itself() -> None:
    only_dogs = Ranking((DOG,), (Hit("e0#0", 0.9),), None, None, 0.99)
    reply = _ask("and it", {"dog": only_dogs, "dog and it": only_dogs}, after="dog")
    assert (reply.kind, [s.entry_id for s in reply.suggestions]) == ("choose", ["e0", "e1"])


def test_what_has_an_answer_by_itself_and_another_in_context_is_offered_both() -> None:
    asked = "and how long does it take"
    rankings = {"dog": _clear(DOG), asked: _clear(VISIT, 0.7), f"dog {asked}": _clear(DOG, 0.95)}
    reply = _ask(asked, rankings, after="dog")
    assert (reply.kind, [s.entry_id for s in reply.suggestions]) == ("choose", ["e0", "e1"])
    doubtful = {**rankings, f"dog {asked}": _clear(DOG, 0.8)}
    assert [shown.text for shown in _ask(asked, doubtful, after="dog").passages] == ["An hour."]


def test_a_change_of_topic_is_not_taken_for_a_follow_up() -> None:
    reply = _ask("how long", {"dog": _clear(DOG), "how long": _clear(VISIT), "dog how long": _clear(DOG)}, after="dog")
    assert (reply.kind, reply.passages[0].text, reply.context) == ("answer", "An hour.", None)


def test_a_follow_up_about_a_known_gap_is_not_answered_from_the_earlier_topic() -> None:
    reply = _ask(
        "and parking",
        {"dog": _clear(DOG), "and parking": PARKING, "dog and parking": _clear(DOG, 0.2)},
        after="dog",
    )
    assert (reply.kind, reply.context) == ("gap", None)


def test_without_history_nothing_is_a_follow_up() -> None:
    assert _ask("and a cat", {"dog and a cat": _clear(DOG)}).context is None


def test_sentences_stand_where_they_are() -> None:
    text = "Hi! I have a dog. May it come?\nAnd parking?"
    assert [text[start:end] for start, end in sentences(text)] == ["I have a dog.", "May it come?", "And parking?"]


def test_two_questions_get_two_answers_and_two_parts() -> None:
    reply = _ask("My dog? How long?", {"My dog?": _clear(DOG), "How long?": _clear(VISIT, 0.99)})
    assert reply.kind == "answer"
    assert [(shown.group, shown.text) for shown in reply.passages] == [(0, "An hour."), (1, "Dogs wait outside.")]
    assert reply.parts == (Part(0, 7, "answer"), Part(8, 17, "answer"))


def test_an_answer_and_a_gap_in_one_message_each_get_their_own() -> None:
    reply = _ask("My dog? And parking?", {"My dog?": _clear(DOG), "And parking?": PARKING})
    assert [part.kind for part in reply.parts] == ["answer", "gap"]
    assert [(notice.id, notice.place) for notice in reply.notices] == [("gap:parking", "after")]


def test_two_sentences_about_one_thing_are_one_part() -> None:
    reply = _ask("My dog? My dog!", {"My dog?": _clear(DOG), "My dog!": _clear(DOG), "My dog? My dog!": _clear(DOG)})
    assert reply.parts == (Part(0, 15, "answer"),)


def test_the_question_of_a_long_story_is_found() -> None:
    reply = _ask("It was a long winter. May my dog come? The end is near.", {"May my dog come?": _clear(DOG)})
    assert (reply.kind, reply.passages[0].text) == ("answer", "Dogs wait outside.")
    assert len(reply.parts) == 1


def test_a_doubtful_sentence_of_a_story_is_not_answered() -> None:
    reply = _ask("It was a long winter. May my dog come?", {"May my dog come?": _clear(DOG, 0.7)})
    assert reply.kind == "no_answer"


BOTH: dict[str, Texts] = {
    "What may I bring?": ["Bring a book.", "Dogs wait outside."],
    "How long is a visit?": ["An hour."],
}
DOG_LAST = (Hit("e0#1", 0.6), Hit("e0#0", 0.1))
TITLE = Ranking((Hit("e0", 1.0),), (Hit("e0#0", 0.9), Hit("e0#1", 0.8)), None, None, 1.0, is_general=True)


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (Ranking((Hit("e0", 0.3), Hit("e1", 0.2)), DOG_LAST, None, None, 0.4), ["Dogs wait outside."]),
        (Ranking((Hit("e0", 0.3), Hit("e1", 0.2)), (), None, None, 0.4), ["Bring a book.", "Dogs wait outside."]),
        (Ranking((Hit("e1", 0.9),), DOG_LAST, None, None, 0.95), ["Bring a book.", "Dogs wait outside."]),
    ],
)
def test_an_entry_that_was_chosen_shows_what_was_asked_before(before: Ranking, shown: list[str]) -> None:
    ranker = _Told({"my dog": before, "What may I bring?": TITLE})
    answering = Answering(knowledge_of(BOTH), ranker, "1")
    assert [one.text for one in answering.reply("What may I bring?", ["my dog"]).passages] == shown
    assert [one.text for one in answering.reply("What may I bring?").passages] == [
        "Bring a book.",
        "Dogs wait outside.",
    ]
