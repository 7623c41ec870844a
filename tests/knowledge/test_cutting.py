"""Cutting a clinic's text: nothing is lost, nothing is reordered, and each layout is understood as a reader would."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given

from bot.knowledge.cutting import Cut, PieceKind, cut, leans_on_previous
from tests.knowledge.faq_texts import texts

Answers = list[tuple[str | None, list[str]]]


def answers(text: str) -> Answers:
    """Return each entry as its question, None where the text has lost it, and its passages."""
    return [
        (text[slice(*entry.question)] if entry.question else None, [text[p.start : p.end] for p in entry.passages])
        for entry in cut(text).entries
    ]


def pieces(text: str, kind: PieceKind) -> list[tuple[int, str]]:
    """Return line and text of every piece of one kind."""
    return [(piece.line, text[piece.start : piece.end]) for piece in cut(text).pieces if piece.kind == kind]


def reported(text: str) -> list[tuple[int, str, str]]:
    """Return line, text and reason of what could not be placed."""
    return [(piece.line, text[piece.start : piece.end], piece.why) for piece in cut(text).remainders]


# --- what holds for any text -----------------------------------------------------------------------------------------


@given(texts())
@example("Q: Why?\nA: - this\nA:\n- that\n")
def test_every_character_that_is_not_blank_is_in_exactly_one_piece(text: str) -> None:
    holders = [0] * len(text)
    for piece in cut(text).pieces:
        for position in range(piece.start, piece.end):
            holders[position] += 1
    assert [c for c, held in zip(text, holders, strict=True) if held > 1 or (held == 0 and not c.isspace())] == []


@given(texts())
def test_pieces_stand_in_the_order_of_the_text(text: str) -> None:
    edges = [edge for piece in cut(text).pieces for edge in (piece.start, piece.end)]
    assert edges == sorted(edges)


@given(texts())
def test_no_piece_is_blank_or_begins_or_ends_with_white_space(text: str) -> None:
    shown = [text[piece.start : piece.end] for piece in cut(text).pieces]
    assert [piece for piece in shown if not piece or piece != piece.strip()] == []


@given(texts())
def test_the_entries_hold_every_passage_once_and_in_order(text: str) -> None:
    result = cut(text)
    in_entries = [(p.start, p.end) for entry in result.entries for p in entry.passages]
    assert in_entries == [(p.start, p.end) for p in result.pieces if p.kind == "passage"]


@given(texts())
def test_the_entries_hold_every_question_once_and_in_order(text: str) -> None:
    result = cut(text)
    in_entries = [entry.question for entry in result.entries if entry.question]
    assert in_entries == [(p.start, p.end) for p in result.pieces if p.kind == "question"]


@given(texts())
def test_every_entry_has_an_answer_that_follows_its_question(text: str) -> None:
    for entry in cut(text).entries:
        assert entry.passages != ()
        assert entry.question is None or entry.question[1] <= entry.passages[0].start


@given(texts())
def test_a_piece_names_the_line_on_which_it_starts(text: str) -> None:
    for piece in cut(text).pieces:
        before = text[: piece.start].replace("\r\n", "\n").replace("\r", "\n")
        assert piece.line == before.count("\n") + 1


@given(texts())
def test_only_what_could_not_be_placed_has_a_reason(text: str) -> None:
    assert [p for p in cut(text).pieces if bool(p.why) != (p.kind == "remainder")] == []


@given(texts())
def test_a_first_passage_never_leans_on_one_before(text: str) -> None:
    assert {entry.passages[0].keep_with for entry in cut(text).entries} <= {""}


def work(run: Callable[[], Any]) -> int:
    """Return the number of calls that *run* makes, of Python functions and of built-in ones."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("-\nYes.\n", id="lost questions"),
        pytest.param("What?\nYes.\n", id="questions"),
        pytest.param("Q: What?\nA: Yes.\n", id="marked questions"),
        pytest.param("Q: what\n", id="questions without answers"),
        pytest.param("Do:\n- this\n", id="lists"),
        pytest.param("- this\n", id="one list"),
        pytest.param("A long line that was wrapped and goes on after its end\n", id="one wrapped paragraph"),
        pytest.param("About\n\nWhat?\n", id="headings"),
    ],
)
def test_the_work_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    once, four_times = (work(lambda count=count: cut(unit * count)) for count in (250, 1000))  # type: ignore[misc]
    assert four_times < 5 * once


