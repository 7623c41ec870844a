"""Makes Gradio's HTML document ours: language, title, style, and the help that stands there without any script.

Gradio's template has fixed English metadata, names its own site and shows nothing before its script has run.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.model import Knowledge
from bot.web.colour import Accent
from bot.web.painting import element, escape, paint_top, paint_waiting_room

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


class Document:
    """Rewrites the document that Gradio serves at `/`; everything else passes untouched."""

    def __init__(
        self, app: ASGIApp, knowledge: Knowledge, accent: Accent, style: Style, *, origins: Sequence[str] = ()
    ) -> None:
        """Take what the page shows, and the websites that it may speak with when they hold it in a frame."""
        self._app = app
        language, title = knowledge.clinic.language, knowledge.clinic.name or knowledge.words["page_title"]
        self._tag = f'<html lang="{escape(language)}"'
        self._head = "".join(
            (
                element("title", escape(title)),
                '<meta name="robots" content="noindex">',
                f'<meta name="viewport" content="{VIEWPORT}">',
                '<meta name="color-scheme" content="light dark">',
                f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{style.path}">',
                f"<style>{accent_rule(accent)}</style>",
                element("script", _script({"language": language, "title": title, "origins": list(origins)})),
            )
        )
        self._body = paint_top(knowledge) + paint_waiting_room(knowledge)

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
                return
            chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._finish(start[0], b"".join(chunks), scope["method"], send)

        await self._app({**scope, "headers": headers, "query_string": b""}, receive, collect)

    async def _finish(self, start: Message, body: bytes, method: str, send: Send) -> None:
        document = self.rewrite(body.decode("utf-8")).encode("utf-8") if start["status"] == HTTPStatus.OK else body
        MutableHeaders(scope=start)["content-length"] = str(len(document))
        await send(start)
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else document})

    def rewrite(self, document: str) -> str:
        """Return *document* with our head and body.

        Raises:
            ValueError: if a place to write to is not there, which a new Gradio may bring about.
        """
        for unwanted in UNWANTED:
            document = unwanted.sub("", document)
        document, tags = HTML_TAG.subn(lambda _: self._tag, document, count=1)
        if not tags or HEAD_END not in document or GRADIO_TAG not in document:
            raise ValueError("Gradio's document has changed. Use the version of Gradio that the lock file names.")
        document = document.replace(HEAD_END, self._head + HEAD_END, 1)
        return document.replace(GRADIO_TAG, self._body + GRADIO_TAG, 1)


def _script(page: Mapping[str, object]) -> str:
    scripts = "".join(path.read_text(encoding="utf-8") for path in HEAD_SCRIPTS)
    return scripts.replace("SETTINGS", json.dumps(page).replace("<", "\\u003c"))
