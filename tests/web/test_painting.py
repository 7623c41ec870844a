"""Painting: what a browser reads from the HTML is exactly the text that went in."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Suggestion
from bot.web.painting import escape, paint_chat, paint_faq, paint_reply, paint_top, text_with_phones
from tests.web.book import CLINIC, BookBot, make_entry, make_knowledge


class Reader(HTMLParser):
    def __init__(self, painted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(painted)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


# a parser cannot carry NUL; half a surrogate pair is not text
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(TEXT)
def test_escaped_text_reads_as_the_text_and_makes_no_element(text: str) -> None:
    read = Reader(escape(text))
    assert (read.text, read.tags) == (text, [])


@given(TEXT)
def test_links_change_no_character(text: str) -> None:
    mixed = f"{text} 988 {text}(202) 555-0142, 911"
    read = Reader(text_with_phones(mixed, CLINIC))
    assert read.text == mixed
    assert set(read.tags) <= {"a"}


def test_half_a_surrogate_pair_is_painted_as_a_mark() -> None:
    assert escape("a\ud800b") == "a?b"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Call 911 or 988.", ["tel:911", "tel:988"]),
        ("The clinic: (202) 555-0142", ["tel:2025550142"]),
        ("988lifeline.org, 1-800-988-1234, 9880, 988-1234, +988, 1911", []),
        ("text 988, 911-988", ["sms:988", "tel:988"]),
        ("0477 988 12", []),
    ],
)
def test_only_the_clinics_numbers_are_links(text: str, links: list[str]) -> None:
    assert Reader(text_with_phones(text, CLINIC)).links == links


def test_an_international_number_keeps_its_plus() -> None:
    clinic = replace(CLINIC, phone="+44 20 7946 0000")
    assert Reader(text_with_phones("+44 20 7946 0000", clinic)).links == ["tel:+442079460000"]


def test_a_clinic_without_numbers_has_no_links() -> None:
    clinic = replace(CLINIC, phone="", crisis_line="", emergency="")
    assert text_with_phones("911", clinic) == "911"


def test_the_disclaimer_is_in_a_reply_of_every_kind() -> None:
    bot = BookBot()
    for question in ("What is alpha?", "choose", "other", "hurt", "x" * 5000):
        painted = paint_reply(bot.ask(question), bot.knowledge)
        assert painted.count('class="vb-disclaimer"') == 1


def test_a_whole_answer_is_not_offered_again() -> None:
    bot = BookBot()
    assert "<details" in paint_reply(bot.ask("What is alpha?"), bot.knowledge)
    assert "<details" not in paint_reply(bot.ask("What is beta?"), bot.knowledge)


def test_passages_of_one_entry_share_a_card_and_are_marked_in_the_full_answer() -> None:
    bot = BookBot(make_knowledge(make_entry("alpha", "A?", "one", "two", "three"), make_entry("beta", "B?", "four")))
    reply = bot.ask("A?")
    last = replace(reply.passages[0], passage=bot.knowledge.entries[0].passages[2], group=1)
    painted = paint_reply(replace(reply, passages=(last, reply.passages[0])), bot.knowledge)
    assert painted.count('class="vb-card"') == 1
    assert Reader(painted).text.index("three") < Reader(painted).text.index("one")
    assert "<mark>one</mark>" in painted
    assert "<mark>two</mark>" not in painted
    assert "<mark>three</mark>" in painted


def test_help_stands_on_the_page_even_where_facts_are_missing() -> None:
    knowledge = make_knowledge(clinic=replace(CLINIC, name="", phone="", starters=()))
    assert Reader(paint_top(knowledge)).links == ["tel:988", "tel:911"]
    assert knowledge.words["page_title"] in paint_top(knowledge)
    assert "vb-chips" not in paint_chat(knowledge)


def test_an_answer_in_another_language_than_the_page_says_so_to_a_screen_reader() -> None:
    entry = replace(make_entry("alfa", "¿Qué es alfa?", "Alfa es la primera.", "Y más."), language="es")
    knowledge = make_knowledge(make_entry("beta", "What is beta?", "Beta is second."), entry)
    alone = replace(BookBot(knowledge).ask("¿Qué es alfa?"), related=())
    painted = paint_reply(alone, knowledge)
    assert painted.count(' lang="es"') == 3
    assert '<h2 class="vb-question" lang="es">¿Qué es alfa?</h2>' in painted
    assert "lang=" not in paint_reply(replace(BookBot(knowledge).ask("What is beta?"), related=()), knowledge)
    assert paint_faq(knowledge).count(' lang="es"') == 3


def test_a_question_to_choose_in_another_language_says_so_too() -> None:
    entry = replace(make_entry("alfa", "¿Qué es alfa?", "Alfa es la primera."), language="es")
    starters = replace(CLINIC, starters=("alfa", "beta"))
    knowledge = make_knowledge(make_entry("beta", "What is beta?", "Beta is second."), entry, clinic=starters)
    painted = paint_chat(knowledge)
    assert re.findall(r'<button [^>]*class="vb-chip" lang="(\w+)" data-entry="(\w+)">', painted) == [("es", "alfa")]
    reply = replace(BookBot(knowledge).ask("What is beta?"), related=(Suggestion("alfa", entry.question),))
    assert '<a href="#alfa" class="vb-chip" lang="es"' in paint_reply(reply, knowledge, linked=True)