def test_the_work_of_a_question_over_many_lines_grows_with_the_text() -> None:
    def asked(lines: int) -> Callable[[], Cut]:
        return lambda: cut("Q: a question without its mark\n" + "goes on\n" * lines + "A: Yes.\n")

    assert work(asked(1000)) < 5 * work(asked(250))


@pytest.mark.slow
@pytest.mark.parametrize("start", ["q", "Question", "a", "1. ", "- ", "# ", "FAQ"])
def test_a_megabyte_of_blanks_on_one_line_is_cut(start: str) -> None:
    blanks = " " * 1_000_000
    assert sum(len(passage) for _, passages in answers(f"Q: x\nA: y\n{start}{blanks}end") for passage in passages) > 0


@pytest.mark.slow
def test_twenty_thousand_lines_are_cut() -> None:
    assert len(cut("Q: What?\nA: Yes.\n" * 10_000).entries) == 10_000


# --- the clinic's own text -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clinics() -> str:
    path = Path(__file__).parents[2] / "knowledge" / "sources" / "ketamine-faq.txt"
    return path.read_bytes().decode("utf-8")


def test_the_seed_has_ten_entries_and_keeps_three_questions(clinics: str) -> None:
    assert [question for question, _ in answers(clinics)] == [
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        "What is an “off label” prescription?",
        "How does ketamine work?",
        "What mental health conditions are being treated?",
    ]


def test_the_seed_has_29_passages(clinics: str) -> None:
    assert [len(passages) for _, passages in answers(clinics)] == [1, 1, 3, 4, 6, 5, 6, 1, 1, 1]


def test_the_seeds_list_stays_with_its_lead_in(clinics: str) -> None:
    assert answers(clinics)[6][1][-1] == (
        "Contraindications that require further evaluation to determine severity and treatment to move forward with "
        "treatment include:\n"
        "-Untreated hypertension\n"
        "-History of heart disease\n"
        "-Untreated hyperthyroidis\n"
        "-Active mania\n"
        "-Active suicidality\n"
        "-Active Psychosis\n"
        "-Alcohol or substance use disorders in which cessation for treatment would risk severe withdrawal symptoms\n"
        "-History of severe dissociation\n"
        "-Severe personality disorders"
    )


def test_the_seeds_structure_is_its_heading_and_six_lone_dashes(clinics: str) -> None:
    found = pieces(clinics, "structure")
    assert [text for _, text in found] == ["Frequently Asked Questions", *["-"] * 6]


def test_nothing_of_the_seed_is_left_over(clinics: str) -> None:
    assert reported(clinics) == []


def test_three_passages_of_the_seed_lean_on_the_one_before(clinics: str) -> None:
    leaning = [clinics[p.start :] for entry in cut(clinics).entries for p in entry.passages if p.keep_with]
    assert [text.split(",")[0] for text in leaning] == [
        "Additionally",
        "However",
        "In addition to its biochemical effects",
    ]


def test_blank_lines_between_all_lines_of_the_seed_change_no_answer(clinics: str) -> None:
    spaced = clinics.replace("\n", "\n\n")
    assert [(question, [p.replace("\n\n", "\n") for p in passages]) for question, passages in answers(spaced)] == (
        answers(clinics)
    )


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends_in_the_seed_change_no_answer(clinics: str, ending: str) -> None:
    other = clinics.replace("\n", ending)
    assert [(question, [p.replace(ending, "\n") for p in passages]) for question, passages in answers(other)] == (
        answers(clinics)
    )


def test_a_byte_order_mark_before_the_seed_changes_no_answer(clinics: str) -> None:
    assert answers("\ufeff" + clinics) == answers(clinics)


