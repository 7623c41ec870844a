"""Plain FAQ text in, pieces out: which characters are a passage, a question, structure, or could not be placed.

Every character that is not white space is in exactly one piece, so nothing of a clinic's text can be lost here.
Two layouts are read: "Q:" and "A:" lines, and the layout of a copied web page, where a line that ends in a
question mark is a question, a lone dash opens an answer whose question was lost, and each line is a paragraph.
Knows nothing of files or YAML.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.model import KeepWith

PieceKind = Literal["passage", "question", "structure", "remainder"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BOM = "\ufeff"
_DASHES = frozenset("-–—*•")
_RULE = re.compile(r"[-=_*~]{3,}")
_HASHES = re.compile(r"#{1,6}\s+")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+")
# a star needs a space after it: without one it is emphasis or a footnote
_BULLET = re.compile(r"(?:(?P<sign>[-–—•‣▪]\s*|\*\s+)|\d{1,2}[.)]\s+|[a-z][.)]\s+)(?=\S)")
_Q = re.compile(r"(?:q|question)\s*(?:\d{1,3}\s*)?[:\uff1a]\s*", re.IGNORECASE)
_A = re.compile(r"(?:a|answer)\s*(?:\d{1,3}\s*)?[:\uff1a]\s*", re.IGNORECASE)
_ASKS = re.compile(r"[?\uff1f\u061f][\"'”’»)\]*]*\Z")
_ENDS = re.compile(r"[.!?\u2026:;\uff1f\u3002][\"'”’»)\]*]*\Z")
_FAQ_HEADING = re.compile(
    r"frequently asked questions|\bfaqs?\b|questions (?:and|&) answers|\bq\s?&\s?a\b", re.IGNORECASE
)
_LEANS = re.compile(
    r"(?:however|additionally|also|besides|furthermore|moreover|therefore|thus|hence|instead|otherwise|nevertheless"
    r"|nonetheless|conversely|similarly|likewise|consequently|accordingly|meanwhile|but|and|or|so|yet|this|these|that"
    r"|those|they|such|in addition|in contrast|in that case|as a result|for this reason|for example|for instance"
    r"|on the other hand|even so|if so|if not)\b",
    re.IGNORECASE,
)

LONGEST_QUESTION = 300
SHORTEST_WRAPPED = 45
LONGEST_HEADING_WORDS = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters `start:end` of the text and what they are; `line` counts from 1; `why` explains a remainder."""

    kind: PieceKind
    start: int
    end: int
    line: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class CutPassage:
    """A passage to be, and whether it seems to lean on the one before it."""

    start: int
    end: int
    keep_with: KeepWith


