"""Text in, a YAML node tree with line marks out; refuses every YAML feature that can surprise or harm.

Anchors, aliases, merge keys, tags, duplicate keys, more than 20 levels: none of them helps a receptionist, and
some of them let a few hundred bytes hang a loader or fill the memory. Knows nothing of entries or clinics.
"""

import re
from collections.abc import Iterator

import yaml

from bot.model import Problem

MAX_DEPTH = 20

# libyaml's parser is about eight times faster; PyYAML's own reads the same language where a build lacks it
Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_OPENS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSES = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_MERGE = "tag:yaml.org,2002:merge"
# what every anchor, alias, tag and bracket begins with, where such a thing can begin, and indentation deep enough for
# more levels than are allowed: a text without any of it need not be read twice
_MAY_SURPRISE = re.compile(
    rf"(?:^|[\s\ufeff])[&*!\[{{]|(?:^|[\r\x85\u2028\u2029])[ \t?:-]{{{MAX_DEPTH // 2}}}", re.MULTILINE
)
# YAML 1.1, 5.1; a reader's own position is in characters or in bytes, depending on the parser
_UNPRINTABLE = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(text: str, file: str) -> tuple[yaml.Node | None, tuple[Problem, ...]]:
    """Return the root node of *text* and the problems found; None where there is nothing that can be used.

    *file* is the name that problems are reported under. Nothing is composed before the whole stream was found
    to be free of anchors, aliases and deep nesting, so a hostile file costs no more than reading it once.
    """
    try:
        problem = next(_refusals(text, file), None) if _MAY_SURPRISE.search(text) else None
        if problem:
            return None, (problem,)
        root = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        return None, (_syntax_problem(error, text, file),)
    if root is None:
        return None, (Problem(file, 1, "the file is empty", "Fill it in or remove it."),)
    problems = tuple(_key_problems(root, file))
    return (None, problems) if problems else (root, ())


def line_of(node: yaml.Node) -> int:
    """Return the line, from 1, on which *node* starts."""
    return int(node.start_mark.line) + 1


def _refusals(text: str, file: str) -> Iterator[Problem]:
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = (event.start_mark.line if event.start_mark else 0) + 1
        if isinstance(event, yaml.AliasEvent):
            yield Problem(file, line, f"the alias '*{event.anchor}' is not allowed", "Write the text out in full.")
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            yield Problem(file, line, f"the anchor '&{event.anchor}' is not allowed", "Remove it.")
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            yield Problem(file, line, f"the tag {tag!r} is not allowed", "Remove it and write plain text.")
        depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)
        if depth > MAX_DEPTH:
            yield Problem(file, line, f"more than {MAX_DEPTH} levels inside each other", "Flatten this part.")


def _key_problems(root: yaml.Node, file: str) -> Iterator[Problem]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(reversed(node.value))
        elif isinstance(node, yaml.MappingNode):
            yield from _mapping_problems(node, file)
            waiting.extend(value for _, value in reversed(node.value))


def _mapping_problems(node: yaml.MappingNode, file: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        line = line_of(key)
        if not isinstance(key, yaml.ScalarNode):
            yield Problem(file, line, "a key is not a plain word", "Write a word and a colon.")
        elif key.tag == _MERGE:
            yield Problem(file, line, "the merge key '<<' is not allowed", "Write the fields out in full.")
        elif key.value in first:
            what = f"the field {key.value!r} is already given at line {first[key.value]}"
            yield Problem(file, line, what, "Keep one of the two.")
        else:
            first[key.value] = line


def _syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError):
        what = ", ".join(part for part in (error.context, error.problem) if part)
        unclosed = "quoted scalar" in what and "end of stream" in what
        mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        fix = "Close the quotes that open here." if unclosed else _syntax_fix(text, line, what)
        return Problem(file, line, f"this is not valid YAML ({what})", fix)
    found = _UNPRINTABLE.search(text)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    named = f" ({found[0]!r})" if found else ""
    return Problem(file, line, f"a character that YAML does not allow{named}", "Remove the unprintable character.")


def _syntax_fix(text: str, line: int, what: str) -> str:
    if "another document" in what:
        return "Remove the line '---': a file is one document."
    lines = text.splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        return "Indent with spaces, not with tabs."
    return "Look at this line and the one before it: indentation, a missing colon, or quotes that are not closed."
