"""The text of a YAML file and changes to its fields in, the same text with nothing else changed out.

Comments, order, quotes and blank lines stay as staff left them, since only the characters of a changed field are
replaced. Knows nothing of entries or clinics.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import yaml

from bot.errors import KnowledgeError
from bot.knowledge.strict_yaml import line_of, parse
from bot.knowledge.writing import scalar
from bot.model import Problem


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters `start:end` of a text with `text`."""

    start: int
    end: int
    text: str


class Patch:
    """A YAML text, its tree, and the changes that were asked for; `patched` returns the text with all of them.

    Two changes must not overlap. A value is written as YAML by the caller, as `scalar` and its like do.
    """

    def __init__(self, text: str, shown: str) -> None:
        """Read *text*, called *shown* in messages.

        Raises:
            KnowledgeError: if it is not YAML that may be used.
        """
        root, problems = parse(text, shown)
        if root is None:
            raise KnowledgeError(problems)
        if not isinstance(root, yaml.MappingNode):
            fix = "Write fields such as 'entries: ...'."
            raise KnowledgeError([Problem(shown, line_of(root), "the file is not a list of fields", fix)])
        self.root = root
        self._text = text
        self._shown = shown
        self._starts = line_starts(text)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._edits: list[Edit] = []

    def patched(self) -> str:
        """Return the text with every change in it."""
        text = self._text
        # from the end, so that the places before stay true; of two at one place the later one stands below
        for start, end, _, new in sorted(((e.start, e.end, place, e.text) for place, e in enumerate(self._edits)))[
            ::-1
        ]:
            text = text[:start] + new + text[end:]
        return text

    def set_field(self, mapping: yaml.MappingNode, key: str, value: str, *, before: str = "") -> None:
        """Give *key* the YAML *value*; a new field stands before the field *before*, or else first."""
        fields = fields_of(mapping)
        if key in fields:
            name, node = fields[key]
            # an empty value stands right behind the colon
            space = "" if value.startswith("\n") else " "
            self._edit(self._offset(name.start_mark), self.end_of(node), f"{key}:{space}{value}")
            return
        first = fields[before if before in fields else next(iter(fields))][0]
        separator = ", " if mapping.flow_style else self._newline + " " * first.start_mark.column
        start = self._offset(first.start_mark)
        self._edit(start, start, f"{key}: {value}{separator}")

    def add_field(self, mapping: yaml.MappingNode, key: str, value: str, *, after: str) -> None:
        """Add a field that is not there yet behind the field *after*, which is."""
        name, node = fields_of(mapping)[after]
        separator = ", " if mapping.flow_style else "\n" + " " * name.start_mark.column
        end = self.end_of(node)
        self._edit(end, end, f"{separator}{key}: {value}")

    def remove_field(self, mapping: yaml.MappingNode, key: str) -> None:
        """Remove *key* and its whole lines; nothing happens where there is none.

        Raises:
            KnowledgeError: if it shares a line with another field.
        """
        if key in (fields := fields_of(mapping)):
            self._require_block(mapping)
            name, value = fields[key]
            if name is mapping.value[0][0]:
                # the first field of a list's item shares its line with the dash
                following = mapping.value[1][0]
                self._edit(self._offset(name.start_mark), self._offset(following.start_mark), "")
                return
            self._remove_lines(self._offset(name.start_mark), self.end_of(value))

    def set_texts(self, mapping: yaml.MappingNode, key: str, texts: Sequence[str]) -> None:
        """Make *texts* the list under *key*: lines that stay are not touched, new ones follow the last.

        Raises:
            KnowledgeError: if the list or its mapping is written in one line with others.
        """
        node = fields_of(mapping)[key][1] if key in fields_of(mapping) else None
        if not isinstance(node, yaml.SequenceNode) or node.flow_style or not node.value:
            self._require_block(mapping)
            self._write_list(mapping, key, texts)
            return
        kept = [item.value for item in node.value if item.value.strip() in texts]
        for item in node.value:
            if item.value.strip() not in texts:
                self._remove_lines(self._offset(item.start_mark), self.end_of(item))
        held = {text.strip() for text in kept}
        self.add_items(node, [scalar(text) for text in texts if text not in held])

    def add_items(self, node: yaml.SequenceNode, items: Sequence[str]) -> None:
        """Add *items* below the last one of a list that stands on lines of its own; each is YAML, further lines whole.

        Raises:
            KnowledgeError: if the list is empty or written in one line.
        """
        if not items:
            return
        self._require_block(node)
        indent = " " * node.start_mark.column
        self._insert_lines(self.end_of(node), [f"{indent}- {item}" for item in items])

    def add_lines(self, node: yaml.Node, lines: Sequence[str]) -> None:
        """Add whole *lines* below *node*."""
        self._insert_lines(self.end_of(node), lines)

    def end_of(self, node: yaml.Node) -> int:
        """Return where *node* ends: a block's own mark stands after the blank lines and comments below it."""
        while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(node, yaml.MappingNode) else last
        start = self._offset(node.start_mark)
        return start + len(self._text[start : self._offset(node.end_mark)].rstrip())

    def _write_list(self, mapping: yaml.MappingNode, key: str, texts: Sequence[str]) -> None:
        column = mapping.value[0][0].start_mark.column
        lines = "".join(f"\n{' ' * (column + 2)}- {scalar(text)}" for text in texts) or " []"
        fields = fields_of(mapping)
        if key not in fields:
            self._insert_lines(self.end_of(mapping), [f"{' ' * column}{key}:{lines}"])
            return
        name, value = fields[key]
        colon = self._text.index(":", self._offset(name.end_mark)) + 1
        self._edit(colon, max(colon, self.end_of(value)), lines)

    def _insert_lines(self, end: int, lines: Sequence[str]) -> None:
        if not lines:
            return
        stop = self._text.find("\n", end)
        whole = "".join(f"{line}\n" for line in lines)
        if stop < 0:
            self._edit(len(self._text), len(self._text), "\n" + whole)
        else:
            # below the line's own comment, if it has one
            self._edit(stop + 1, stop + 1, whole)

    def _remove_lines(self, start: int, end: int) -> None:
        stop = self._text.find("\n", end)
        self._edit(self._text.rfind("\n", 0, start) + 1, len(self._text) if stop < 0 else stop + 1, "")

    def _edit(self, start: int, end: int, text: str) -> None:
        self._edits.append(Edit(start, end, text.replace("\n", self._newline) if "\r" not in text else text))

    def _offset(self, mark: yaml.Mark) -> int:
        return self._starts[mark.line] + int(mark.column)

    def _require_block(self, node: yaml.CollectionNode) -> None:
        if node.flow_style:
            what = "this is written in one line with others, where no line can be added or removed"
            fix = "Write it on lines of its own, as the other entries are."
            raise KnowledgeError([Problem(self._shown, line_of(node), what, fix)])


def fields_of(mapping: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Return the nodes of each key and its value."""
    return {key.value: (key, value) for key, value in mapping.value}


def mapping_in(nodes: Collection[yaml.Node], key: str, value: str) -> yaml.MappingNode | None:
    """Return the first mapping whose field *key* is *value*."""
    mappings = (node for node in nodes if isinstance(node, yaml.MappingNode))
    return next((node for node in mappings if key in (f := fields_of(node)) and f[key][1].value == value), None)


def line_starts(text: str) -> list[int]:
    r"""Return where each line starts, counting lines as YAML 1.1 does (\r\n, \n, \r, NEL, LS and PS end one)."""
    starts, position = [0], 0
    while position < len(text):
        if text[position] in "\r\n\x85\u2028\u2029":
            position += text[position : position + 2] == "\r\n"
            starts.append(position + 1)
        position += 1
    return starts