# --- "Q:" and "A:" lines ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Q: Why?\nA: So.\n", [("Why?", ["So."])], id="one of each"),
        pytest.param("Q: Why?\n\nA: So.\n\nQ: How?\nA: Thus.\n", [("Why?", ["So."]), ("How?", ["Thus."])], id="blank"),
        pytest.param("Q: Why?\nA: So.\nQ: How?\nA: Thus.\n", [("Why?", ["So."]), ("How?", ["Thus."])], id="no blank"),
        pytest.param("Q1: Why?\nA1: So.\n", [("Why?", ["So."])], id="numbered"),
        pytest.param("Q 12: Why?\nA 12: So.\n", [("Why?", ["So."])], id="numbered after a space"),
        pytest.param("Question: Why?\nAnswer: So.\n", [("Why?", ["So."])], id="whole words"),
        pytest.param("Question 3: Why?\nAnswer 3: So.\n", [("Why?", ["So."])], id="whole words, numbered"),
        pytest.param("q: why?\na: so.\n", [("why?", ["so."])], id="lower case"),
        pytest.param("Q：为什么？\nA：因为。\n", [("为什么？", ["因为。"])], id="wide colons"),
        pytest.param("  Q:Why?\n  A:So.\n", [("Why?", ["So."])], id="indented, no space"),
        pytest.param("Q: Why\nA: So.\n", [("Why", ["So."])], id="no question mark"),
        pytest.param("Q:\nWhy?\nA:\nSo.\n", [("Why?", ["So."])], id="marks on lines of their own"),
        pytest.param("Q:\n\nWhy?\n\nA:\n\nSo.\n", [("Why?", ["So."])], id="marks on their own, blank lines"),
        pytest.param("Q: Why do I\nask this?\nA: So.\n", [("Why do I\nask this?", ["So."])], id="over two lines"),
        pytest.param("Q:\nWhy do I\nask this\nA: So.\n", [("Why do I\nask this", ["So."])], id="below its mark"),
        pytest.param("Q: Why?\nSo.\n", [("Why?", ["So."])], id="answer without its mark"),
        pytest.param("Q: Why\n\nSo.\nA: Thus.\n", [("Why", ["So.", "Thus."])], id="a blank line ends a question"),
        pytest.param("Q: Why?\nA: So.\n\nThus.\n\nYes.\n", [("Why?", ["So.", "Thus.", "Yes."])], id="paragraphs"),
        pytest.param("Q: Why?\nA: So.\nThus.\n", [("Why?", ["So.", "Thus."])], id="each line is a paragraph"),
        pytest.param("Q: Why?\nA: So.\nA: Thus.\n", [("Why?", ["So.", "Thus."])], id="two answers"),
        pytest.param("Q: Why?\nA: So? It is.\nIs it?\n", [("Why?", ["So? It is.", "Is it?"])], id="asks back"),
        pytest.param("Q: Why?\nA: See our FAQ\n", [("Why?", ["See our FAQ"])], id="an answer that names the FAQ"),
        pytest.param("Q: What is the FAQ\nA: This.\n", [("What is the FAQ", ["This."])], id="a question about the FAQ"),
        pytest.param("Q: Why?\nA: Look:\nOur FAQ\n", [("Why?", ["Look:", "Our FAQ"])], id="a line that names the FAQ"),
        pytest.param("Q: Why?\n-\nSo.\n", [("Why?", ["So."])], id="a dash before the answer"),
        pytest.param("Hello.\nQ: Why?\nA: So.\n", [(None, ["Hello."]), ("Why?", ["So."])], id="an introduction"),
        pytest.param("Q: Why?\nA: So.\n---\nBye.\n", [("Why?", ["So."]), (None, ["Bye."])], id="a rule ends an answer"),
        pytest.param("A: So.\nQ: Why?\nA: Thus.\n", [(None, ["So."]), ("Why?", ["Thus."])], id="an answer comes first"),
        pytest.param("Q:\nA: So.\n", [(None, ["So."])], id="an empty question"),
        pytest.param("\ufeffQ: Why?\nA: So.\n", [("Why?", ["So."])], id="after a byte order mark"),
        pytest.param("Q: Why?\nA: So", [("Why?", ["So"])], id="no last line end"),
        pytest.param("Q: Why?\nA: Quite: so.\n", [("Why?", ["Quite: so."])], id="a colon inside"),
        pytest.param("Q: Why?\nAsk: us.\n", [("Why?", ["Ask: us."])], id="another word and a colon"),
    ],
)  # fmt: skip
def test_marked_text_is_cut_at_its_marks(text: str, expected: Answers) -> None:
    assert answers(text) == expected


