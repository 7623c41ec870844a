"""A YAML mapping in, typed fields out; every mistake becomes a problem with its line, and reading goes on."""

import difflib
import math
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

import yaml

from bot.knowledge.strict_yaml import line_of
from bot.model import Problem, Span

_STRING = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_INT = "tag:yaml.org,2002:int"
_WHOLE = re.compile(r"[0-9]{1,12}")  # Python refuses to read thousands of digits
_READ_AS = {
    "tag:yaml.org,2002:bool": "a truth value",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
}


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return "Did you mean 'x'? " where a known word is near *word*, else ""."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}? " if near else ""


class Problems:
    """Collects the problems of one file, so that all are shown at once."""

    def __init__(self, file: str) -> None:
        """Report under the name *file*."""
        self.file = file
        self.found: list[Problem] = []

    def add(self, node: yaml.Node | int, what: str, fix: str) -> None:
        """Add a problem at a node or at a line."""
        line = node if isinstance(node, int) else line_of(node)
        self.found.append(Problem(self.file, line, what, fix))


class Fields:
    """The fields of one mapping. Each reader returns an empty value where the field is missing or wrong."""

    def __init__(self, node: yaml.Node, known: Collection[str], problems: Problems, what: str) -> None:
        """Take *node*, called *what* in messages, and report fields that are not *known*."""
        self.problems = problems
        self.what = what
        self.node = node
        self.values: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            problems.add(node, f"{what} is not a list of fields", f"Write fields such as '{next(iter(known))}: ...'.")
            return
        for key, value in node.value:
            if key.value in known:
                self.values[key.value] = value
            else:
                fix = f"{did_you_mean(key.value, known)}Known fields are {', '.join(sorted(known))}."
                problems.add(key, f"{what} has an unknown field {key.value!r}", fix)

    def line(self, key: str) -> int:
        """Return the line of the field, or of the mapping where the field is missing."""
        return line_of(self.values.get(key, self.node))

    def require(self, *keys: str) -> None:
        """Report each of the fields that is missing."""
        for key in keys:
            if key not in self.values and isinstance(self.node, yaml.MappingNode):
                self.problems.add(self.node, f"{self.what} has no {key!r}", f"Add a line '{key}: ...'.")

    def text(self, key: str) -> str:
        """Return a text field with blank edges removed; "" where it is missing or left empty."""
        node = self.values.get(key)
        return "" if node is None else scalar_text(node, f"{key!r} of {self.what}", self.problems)

    def filled_text(self, key: str) -> str:
        """Return a text field that must not be empty."""
        self.require(key)
        before = len(self.problems.found)
        text = self.text(key)
        if key in self.values and not text and len(self.problems.found) == before:
            self.problems.add(self.values[key], f"{key!r} of {self.what} is empty", "Write its text.")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of non-empty texts."""
        found = []
        for node in self.items(key):
            before = len(self.problems.found)
            text = scalar_text(node, f"an item of {key!r} of {self.what}", self.problems)
            if text:
                found.append(text)
            elif len(self.problems.found) == before:
                self.problems.add(node, f"an item of {key!r} of {self.what} is empty", "Write its text or remove it.")
        return tuple(found)

    def items(self, key: str) -> Sequence[yaml.Node]:
        """Return the nodes of a list field; () where it is missing or left empty."""
        node = self.values.get(key)
        if node is None or _is_null(node):
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.problems.add(node, f"{key!r} of {self.what} is not a list", "Start each item on a line with '- '.")
            return ()
        return tuple(node.value)

    def choice(self, key: str, options: Sequence[str]) -> str:
        """Return one of *options*; the first where the field is missing or wrong."""
        node = self.values.get(key)
        if node is None:
            return options[0]
        before = len(self.problems.found)
        text = scalar_text(node, f"{key!r} of {self.what}", self.problems)
        if text in options or len(self.problems.found) > before:
            return text if text in options else options[0]
        named = ", ".join(repr(option) for option in options if option)
        self.problems.add(node, f"{key!r} of {self.what} is {text!r}", f"{did_you_mean(text, options)}Write {named}.")
        return options[0]

    def iso_date(self, key: str) -> str:
        """Return a date as YYYY-MM-DD, or "" where it is missing or left empty."""
        node = self.values.get(key)
        if node is None or _is_null(node):
            return ""
        text = node.value.strip() if isinstance(node, yaml.ScalarNode) else "?"
        try:
            # fromisoformat takes 20261231 and 2026-W53 too, which a person may have meant as something else
            if not text or date.fromisoformat(text).isoformat() == text:
                return text
        except ValueError:
            pass
        self.problems.add(node, f"{key!r} of {self.what} is {text!r}, not a date", "Write it as 2026-12-31.")
        return ""

    def truth(self, key: str) -> bool:
        """Return a truth value; False where the field is missing, left empty or wrong."""
        node = self.values.get(key)
        if node is None or _is_null(node):
            return False
        written = node.value.lower() if isinstance(node, yaml.ScalarNode) else ""
        if written not in ("true", "false"):
            self.problems.add(node, f"{key!r} of {self.what} is neither true nor false", "Write true or false.")
        return written == "true"

    def share(self, key: str) -> float:
        """Return a number from 0 to 1; 1.0 where the field is missing or wrong, which answers the least."""
        self.require(key)
        node = self.values.get(key)
        if node is None:
            return 1.0
        is_scalar = isinstance(node, yaml.ScalarNode)
        try:
            number = float(node.value) if is_scalar else math.nan
        except ValueError:
            number = math.nan
        if 0 <= number <= 1:
            return number
        written = repr(node.value) if is_scalar else "a list or a group of fields"
        self.problems.add(node, f"{key!r} of {self.what} is {written}", "Write a number from 0 to 1.")
        return 1.0

    def whole(self, key: str) -> int:
        """Return a whole number of at least 0; -1 where it is missing or wrong."""
        self.require(key)
        node = self.values.get(key)
        if node is None:
            return -1
        if isinstance(node, yaml.ScalarNode) and node.tag == _INT and _WHOLE.fullmatch(node.value):
            return int(node.value)
        self.problems.add(node, f"{key!r} of {self.what} is not a whole number", "Write digits, such as 120.")
        return -1

    def span(self, key: str) -> Span | None:
        """Return a span field `{file, start, end}`; None where it is missing or wrong."""
        node = self.values.get(key)
        if node is None:
            return None
        before = len(self.problems.found)
        fields = Fields(node, ("file", "start", "end"), self.problems, f"{key!r} of {self.what}")
        span = Span(fields.filled_text("file"), fields.whole("start"), fields.whole("end"))
        return span if len(self.problems.found) == before else None


def scalar_text(node: yaml.Node, what: str, problems: Problems) -> str:
    """Return the text of *node* with blank edges removed; "" for an empty one, and for a wrong one a problem."""
    if _is_null(node):
        return ""
    if not isinstance(node, yaml.ScalarNode):
        problems.add(node, f"{what} is a list or a group of fields, not a text", "Write one text after the colon.")
        return ""
    if node.tag != _STRING:
        read_as = _READ_AS.get(node.tag, "something other than text")
        problems.add(
            node, f"{what} is {node.value}, which YAML reads as {read_as}", f"Put it in quotes: '{node.value}'."
        )
        return ""
    return str(node.value).strip()


def mapping_items(node: yaml.Node, what: str, problems: Problems) -> Iterator[tuple[str, int, yaml.Node]]:
    """Yield key, line and value of a mapping whose keys are free; a problem where *node* is not a mapping."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, line_of(key), value
    else:
        problems.add(node, f"{what} is not a list of fields", "Write one 'name: text' a line.")


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL and node.value == ""
