"""Writing entries: whatever a clinic's text holds, the YAML reads back as exactly that."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.knowledge.fields import Fields, Problems
from bot.knowledge.strict_yaml import parse
from bot.knowledge.writing import EntryDraft, PassageDraft, block, entries_yaml, scalar
from bot.model import Span
from tests.knowledge.faq_texts import any_texts, faq_texts, surrogate_free

KEEP_WITH = ("", "previous", "next")


def stripped() -> st.SearchStrategy[str]:
    return st.one_of(surrogate_free(), any_texts(), faq_texts()).map(str.strip).filter(bool)


def spans() -> st.SearchStrategy[Span]:
    numbers = st.integers(0, 10**12 - 1)
    return st.builds(Span, surrogate_free().map(str.strip).filter(bool), numbers, numbers)


def drafts() -> st.SearchStrategy[list[EntryDraft]]:
    passage = st.builds(PassageDraft, stripped(), spans(), st.sampled_from(KEEP_WITH))
    passages = st.lists(passage, min_size=1, max_size=3).map(tuple)
    return st.lists(
        st.builds(EntryDraft, stripped(), stripped(), st.none() | spans(), passages), min_size=1, max_size=3
    )


def read_back(text: str) -> list[EntryDraft]:
    """Read an entry file with the loader's own readers of fields."""
    root, found = parse(text, "written.yaml")
    assert root is not None, found
    problems = Problems("written.yaml")
    entries = []
    for node in Fields(root, ("entries",), problems, "the file").items("entries"):
        known = ("id", "question", "question_origin", "question_source", "aliases", "tags", "review", "after_crisis")
        entry = Fields(node, (*known, "passages"), problems, "the entry")
        passages = []
        for item in entry.items("passages"):
            fields = Fields(item, ("source", "keep_with", "text"), problems, "the passage")
            source = fields.span("source")
            assert source is not None, problems.found
            passages.append(PassageDraft(fields.text("text"), source, fields.choice("keep_with", KEEP_WITH)))
        asked = entry.span("question_source")
        assert (entry.text("question_origin") == "source") == (asked is not None)
        entries.append(EntryDraft(entry.text("id"), entry.text("question"), asked, tuple(passages)))
    assert problems.found == []
    return entries


def one_entry(text: str) -> list[EntryDraft]:
    return [EntryDraft("a", text, None, (PassageDraft(text, Span("sources/a.txt", 0, 1)),))]


@given(drafts())
@example(one_entry("a\x85b\u2028c\u2029d\re\r\nf\ng"))
@example(one_entry("a\n\n   \n  b \n\tc"))
@example(one_entry("\ufeffa\x00b\ufffe\U0001f642"))
@example(one_entry("yes"))
@example(one_entry("12"))
@example(one_entry("null"))
@example(one_entry("2026-01-01"))
@example(one_entry("<<"))
@example(one_entry("="))
@example(one_entry("..."))
@example(one_entry("--- a"))
@example(one_entry("# no comment"))
@example(one_entry("'quoted' and \"quoted\": {a} [b] &c *d !e %f @g `h"))
@example(one_entry("x" * 5000))
def test_entries_read_back_as_they_were_written(entries: list[EntryDraft]) -> None:
    assert read_back(entries_yaml(entries)) == entries


@given(stripped())
def test_a_scalar_stands_on_one_line(text: str) -> None:
    assert len(scalar(text).splitlines()) == 1


@pytest.mark.parametrize(
    "text", ["one line", "two\nlines", "a paragraph\n\n- and a list", "“quotes”: {any} #sign", "12"]
)
def test_plain_text_is_written_as_a_block_that_staff_can_edit(text: str) -> None:
    assert block(text, 2) == "|-\n" + "".join(f"  {line}\n" if line else "\n" for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"), [("a\r\nb", '"a\\r\\nb"\n'), ("a\x00b", '"a\\0b"\n'), (" a", "' a'\n"), ("", "''\n")]
)
def test_what_a_block_cannot_hold_is_quoted(text: str, expected: str) -> None:
    assert block(text, 2) == expected


def test_an_entry_file_reads_like_a_form() -> None:
    entry = EntryDraft(
        "opening-hours",
        "When are you open?",
        Span("sources/visits.txt", 3, 21),
        (
            PassageDraft("On weekdays.", Span("sources/visits.txt", 25, 37)),
            PassageDraft("However:\n- not at night", Span("sources/visits.txt", 39, 61), "previous"),
        ),
    )
    assert entries_yaml([entry]) == (
        "# The questions and answers of this FAQ. README.md in this folder explains each field.\n"
        "# A passage is the clinic's own text. To change one, edit its `text`, "
        'then run: verbatim accept ENTRY --by "Your Name"\n'
        "\n"
        "entries:\n"
        "  - id: opening-hours\n"
        "    question: When are you open?\n"
        "    question_origin: source\n"
        "    question_source: {file: sources/visits.txt, start: 3, end: 21}\n"
        "    aliases: []\n"
        "    tags: []\n"
        "    review: {by: '', on: '', due: ''}\n"
        "    after_crisis: show\n"
        "    passages:\n"
        "      - source: {file: sources/visits.txt, start: 25, end: 37}\n"
        "        text: |-\n"
        "          On weekdays.\n"
        "      - source: {file: sources/visits.txt, start: 39, end: 61}\n"
        "        keep_with: previous\n"
        "        text: |-\n"
        "          However:\n"
        "          - not at night\n"
    )


def test_an_editorial_title_has_no_source() -> None:
    written = entries_yaml(one_entry("When?"))
    assert "    question: When?\n    question_origin: editorial\n    aliases: []\n" in written
