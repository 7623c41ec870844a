"""A broken knowledge: every mistake is told as `file:line: what. How to fix.`, and the last good one keeps serving."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import Bot, KnowledgeError
from bot.knowledge import import_text, load_knowledge
from bot.model import Problem
from tests.clinics import slim
from tests.knowledge.conftest import COMMITTED
from tests.knowledge.made_up import MADE_UP

Break = Callable[[Path], object]

# 368 bytes that a plain loader turns into hundreds of megabytes
ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
# a few hundred bytes that keep a plain loader busy for minutes
MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join([f'*{before}'] * 9)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's knowledge, few of its wordings, with a second, made-up file of two entries, `visits.yaml`."""
    path = tmp_path_factory.mktemp("sound")
    (path / "visits.txt").write_text(MADE_UP, encoding="utf-8")
    slim(Path(shutil.copytree(COMMITTED, path / "knowledge")))
    import_text(path / "visits.txt", path / "knowledge")
    return path / "knowledge"


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(sound, tmp_path / "knowledge"))


def put(name: str, content: str | bytes) -> Break:
    """Write a whole file."""
    return lambda folder: (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def append(name: str, text: str) -> Break:
    return lambda folder: put(name, (folder / name).read_text(encoding="utf-8") + text)(folder)


def change(name: str, old: str, new: str) -> Break:
    """Replace the first *old* of a file."""

    def apply(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        put(name, text.replace(old, new, 1))(folder)

    return apply


def rewrite(name: str, key: str, text: str | None) -> Break:
    """Write one notice anew as the first line of its file, or remove it where *text* is None."""

    def apply(folder: Path) -> None:
        old = (folder / name).read_text(encoding="utf-8")
        rest, found = re.subn(rf"^{key}: \|-\n(?:  .*\n)+", "", old, flags=re.MULTILINE)
        assert found == 1
        bare = re.sub(r"\A(?:#.*\n|\n)*", "", rest)
        put(name, bare if text is None else f"{key}: {text}\n{bare}")(folder)

    return apply


def remove(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


def both(*breaks: Break) -> Break:
    return lambda folder: [apply(folder) for apply in breaks]


def told(folder: Path) -> list[str]:
    """Return the lines of the error that loading *folder* gives, with the folder's name as staff know it."""
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    return str(caught.value).replace(folder.as_posix(), "knowledge").split("\n")


@dataclass(frozen=True, slots=True)
class Case:
    """A way to break a sound knowledge, and every line that staff are told about it."""

    name: str
    break_: Break
    expected: list[str]


def broken(name: str, break_: Break, *expected: str) -> Case:
    return Case(name, break_, list(expected))


CASES = [
    broken(
        "tab",
        change("visits.yaml", "    question: When", "\tquestion: When"),
        (
            "knowledge/visits.yaml:6: this is not valid YAML (while scanning a plain scalar, found a tab character "
            "that violates indentation). Indent with spaces, not with tabs."
        ),
    ),
    broken(
        "quotes never closed",
        put("hours.yaml", "entries:\n  - id: hours\n    question: 'When?\n"),
        (
            "knowledge/hours.yaml:3: this is not valid YAML (while scanning a quoted scalar, found unexpected end of "
            "stream). Close the quotes that open here."
        ),
    ),
    broken(
        "quotes closed by later ones",
        change("visits.yaml", "question: When are you open?", "question: 'When are you open?"),
        (
            "knowledge/visits.yaml:6: this is not valid YAML (while scanning a quoted scalar, found unexpected end "
            "of stream). Close the quotes that open here."
        ),
    ),
    broken(
        "missing colon",
        change("visits.yaml", "tags: []", "tags []"),
        (
            "knowledge/visits.yaml:11: this is not valid YAML (while scanning a simple key, could not find expected "
            "':'). Look at this line and the one before it: indentation, a missing colon, or quotes that are not "
            "closed."
        ),
    ),
    broken(
        "anchor",
        change("visits.yaml", "question: When", "question: &q When"),
        "knowledge/visits.yaml:6: the anchor '&q' is not allowed. Remove it.",
    ),
    broken(
        "alias",
        change("visits.yaml", "question: When are you open?", "question: *q"),
        "knowledge/visits.yaml:6: the alias '*q' is not allowed. Write the text out in full.",
    ),
    broken(
        "merge key",
        change("visits.yaml", "    question: When", "    <<: {tags: []}\n    question: When"),
        "knowledge/visits.yaml:6: the merge key '<<' is not allowed. Write the fields out in full.",
    ),
    broken(
        "alias bomb", put("bomb.yaml", ALIAS_BOMB), "knowledge/bomb.yaml:1: the anchor '&a' is not allowed. Remove it."
    ),
    broken(
        "merge bomb", put("bomb.yaml", MERGE_BOMB), "knowledge/bomb.yaml:1: the anchor '&a' is not allowed. Remove it."
    ),
    broken(
        "Python object",
        change("visits.yaml", "When are you open?", "!!python/object/apply:os.getcwd []"),
        (
            "knowledge/visits.yaml:6: the tag 'tag:yaml.org,2002:python/object/apply:os.getcwd' is not allowed. "
            "Remove it and write plain text."
        ),
    ),
    broken(
        "tag",
        change("visits.yaml", "When are you open?", "!!str When are you open?"),
        "knowledge/visits.yaml:6: the tag 'tag:yaml.org,2002:str' is not allowed. Remove it and write plain text.",
    ),
    broken(
        "two documents",
        append("visits.yaml", "---\nentries: []\n"),
        (
            "knowledge/visits.yaml:36: this is not valid YAML (expected a single document in the stream, but found "
            "another document). Remove the line '---': a file is one document."
        ),
    ),
    broken(
        "empty file", put("visits.yaml", ""), "knowledge/visits.yaml:1: the file is empty. Fill it in or remove it."
    ),
    broken(
        "comments only",
        put("visits.yaml", "# to be written\n"),
        "knowledge/visits.yaml:1: the file is empty. Fill it in or remove it.",
    ),
    broken(
        "21 levels",
        put("deep.yaml", "entries: " + "[" * 21 + "]" * 21 + "\n"),
        "knowledge/deep.yaml:1: more than 20 levels inside each other. Flatten this part.",
    ),
    broken(
        "over a megabyte",
        put("large.yaml", "#" * 1_000_001),
        "knowledge/large.yaml:1: the file is over 1,000,000 bytes. Split it into smaller files.",
    ),
    broken(
        "not UTF-8",
        put("latin.yaml", b"entries: []\n# caf\xe9\n"),
        (
            "knowledge/latin.yaml:2: byte 17 is not UTF-8 text. "
            "Save the file as UTF-8 (in most editors: 'Save with encoding')."
        ),
    ),
    broken(
        "control character",
        put("bell.yaml", "# ééé\nentries: []\n# \x07\n"),
        "knowledge/bell.yaml:3: a character that YAML does not allow ('\\x07'). Remove the unprintable character.",
    ),
    broken(
        "duplicate key",
        change("visits.yaml", "    question: When", "    id: hours\n    question: When"),
        "knowledge/visits.yaml:6: the field 'id' is already given at line 5. Keep one of the two.",
    ),
    broken(
        "key that is a list",
        put("visits.yaml", "? [entries]\n: none\n"),
        "knowledge/visits.yaml:1: a key is not a plain word. Write a word and a colon.",
    ),
    broken(
        "list instead of fields",
        put("visits.yaml", "- id: hours\n"),
        "knowledge/visits.yaml:1: the file is not a list of fields. Write fields such as 'entries: ...'.",
    ),
    broken(
        "text instead of fields",
        put("visits.yaml", "entries\n"),
        "knowledge/visits.yaml:1: the file is not a list of fields. Write fields such as 'entries: ...'.",
    ),
    broken(
        "unknown file",
        put("waiting-list.yaml", "prices:\n  notice: none\n"),
        "knowledge/waiting-list.yaml:1: the file holds no entries. A file of answers starts with 'entries:'.",
    ),
    broken(
        "misspelt file",
        put("notice.yaml", "thanks: Thank you.\n"),
        (
            "knowledge/notice.yaml:1: the file holds no entries. "
            "Did you mean 'notices'? A file of answers starts with 'entries:'."
        ),
    ),
    broken(
        "file that ends in .yml",
        put("hours.yml", "entries: []\n"),
        "knowledge/hours.yml:1: a file that ends in .yml is not read. Rename it to hours.yaml.",
    ),
    broken(
        "unreadable file",
        lambda folder: (folder / "hours.yaml").mkdir(),
        "knowledge/hours.yaml:1: the file cannot be read (Is a directory). Check its permissions.",
    ),
    broken(
        "no entry file",
        both(remove("visits.yaml"), remove("ketamine-faq.yaml")),
        "knowledge:1: there is no file with entries. Import the clinic's text: verbatim import FAQ.txt -o DIR.",
    ),
    broken(
        "clinic.yaml missing",
        remove("clinic.yaml"),
        "knowledge/clinic.yaml:1: the file is missing. Copy it from the program's bot/templates/clinic.yaml.",
    ),
    broken(
        "notices.yaml missing",
        remove("notices.yaml"),
        "knowledge/notices.yaml:1: the file is missing. Copy it from the program's bot/templates/notices.yaml.",
    ),
    broken(
        "operating-point.yaml missing",
        remove("operating-point.yaml"),
        (
            "knowledge/operating-point.yaml:1: the file is missing. "
            "Copy it from the program's bot/templates/operating-point.yaml."
        ),
    ),
    broken(
        "interface words missing",
        remove("ui/en.yaml"),
        "knowledge/ui/en.yaml:1: the file is missing. Copy it from the program's bot/templates/ui/en.yaml.",
    ),
    broken(
        "text for entries",
        put("visits.yaml", "entries: none\n"),
        "knowledge/visits.yaml:1: 'entries' of the file is not a list. Start each item on a line with '- '.",
    ),
    broken(
        "text for an entry",
        put("visits.yaml", "entries:\n  - none\n"),
        "knowledge/visits.yaml:2: the entry is not a list of fields. Write fields such as 'id: ...'.",
    ),
    broken(
        "text for a passage",
        put("visits.yaml", "entries:\n  - id: hours\n    question: Why so?\n    passages:\n      - So.\n"),
        "knowledge/visits.yaml:5: a passage of 'hours' is not a list of fields. Write fields such as 'text: ...'.",
    ),
    broken(
        "id used twice in a file",
        change("visits.yaml", "id: can-bring-friend", "id: when-open"),
        "knowledge/visits.yaml:22: the id 'when-open' is already used at line 5. Give each entry its own id.",
    ),
    broken(
        "id used in another file",
        change("visits.yaml", "id: can-bring-friend", "id: introduction"),
        (
            "knowledge/visits.yaml:22: the id 'introduction' is already used at knowledge/ketamine-faq.yaml:5. "
            "Give each entry its own id."
        ),
    ),
    broken(
        "id not plain",
        change("visits.yaml", "id: can-bring-friend", "id: Bring a friend"),
        "knowledge/visits.yaml:22: the id 'Bring a friend' is not plain. Use small letters, digits and hyphens.",
    ),
    broken(
        "id missing",
        change("visits.yaml", "  - id: when-open\n    question", "  - question"),
        "knowledge/visits.yaml:5: the entry has no 'id'. Add a line 'id: ...'.",
    ),
    broken(
        "unknown field of the file",
        append("visits.yaml", "\nentry: []\n"),
        (
            "knowledge/visits.yaml:37: the file has an unknown field 'entry'. "
            "Did you mean 'entries'? Known fields are entries, language."
        ),
    ),
    broken(
        "unknown field of an entry",
        change("visits.yaml", "    tags: []", "    tag: []"),
        (
            "knowledge/visits.yaml:10: the entry has an unknown field 'tag'. "
            "Did you mean 'tags'? Known fields are after_crisis, aliases, id, passages, question, question_origin, "
            "question_source, review, tags, withheld."
        ),
    ),
    broken(
        "unknown field of a passage",
        change("visits.yaml", "keep_with: previous", "keepwith: previous"),
        (
            "knowledge/visits.yaml:18: a passage of 'when-open' has an unknown field 'keepwith'. "
            "Did you mean 'keep_with'? Known fields are keep_with, name, replaces, source, text."
        ),
    ),
    broken(
        "question missing",
        change("visits.yaml", "    question: When are you open?\n", ""),
        "knowledge/visits.yaml:5: the entry 'when-open' has no 'question'. Add a line 'question: ...'.",
    ),
    broken(
        "question empty",
        change("visits.yaml", "question: When are you open?", "question:"),
        "knowledge/visits.yaml:6: 'question' of the entry 'when-open' is empty. Write its text.",
    ),
    broken(
        "question is a truth value",
        change("visits.yaml", "question: When are you open?", "question: yes"),
        (
            "knowledge/visits.yaml:6: 'question' of the entry 'when-open' is yes, which YAML reads as a truth value. "
            "Put it in quotes: 'yes'."
        ),
    ),
    broken(
        "question is null",
        change("visits.yaml", "question: When are you open?", "question: null"),
        (
            "knowledge/visits.yaml:6: 'question' of the entry 'when-open' is null, which YAML reads as something "
            "other than text. Put it in quotes: 'null'."
        ),
    ),
    broken(
        "question is a list",
        change("visits.yaml", "question: When are you open?", "question: [When, now]"),
        (
            "knowledge/visits.yaml:6: 'question' of the entry 'when-open' is a list or a group of fields, not a "
            "text. Write one text after the colon."
        ),
    ),
    broken(
        "passages missing",
        put("visits.yaml", "entries:\n  - id: hours\n    question: Why so?\n"),
        "knowledge/visits.yaml:2: the entry 'hours' has no 'passages'. Add a line 'passages: ...'.",
    ),
    broken(
        "passages empty",
        put("visits.yaml", "entries:\n  - id: hours\n    question: Why so?\n    passages: []\n"),
        "knowledge/visits.yaml:4: the entry 'hours' has no passages. Write at least one '- text: ...'.",
    ),
    broken(
        "text missing",
        change("visits.yaml", "        text: |-\n          We are open on weekdays from 9 to 5.\n", ""),
        "knowledge/visits.yaml:14: a passage of 'when-open' has no 'text'. Add a line 'text: ...'.",
    ),
    broken(
        "text empty",
        change("visits.yaml", "|-\n          We are open on weekdays from 9 to 5.", "''"),
        "knowledge/visits.yaml:15: 'text' of a passage of 'when-open' is empty. Write its text.",
    ),
    broken(
        "text is a number",
        change("visits.yaml", "|-\n          We are open on weekdays from 9 to 5.", "12"),
        (
            "knowledge/visits.yaml:15: 'text' of a passage of 'when-open' is 12, which YAML reads as a number. "
            "Put it in quotes: '12'."
        ),
    ),
    broken(
        "wordings with nothing in them",
        change("visits.yaml", "aliases: []", "aliases: [~, '']"),
        (
            "knowledge/visits.yaml:9: an item of 'aliases' of the entry 'when-open' is empty. "
            "Write its text or remove it."
        ),
        (
            "knowledge/visits.yaml:9: an item of 'aliases' of the entry 'when-open' is ~, which YAML reads as "
            "something other than text. Put it in quotes: '~'."
        ),
    ),
    broken(
        "wordings are no list",
        change("visits.yaml", "aliases: []", "aliases: open"),
        (
            "knowledge/visits.yaml:9: 'aliases' of the entry 'when-open' is not a list. "
            "Start each item on a line with '- '."
        ),
    ),
    broken(
        "unknown origin",
        change("visits.yaml", "question_origin: source", "question_origin: sauce"),
        (
            "knowledge/visits.yaml:7: 'question_origin' of the entry 'when-open' is 'sauce'. "
            "Did you mean 'source'? Write 'editorial', 'source'."
        ),
    ),
    broken(
        "unknown after_crisis",
        change("visits.yaml", "after_crisis: show", "after_crisis: hidden"),
        (
            "knowledge/visits.yaml:12: 'after_crisis' of the entry 'when-open' is 'hidden'. "
            "Did you mean 'hide'? Write 'show', 'hide'."
        ),
    ),
    broken(
        "after_crisis is a truth value",
        change("visits.yaml", "after_crisis: show", "after_crisis: no"),
        (
            "knowledge/visits.yaml:12: 'after_crisis' of the entry 'when-open' is no, which YAML reads as a truth "
            "value. Put it in quotes: 'no'."
        ),
    ),
    broken(
        "no such date",
        change("visits.yaml", "on: '', due: ''", "on: 2026-02-30, due: soon"),
        (
            "knowledge/visits.yaml:11: 'due' of 'review' of the entry 'when-open' is 'soon', not a date. "
            "Write it as 2026-12-31."
        ),
        (
            "knowledge/visits.yaml:11: 'on' of 'review' of the entry 'when-open' is '2026-02-30', not a date. "
            "Write it as 2026-12-31."
        ),
    ),
    broken(
        "keep_with previous on the first",
        change("visits.yaml", "end: 61}\n", "end: 61}\n        keep_with: previous\n"),
        "knowledge/visits.yaml:15: there is no passage to keep this one with ('previous'). Remove keep_with here.",
    ),
    broken(
        "keep_with next on the last",
        change("visits.yaml", "keep_with: previous", "keep_with: next"),
        "knowledge/visits.yaml:18: there is no passage to keep this one with ('next'). Remove keep_with here.",
    ),
    broken(
        "keep_with unknown",
        change("visits.yaml", "keep_with: previous", "keep_with: preivous"),
        (
            "knowledge/visits.yaml:18: 'keep_with' of a passage of 'when-open' is 'preivous'. "
            "Did you mean 'previous'? Write 'previous', 'next'."
        ),
    ),
    broken(
        "passage name taken",
        change("visits.yaml", "keep_with: previous", "name: entry"),
        (
            "knowledge/visits.yaml:18: the passage name 'entry' is not plain. Use small letters, digits and hyphens. "
            "A number alone and 'entry' are taken."
        ),
    ),
    broken(
        "passage name is a number",
        change("visits.yaml", "keep_with: previous", "name: '0'"),
        (
            "knowledge/visits.yaml:18: the passage name '0' is not plain. Use small letters, digits and hyphens. "
            "A number alone and 'entry' are taken."
        ),
    ),
    broken(
        "passage name used twice",
        both(
            change("visits.yaml", "end: 61}", "end: 61}\n        name: a"),
            change("visits.yaml", "keep_with: previous", "name: a"),
        ),
        "knowledge/visits.yaml:18: the passage name 'a' is used twice. Give it another name.",
    ),
    broken(
        "span out of range",
        change("visits.yaml", "end: 93", "end: 9300"),
        (
            "knowledge/visits.yaml:17: the span 63:9300 does not fit sources/visits.txt (159 characters). "
            "Restore the numbers as they were imported, or remove 'source' and accept."
        ),
    ),
    broken(
        "span backwards",
        change("visits.yaml", "start: 63, end: 93", "start: 93, end: 63"),
        (
            "knowledge/visits.yaml:17: the span 93:63 does not fit sources/visits.txt (159 characters). "
            "Restore the numbers as they were imported, or remove 'source' and accept."
        ),
    ),
    broken(
        "span with a huge number",
        change("visits.yaml", "end: 93", "end: " + "9" * 5000),
        (
            "knowledge/visits.yaml:17: 'end' of 'source' of a passage of 'when-open' is not a whole number. "
            "Write digits, such as 120."
        ),
    ),
    broken(
        "span with a text for a number",
        change("visits.yaml", "end: 93", "end: '93'"),
        (
            "knowledge/visits.yaml:17: 'end' of 'source' of a passage of 'when-open' is not a whole number. "
            "Write digits, such as 120."
        ),
    ),
    broken(
        "span without an end",
        change("visits.yaml", ", end: 93", ""),
        "knowledge/visits.yaml:17: 'source' of a passage of 'when-open' has no 'end'. Add a line 'end: ...'.",
    ),
    broken(
        "span as a text",
        change("visits.yaml", "{file: sources/visits.txt, start: 63, end: 93}", "63-93"),
        (
            "knowledge/visits.yaml:17: 'source' of a passage of 'when-open' is not a list of fields. "
            "Write fields such as 'file: ...'."
        ),
    ),
    broken(
        "span of an unknown file",
        change("visits.yaml", "sources/visits.txt, start: 63", "sources/visit.txt, start: 63"),
        (
            "knowledge/visits.yaml:17: 'sources/visit.txt' is no accepted source file. "
            "Did you mean 'sources/visits.txt'? Import the file, or mend its name."
        ),
    ),
    broken(
        "question differs from its span",
        change("visits.yaml", "question: When are", "question: When were"),
        (
            "knowledge/visits.yaml:6: the question 'When were you open?' is not what the source says there. "
            "Write it as in the source, or remove question_source and write 'question_origin: editorial'."
        ),
    ),
    broken(
        "question without its span",
        change("visits.yaml", "    question_source: {file: sources/visits.txt, start: 3, end: 21}\n", ""),
        "knowledge/visits.yaml:5: the entry 'when-open' has no 'question_source'. Add a line 'question_source: ...'.",
    ),
    broken(
        "editorial question with a span",
        change("visits.yaml", "question_origin: source", "question_origin: editorial"),
        (
            "knowledge/visits.yaml:8: an editorial question has no source. "
            "Write 'question_origin: source', or remove question_source."
        ),
    ),
    broken(
        "source changed by one byte",
        change("sources/visits.txt", "weekdays", "Weekdays"),
        (
            "knowledge/sources/visits.txt:1: the source file was changed after it was accepted. "
            "Restore the file as it was imported; to change an answer, edit its YAML and run verbatim accept."
        ),
    ),
    broken(
        "source cut short",
        change("sources/visits.txt", "- a book\n", ""),
        (
            "knowledge/sources/visits.txt:1: the source file was changed after it was accepted. "
            "Restore the file as it was imported; to change an answer, edit its YAML and run verbatim accept."
        ),
    ),
    broken(
        "source missing",
        remove("sources/visits.txt"),
        "knowledge/sources/visits.txt:1: the file is missing. Put it back from a backup.",
    ),
    broken(
        "source with other line ends",
        put("sources/visits.txt", MADE_UP.replace("\n", "\r\n")),
        (
            "knowledge/sources/visits.txt:1: the source file was changed after it was accepted. "
            "Restore the file as it was imported; to change an answer, edit its YAML and run verbatim accept."
        ),
    ),
    broken(
        "lock missing",
        remove("sources/lock.yaml"),
        "knowledge/sources/lock.yaml:1: the file is missing. Put it back from a backup.",
    ),
    broken(
        "lock broken",
        put("sources/lock.yaml", "{"),
        (
            "knowledge/sources/lock.yaml:2: this is not valid YAML (while parsing a flow node, did not find expected "
            "node content). Look at this line and the one before it: indentation, a missing colon, or quotes that "
            "are not closed."
        ),
    ),
    broken(
        "lock with other fields",
        put("sources/lock.yaml", "sources/visits.txt: {size: 119}\n"),
        (
            "knowledge/sources/lock.yaml:1: a file in the lock has an unknown field 'size'. "
            "Known fields are bytes, sha256."
        ),
        "knowledge/sources/lock.yaml:1: a file in the lock has no 'bytes'. Add a line 'bytes: ...'.",
        "knowledge/sources/lock.yaml:1: a file in the lock has no 'sha256'. Add a line 'sha256: ...'.",
    ),
    broken(
        "lock as a list",
        put("sources/lock.yaml", "- sources/visits.txt\n"),
        "knowledge/sources/lock.yaml:1: the lock is not a list of fields. Write one 'name: text' a line.",
    ),
    broken(
        "lock names a file elsewhere",
        append("sources/lock.yaml", "../secret.txt: {bytes: 3, sha256: abc}\n"),
        "knowledge/sources/lock.yaml:4: '../secret.txt' is no source file. Name a .txt file below sources/.",
    ),
    broken(
        "lock names a file with a control character",
        append("sources/lock.yaml", '"sources/a\\0.txt": {bytes: 3, sha256: abc}\n'),
        "knowledge/sources/lock.yaml:4: 'sources/a\\x00.txt' is no source file. Name a .txt file below sources/.",
    ),
    broken(
        "phone is a number",
        change("clinic.yaml", "phone: ''", "phone: 5550100"),
        (
            "knowledge/clinic.yaml:3: 'phone' of the clinic is 5550100, which YAML reads as a number. "
            "Put it in quotes: '5550100'."
        ),
    ),
    broken(
        "hours are a number",
        change("clinic.yaml", "hours: ''", "hours: 9:30"),
        (
            "knowledge/clinic.yaml:4: 'hours' of the clinic is 9:30, which YAML reads as a number. "
            "Put it in quotes: '9:30'."
        ),
    ),
    broken(
        "name is a date",
        change("clinic.yaml", "name: ''", "name: 2026-01-01"),
        (
            "knowledge/clinic.yaml:2: 'name' of the clinic is 2026-01-01, which YAML reads as a date. "
            "Put it in quotes: '2026-01-01'."
        ),
    ),
    broken(
        "emergency missing",
        change("clinic.yaml", "emergency: '911'\n", ""),
        "knowledge/clinic.yaml:2: the clinic has no 'emergency'. Add a line 'emergency: ...'.",
    ),
    broken(
        "crisis_line missing",
        change("clinic.yaml", "crisis_line: '988'\n", ""),
        "knowledge/clinic.yaml:2: the clinic has no 'crisis_line'. Add a line 'crisis_line: ...'.",
    ),
    broken(
        "crisis_line empty",
        change("clinic.yaml", "crisis_line: '988'", "crisis_line: ''"),
        "knowledge/clinic.yaml:11: 'crisis_line' of the clinic is empty. Write its text.",
    ),
    broken(
        "crisis_line is a number",
        change("clinic.yaml", "crisis_line: '988'", "crisis_line: 988"),
        (
            "knowledge/clinic.yaml:11: 'crisis_line' of the clinic is 988, which YAML reads as a number. "
            "Put it in quotes: '988'."
        ),
    ),
    broken(
        "accent no colour",
        change("clinic.yaml", "accent: '#2f6f73'", "accent: teal"),
        "knowledge/clinic.yaml:17: the accent 'teal' is no colour. Write it as '#2f6f73'.",
    ),
    broken(
        "web address without https",
        change("clinic.yaml", "web: ''", "web: example.org"),
        "knowledge/clinic.yaml:6: the web address 'example.org' is incomplete. Begin it with https://.",
    ),
    broken(
        "brace in a fact",
        change("clinic.yaml", "name: ''", "name: '{phone}'"),
        "knowledge/clinic.yaml:2: 'name' holds a line break or a brace. Write it on one line, without braces.",
    ),
    broken(
        "unknown language",
        change("clinic.yaml", "language: en", "language: fr"),
        "knowledge/clinic.yaml:16: there are no interface words for the language 'fr'. Write one of en, es.",
    ),
    broken(
        "unknown starter",
        change("clinic.yaml", "starters: [what-is-ketamine", "starters: [what-is-ketamin"),
        (
            "knowledge/clinic.yaml:19: the starter 'what-is-ketamin' is no entry. "
            "Did you mean 'what-is-ketamine'? Use the id of an entry."
        ),
    ),
    broken(
        "too many starters",
        change("clinic.yaml", "starters: [", "starters: [when-open, can-bring-friend, introduction, "),
        "knowledge/clinic.yaml:19: there are 7 starters. Keep 6 at most.",
    ),
    broken(
        "logo in another folder",
        change("clinic.yaml", "logo: ''", "logo: ../logo.svg"),
        (
            "knowledge/clinic.yaml:18: the logo '../logo.svg' is no .svg or .png file beside clinic.yaml. "
            "Write a name such as logo.svg."
        ),
    ),
    broken(
        "logo of another kind",
        change("clinic.yaml", "logo: ''", "logo: logo.jpg"),
        (
            "knowledge/clinic.yaml:18: the logo 'logo.jpg' is no .svg or .png file beside clinic.yaml. "
            "Write a name such as logo.svg."
        ),
    ),
    broken(
        "logo that is elsewhere",
        both(
            change("clinic.yaml", "logo: ''", "logo: logo.svg"),
            lambda folder: (folder / "logo.svg").symlink_to("/etc/hostname"),
        ),
        (
            "knowledge/clinic.yaml:18: the logo 'logo.svg' is no .svg or .png file beside clinic.yaml. "
            "Write a name such as logo.svg."
        ),
    ),
    broken(
        "logo missing",
        change("clinic.yaml", "logo: ''", "logo: logo.png"),
        "knowledge/clinic.yaml:18: the logo 'logo.png' is not there. Put the picture beside clinic.yaml.",
    ),
    broken(
        "logo too large",
        both(
            change("clinic.yaml", "logo: ''", "logo: logo.png"), put("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(200_000))
        ),
        "knowledge/clinic.yaml:18: the logo 'logo.png' is over 200,000 bytes. Save it smaller.",
    ),
    broken(
        "logo with another name than kind",
        both(change("clinic.yaml", "logo: ''", "logo: logo.png"), put("logo.png", "<svg></svg>")),
        (
            "knowledge/clinic.yaml:18: the logo 'logo.png' is not a picture in the format PNG. "
            "Save the picture as PNG again."
        ),
    ),
    broken(
        "logo that is a page",
        both(change("clinic.yaml", "logo: ''", "logo: logo.svg"), put("logo.svg", "<!-- <svg> --><html><svg></svg>")),
        (
            "knowledge/clinic.yaml:18: the logo 'logo.svg' is not a picture in the format SVG. "
            "Save the picture as SVG again."
        ),
    ),
    broken(
        "logo with a script",
        both(change("clinic.yaml", "logo: ''", "logo: logo.svg"), put("logo.svg", "<svg><g onload='x()'/></svg>")),
        (
            "knowledge/clinic.yaml:18: the logo 'logo.svg' holds a script, an entity or foreign content. "
            "Save it as plain SVG, or as PNG."
        ),
    ),
    broken(
        "clinic as a list",
        put("clinic.yaml", "- name\n"),
        "knowledge/clinic.yaml:1: the clinic is not a list of fields. Write fields such as 'name: ...'.",
    ),
    broken(
        "misspelt fact",
        change("clinic.yaml", "phone:", "fone:"),
        (
            "knowledge/clinic.yaml:3: the clinic has an unknown field 'fone'. "
            "Did you mean 'phone'? Known fields are accent, address, country, crisis_line, emergency, hours, "
            "language, logo, name, phone, review_days, starters, verified_on, web."
        ),
    ),
    broken(
        "notice missing",
        rewrite("notices.yaml", "thanks", None),
        (
            "knowledge/notices.yaml:1: the notice 'thanks' is missing. "
            "Copy it from the program's bot/templates/notices.yaml."
        ),
    ),
    broken(
        "notice empty",
        rewrite("notices.yaml", "thanks", "''"),
        "knowledge/notices.yaml:1: the notice 'thanks' is empty. Write its text.",
    ),
    broken(
        "notice is a truth value",
        rewrite("notices.yaml", "thanks", "yes"),
        (
            "knowledge/notices.yaml:1: the notice 'thanks' is yes, which YAML reads as a truth value. "
            "Put it in quotes: 'yes'."
        ),
    ),
    broken(
        "notice with an unknown fact",
        rewrite("notices.yaml", "thanks", "Thank you from {nmae}."),
        (
            "knowledge/notices.yaml:1: the notice 'thanks' asks for an unknown fact {nmae}. "
            "Did you mean 'name'? Use one of name, phone, hours, address, web, emergency, crisis_line."
        ),
    ),
    broken(
        "notice of unknown facts only",
        rewrite("notices.yaml", "thanks", "Thank you from {name}."),
        (
            "knowledge/notices.yaml:1: every line of the notice 'thanks' needs a fact that the clinic has not "
            "stated. Add a sentence on a line of its own that needs no fact."
        ),
    ),
    broken(
        "unknown notice",
        rewrite("notices.yaml", "thanks", "Thank you.\nthank: Thanks."),
        "knowledge/notices.yaml:2: there is no notice 'thank'. Did you mean 'thanks'? Remove it.",
    ),
    broken(
        "notices as a list",
        put("notices.yaml", "- thanks\n"),
        "knowledge/notices.yaml:1: the file is not a list of fields. Write one 'name: text' a line.",
    ),
    broken(
        "unknown interface word",
        lambda folder: put("ui/en.yaml", b"sendd: Send\n" + (folder / "ui/en.yaml").read_bytes())(folder),
        "knowledge/ui/en.yaml:1: there is no interface word 'sendd'. Did you mean 'send'? Remove it.",
    ),
    broken(
        "operating point out of range",
        put("operating-point.yaml", "answer: 1.5\nchoose: much\ngap: .nan\n"),
        "knowledge/operating-point.yaml:1: 'answer' of the operating point is '1.5'. Write a number from 0 to 1.",
        "knowledge/operating-point.yaml:2: 'choose' of the operating point is 'much'. Write a number from 0 to 1.",
        "knowledge/operating-point.yaml:3: 'gap' of the operating point is '.nan'. Write a number from 0 to 1.",
    ),
    broken(
        "operating point as lists",
        put("operating-point.yaml", "answer: [1]\nchoose: 0.1\ngap: 0\n"),
        (
            "knowledge/operating-point.yaml:1: 'answer' of the operating point is a list or a group of fields. "
            "Write a number from 0 to 1."
        ),
    ),
    broken(
        "operating point without a field",
        put("operating-point.yaml", "answer: 0.5\ngap: 0\n"),
        "knowledge/operating-point.yaml:1: the operating point has no 'choose'. Add a line 'choose: ...'.",
    ),
    broken(
        "choose above answer",
        put("operating-point.yaml", "answer: 0.4\nchoose: 0.5\ngap: 0\n"),
        "knowledge/operating-point.yaml:2: 'choose' 0.5 is above 'answer' 0.4. Set 'choose' to at most 'answer'.",
    ),
    broken(
        "operating point with half of a point without vectors",
        put("operating-point.yaml", "answer: 0.5\nchoose: 0.1\ngap: 0\nanswer_without_vectors: 0.6\n"),
        (
            "knowledge/operating-point.yaml:1: the operating point has no 'choose_without_vectors'. "
            "Add a line 'choose_without_vectors: ...'."
        ),
        (
            "knowledge/operating-point.yaml:1: the operating point has no 'gap_without_vectors'. "
            "Add a line 'gap_without_vectors: ...'."
        ),
    ),
    broken(
        "choose above answer without vectors",
        put(
            "operating-point.yaml",
            "answer: 0.5\nchoose: 0.1\ngap: 0\n"
            "answer_without_vectors: 0.4\nchoose_without_vectors: 0.5\ngap_without_vectors: 0\n",
        ),
        (
            "knowledge/operating-point.yaml:5: 'choose_without_vectors' 0.5 is above 'answer_without_vectors' 0.4. "
            "Set 'choose_without_vectors' to at most 'answer_without_vectors'."
        ),
    ),
    broken(
        "wording of two entries",
        change("visits.yaml", "aliases: []", "aliases: [Can I bring a friend]"),
        (
            "knowledge/visits.yaml:22: the wording 'Can I bring a friend?' of 'can-bring-friend' already stands for "
            "'when-open'. Keep it in one of the two (knowledge/visits.yaml:5, or aliases.yaml)."
        ),
    ),
    broken(
        "wording without a word",
        change("visits.yaml", "aliases: []", "aliases: ['???']"),
        "knowledge/visits.yaml:5: the wording '???' of 'when-open' has no word. Write it in words.",
    ),
    broken(
        "wordings of an unknown entry",
        put("aliases.yaml", "when-opne:\n  entry:\n    - are you open\n"),
        (
            "knowledge/aliases.yaml:1: there is no entry 'when-opne'. "
            "Did you mean 'when-open'? Use the id of an entry, then 'entry' or the name of one of its passages."
        ),
    ),
    broken(
        "wordings of an unknown passage",
        put("aliases.yaml", "when-open:\n  weekdays:\n    - are you open\n"),
        (
            "knowledge/aliases.yaml:2: the entry 'when-open' has no passage named 'weekdays'. "
            "Use the id of an entry, then 'entry' or the name of one of its passages."
        ),
    ),
    broken(
        "wordings without a passage",
        put("aliases.yaml", "when-open:\n  - are you open\n"),
        (
            "knowledge/aliases.yaml:2: the wordings of 'when-open' is not a list of fields. "
            "Write one 'name: text' a line."
        ),
    ),
    broken(
        "wording is a number",
        put("aliases.yaml", "when-open:\n  entry:\n    - 24\n"),
        (
            "knowledge/aliases.yaml:3: an item of 'entry' of the wordings of 'when-open' is 24, which YAML reads as "
            "a number. Put it in quotes: '24'."
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_told_with_its_place_and_its_remedy(folder: Path, case: Case) -> None:
    case.break_(folder)
    assert told(folder) == case.expected


def test_the_knowledge_is_sound_before_it_is_broken(folder: Path) -> None:
    assert [entry.id for entry in load_knowledge(folder).entries[-2:]] == ["when-open", "can-bring-friend"]


def test_several_mistakes_are_told_at_once_in_order_of_file_and_line(folder: Path) -> None:
    change("visits.yaml", "keep_with: previous", "keep_with: next")(folder)
    change("visits.yaml", "    tags: []", "    tag: []")(folder)
    change("clinic.yaml", "accent: '#2f6f73'", "accent: teal")(folder)
    change("clinic.yaml", "phone: ''", "phone: 5550100")(folder)
    put("operating-point.yaml", "answer: 2\nchoose: 0.1\ngap: 0\n")(folder)
    put("bomb.yaml", ALIAS_BOMB)(folder)
    change("sources/visits.txt", "weekdays", "Weekdays")(folder)
    assert [line.split(" ")[0] for line in told(folder)] == [
        "knowledge/bomb.yaml:1:",
        "knowledge/clinic.yaml:3:",
        "knowledge/clinic.yaml:17:",
        "knowledge/operating-point.yaml:1:",
        "knowledge/sources/visits.txt:1:",
        "knowledge/visits.yaml:10:",
        "knowledge/visits.yaml:18:",
    ]


def test_an_error_holds_its_problems_one_by_one(folder: Path) -> None:
    change("clinic.yaml", "accent: '#2f6f73'", "accent: teal")(folder)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert caught.value.problems == (
        Problem(f"{folder.as_posix()}/clinic.yaml", 17, "the accent 'teal' is no colour", "Write it as '#2f6f73'."),
    )


def test_what_names_the_entries_of_an_unreadable_file_is_not_told_as_well(folder: Path) -> None:
    put("ketamine-faq.yaml", "entries: &all []\n")(folder)
    assert told(folder) == ["knowledge/ketamine-faq.yaml:1: the anchor '&all' is not allowed. Remove it."]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "nowhere") == [
        (
            "knowledge:1: there is no such knowledge folder. "
            "Name a folder with --knowledge, or make one: verbatim import FAQ.txt -o DIR."
        )
    ]


@pytest.mark.slow
def test_the_last_good_knowledge_answers_as_before_whatever_is_broken(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(sound, folder)
    bot = Bot.load(folder, semantic=False)
    questions = ("When are you open?", "what does it cost")
    before = [json.dumps(bot.ask(question).to_dict()) for question in questions]
    for case in CASES:
        case.break_(folder)
        with pytest.raises(KnowledgeError, match=r":\d+: "):
            Bot.load(folder, semantic=False)
        assert [json.dumps(bot.ask(question).to_dict()) for question in questions] == before
        shutil.rmtree(folder)
        shutil.copytree(sound, folder)


def test_the_files_that_editors_and_systems_leave_behind_are_not_read(folder: Path) -> None:
    before = load_knowledge(folder)
    put(".visits.yaml.swp", b"\x00\xff")(folder)
    put("._visits.yaml", b"\x00\x05\x16\x07\xff")(folder)
    put("visits.yaml~", "entries: [")(folder)
    (folder / ".#visits.yaml").symlink_to("nobody@nowhere")
    assert load_knowledge(folder) == before


@pytest.mark.parametrize("name", ["sources/../clinic.txt", "/etc/hosts.txt", "clinic.txt", "sources", "sources/a.yaml"])
def test_only_text_files_below_sources_are_sources(folder: Path, name: str) -> None:
    append("sources/lock.yaml", f"{name}: {{bytes: 3, sha256: abc}}\n")(folder)
    assert told(folder) == [
        f"knowledge/sources/lock.yaml:4: {name!r} is no source file. Name a .txt file below sources/."
    ]
