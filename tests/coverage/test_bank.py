"""The built-in bank and the clinic's own tests are wide and ask nothing that is stored; the card is counted right."""

from collections import Counter
from pathlib import Path

import pytest

from bot.bot import Bot
from bot.coverage import Plan, run, run_bank
from bot.coverage.asking import Asked
from bot.coverage.scorecard import scorecard
from bot.knowledge.coverage_tests import read_bank, read_coverage
from bot.knowledge.folder import TEMPLATES
from bot.knowledge.strict_yaml import parse
from bot.model import BankTopic, Disclaimer, Kind, Knowledge, Passage, Reply, Shown, Source, Suggestion
from bot.retrieval import Ranking
from bot.text import words
from tests.clinics import bot_of, real_knowledge
from tests.conftest import ROOT
from tests.coverage.clinic import TODAY

BANK = read_bank()


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return real_knowledge()


def texts_in(path: Path) -> set[tuple[str, ...]]:
    """Return the words of every text in a YAML file."""
    waiting, found = [parse(path.read_text(encoding="utf-8"), path.name)[0]], set()
    while waiting:
        node = waiting.pop()
        for one in node.value if node is not None and not isinstance(node.value, str) else ():
            waiting.extend(one if isinstance(one, tuple) else [one])
        if node is not None and isinstance(node.value, str):
            found.add(words(node.value))
    return found


def stored() -> set[tuple[str, ...]]:
    """Return the words of everything in the clinic's knowledge and the templates but the bank and the tests."""
    folders = (ROOT / "knowledge", TEMPLATES)
    paths = [path for folder in folders for path in [*folder.glob("*.yaml"), *folder.glob("ui/*.yaml")]]
    return {text for path in paths for text in texts_in(path)}


def test_the_bank_is_wide() -> None:
    questions = [question for topic in BANK for question in topic.questions]
    assert len(BANK) >= 60
    assert len(questions) >= 300
    assert min(len(topic.questions) for topic in BANK) >= 5
    assert [id_ for id_, count in Counter(topic.id for topic in BANK).items() if count > 1] == []
    assert [name for name, count in Counter(topic.name for topic in BANK).items() if count > 1] == []
    assert [text for text, count in Counter(map(words, questions)).items() if count > 1] == []


def test_nothing_that_is_asked_is_stored(knowledge: Knowledge) -> None:
    held = stored()
    assert len(held) > 10_000
    bank = [question for topic in BANK for question in topic.questions]
    tests = [test.question for test in read_coverage(ROOT / "knowledge", knowledge)]
    assert len(tests) >= 60
    assert [question for question in (*bank, *tests) if words(question) in held] == []
    assert {words(question) for question in bank} & {words(question) for question in tests} == set()


def replied(kind: Kind, entry: str = "") -> Asked:
    """Return a reply of that kind; an answer is a passage of *entry*."""
    passage = Passage(f"{entry}#0", entry, "Text.", Source("s.txt", 0, 5, ""))
    shown = (Shown(passage, "Q?", "source", 0, 0.5),) if kind == "answer" else ()
    offered = (Suggestion("a", "A?"), Suggestion("b", "B?")) if kind == "choose" else ()
    reply = Reply("", "", "", "en", "?", kind, Disclaimer("Ask."), passages=shown, suggestions=offered)
    return Asked("?", reply, Ranking())


@pytest.mark.parametrize(
    ("kinds", "cover", "known_gap"),
    [
        (["answer", "answer", "no_answer"], "covered", False),
        (["answer", "choose", "no_answer"], "weak", False),
        (["answer", "no_answer", "gap"], "weak", False),
        (["answer", "gap", "gap", "gap"], "missing", True),
        (["choose", "choose", "choose"], "missing", False),
        (["gap", "notice", "no_answer"], "missing", True),
        (["refused", "no_answer", "gap"], "missing", False),
    ],
)
def test_a_topic_is_covered_weak_or_missing_by_its_replies(kinds: list[Kind], cover: str, known_gap: bool) -> None:  # noqa: FBT001
    topic = BankTopic("t", "Topic", tuple(map(str, range(len(kinds)))))
    (card,) = scorecard([topic], {str(place): replied(kind, "e") for place, kind in enumerate(kinds)})
    assert (card.cover, card.is_known_gap) == (cover, known_gap)
    assert card.answered + card.offered + card.referred + card.silent == len(kinds)
    assert card.entries == (("e",) if "answer" in kinds else ())


def test_a_card_needs_no_test() -> None:
    bot = bot_of({"When are you open?": ["On weekdays."], "Who treats me?": ["A nurse."]})
    parking = BankTopic("parking", "Parking", ("where can I park",))
    hours = BankTopic("hours", "Hours", ("When are you open?",))
    assert [(card.cover, card.entries) for card in run_bank(bot, [parking, hours])] == [
        ("missing", ()),
        ("covered", ("e0",)),
    ]


@pytest.mark.slow
def test_the_first_clinic_meets_its_bars_and_has_nothing_to_mend() -> None:
    folder = ROOT / "knowledge"
    bot = Bot.load(folder)
    report = run(bot, Plan.of(folder, bot), today=TODAY)
    assert [str(finding) for finding in report.faults] == []
    titles = [finding.what for finding in report.findings if finding.id == "ambiguous-title"]
    assert any("'How does ketamine work?' is also answered by 'how-it-acts-in-the-brain'" in what for what in titles)
