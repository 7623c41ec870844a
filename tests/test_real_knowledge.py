"""The first clinic's own knowledge: complete, and every stored wording reaches what it stands for."""

from pathlib import Path

import pytest

from bot.bot import Bot
from tests.clinics import real_knowledge
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot.load(ROOT / "knowledge", semantic=False)


def test_every_title_and_alias_reaches_its_own_entry_first(bot: Bot) -> None:
    stored = [(wording, entry.id) for entry in bot.knowledge.entries for wording in entry.wordings]
    assert len(stored) > 1000
    strays = [(wording, owner) for wording, owner in stored if bot.rank(wording).entries[0].id != owner]
    assert strays == []


def test_every_title_is_answered_by_its_own_entry(bot: Bot) -> None:
    for entry in bot.knowledge.entries:
        reply = bot.ask(entry.question)
        assert (reply.kind, {shown.entry_id for shown in reply.passages}) == ("answer", {entry.id})


def test_a_wording_of_a_gap_gets_the_gaps_notice(bot: Bot) -> None:
    for gap in bot.knowledge.gaps:
        assert f"gap:{gap.id}" in [notice.id for notice in bot.ask(gap.wordings[0]).notices]


def test_a_question_about_suicidal_thoughts_is_answered_and_help_stands_after_it(bot: Bot) -> None:
    reply = bot.ask("does ketamine help with suicidal thoughts?")
    assert (reply.kind, reply.safety.level) == ("answer", "support")
    assert any("suicid" in shown.text.lower() for shown in reply.passages)
    assert [(notice.id, notice.place) for notice in reply.notices] == [("support", "after")]


def test_what_praises_or_excludes_is_hidden_below_a_danger_notice(bot: Bot) -> None:
    hidden = [entry for entry in bot.knowledge.entries if entry.after_crisis == "hide"]
    assert hidden
    for entry in hidden:
        reply = bot.ask(f"I want to kill myself. {entry.question}")
        assert reply.notices[0].id == "crisis"
        assert {shown.entry_id for shown in reply.passages}.isdisjoint({one.id for one in hidden})


def test_every_passage_of_the_clinics_text_is_served(bot: Bot) -> None:
    source = bot.knowledge.sources["sources/ketamine-faq.txt"]
    spans = [p.source for entry in bot.knowledge.entries for p in entry.passages]
    covered = {place for span in spans for place in range(span.start, span.end)}
    left = "".join(c for place, c in enumerate(source) if place not in covered and not c.isspace())
    titles = [e.question for e in bot.knowledge.entries if e.question_origin == "source"]
    structure = "FrequentlyAskedQuestions" + "-" * 6 + "".join("".join(title.split()) for title in titles)
    assert left == structure


def test_the_kept_text_is_the_clinics_byte_for_byte(shared: Path) -> None:
    kept = (ROOT / "knowledge/sources/ketamine-faq.txt").read_bytes()
    assert kept == (shared / "seed/ketamine-faq.txt").read_bytes()


def test_nothing_is_invented_about_the_clinic() -> None:
    knowledge = real_knowledge()
    clinic = knowledge.clinic
    assert (clinic.name, clinic.phone, clinic.hours, clinic.address, clinic.web) == ("", "", "", "", "")
    assert [problem.line for problem in knowledge.missing] == [2, 3]
    assert {entry.review.by for entry in knowledge.entries} == {""}


def test_the_operating_point_belongs_to_this_knowledge() -> None:
    knowledge = real_knowledge()
    assert knowledge.operating_point.knowledge == knowledge.digest
