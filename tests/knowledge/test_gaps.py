"""Known gaps and small talk: read with their notices filled in, their mistakes told by line."""

import shutil
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge import export_json, load_knowledge
from bot.model import Gap
from tests.clinics import real_knowledge
from tests.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge"))


def _gaps(folder: Path, text: str) -> tuple[Gap, ...]:
    (folder / "gaps.yaml").write_text(text, encoding="utf-8")
    return load_knowledge(folder).gaps


GAP = "gaps:\n  - id: price\n    topic: Price\n    notice: Please ask.\n    wordings: [how much is it]\n"


def test_a_gap_is_read_with_its_notice_and_wordings(folder: Path) -> None:
    assert _gaps(folder, GAP) == (Gap("price", "Price", "Please ask.", ("how much is it",)),)


def test_a_line_of_a_notice_that_needs_an_unknown_fact_is_left_out(folder: Path) -> None:
    text = GAP.replace("Please ask.", "|-\n      Please ask.\n      Call {phone}.\n      In danger, call {emergency}.")
    assert _gaps(folder, text)[0].notice == "Please ask.\nIn danger, call 911."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GAP.replace("topic: Price", "topc: Price"), "gaps.yaml:3: the gap has an unknown field 'topc'. Did you"),
        (GAP + GAP.removeprefix("gaps:\n"), "gaps.yaml:6: the gap 'price' is there twice."),
        (GAP + "    answered_by: risk-side-effects\n", "gaps.yaml:6: 'risk-side-effects' is no entry. Did you mean"),
        (GAP.replace("Please ask.", "Call {fone}."), "asks for an unknown fact {fone}. Did you mean 'phone'?"),
        (GAP.replace("Please ask.", "'Call {phone}.'"), "needs a fact that the clinic has not stated."),
        (
            GAP.replace("wordings:", "wordings: ['?!', what does it cost]\n#"),
            "the wording '?!' of the gap 'price' has no word",
        ),
        ("- a\n", "gaps.yaml:1: the file is not a list of fields."),
    ],
)
def test_a_mistake_in_a_gap_is_told(folder: Path, text: str, message: str) -> None:
    with pytest.raises(KnowledgeError) as raised:
        _gaps(folder, text)
    assert message in str(raised.value)


def test_small_talk_gets_the_notice_of_its_name_or_none(folder: Path) -> None:
    (folder / "small-talk.yaml").write_text("greeting: [hello]\nweather: [will it rain]\n", encoding="utf-8")
    talk = load_knowledge(folder).small_talk
    assert [(one.id, one.notice, one.wordings) for one in talk] == [
        ("greeting", "greeting", ("hello",)),
        ("weather", "no-answer", ("will it rain",)),
    ]


def test_a_mistake_in_small_talk_is_told(folder: Path) -> None:
    (folder / "small-talk.yaml").write_text("greeting: hello\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"small-talk\.yaml:1: 'greeting' of small talk is not a list"):
        load_knowledge(folder)


def test_a_knowledge_without_gaps_and_small_talk_loads(folder: Path) -> None:
    (folder / "gaps.yaml").unlink()
    (folder / "small-talk.yaml").unlink()
    knowledge = load_knowledge(folder)
    assert (knowledge.gaps, knowledge.small_talk) == ((), ())


def test_the_bank_has_topics_for_any_clinic_each_with_many_wordings() -> None:
    gaps = real_knowledge().gaps
    assert len(gaps) >= 60
    assert min(len(gap.wordings) for gap in gaps) >= 5
    assert {gap["id"] for gap in export_json(real_knowledge())["gaps"]} == {gap.id for gap in gaps}
