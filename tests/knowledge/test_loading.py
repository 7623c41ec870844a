"""Loading a sound knowledge: every field arrives as staff wrote it, and every text equals the clinic's own."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge import load_knowledge
from bot.knowledge.strict_yaml import parse
from bot.model import Clinic, Entry, Logo, OperatingPoint, Passage, Review, Source
from tests.knowledge.conftest import COMMITTED

FULL = """\
entries:
  - id: opening-hours
    question: "When can I come?"
    question_origin: editorial
    aliases: [opening times, 'are you open on sunday']
    tags: [visits]
    review: {by: Ann Smith, on: 2026-01-31, due: '2027-01-31'}
    after_crisis: hide
    passages:
      - name: weekdays
        source: {file: sources/visits.txt, start: 25, end: 61}
        keep_with: next
        text: We are open on weekdays from 9 to 5.
      - text: >-
          However, we close
          on holidays.
        source: {file: sources/visits.txt, start: 63, end: 93}
"""
WORDINGS = """\
opening-hours:
  entry:
    - visiting hours
  weekdays:
    - open on monday
"""


def passage(id_: str, text: str, start: int, **more: str) -> Passage:
    source = Source("sources/visits.txt", start, start + len(text), hashlib.sha256(text.encode()).hexdigest())
    return Passage(f"opening-hours#{id_}", "opening-hours", text, source, **more)  # type: ignore[arg-type]


@pytest.fixture
def full(made_up: Path) -> Path:
    """The made-up knowledge with one entry that uses every field."""
    (made_up / "visits.yaml").write_text(FULL, encoding="utf-8")
    (made_up / "aliases.yaml").write_text(WORDINGS, encoding="utf-8")
    return made_up


def test_an_entry_arrives_with_all_its_fields(full: Path) -> None:
    weekdays = passage("weekdays", "We are open on weekdays from 9 to 5.", 25, keep_with="next")
    holidays = passage("1", "However, we close on holidays.", 63)
    assert load_knowledge(full).entries == (
        Entry(
            id="opening-hours",
            question="When can I come?",
            question_origin="editorial",
            passages=(replace(weekdays, aliases=("open on monday",)), holidays),
            aliases=("opening times", "are you open on sunday", "visiting hours"),
            tags=("visits",),
            review=Review("Ann Smith", "2026-01-31", "2027-01-31"),
            after_crisis="hide",
        ),
    )


def test_what_an_entry_leaves_out_has_a_plain_default(made_up: Path) -> None:
    text = "entries:\n  - id: a\n    question: Why so?\n    passages:\n      - text: So.\n"
    text += "        source: {file: sources/visits.txt, start: 25, end: 61}\n"
    (made_up / "visits.yaml").write_text(text, encoding="utf-8")
    entry = load_knowledge(made_up).entries[0]
    assert (entry.question_origin, entry.aliases, entry.tags, entry.review, entry.after_crisis) == (
        "editorial",
        (),
        (),
        Review(),
        "show",
    )


@pytest.mark.parametrize("review", ["{by: '', on: '', due: ''}", "{by: , on: , due: }", "{}"])
def test_an_entry_that_nobody_reviewed_claims_no_review(full: Path, review: str) -> None:
    path = full / "visits.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{by: Ann Smith, on: 2026-01-31, due: '2027-01-31'}", review), encoding="utf-8")
    assert load_knowledge(full).entries[0].review == Review()


def test_every_committed_passage_is_the_slice_of_its_source() -> None:
    text = (COMMITTED / "sources" / "ketamine-faq.txt").read_bytes().decode("utf-8")
    passages = [p for entry in load_knowledge(COMMITTED).entries for p in entry.passages]
    assert [p.text for p in passages] == [text[p.source.start : p.source.end] for p in passages]
    assert [p.source.sha256 for p in passages] == [hashlib.sha256(p.text.encode()).hexdigest() for p in passages]


def test_every_committed_passage_has_its_own_id() -> None:
    ids = [p.id for entry in load_knowledge(COMMITTED).entries for p in entry.passages]
    assert len(set(ids)) == len(ids) == 29


def test_loading_twice_gives_the_same_knowledge(committed: Path) -> None:
    assert load_knowledge(committed) == load_knowledge(committed)


def test_files_with_windows_line_ends_give_the_same_entries(committed: Path) -> None:
    before = load_knowledge(committed)
    for path in committed.glob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    after = load_knowledge(committed)
    assert (after.entries, after.notices, after.clinic) == (before.entries, before.notices, before.clinic)


def test_a_byte_order_mark_before_yaml_is_no_mistake(committed: Path) -> None:
    before = load_knowledge(committed)
    path = committed / "ketamine-faq.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_knowledge(committed).entries == before.entries


def test_entries_stand_in_the_order_of_their_files(made_up: Path) -> None:
    text = FULL.replace("[opening times, 'are you open on sunday']", "[]").replace("id: opening-hours", "id: a")
    (made_up / "another.yaml").write_text(text, encoding="utf-8")
    assert [entry.id for entry in load_knowledge(made_up).entries] == ["a", "when-open", "can-bring-friend"]


# --- the clinic and its notices --------------------------------------------------------------------------------------


CLINIC = """\
name: Rivertown Clinic
phone: '555-0142'
hours:
country: US
language: en
accent: '#2f6f73'
emergency: '911'
crisis_line: '988'
starters: [when-open]
"""


def test_the_clinics_facts_arrive_and_unknown_ones_are_empty(made_up: Path) -> None:
    (made_up / "clinic.yaml").write_text(CLINIC, encoding="utf-8")
    assert load_knowledge(made_up).clinic == Clinic(
        name="Rivertown Clinic",
        phone="555-0142",
        hours="",
        address="",
        web="",
        country="US",
        language="en",
        accent="#2f6f73",
        emergency="911",
        crisis_line="988",
        starters=("when-open",),
    )


PNG = b"\x89PNG\r\n\x1a\n..."
SVG = b"<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE svg PUBLIC 'x' 'y'>\n<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [("logo.png", PNG, "image/png"), ("logo.svg", SVG, "image/svg+xml"), ("Our-logo.2.svg", b"<svg>", "image/svg+xml")],
)
def test_the_logo_arrives_byte_for_byte_and_changes_no_reply(
    made_up: Path, name: str, content: bytes, media_type: str
) -> None:
    (made_up / "clinic.yaml").write_text(CLINIC + f"logo: {name}\n", encoding="utf-8")
    (made_up / name).write_bytes(content)
    knowledge = load_knowledge(made_up)
    assert knowledge.clinic.logo == Logo(media_type, content)
    (made_up / name).write_bytes(content + b" ")
    assert load_knowledge(made_up).digest == knowledge.digest


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        ("Hello.", "Hello."),
        ("Call {phone} or {crisis_line}.", "Call 555-0142 or 988."),
        ("Hello.\n  We open at {hours}.\n  Bye.", "Hello.\nBye."),
        ("We are at {address}, {web}.\n  Call {phone}.", "Call 555-0142."),
        ("Hello.\n\n  Bye.", "Hello.\n\nBye."),
        ("Not {{phone}}.", "Not {555-0142}."),
    ],
)
def test_a_notice_has_the_facts_filled_in_and_loses_lines_with_unknown_ones(
    made_up: Path, notice: str, expected: str
) -> None:
    (made_up / "clinic.yaml").write_text(CLINIC, encoding="utf-8")
    path = made_up / "notices.yaml"
    thanks = "thanks: |-\n  You are welcome, and take care.\n  You can ask another question here.\n"
    text = path.read_text(encoding="utf-8")
    assert thanks in text
    path.write_text(text.replace(thanks, f"thanks: |-\n  {notice}\n"), encoding="utf-8")
    assert load_knowledge(made_up).notices["thanks"] == expected


def test_every_notice_of_the_templates_has_a_text_though_no_fact_is_stated(made_up: Path) -> None:
    assert [key for key, text in load_knowledge(made_up).notices.items() if not text or "{" in text] == []


def test_the_operating_point_arrives(made_up: Path) -> None:
    text = "answer: 0.75\nchoose: .5\ngap: 0\nknowledge: abc\n"
    (made_up / "operating-point.yaml").write_text(text, encoding="utf-8")
    assert load_knowledge(made_up).operating_point == OperatingPoint(0.75, 0.5, 0.0, "abc")


def test_the_operating_point_without_vectors_arrives(made_up: Path) -> None:
    text = "answer: 0.75\nchoose: .5\ngap: 0\nanswer_without_vectors: 0.8\n"
    text += "choose_without_vectors: 0.6\ngap_without_vectors: 0.1\nknowledge: abc\n"
    (made_up / "operating-point.yaml").write_text(text, encoding="utf-8")
    expected = OperatingPoint(0.75, 0.5, 0.0, "abc", without_vectors=OperatingPoint(0.8, 0.6, 0.1))
    assert load_knowledge(made_up).operating_point == expected


def test_a_loaded_knowledge_cannot_be_changed(made_up: Path) -> None:
    knowledge = load_knowledge(made_up)
    with pytest.raises(TypeError, match="does not support item assignment"):
        knowledge.notices["thanks"] = "x"  # type: ignore[index]


# --- strict YAML -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["[" * 20 + "]" * 20, "a: " + "{b: " * 19 + "c" + "}" * 19, "- " * 20 + "x"])
def test_twenty_levels_are_allowed(text: str) -> None:
    assert parse(text, "deep.yaml")[1] == ()


@pytest.mark.parametrize("text", ["[" * 21 + "]" * 21, "a: " + "{b: " * 20 + "c" + "}" * 20, "- " * 21 + "x"])
def test_twenty_one_levels_are_not(text: str) -> None:
    assert [str(p) for p in parse(text, "deep.yaml")[1]] == [
        "deep.yaml:1: more than 20 levels inside each other. Flatten this part."
    ]


@given(st.text(st.sampled_from("ab&*![]{}<-?:|>,'\" \n\r\t\u2028\ufeff"), max_size=30))
@example("? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? a")
@example("".join(f"{' ' * level}a:\n{' ' * level}- b:\n" for level in range(11)))
@example("\ufeff&a b")
@example("a: {?&a b: c}")
def test_a_text_is_read_twice_only_where_that_could_find_anything(text: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.knowledge.strict_yaml._MAY_SURPRISE", re.compile(""))
        expected = parse(text, "a.yaml")[1]
    assert parse(text, "a.yaml")[1] == expected


def test_a_million_levels_cost_no_more_than_twenty_one() -> None:
    assert [p.what for p in parse("[" * 1_000_000, "deep.yaml")[1]] == ["more than 20 levels inside each other"]
