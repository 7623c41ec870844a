"""The first clinic's own knowledge: complete, and every stored wording reaches what it stands for."""

from pathlib import Path

import pytest

from bot.bot import Bot
from bot.knowledge import load_knowledge
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
        assert [notice.id for notice in bot.ask(gap.wordings[0]).notices] == [f"gap:{gap.id}"]


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
    knowledge = load_knowledge(ROOT / "knowledge")
    clinic = knowledge.clinic
    assert (clinic.name, clinic.phone, clinic.hours, clinic.address, clinic.web) == ("", "", "", "", "")
    assert [problem.line for problem in knowledge.missing] == [2, 3]
    assert {entry.review.by for entry in knowledge.entries} == {""}


def test_the_operating_point_belongs_to_this_knowledge() -> None:
    knowledge = load_knowledge(ROOT / "knowledge")
    assert knowledge.operating_point.knowledge == knowledge.digest
