"""A made-up clinic for tests: the real notices and interface words, a fictional name and number, a few answers."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from bot.bot import Bot
from bot.knowledge import load_knowledge
from bot.knowledge.sources import sourced
from bot.model import AfterCrisis, Clinic, Entry, Gap, KeepWith, Knowledge, OperatingPoint, Passage, SmallTalk, Span
from tests.conftest import ROOT

CLINIC = Clinic(
    name="Harbour Light Clinic",
    phone="555-0142",
    hours="Monday to Friday, 9 to 5",
    address="1 Example Street",
    web="https://clinic.example",
    country="US",
    language="en",
    accent="#2f6f73",
    emergency="911",
    crisis_line="988",
)
POINT = OperatingPoint(answer=0.5, choose=0.3, gap=0.3)

Texts = Sequence[str | tuple[str, KeepWith]]


@cache
def real_knowledge() -> Knowledge:
    """Return the project's own knowledge, read once: it takes a second, and nothing can change it."""
    return load_knowledge(ROOT / "knowledge")


def knowledge_of(
    answers: Mapping[str, Texts], *, hide: Sequence[str] = (), point: OperatingPoint = POINT, clinic: Clinic = CLINIC
) -> Knowledge:
    """Return a knowledge with one entry per title; a passage is a text, or a text and its `keep_with`."""
    real = real_knowledge()
    source, entries = "", []
    for place, (title, texts) in enumerate(answers.items()):
        passages = []
        for number, item in enumerate(texts):
            text, keep_with = item if isinstance(item, tuple) else (item, "")
            span = Span("sources/made-up.txt", len(source), len(source) + len(text))
            source += text + "\n"
            passages.append(Passage(f"e{place}#{number}", f"e{place}", text, sourced(span, text), keep_with))
        after: AfterCrisis = "hide" if title in hide else "show"
        entries.append(Entry(f"e{place}", title, "editorial", tuple(passages), after_crisis=after))
    return Knowledge(
        digest="d" * 64,
        clinic=clinic,
        entries=tuple(entries),
        notices=real.notices,
        words=real.words,
        sources=MappingProxyType({"sources/made-up.txt": source}),
        operating_point=point,
        gaps=(
            Gap("parking", "Parking", "The FAQ does not say where to park.", ("where can I park", "is there parking")),
        ),
        small_talk=(
            SmallTalk("greeting", "greeting", ("hello", "good morning")),
            SmallTalk("chit-chat", "no-answer", ("tell me a joke", "how old are you")),
        ),
    )


def bot_of(
    answers: Mapping[str, Texts], *, hide: Sequence[str] = (), point: OperatingPoint = POINT, clinic: Clinic = CLINIC
) -> Bot:
    """Return a bot over `knowledge_of` the same."""
    return Bot(knowledge_of(answers, hide=hide, point=point, clinic=clinic))


def slim(knowledge: Path) -> Path:
    """Leave but three wordings of each topic in a copy of a knowledge, which then is fitted in no time."""
    for name in ("aliases.yaml", "gaps.yaml", "small-talk.yaml"):
        kept: list[str] = []
        run, before = 0, ""
        for line in (knowledge / name).read_text(encoding="utf-8").splitlines(keepends=True):
            indent = line.partition("- ")[0]
            run = run + 1 if indent == before and not indent.strip() else 1
            before = indent
            if run <= 3:
                kept.append(line)
        (knowledge / name).write_text("".join(kept), encoding="utf-8")
    return knowledge
