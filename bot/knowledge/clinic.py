"""The clinic's facts, notices, interface words and operating point: YAML in, checked texts and numbers out.

A notice may name facts in braces; a line that names a fact which the clinic has not stated is left out.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import yaml

from bot.knowledge.fields import Fields, Problems, did_you_mean, mapping_items, scalar_text
from bot.knowledge.folder import CLINIC, NOTICES, OPERATING_POINT, TEMPLATES, WORDS, Folder, languages, read_root
from bot.knowledge.logo import read_logo
from bot.knowledge.strict_yaml import parse
from bot.model import Clinic, OperatingPoint, Problem

FACTS = ("name", "phone", "hours", "address", "web", "emergency", "crisis_line")
NEEDED_FACTS = ("name", "phone")
# those that are the clinic's own to state; the national lines are verified where they are documented
OWN_FACTS = ("name", "phone", "hours", "address", "web")
NATIONAL_LINES = ("emergency", "crisis_line")
CLINIC_FIELDS = (*FACTS, "country", "verified_on", "language", "accent", "logo", "starters", "review_days")
LONGEST_REVIEW = 3650
MOST_STARTERS = 6

NO_CLINIC = Clinic("", "", "", "", "", "", "en", "", "", "")
THRESHOLDS = ("answer", "choose", "gap")
WITHOUT_VECTORS = tuple(f"{key}_without_vectors" for key in THRESHOLDS)
NEVER = OperatingPoint(1.0, 1.0, 1.0)

_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


def read_clinic(folder: Folder, entry_ids: Collection[str]) -> tuple[Clinic, tuple[Problem, ...]]:
    """Return the clinic's facts, and a problem for each one without which it is not ready for patients.

    *entry_ids* are those that a starter may name; none where they could not all be read.
    """
    root, problems = read_root(folder, CLINIC)
    if root is None:
        return NO_CLINIC, ()
    fields = Fields(root, CLINIC_FIELDS, problems, "the clinic")
    if not isinstance(root, yaml.MappingNode):
        folder.problems.extend(problems.found)
        return NO_CLINIC, ()
    facts = {key: fields.filled_text(key) if key in NATIONAL_LINES else fields.text(key) for key in FACTS}
    clinic = Clinic(
        **facts,
        country=fields.text("country"),
        language=fields.text("language") or "en",
        accent=fields.text("accent"),
        starters=fields.texts("starters"),
        logo=read_logo(folder, fields),
        review_days=_review_days(fields),
    )
    _check_facts(clinic, fields)
    _check_language(clinic, fields)
    _check_starters(clinic, fields, entry_ids)
    _check_verified(clinic, fields, folder)
    folder.problems.extend(problems.found)
    return clinic, tuple(_missing(clinic, fields))


def read_notices(folder: Folder, clinic: Clinic) -> dict[str, str]:
    """Return the text of each notice with the clinic's facts filled in."""
    texts, problems = _read_texts(folder, NOTICES, "notice")
    filled = {
        key: filled_notice(text, f"the notice {key!r}", node, clinic, problems) for key, (node, text) in texts.items()
    }
    folder.problems.extend(problems.found)
    return filled


def filled_notice(text: str, what: str, node: yaml.Node, clinic: Clinic, problems: Problems) -> str:
    """Return *text* with the clinic's facts in it, without the lines that need an unknown one."""
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in FACTS]
    for name in unknown:
        fix = f"{did_you_mean(name, FACTS)}Use one of {', '.join(FACTS)}."
        problems.add(node, f"{what} asks for an unknown fact {{{name}}}", fix)
    filled = _filled(text, clinic)
    if text and not filled and not unknown and clinic is not NO_CLINIC:
        fix = "Add a sentence on a line of its own that needs no fact."
        problems.add(node, f"every line of {what} needs a fact that the clinic has not stated", fix)
    return filled


def read_words(folder: Folder, language: str) -> dict[str, str]:
    """Return the interface words of *language*; none for one that there are no words for."""
    if language not in languages():
        return {}
    texts, problems = _read_texts(folder, WORDS.format(language), "interface word")
    folder.problems.extend(problems.found)
    return {key: text for key, (_, text) in texts.items()}


def read_operating_point(folder: Folder) -> OperatingPoint:
    """Return the thresholds in force; where they cannot be read, those that never answer."""
    root, problems = read_root(folder, OPERATING_POINT, counts=False)
    if root is None:
        return NEVER
    known = (*THRESHOLDS, *WITHOUT_VECTORS, "knowledge", "by", "on")
    fields = Fields(root, known, problems, "the operating point")
    point = _thresholds(fields, THRESHOLDS, problems)
    point = replace(point, knowledge=fields.text("knowledge"), by=fields.text("by"), on=fields.iso_date("on"))
    if any(key in fields.values for key in WITHOUT_VECTORS):
        point = replace(point, without_vectors=_thresholds(fields, WITHOUT_VECTORS, problems))
    folder.problems.extend(problems.found)
    return point