def test_a_paragraph_of_an_answer_may_be_wrapped_over_lines() -> None:
    paragraph = (
        "Plan for about two hours, since we want to see you\nrest well before you leave, and since the nurse will\n"
        "check your blood pressure."
    )
    assert answers(f"Q: How long?\nA: {paragraph}\n") == [("How long?", [paragraph])]


def test_a_list_in_an_answer_stays_with_its_lead_in() -> None:
    text = "Q: What do I bring?\nA: Please bring:\n- a friend\n- a book\n\nThat is all.\n"
    assert answers(text) == [("What do I bring?", ["Please bring:\n- a friend\n- a book", "That is all."])]


def test_a_list_may_be_an_answers_first_line() -> None:
    assert answers("Q: What?\nA: - a friend\n- a book\n") == [("What?", ["- a friend\n- a book"])]


def test_a_mark_on_a_line_of_its_own_begins_a_passage_even_before_a_list() -> None:
    assert answers("Q: Why?\nA: - this\nA:\n- that\n") == [("Why?", ["- this", "- that"])]


def test_a_question_without_an_answer_is_reported_with_its_line() -> None:
    text = "Q: Why?\nA: So.\n\nQ: How much?\n\nQ: When?\nA: Now.\n"
    assert reported(text) == [(4, "How much?", "a question without an answer")]
    assert answers(text) == [("Why?", ["So."]), ("When?", ["Now."])]


def test_the_marks_themselves_are_structure() -> None:
    assert pieces("Q: Why?\nA 2 : So.\nQ:\n", "structure") == [(1, "Q:"), (2, "A 2 :"), (3, "Q:")]


# --- the layout of a copied web page ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Why?\nSo.\n", [("Why?", ["So."])], id="a question"),
        pytest.param("Why?\n\nSo.\n\nHow?\n\nThus.\n", [("Why?", ["So."]), ("How?", ["Thus."])], id="blank lines"),
        pytest.param("“Why?”\nSo.\n", [("“Why?”", ["So."])], id="a quoted question"),
        pytest.param("1. Why?\nSo.\n2. How?\nThus.\n", [("Why?", ["So."]), ("How?", ["Thus."])], id="numbered"),
        pytest.param(
            "1) Why?\nSo.\n2) How?\nThus.\n", [("Why?", ["So."]), ("How?", ["Thus."])], id="numbered, brackets"
        ),
        pytest.param(
            "1. Why?\nDo:\n- this\n- that\n2. How?\nThus.\n",
            [("Why?", ["Do:\n- this\n- that"]), ("How?", ["Thus."])],
            id="numbered, after a list with dashes",
        ),
        pytest.param("# Why?\nSo.\n## How?\nThus.\n", [("Why?", ["So."]), ("How?", ["Thus."])], id="Markdown headings"),
        pytest.param(
            "- Why?\nSo.\n- How?\nThus.\n", [("Why?", ["So."]), ("How?", ["Thus."])], id="questions as a list"
        ),
        pytest.param("**Why?**\nSo.\n**How?**\nThus.\n", [("**Why?**", ["So."]), ("**How?**", ["Thus."])], id="bold"),
        pytest.param("Why?\nIs it so? It is.\n", [("Why?", ["Is it so? It is."])], id="a question mark inside a line"),
        pytest.param("-\nSo.\n-\nThus.\n", [(None, ["So."]), (None, ["Thus."])], id="lost questions"),
        pytest.param("–\nSo.\n•\nThus.\n", [(None, ["So."]), (None, ["Thus."])], id="other lone signs"),
        pytest.param("Why?\n-\nSo.\n", [("Why?", ["So."])], id="a question, then a dash"),
        pytest.param("Hello.\n\nFAQs\nWhy?\nSo.\n", [(None, ["Hello."]), ("Why?", ["So."])], id="an introduction"),
        pytest.param("Why?\nRead our FAQ\n", [("Why?", ["Read our FAQ"])], id="an answer that names the FAQ"),
        pytest.param("Why?\nYes\n\nHow?\nThus.\n", [("Why?", ["Yes"]), ("How?", ["Thus."])], id="a very short answer"),
        pytest.param("Why?\nSo.\n*Not for all.\n", [("Why?", ["So.", "*Not for all."])], id="a footnote is no list"),
        pytest.param("Just a text.\n", [(None, ["Just a text."])], id="no question at all"),
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t\n\x85\u2028", [], id="blank"),
        pytest.param("-\n---\n-\n", [], id="structure only"),
    ],
)
def test_unmarked_text_is_cut_at_its_questions(text: str, expected: Answers) -> None:
    assert answers(text) == expected