@dataclass(frozen=True, slots=True)
class CutEntry:
    """A question's span, None where the text has lost it, and the passages of its answer (at least one)."""

    question: tuple[int, int] | None
    passages: tuple[CutPassage, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A whole text, cut: its entries, and all pieces in order of their place, none overlapping."""

    entries: tuple[CutEntry, ...]
    pieces: tuple[Piece, ...]

    @property
    def remainders(self) -> tuple[Piece, ...]:
        """The pieces that could not be placed."""
        return tuple(piece for piece in self.pieces if piece.kind == "remainder")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    text: str
    indented: bool
    after_blank: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(slots=True)
class _Open:
    """The entry that is being read."""

    question: Piece | None = None
    passages: list[Piece] = field(default_factory=list)


def cut(text: str) -> Cut:
    """Cut *text* into entries and pieces. Any text can be cut; what has no place is a `remainder`."""
    lines = list(_lines(text))
    marked = any(_Q.match(line.text) for line in lines)
    return _Cutter(lines, marked=marked).cut(text)


def leans_on_previous(text: str) -> bool:
    """Tell whether a passage opens with a word that points back, such as "However" or "This"."""
    return _LEANS.match(text) is not None


class _Cutter:
    """One pass over the lines; `pieces` and `entries` grow, nothing is looked at twice."""

    def __init__(self, lines: list[_Line], *, marked: bool) -> None:
        self.lines = lines
        self.marked = marked
        self.pieces: list[Piece] = []
        self.entries: list[_Open] = []
        self.open = _Open()
        self.previous: _Line | None = None
        self.awaits_question = False
        self.answer_opened = False
        self.answers_ahead = _answers_ahead(lines) if marked else []

    def cut(self, text: str) -> Cut:
        if text.startswith(_BOM):
            self.pieces.append(Piece("structure", 0, 1, 1))
        for index, line in enumerate(self.lines):
            self.previous = self._place(line, index)
        self._close()
        passages = [passage for entry in self.entries for passage in entry.passages]
        pieces = sorted([*self.pieces, *passages], key=lambda piece: piece.start)
        return Cut(tuple(_entry(open_, text) for open_ in self.entries), tuple(pieces))

    def _place(self, line: _Line, index: int) -> _Line:
        """Place a line and return what later lines see of it: itself without its "Q:" or "A:"."""
        if self.marked and (mark := _Q.match(line.text)):
            return self._place_mark(line, mark[0], opens_answer=False)
        if self.marked and (mark := _A.match(line.text)):
            return self._place_mark(line, mark[0], opens_answer=True)
        if self._is_structure(line):
            self._structure(line.start, line.end, line)
            self._break(line)
        elif not self.marked:
            self._place_lone(line, index)
        elif self._continues_question(line, index):
            self._extend_question(line)
        else:
            self._answer(line)
        return line

    def _place_mark(self, line: _Line, mark: str, *, opens_answer: bool) -> _Line:
        if not opens_answer:
            self._close()
        self._structure(line.start, line.start + len(mark.rstrip()), line)
        rest = _trimmed(line, len(mark))
        self.answer_opened, self.awaits_question = opens_answer, not opens_answer and not rest.text
        if rest.text and opens_answer:
            self._begin_passage(rest)
        elif rest.text:
            self._ask(rest)
        return rest

    def _place_lone(self, line: _Line, index: int) -> None:
        question = self._question_in(line)
        if question is not None:
            self._close()
            if question.start > line.start:
                self._structure(line.start, line.start + len(line.text[: question.start - line.start].rstrip()), line)
            self._ask(question)
        elif self._is_section_heading(line, index):
            self._close()
            self.pieces.append(_remainder(line.start, line.end, line.number, "it looks like a section heading"))
        else:
            self._answer(line)

    def _is_structure(self, line: _Line) -> bool:
        if line.text in _DASHES or _RULE.fullmatch(line.text):
            return True
        if _HASHES.match(line.text) and not _ASKS.search(line.text):
            return True
        if self.entries or self.open.question or self.awaits_question or self.answer_opened:
            return False  # below a question, "See our FAQ" is an answer
        words = len(line.text.split())
        return bool(_FAQ_HEADING.search(line.text)) and words <= LONGEST_HEADING_WORDS and not _ENDS.search(line.text)

    def _break(self, line: _Line) -> None:
        """End the answer that is open; a question that still waits for its answer goes on waiting at a lone dash."""
        self.awaits_question = False
        if self.open.passages or line.text not in _DASHES:
            self._close()

    def _question_in(self, line: _Line) -> _Line | None:
        if not _ASKS.search(line.text) or len(line.text) > LONGEST_QUESTION or self._is_list_item(line):
            return None
        if self._wraps(line):
            return None
        mark = _HASHES.match(line.text) or _NUMBER.match(line.text) or _BULLET.match(line.text)
        return _trimmed(line, mark.end()) if mark else line

    def _is_list_item(self, line: _Line) -> bool:
        """Tell whether a line belongs to the list of the passage above it; a question, only to a list of its kind."""
        bullet = _BULLET.match(line.text)
        above = self.previous.text if self.previous else ""  # empty below an "A:" that stands alone
        if not self.open.passages or not bullet or not above:
            return False
        if not _ASKS.search(line.text):
            return True
        under_way = _BULLET.match(above)
        same_kind = under_way is not None and bool(under_way["sign"]) == bool(bullet["sign"])
        return above.endswith(":") or same_kind

    def _is_section_heading(self, line: _Line, index: int) -> bool:
        """A short line without a full stop right before a question or a lone dash, and not the answer itself."""
        short = len(line.text.split()) <= LONGEST_HEADING_WORDS and not _ENDS.search(line.text)
        if not short or _BULLET.match(line.text) or (self.open.question and not self.open.passages):
            return False
        if self.open.passages and not line.after_blank:
            return False
        following = self.lines[index + 1] if index + 1 < len(self.lines) else None
        if following is None or self._dash_waits():
            return False
        return following.text in _DASHES or bool(_ASKS.search(following.text))

    def _dash_waits(self) -> bool:
        """Tell whether a lone dash was the last thing read: what follows is an answer, however short."""
        return self.previous is not None and self.previous.text in _DASHES

    def _wraps(self, line: _Line) -> bool:
        """Tell whether a line goes on with the paragraph above: that one is long and has no end of a sentence."""
        above = self.previous
        if above is None or line.after_blank or not self.open.passages:
            return False
        if self.open.passages[-1].end != above.end or _ENDS.search(above.text) or _A.match(line.text):
            return False
        return line.indented if _BULLET.match(above.text) else len(above.text) >= SHORTEST_WRAPPED

    def _answer(self, line: _Line) -> None:
        if self.open.passages and (self._is_list_item(line) or self._wraps(line)):
            last = self.open.passages[-1]
            self.open.passages[-1] = Piece("passage", last.start, line.end, last.line)
        else:
            self._begin_passage(line)

    def _begin_passage(self, line: _Line) -> None:
        self.open.passages.append(Piece("passage", line.start, line.end, line.number))

    def _ask(self, line: _Line) -> None:
        self.open.question = Piece("question", line.start, line.end, line.number)

    def _continues_question(self, line: _Line, index: int) -> bool:
        """In "Q:" text a question runs on until its question mark, or until "A:" where it has none."""
        question = self.open.question
        if self.awaits_question:
            return True
        if question is None or self.open.passages or self.answer_opened:
            return False
        if line.after_blank or self.previous is None or question.end != self.previous.end:
            return False
        return not _ASKS.search(self.previous.text) and self.answers_ahead[index]

    def _extend_question(self, line: _Line) -> None:
        self.awaits_question = False
        question = self.open.question
        if question is None:
            self._ask(line)
        else:
            self.open.question = Piece("question", question.start, line.end, question.line)

    def _close(self) -> None:
        question = self.open.question
        if self.open.passages:
            self.entries.append(self.open)
            if question:
                self.pieces.append(question)
        elif question:
            self.pieces.append(_remainder(question.start, question.end, question.line, "a question without an answer"))
        self.open = _Open()
        self.awaits_question = self.answer_opened = False

    def _structure(self, start: int, end: int, line: _Line) -> None:
        self.pieces.append(Piece("structure", start, end, line.number))


def _entry(open_: _Open, text: str) -> CutEntry:
    question = (open_.question.start, open_.question.end) if open_.question else None
    return CutEntry(question, tuple(_passages(open_.passages, text)))


def _passages(pieces: Iterable[Piece], text: str) -> Iterator[CutPassage]:
    for position, piece in enumerate(pieces):
        leans = position > 0 and leans_on_previous(text[piece.start : piece.end])
        yield CutPassage(piece.start, piece.end, "previous" if leans else "")


def _lines(text: str) -> Iterator[_Line]:
    """Yield the lines that are not blank, their white space trimmed and its place remembered."""
    after_blank, number = False, 0
    for match in _LINE.finditer(text, len(_BOM) if text.startswith(_BOM) else 0):
        number += 1
        raw = match[0]
        content = raw.strip()
        if not content:
            after_blank = True
            continue
        indent = len(raw) - len(raw.lstrip())
        yield _Line(number, match.start() + indent, content, indented=indent > 0, after_blank=after_blank)
        after_blank = False


def _answers_ahead(lines: list[_Line]) -> list[bool]:
    """Tell for each line whether an "A:" follows it before any blank line and any "Q:"."""
    ahead = [False] * len(lines)
    for index in range(len(lines) - 2, -1, -1):
        following = lines[index + 1]
        if not following.after_blank and not _Q.match(following.text):
            ahead[index] = bool(_A.match(following.text)) or ahead[index + 1]
    return ahead


def _trimmed(line: _Line, count: int) -> _Line:
    """Return *line* without its first *count* characters and the white space after them."""
    rest = line.text[count:]
    start = line.start + count + len(rest) - len(rest.lstrip())
    return _Line(line.number, start, rest.strip(), indented=line.indented, after_blank=line.after_blank)


def _remainder(start: int, end: int, line: int, why: str) -> Piece:
    return Piece("remainder", start, end, line, why)
