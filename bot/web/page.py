"""Makes Gradio's HTML document ours: language, title, style, and the help that stands there without any script.

Gradio's template has fixed English metadata, names its own site and shows nothing before its script has run.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.model import Knowledge
from bot.web.colour import Accent
from bot.web.painting import element, escape, paint_chat, paint_top, paint_waiting_room

STATIC = Path(__file__).parent / "static"
HEAD_SCRIPTS = tuple(STATIC / name for name in ("head.js", "frame.js"))

# what Gradio's template says that is not for our page: its own metadata, a manifest, a script for its site's frames
UNWANTED = (
    re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*/>'),
    re.compile(r'<link rel="manifest"[^>]*>'),
    re.compile(r'<meta\s+name="viewport"[^>]*>'),
    re.compile(r"<script>\s*\(\(\) => \{\s*const root =.*?</script>", re.DOTALL),
    re.compile(r"window\.parent\?\.postMessage\(.*?\);", re.DOTALL),
)
# the keyboard of a phone takes its room from the page, so that the box stays above it
VIEWPORT = "width=device-width, initial-scale=1, interactive-widget=resizes-content"
HTML_TAG = re.compile(r"<html\s+lang=\"en\"\s+style=\"[^\"]*\"")
HEAD_END = "</head>"
GRADIO_TAG = "<gradio-app"
# stands in Gradio's own settings where the painted chat goes
PAINTED = "verbatim:chat"
PAINTED_JSON = json.dumps(PAINTED)


@dataclass(frozen=True, slots=True)
class Style:
    """The style sheet, and the address that changes with its bytes."""

    path: str
    css: bytes


def load_style(name: str = "chat", rule: str = "") -> Style:
    """Read the style sheet of that name, with *rule* before it."""
    css = rule.encode() + (STATIC / f"{name}.css").read_bytes()
    return Style(f"/ui/{name}.{hashlib.sha256(css).hexdigest()[:16]}.css", css)


def accent_rule(accent: Accent) -> str:
    """Return the rule that gives the style sheet its accent."""
    return f":root{{--vb-accent-light:{accent.light};--vb-accent-dark:{accent.dark}}}"


@dataclass(frozen=True, slots=True)
class Surround:
    """What of the document is made from one knowledge: the root tag, the head, the body's start, the chat in JSON."""

    tag: str
    head: str
    body: str
    chat: str


def surround(knowledge: Knowledge, accent: Accent, style: Style, origins: Sequence[str] = ()) -> Surround:
    """Paint all of the document that is ours; it may speak with the websites of *origins* that hold it in a frame."""
    language, title = knowledge.clinic.language, knowledge.clinic.name or knowledge.words["page_title"]
    head = (
        element("title", escape(title)),
        '<meta name="robots" content="noindex">',
        f'<meta name="viewport" content="{VIEWPORT}">',
        '<meta name="color-scheme" content="light dark">',
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{style.path}">',
        f"<style>{accent_rule(accent)}</style>",
        element("noscript", "<style>.vb-without{visibility:visible;animation:none}.vb-loading{display:none}</style>"),
        element("script", _script({"language": language, "title": title, "origins": list(origins)})),
    )
    chat = json.dumps(paint_chat(knowledge))
    for character in "<>&'":
        chat = chat.replace(character, f"\\u{ord(character):04x}")
    body = paint_top(knowledge) + paint_waiting_room(knowledge)
    return Surround(f'<html lang="{escape(language)}"', "".join(head), body, chat)


class Document:
    """Rewrites the document that Gradio serves at `/`; everything else passes untouched."""

    def __init__(self, app: ASGIApp, current: Callable[[], Surround]) -> None:
        """Take what *current* gives for each document."""
        self._app = app
        self._current = current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        # an address may hold what a visitor typed, and a compressed document cannot be rewritten
        headers = [(key, value) for key, value in scope["headers"] if key != b"accept-encoding"]
        start: list[Message] = []
        chunks: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
            if message["type"] != "http.response.body":
                return
            chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._finish(start[0], b"".join(chunks), scope["method"], send)

        await self._app({**scope, "headers": headers, "query_string": b""}, receive, collect)

    async def _finish(self, start: Message, body: bytes, method: str, send: Send) -> None:
        document = (
            self.rewrite(body.decode("utf-8"), self._current()).encode("utf-8")
            if start["status"] == HTTPStatus.OK
            else body
        )
        MutableHeaders(scope=start)["content-length"] = str(len(document))
        await send(start)
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else document})

    def rewrite(self, document: str, ours: Surround) -> str:
        """Return *document* with our head, body and chat.

        Raises:
            ValueError: if a place to write to is not there, which a new Gradio may bring about.
        """
        for unwanted in UNWANTED:
            document = unwanted.sub("", document)
        document, tags = HTML_TAG.subn(lambda _: ours.tag, document, count=1)
        if not tags or any(place not in document for place in (HEAD_END, GRADIO_TAG, PAINTED_JSON)):
            raise ValueError("Gradio's document has changed. Use the version of Gradio that the lock file names.")
        document = document.replace(PAINTED_JSON, ours.chat)
        document = document.replace(HEAD_END, ours.head + HEAD_END, 1)
        return document.replace(GRADIO_TAG, ours.body + GRADIO_TAG, 1)


def _script(page: Mapping[str, object]) -> str:
    scripts = "".join(path.read_text(encoding="utf-8") for path in HEAD_SCRIPTS)
    return scripts.replace("SETTINGS", json.dumps(page).replace("<", "\\u003c"))