def _thresholds(fields: Fields, keys: Sequence[str], problems: Problems) -> OperatingPoint:
    answer, choose, gap = (fields.share(key) for key in keys)
    if choose > answer and not problems.found:
        what = f"{keys[1]!r} {choose} is above {keys[0]!r} {answer}"
        problems.add(fields.line(keys[1]), what, f"Set {keys[1]!r} to at most {keys[0]!r}.")
    return OperatingPoint(answer, choose, gap)


def _check_facts(clinic: Clinic, fields: Fields) -> None:
    add = fields.problems.add
    if clinic.accent and not _ACCENT.fullmatch(clinic.accent):
        add(fields.line("accent"), f"the accent {clinic.accent!r} is no colour", "Write it as '#2f6f73'.")
    if clinic.web and not clinic.web.startswith(("https://", "http://")):
        add(fields.line("web"), f"the web address {clinic.web!r} is incomplete", "Begin it with https://.")
    for key in FACTS:
        if any(character in getattr(clinic, key) for character in "{}\n\r"):
            add(fields.line(key), f"{key!r} holds a line break or a brace", "Write it on one line, without braces.")


def _check_language(clinic: Clinic, fields: Fields) -> None:
    if clinic.language not in languages():
        what = f"there are no interface words for the language {clinic.language!r}"
        fields.problems.add(fields.line("language"), what, f"Write one of {', '.join(languages())}.")


def _check_starters(clinic: Clinic, fields: Fields, entry_ids: Collection[str]) -> None:
    line = fields.line("starters")
    for starter in clinic.starters:
        if entry_ids and starter not in entry_ids:
            fix = f"{did_you_mean(starter, entry_ids)}Use the id of an entry."
            fields.problems.add(line, f"the starter {starter!r} is no entry", fix)
    if len(clinic.starters) > MOST_STARTERS:
        fields.problems.add(line, f"there are {len(clinic.starters)} starters", f"Keep {MOST_STARTERS} at most.")


def _review_days(fields: Fields) -> int:
    if "review_days" not in fields.values:
        return NO_CLINIC.review_days
    days = fields.whole("review_days")
    if not 1 <= days <= LONGEST_REVIEW:
        if days >= 0:
            what = f"'review_days' is {days}"
            fields.problems.add(fields.line("review_days"), what, f"Write a number of days from 1 to {LONGEST_REVIEW}.")
        return NO_CLINIC.review_days
    return days


def _check_verified(clinic: Clinic, fields: Fields, folder: Folder) -> None:
    before = len(fields.problems.found)
    if fields.iso_date("verified_on") or len(fields.problems.found) > before:
        return
    what = (
        f"nobody at the clinic has verified the emergency number {clinic.emergency} and the crisis line "
        f"{clinic.crisis_line}"
    )
    fix = "Verify every number and service in clinic.yaml and notices.yaml, then set 'verified_on' to that day."
    folder.warnings.append(Problem(fields.problems.file, fields.line("verified_on"), what, fix))


def _missing(clinic: Clinic, fields: Fields) -> Iterator[Problem]:
    file = fields.problems.file
    for key in NEEDED_FACTS:
        if not getattr(clinic, key):
            line = fields.line(key)
            yield Problem(file, line, "not ready for patients", f"Set the clinic's {key} in {file}:{line}.")


def _filled(text: str, clinic: Clinic) -> str:
    lines = (_filled_line(line, clinic) for line in text.split("\n"))
    return "\n".join(line for line in lines if line is not None).strip()


def _filled_line(line: str, clinic: Clinic) -> str | None:
    facts = {name: str(getattr(clinic, name, "")) for name in _PLACEHOLDER.findall(line)}
    if not all(facts.values()):
        return None
    return _PLACEHOLDER.sub(lambda match: facts[match[1]], line)


def _read_texts(folder: Folder, name: str, what: str) -> tuple[dict[str, tuple[yaml.Node, str]], Problems]:
    """Return the texts of a file of `id: text`, which must have exactly the ids of the template of that name."""
    root, problems = read_root(folder, name)
    if root is None:
        return {}, problems
    known = _template_ids(name)
    texts: dict[str, tuple[yaml.Node, str]] = {}
    for key, line, node in mapping_items(root, "the file", problems):
        if key not in known:
            problems.add(line, f"there is no {what} {key!r}", f"{did_you_mean(key, known)}Remove it.")
            continue
        before = len(problems.found)
        texts[key] = (node, scalar_text(node, f"the {what} {key!r}", problems))
        if not texts[key][1] and len(problems.found) == before:
            problems.add(line, f"the {what} {key!r} is empty", "Write its text.")
    for key in known:
        if isinstance(root, yaml.MappingNode) and key not in texts:
            problems.add(root, f"the {what} {key!r} is missing", f"Copy it from the program's bot/templates/{name}.")
    return texts, problems


def _template_ids(name: str) -> tuple[str, ...]:
    root, problems = parse((TEMPLATES / name).read_text(encoding="utf-8"), name)
    if root is None:
        raise ValueError(f"the program's own template is broken: {problems}")
    return tuple(key for key, _, _ in mapping_items(root, "the template", Problems(name)))
