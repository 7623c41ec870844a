"""A knowledge in, one document out: the contract's JSON object, or "Q:/A:" text that import reads back."""

from collections.abc import Iterator
from typing import Any

from bot.knowledge.cutting import cut
from bot.model import Entry, Gap, Knowledge, Passage, source_dict


def export_json(knowledge: Knowledge) -> dict[str, Any]:
    """Return the whole knowledge as plain dicts and lists; the keys are those of the stable contract."""
    return {
        "knowledge": knowledge.digest,
        "entries": [_entry(entry, knowledge.clinic.language) for entry in knowledge.entries],
        "gaps": [_gap(gap) for gap in knowledge.gaps],
        "notices": [{"id": key, "text": text} for key, text in knowledge.notices.items()],
    }


def export_text(knowledge: Knowledge) -> str:
    """Return questions and answers as plain text; import cuts it into the same questions and passages.

    Staff may have written a passage that plain text cannot hold apart (two paragraphs in one, say); import then
    cuts it anew.
    """
    return "\n".join("".join(_text(entry)) for entry in knowledge.entries)


def _entry(entry: Entry, own: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "question": entry.question,
        "question_origin": entry.question_origin,
        "aliases": list(entry.aliases),
        "tags": list(entry.tags),
        "after_crisis": entry.after_crisis,
        "language": entry.language or own,
        "passages": [_passage(passage) for passage in entry.passages],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"id": gap.id, "topic": gap.topic, "notice": gap.notice, "wordings": list(gap.wordings)}


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "text": passage.text,
        "source": source_dict(passage.source),
        "keep_with": passage.keep_with,
        "aliases": list(passage.aliases),
    }


def _text(entry: Entry) -> Iterator[str]:
    yield f"Q: {entry.question}\n"
    above = None
    for passage in entry.passages:
        plain = above is not None and _stands_alone(passage.text, above)
        yield f"\n{passage.text}\n" if plain else f"A: {passage.text}\n"
        above = passage.text


def _stands_alone(text: str, above: str) -> bool:
    """Tell whether import would cut *text*, below the passage *above*, as one passage of its own."""
    before = f"Q: q?\nA: {above}\n\n"
    entries = cut(before + text).entries
    last = entries[-1].passages[-1]
    return len(entries) == 1 and (last.start, last.end) == (len(before), len(before) + len(text))
