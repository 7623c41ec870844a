"""Texts that clinics may hand in: from any characters at all to lines that look like an FAQ."""

from hypothesis import strategies as st

LINE_BREAKS = ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
CONTROLS = ("\ufeff", "\x00", "\x07", "\x1b", "\x7f", "\u200b", "\ufffe", "\U0001f642", "\t", "\xa0")

FAQ_LINES = (
    "-",
    "–",
    "---",
    "- ",
    "-Item",
    "- an item",
    "* a starred item",
    "*emphasis* and more",
    "• another item",
    "1. a step",
    "2. What next?",
    "a) a choice",
    "Contraindications include:",
    "  indented and going on",
    "Frequently Asked Questions",
    "FAQ",
    "See our FAQ",
    "# A heading",
    "## Is this a heading?",
    "About us",
    "What?",
    "What is an “off label” prescription?",
    "“Really?”",
    "Is it safe? Yes, mostly.",
    "Q: What is it?",
    "Q: what is it",
    "Q1: First",
    "q : lower case?",
    "Q:",
    "Question 12: Which one?",
    "Q: Q: twice?",
    "A: It is this.",
    "A:",
    "a1: lower case",
    "Answer: Yes",
    "A: - a list at once",
    "A: See the FAQ",
    "A: Q: not a question",
    "Yes.",
    "No",
    "However, it depends.",
    "This matters.",
    "This long line was wrapped by the program that wrote it and",
    "the next one ends the sentence.",
    "a: line that looks like an answer although it was wrapped and",
    "A line of forty-three characters, no stop at",
    "‘Quoted’ words.",
    "???",
    "…",
    "",
    "   ",
)


def surrogate_free(*, min_size: int = 0) -> st.SearchStrategy[str]:
    """Any text that UTF-8 can hold."""
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=min_size)


def any_texts() -> st.SearchStrategy[str]:
    """Any text at all, with more line breaks and odd characters than chance would bring."""
    pieces = st.one_of(st.sampled_from(LINE_BREAKS + CONTROLS), surrogate_free())
    return st.lists(pieces, max_size=12).map("".join)


def faq_texts() -> st.SearchStrategy[str]:
    """Lines of an FAQ in any order, ended in one way or in several."""
    line = st.one_of(st.sampled_from(FAQ_LINES), st.sampled_from(FAQ_LINES), surrogate_free())
    ended = st.tuples(line, st.sampled_from(("\n", "\n", "\n", "\r\n", "\r"))).map("".join)
    return st.tuples(st.sampled_from(("", "", "\ufeff")), st.lists(ended, max_size=14).map("".join)).map("".join)


def texts() -> st.SearchStrategy[str]:
    """Both kinds."""
    return st.one_of(any_texts(), faq_texts())
