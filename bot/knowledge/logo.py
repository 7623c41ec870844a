"""The clinic's logo: a file name in, the picture or a problem out. Knows nothing of pages.

A browser draws the file and nothing else is ever done with it, so it is only looked at for being what its name says.
"""

import re

from bot.knowledge.fields import Fields
from bot.knowledge.folder import Folder
from bot.knowledge.sources import read_bytes
from bot.model import Logo

MOST_BYTES = 200_000
MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(?:svg|png)")
_PNG = b"\x89PNG\r\n\x1a\n"
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^>\[]*>\s*)?<svg[\s>]")
_ACTIVE = re.compile(rb"<script|<foreignobject|<!entity|javascript:|\son[a-z]+\s*=", re.IGNORECASE)


def read_logo(folder: Folder, fields: Fields) -> Logo | None:
    """Return the picture that `logo` names; None where it is left empty, or is reported as unusable."""
    name = fields.text("logo")
    if not name:
        return None
    content, complaint = _read(folder, name)
    if complaint:
        what, fix = complaint
        fields.problems.add(fields.line("logo"), f"the logo {name!r} {what}", fix)
        return None
    return Logo(MEDIA_TYPES[name[-len(".svg") :]], content)


def _read(folder: Folder, name: str) -> tuple[bytes, tuple[str, str] | None]:
    """Return the picture's bytes, or what is wrong with it and how to fix that."""
    path = folder.path / name
    if not _NAME.fullmatch(name) or path.resolve().parent != folder.path.resolve():
        return b"", ("is no .svg or .png file beside clinic.yaml", "Write a name such as logo.svg.")
    if not path.is_file():
        return b"", ("is not there", "Put the picture beside clinic.yaml.")
    if path.stat().st_size > MOST_BYTES:
        return b"", (f"is over {MOST_BYTES:,} bytes", "Save it smaller.")
    content, problem = read_bytes(path, name)
    if problem:
        return b"", (f"cannot be used: {problem.what}", problem.fix)
    return content, _complaint(content, path.suffix)


def _complaint(content: bytes, suffix: str) -> tuple[str, str] | None:
    kind = suffix[1:].upper()
    plain = _COMMENT.sub(b"", content)
    if not (_SVG.match(plain) if suffix == ".svg" else content.startswith(_PNG)):
        return f"is not a picture in the format {kind}", f"Save the picture as {kind} again."
    if suffix == ".svg" and _ACTIVE.search(plain):
        return "holds a script, an entity or foreign content", "Save it as plain SVG, or as PNG."
    return None
