"""Why a question gets its reply: what each word does, what nobody knows, what was mended, which gaps spoke."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.bot import Bot
from bot.explaining import MOST_WORDS, FiredRule, Mended, WordShare, explain
from bot.retrieval import Hit, Ranking
from tests.clinics import Texts, bot_of, knowledge_of

ANSWERS: dict[str, Texts] = {
    "How long does it last?": ["The effects last about an hour."],
    "Is it painful?": ["Most people feel no pain from the needle."],
}


@pytest.fixture(scope="module")
def bot() -> Bot:
    return bot_of(ANSWERS)


@dataclass
class Counted:
    """Scores the first entry by how many of *liked* a question holds and the gap by *gapped*; counts how often."""

    liked: Sequence[str] = ("last",)
    gapped: Sequence[str] = ("park",)
    asked: list[str] = field(default_factory=list)

    def rank(self, question: str) -> Ranking:
        self.asked.append(question)
        held = question.lower().split()
        score = sum(word in held for word in self.liked) / 4
        gap = sum(word in held for word in self.gapped) / 4
        return Ranking((Hit("e0", score or 0.01), Hit("e1", 0.01)), gap=Hit("parking", gap or 0.001), confidence=score)

    def gaps(self, _question: str) -> Sequence[Hit]:
        return (Hit("parking", 0.2),)

    def mend(self, question: str) -> str:
        return question.replace("lsat", "last")

    def knows(self, word: str) -> bool:
        return word in self.liked


def test_a_words_share_is_the_fall_of_the_scores_without_it() -> None:
    ranker = Counted(liked=("last", "long"))
    told = explain("How LONG last park last", knowledge_of(ANSWERS), ranker)
    assert told.words == (
        WordShare("How", 0.0, 0.0),
        WordShare("LONG", 0.25, 0.0),
        WordShare("last", 0.25, 0.0),
        WordShare("park", 0.0, 0.249),
    )
    assert ranker.asked[0] == "How LONG last park last"
    # a word is left out wherever it stands
    assert [asked.split() for asked in ranker.asked[1:]] == [
        ["LONG", "last", "park", "last"],
        ["How", "last", "park", "last"],
        ["How", "LONG", "park"],
        ["How", "LONG", "last", "last"],
    ]


def test_so_many_words_are_left_out_and_no_more() -> None:
    ranker = Counted()
    told = explain(" ".join(f"word{place}" for place in range(1000)), knowledge_of(ANSWERS), ranker)
    assert len(told.words) == MOST_WORDS
    assert len(ranker.asked) == 1 + MOST_WORDS


def test_mended_and_unknown_words_are_told_as_typed() -> None:
    told = explain("how long will it lsat?", knowledge_of(ANSWERS), Counted())
    assert told.mended == (Mended("lsat", "last"),)
    assert told.unknown == ("how", "long", "will", "it", "lsat")


def test_gaps_that_scored_stand_with_their_topic(bot: Bot) -> None:
    told = bot.explain("where can i park my car")
    assert [(gap.gap_id, gap.topic) for gap in told.gaps] == [("parking", "Parking")]
    assert told.gap == f"parking ({told.gap_score:.3f})"


def test_rules_that_fired_say_what_they_are_there_to_find(bot: Bot) -> None:
    told = bot.explain("I want to kill myself")
    assert told.safety == bot.ask("I want to kill myself").safety
    assert FiredRule("self-kill", "I want to kill myself") in told.rules
    assert [rule.rule_id for rule in told.rules] == list(told.safety.rules)


def test_what_is_explained_is_what_was_ranked(bot: Bot) -> None:
    question = "how long does it last then"
    told, ranking = bot.explain(question), bot.rank(question)
    assert [(entry.entry_id, entry.score) for entry in told.entries] == [(hit.id, hit.score) for hit in ranking.entries]
    assert told.confidence == ranking.confidence == bot.ask(question).confidence
    assert told == bot.explain(question)


@pytest.mark.parametrize("question", ["", "?!", "\ud800", "\u202e", "x" * 100_000])
def test_any_text_is_explained(bot: Bot, question: str) -> None:
    told = bot.explain(question)
    assert told.to_dict()["safety"] == {"level": "none", "rules": []}
    assert len(told.words) <= 1


def test_what_is_no_text_is_refused(bot: Bot) -> None:
    with pytest.raises(TypeError, match="must be a str"):
        bot.explain(b"bytes")  # type: ignore[arg-type]
