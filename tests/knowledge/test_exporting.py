"""Exporting a knowledge: the contract's JSON object, and text that import reads back as it was."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings

from bot.knowledge import export_json, export_text, import_text, load_knowledge
from bot.knowledge.cutting import cut
from bot.model import Knowledge
from tests.knowledge.conftest import COMMITTED
from tests.knowledge.faq_texts import texts


def imported(folder: Path, text: str) -> Knowledge:
    """Import *text* into a new folder below *folder* and load it."""
    path = folder / "faq.txt"
    path.write_bytes(text.encode())
    import_text(path, folder / "knowledge")
    return load_knowledge(folder / "knowledge")


def answers(knowledge: Knowledge) -> list[tuple[str, list[str]]]:
    return [(entry.question, [p.text for p in entry.passages]) for entry in knowledge.entries]


def test_the_committed_knowledge_survives_export_and_import(tmp_path: Path) -> None:
    committed = load_knowledge(COMMITTED)
    again = imported(tmp_path, export_text(committed))
    assert answers(again) == answers(committed)
    assert export_text(again) == export_text(committed)


def test_the_seed_survives_import_export_and_import(tmp_path: Path, seed: Path) -> None:
    import_text(seed, tmp_path / "first")
    first = load_knowledge(tmp_path / "first")
    again = imported(tmp_path, export_text(first))
    assert answers(again) == answers(first)
    assert export_text(again) == export_text(first)


@given(texts())
@example("-\nShort and ends in nothing at forty-three char\nnext line here\n")
@example("A long line of the answer that somebody wrapped here\na: and that goes on like this\n")
@example("Why?\nChoose:\n\nWhat is it?\n- What?\n")
@example("Q: Why?\nA: Look:\nA: - Is this a question?\n")
@example("Q: See the FAQ\nA: See the FAQ\nSee the FAQ\n")
@settings(max_examples=25)
def test_any_text_survives_import_export_and_import(text: str) -> None:
    assume(cut(text).entries)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first = imported(Path(one), text)
        again = imported(Path(two), export_text(first))
    assert answers(again) == answers(first)
    assert export_text(again) == export_text(first)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Why?\nSo.\nThus.\n", "Q: Why?\nA: So.\n\nThus.\n", id="paragraphs"),
        pytest.param("Why?\nBring:\n-this\n-that\n", "Q: Why?\nA: Bring:\n-this\n-that\n", id="a list"),
        pytest.param("Why?\nSo.\nHow?\nThus.\n", "Q: Why?\nA: So.\n\nQ: How?\nA: Thus.\n", id="two questions"),
        pytest.param("-\nSo be it.\n", "Q: So be it.\nA: So be it.\n", id="a proposed title"),
        pytest.param(
            "Q: Why?\nA: Bring:\nA: - this\n", "Q: Why?\nA: Bring:\nA: - this\n", id="a list that stands apart"
        ),
    ],
)
def test_text_is_exported_as_questions_and_answers(tmp_path: Path, text: str, expected: str) -> None:
    assert export_text(imported(tmp_path, text)) == expected


def test_json_is_the_contracts_object(made_up: Path) -> None:
    knowledge = load_knowledge(made_up)
    exported = export_json(knowledge)
    first, second = exported["entries"]
    assert list(exported) == ["knowledge", "entries", "gaps", "notices"]
    assert exported["knowledge"] == knowledge.digest
    assert first == {
        "id": "when-open",
        "question": "When are you open?",
        "question_origin": "source",
        "aliases": [],
        "tags": [],
        "after_crisis": "show",
        "language": "en",
        "passages": [
            {
                "text": "We are open on weekdays from 9 to 5.",
                "source": {
                    "file": "sources/visits.txt",
                    "start": 25,
                    "end": 61,
                    "sha256": "b06c734326013e104c0cc1c677a9f1798e2db8306b593703a30b1478b92ed172",
                },
                "keep_with": "",
                "aliases": [],
            },
            {
                "text": "However, we close on holidays.",
                "source": {
                    "file": "sources/visits.txt",
                    "start": 63,
                    "end": 93,
                    "sha256": "fe1529e5280cae716ac0c9545fc036c92b6ed25a81e9ebb9d3c2fefdfbb8be39",
                },
                "keep_with": "previous",
                "aliases": [],
            },
        ],
    }
    assert [p["text"] for p in second["passages"]] == ["Please bring:\n- one friend\n- a book"]


def test_json_holds_every_notice_as_patients_see_it(made_up: Path) -> None:
    knowledge = load_knowledge(made_up)
    assert {n["id"]: n["text"] for n in export_json(knowledge)["notices"]} == dict(knowledge.notices)


def test_json_is_plain(made_up: Path) -> None:
    exported = export_json(load_knowledge(made_up))
    assert json.loads(json.dumps(exported)) == exported
