"""A report in, its JSON, CSV and JUnit forms out, for scripts, spreadsheets and build servers."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from bot.coverage.findings import Finding, stated
from bot.coverage.judging import Figure, Result
from bot.coverage.measures import wilson
from bot.coverage.report import CoverageReport, Group
from bot.coverage.scorecard import TopicCover
from bot.knowledge.sheets import safe_cell
from bot.model import Bars

DECIMALS = 6
COLUMNS = (
    "question", "expected", "verdict", "kind", "shown", "passages", "offered", "notices", "rank", "score", "margin",
    "nearest_miss", "confidence", "note", "tags", "file", "line",
)  # fmt: skip

# class, name, and, where it failed, the kind of failure and what it says
_Case = tuple[str, str, tuple[str, str] | None]

# XML 1.0, 2.2: no other character may stand in a document, escaped or not
_NOT_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_dict(report: CoverageReport) -> dict[str, Any]:
    """Return the whole report as plain dicts and lists for JSON."""
    return {
        "knowledge": report.knowledge,
        "semantic": report.semantic,
        "passed": not report.faults,
        "figures": [_figure_dict(figure, report.bars) for figure in report.figures],
        "findings": [_finding_dict(finding) for finding in report.findings],
        "results": [_result_dict(result) for result in report.results],
        "entries": [_group_dict(group) for group in report.entries],
        "tags": [_group_dict(group) for group in report.tags],
        "collisions": [
            {"owner": one.owner, "thief": one.thief, "questions": list(one.questions)} for one in report.collisions
        ],
        "passages": [{"passage": id_, "questions": count} for id_, count in report.reached],
        "topics": [topic_dict(topic) for topic in report.topics],
    }


def topic_dict(topic: TopicCover) -> dict[str, Any]:
    """Return a topic of the scorecard as plain dicts and lists for JSON."""
    return {
        "topic": topic.topic.id,
        "name": topic.topic.name,
        "cover": topic.cover,
        "known_gap": topic.is_known_gap,
        "answered": topic.answered,
        "offered": topic.offered,
        "referred": topic.referred,
        "silent": topic.silent,
        "entries": list(topic.entries),
        "questions": [
            {"question": one.question, "kind": one.reply.kind, "shown": list(one.shown)} for one in topic.asked
        ],
    }


def to_csv(report: CoverageReport) -> bytes:
    """Return a row for each test, in UTF-8 with the mark by which Excel knows it; no cell can run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for result in report.results:
        row = _result_dict(result)
        writer.writerow([safe_cell(_cell(row[column])) if row[column] is not None else "" for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def to_junit(report: CoverageReport) -> bytes:
    """Return the tests and the faults as JUnit XML, the form that build servers read."""
    root = ET.Element("testsuites", name="verbatim coverage")
    suites: dict[str, list[_Case]] = {
        "tests": [(result.test.file, result.test.question, _failure(result)) for result in report.results],
        "findings": [
            (finding.file or "knowledge", finding.id, (finding.id, str(finding))) for finding in report.faults
        ],
    }
    for name, cases in suites.items():
        failures = sum(failure is not None for _, _, failure in cases)
        suite = ET.SubElement(root, "testsuite", name=name, tests=str(len(cases)), failures=str(failures))
        for file, title, failure in cases:
            case = ET.SubElement(suite, "testcase", classname=_xml(file), name=_xml(title))
            if failure:
                ET.SubElement(case, "failure", type=failure[0], message=_xml(failure[1]))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _failure(result: Result) -> tuple[str, str] | None:
    if result.is_fine:
        return None
    shown = ", ".join(result.asked.shown) or result.asked.reply.kind
    return result.verdict, f"{result.test.file}:{result.test.line}: expected {result.test.expected}, got {shown}"


def _figure_dict(figure: Figure, bars: Bars) -> dict[str, Any]:
    low, high = wilson(figure.share)
    return {
        "id": figure.id,
        "name": figure.name,
        "value": round(figure.share.value, DECIMALS) if figure.share.of else None,
        "of": figure.share.of,
        "low": round(low, DECIMALS),
        "high": round(high, DECIMALS),
        "bar": stated(bars).get(figure.id),
        "more_is_better": figure.more_is_better,
    }


def _finding_dict(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "file": finding.file,
        "line": finding.line,
        "what": finding.what,
        "fix": finding.fix,
        "fault": finding.is_fault,
    }


def _group_dict(group: Group) -> dict[str, Any]:
    return {"name": group.name, "of": group.of, "fine": group.fine, "verdicts": dict(group.verdicts)}


def _result_dict(result: Result) -> dict[str, Any]:
    test, asked = result.test, result.asked
    return {
        "question": test.question,
        "expected": str(test.expected),
        "verdict": result.verdict,
        "kind": asked.reply.kind,
        "safety": asked.reply.safety.level,
        "shown": list(asked.shown),
        "passages": list(asked.passages),
        "offered": list(asked.offered),
        "notices": list(asked.notices),
        "rank": result.rank,
        "score": result.score,
        "margin": result.margin,
        "nearest_miss": result.nearest_miss,
        "confidence": asked.reply.confidence,
        "note": test.note,
        "tags": list(test.tags),
        "file": test.file,
        "line": test.line,
    }


def _cell(value: str | float | list[str]) -> str:
    return "|".join(value) if isinstance(value, list) else str(value)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def lines(report: CoverageReport) -> Iterator[str]:
    """Yield what a person reads first: the figures with their bars, what to mend, and the questions that went wrong."""
    bars = stated(report.bars)
    for figure in report.figures:
        if figure.share.of:
            side = ">=" if figure.more_is_better else "<="
            bar = f"  bar {side} {100 * bars[figure.id]:.1f}" if figure.id in bars else ""
            yield f"{figure.name:28}{figure.share!s:>24} % of {figure.share.of}{bar}"
    yield ""
    for result in report.results:
        if not result.is_fine:
            shown = ", ".join(result.asked.shown or result.asked.offered) or result.asked.reply.kind
            yield f"{result.test.file}:{result.test.line}: {result.verdict}: {result.test.question!r} got {shown}"
    yield from (f"{'fault' if finding.is_fault else 'note'}: {finding}" for finding in report.findings)


def topic_lines(topics: tuple[TopicCover, ...]) -> Iterator[str]:
    """Yield the scorecard: what is missing first, each topic with what its questions got."""
    for cover in ("missing", "weak", "covered"):
        held = [topic for topic in topics if topic.cover == cover]
        yield f"{cover} ({len(held)} of {len(topics)} topics)"
        for topic in held:
            told = (
                f"answered {topic.answered}, choice {topic.offered}, referred {topic.referred}, silent {topic.silent}"
            )
            known = "  known gap" if topic.is_known_gap else ""
            entries = f"  <- {', '.join(topic.entries)}" if topic.entries else ""
            yield f"  {topic.topic.name:36}{told}{known}{entries}"
