"""The script that puts the chat on a clinic's website: knowledge in, `widget.js` with the clinic's facts out.

The facts are the words, numbers and colours that the launcher needs to help a patient while the server is down.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from bot.model import Knowledge
from bot.web.colour import accent_of

PATH = "/widget.js"
SCRIPT = Path(__file__).parent / "static" / "widget.js"
# what nobody needs who is on a slow line: indentation, and lines that are a comment
INDENTATION = re.compile(r"^ *(?://.*\n)?", re.MULTILINE)
WORDS = (
    "page_title",
    "loading",
    "help_clinic",
    "help_crisis",
    "help_emergency",
    "widget_close",
    "widget_hide",
    "widget_down",
    "widget_retry",
)


def widget_facts(knowledge: Knowledge) -> dict[str, Any]:
    """Return what the script must know of the clinic; an unknown fact is an empty string."""
    clinic, accent = knowledge.clinic, accent_of(knowledge.clinic.accent)
    return {
        "language": clinic.language,
        "words": {clinic.language: {key: knowledge.words[key] for key in WORDS}},
        "name": clinic.name,
        "phone": clinic.phone,
        "crisis": clinic.crisis_line,
        "emergency": clinic.emergency,
        "support": knowledge.notices["support"],
        "accent": accent.light,
        "accent_dark": accent.dark,
    }


@dataclass(frozen=True, slots=True)
class Widget:
    """The script as it is and compressed, and the tag that changes with its bytes."""

    script: bytes
    compressed: bytes
    tag: str

    def respond(self, headers: Headers) -> Response:
        """Return the script for a request with *headers*, or 304 to one that has it already."""
        # any website may load the script, also one that isolates itself (Cross-Origin-Embedder-Policy)
        sent = {"ETag": self.tag, "Vary": "Accept-Encoding", "Cross-Origin-Resource-Policy": "cross-origin"}
        if self.tag in _listed(headers.get("if-none-match", "")):
            return Response(status_code=304, headers=sent)
        packed = _accepts_gzip(headers.get("accept-encoding", ""))
        if packed:
            sent["Content-Encoding"] = "gzip"
        return Response(self.compressed if packed else self.script, headers=sent, media_type="text/javascript")


def load_widget(knowledge: Knowledge) -> Widget:
    """Read the script and fill in the facts of *knowledge*."""
    # in ASCII and without "<" the facts are the same text in a script file, an inline script and any encoding
    facts = json.dumps(widget_facts(knowledge), separators=(",", ":")).replace("<", "\\u003c")
    plain = INDENTATION.sub("", SCRIPT.read_text(encoding="utf-8"))
    script = plain.replace("FACTS", facts, 1).encode("utf-8")
    # weak: it stands for both the plain and the compressed bytes
    tag = f'W/"{hashlib.sha256(script).hexdigest()[:16]}"'
    return Widget(script, gzip.compress(script, 9, mtime=0), tag)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _accepts_gzip(text: str) -> bool:
    for part in _listed(text):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if name == "gzip":
            return quality.strip("0.") != "" or not quality
    return False
