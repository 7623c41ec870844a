"""What is no danger but wants a fixed text: personal medical questions, symptoms, bookings, personal details."""

import re

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.safety import MATTERS, Matter, matters
from tests.clinics import real_knowledge

each_matter = pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.id)


@each_matter
def test_a_row_finds_its_example(matter: Matter) -> None:
    assert matters(matter.finds) == (matter,)


@each_matter
def test_no_row_finds_what_a_row_must_ignore(matter: Matter) -> None:
    assert matters(matter.ignores) == ()


def test_ids_are_unique_and_plain() -> None:
    ids = [matter.id for matter in MATTERS]
    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", id_)] == []


@each_matter
def test_a_pattern_never_backtracks_and_does_not_match_nothing(matter: Matter) -> None:
    compiled = re2.compile(matter.pattern)
    assert [text for text in ("", "x", "what is this") if compiled.search(text)] == []


def test_every_notice_is_in_the_knowledge_and_has_one_place() -> None:
    assert {matter.notice for matter in MATTERS} <= real_knowledge().notices.keys()
    assert len({(matter.notice, matter.place) for matter in MATTERS}) == len({matter.notice for matter in MATTERS})


def test_each_notice_is_named_once_in_the_order_of_the_table() -> None:
    found = matters("jo@example.org: should I stop my lexapro, and is it ok with my lithium? I need an appointment")
    assert [matter.id for matter in found] == ["own-medicine-change", "booking-billing-records", "personal-details"]


@pytest.mark.parametrize(
    "message",
    [
        "do I have to come off my antidepressants first?",
        "can I skip my zoloft on the day",
        "should I taper my klonopin before ketamine",
        "Is it safe to stop taking my lithium",
        "what dose should I take",
        "how much should i take",
        "can I take xanax the night before",
        "I'm on sertraline, is that a problem?",
        "is ketamine safe with lamictal",
        "my bp is 150/95 today",
        "do I have bipolar",
        "should I try ketamine",
    ],
)
def test_a_question_about_ones_own_medicine_gets_no_advice(message: str) -> None:
    assert [matter.notice for matter in matters(message)] == ["no-advice"]


@pytest.mark.parametrize(
    "message",
    [
        "what is ketamine",
        "how does it differ from antidepressants",
        "is ketamine an antidepressant",
        "what happens to blood pressure during the infusion",
        "are there long term risks",
        "who is not eligible",
        "do benzodiazepines reduce the effect",
        "how much does a session cost",
        "when does it start to work",
        "does insurance pay",
    ],
)
def test_a_general_question_is_no_matter(message: str) -> None:
    assert matters(message) == ()


@pytest.mark.parametrize(
    "message",
    [
        "my email is jo.smith+1@mail.example.co.uk",
        "call me on (202) 555-0142",
        "202-555-0142",
        "my number is 202.555.0142",
        "text 2025550142 please",
        "+1 202 555 0142",
        "07700 900123",
        "ring 0161 496 0000",
        "020 7946 0018",
        "+44 20 7946 0018",
        "+44 7700 900123",
        "dob 4/12/1986",
        "my date of birth is 12 April 1986",
        "I was born on April 12, 1986",
        "MRN 00482913",
        "my medical record number is 4829134",
        "NHS number 943 476 5919",
        "my ssn is 078-05-1120",
        "SSN: 078051120",
        "Member ID: XGH1234567",
        "policy number is A-4829134",
        "my name is Jo Smith",
        "my address is 1 Example Street",
        "I live at 12 Oak Lane",
        "12 Example Street, Springfield",
    ],
)
def test_personal_details_are_noticed(message: str) -> None:
    assert "personal-details" in [matter.id for matter in matters(message)]


@pytest.mark.parametrize(
    "message",
    [
        "call 988",
        "should I call 911",
        "988 or 911?",
        "988lifeline.org",
        "20mg",
        "is 20 mg a lot",
        "0.5 mg/kg over 40 minutes",
        "200 mg, 300 mg, 400 mg",
        "since 2015",
        "between 2010 and 2020",
        "approved in 1970",
        "it costs $400",
        "is it $1,200 for 6 sessions",
        "500-1000 dollars",
        "168/102",
        "bp 120/80",
        "6 sessions in 2 weeks",
        "at 10:30 on 5/12",
        "I am 45 years old and weigh 180 lb",
        "1 in 5 people",
        "10,000 patients",
        "2 to 3 hours a day",
        "is there a number I can call",
        "what is your address",
        "do you need my insurance number",
        "what email can I write to",
        "I was born with a heart problem",
        "is a 40 minute drive ok",
        "I have a 5 mile drive home",
        "my name for it is the fog",
    ],
)
def test_numbers_of_an_ordinary_question_are_no_personal_details(message: str) -> None:
    assert "personal-details" not in [matter.id for matter in matters(message)]


@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_looked_through(message: str) -> None:
    """A lone surrogate, which JSON can carry, is no obstacle."""
    found = matters(message)
    assert len({matter.notice for matter in found}) == len(found)


def test_half_a_surrogate_pair_is_no_obstacle() -> None:
    assert [matter.id for matter in matters("\ud800 jo@example.org")] == ["personal-details"]


@pytest.mark.parametrize("piece", ["1 ", "a@", "my name is ", "should i ", "dob ", "0 1 2 "])
def test_a_long_hostile_message_comes_to_an_end(piece: str) -> None:
    """A pattern that backtracks would not come back from this in a lifetime."""
    assert len(matters(piece * (60_000 // len(piece)))) <= len(MATTERS)