@pytest.mark.parametrize("sign", ["- ", "-", "• ", "•", "* ", "– ", "1. ", "2) ", "a. "])
def test_a_list_is_one_passage_with_its_lead_in(sign: str) -> None:
    passage = f"Bring:\n{sign}a friend\n{sign}a book"
    assert answers(f"What?\n{passage}\nThat is all.\n") == [("What?", [passage, "That is all."])]


def test_blank_lines_inside_a_list_do_not_break_it() -> None:
    assert answers("What?\nBring:\n\n- a friend\n\n- a book\n") == [("What?", ["Bring:\n\n- a friend\n\n- a book"])]


def test_a_question_directly_after_a_list_is_a_question() -> None:
    text = "What?\nBring:\n-a friend\nHow?\nThus.\n"
    assert answers(text) == [("What?", ["Bring:\n-a friend"]), ("How?", ["Thus."])]


def test_a_question_inside_a_list_is_an_item() -> None:
    passage = "Ask yourself:\n- Am I well?\n- Did I sleep?"
    assert answers(f"What?\n{passage}\n") == [("What?", [passage])]


def test_an_indented_line_goes_on_with_the_item_above() -> None:
    assert answers("What?\nBring:\n- a friend who\n  can drive\n") == [
        ("What?", ["Bring:\n- a friend who\n  can drive"])
    ]


def test_a_wrapped_paragraph_is_one_passage_though_a_line_of_it_ends_in_a_question_mark() -> None:
    paragraph = "People who come to us for the first time often ask us\nwhat will it be like?"
    assert answers(f"-\n{paragraph}\n") == [(None, [paragraph])]


@pytest.mark.parametrize(("width", "passages"), [(44, 2), (45, 1)])
def test_a_line_is_taken_for_wrapped_from_45_characters_on(width: int, passages: int) -> None:
    assert len(cut(f"-\n{'x' * width}\nand on.\n").entries[0].passages) == passages


def test_a_very_long_line_is_no_question() -> None:
    long = "word " * 60 + "so?"
    assert answers(f"Why?\nSo.\n{long}\n") == [("Why?", ["So.", long])]


def test_a_section_heading_before_a_question_is_reported() -> None:
    text = "Why?\nSo.\n\nAfter your visit\n\nHow?\nThus.\n"
    assert reported(text) == [(4, "After your visit", "it looks like a section heading")]
    assert answers(text) == [("Why?", ["So."]), ("How?", ["Thus."])]


def test_a_question_directly_before_another_is_reported() -> None:
    assert reported("Why?\nHow?\nThus.\n") == [(1, "Why?", "a question without an answer")]


def test_a_last_question_without_an_answer_is_reported() -> None:
    assert reported("Why?\nSo.\nHow?\n") == [(3, "How?", "a question without an answer")]


def test_the_sign_before_a_question_is_structure() -> None:
    assert pieces("1. Why?\nSo.\n## How?\nThus.\n", "structure") == [(1, "1."), (3, "##")]


def test_a_byte_order_mark_is_structure() -> None:
    assert pieces("\ufeffWhy?\nSo.\n", "structure") == [(1, "\ufeff")]


# --- leaning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "However, no.",
        "Additionally, yes.",
        "This helps.",
        "In addition to it.",
        "But no.",
        "For example, two.",
        "so it is",
    ],
)
def test_a_passage_that_points_back_leans(text: str) -> None:
    assert leans_on_previous(text)


@pytest.mark.parametrize(
    "text", ["Sound sleep helps.", "Android phones.", "Ketamine, however, helps.", "In the clinic."]
)
def test_a_passage_that_only_looks_like_it_does_not_lean(text: str) -> None:
    assert not leans_on_previous(text)


def test_keep_with_is_proposed_for_a_passage_that_leans() -> None:
    entry = cut("Why?\nThis is so.\nHowever, it is not.\nIt is.\n").entries[0]
    assert [passage.keep_with for passage in entry.passages] == ["", "previous", ""]
