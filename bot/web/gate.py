"""Lets through the few paths and message shapes that the page and the API need; everything else is 404 or 400.

Gradio serves some eighty routes (files, uploads, proxying, recordings, API pages). The page uses a handful of them.
"""

import json
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.limits import Refuse

# method and path of everything this server answers
ALLOWED = (
    ("GET", re.compile(r"/")),
    ("HEAD", re.compile(r"/")),
    ("GET", re.compile(r"/assets/[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(?:js|css|woff2?|ttf|svg|png)")),
    ("GET", re.compile(r"/theme\.css")),
    ("GET", re.compile(r"/ui/(?:chat|faq|staff)\.[0-9a-f]{16}\.css")),
    ("GET", re.compile(r"/ui/logo\.[0-9a-f]{16}\.(?:svg|png)")),
    ("GET", re.compile(r"/favicon\.ico")),
    ("POST", re.compile(r"/gradio_api/run/predict")),
    ("GET", re.compile(r"/faq")),
    ("HEAD", re.compile(r"/faq")),
    ("POST", re.compile(r"/faq")),
    # the staff's own router says which of these there are, and to whom
    ("GET", re.compile(r"/staff(?:/[a-z0-9._-]{1,80}){0,4}")),
    ("POST", re.compile(r"/staff(?:/[a-z0-9._-]{1,80}){0,4}")),
    ("POST", re.compile(r"/api/ask")),
    ("POST", re.compile(r"/api/feedback")),
    ("GET", re.compile(r"/healthz")),
    ("GET", re.compile(r"/widget\.js")),
)
MESSAGE = "/gradio_api/run/predict"
MOST = 1_000_000
SESSION = re.compile(r"[A-Za-z0-9]{1,32}")


def is_allowed(method: str, path: str) -> bool:
    """Tell whether *path* (decoded, as the application sees it) is served for *method*."""
    return any(method == allowed and pattern.fullmatch(path) for allowed, pattern in ALLOWED)


def is_message(body: bytes) -> bool:
    """Tell whether *body* is what our page sends: one event, no input of a component, a question or nothing.

    A file, a chat history or any other nested value has no place in it, so none can reach Gradio's file handling.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(message, dict)
        and message.keys() <= {"data", "event_data", "fn_index", "trigger_id", "session_hash"}
        and message.get("data") in ([], [None])
        and _is_number(message.get("fn_index"))
        and (message.get("trigger_id") is None or _is_number(message["trigger_id"]))
        and isinstance(message.get("session_hash"), str)
        and SESSION.fullmatch(message["session_hash"]) is not None
        and _is_event(message.get("event_data"))
    )


def _is_event(event: object) -> bool:
    if event is None or event == {}:
        return True
    return (
        isinstance(event, dict)
        and event.keys() == {"question", "turn"}
        and isinstance(event["question"], str)
        and _is_number(event["turn"])
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST


class Gate:
    """Answers 404 for a path that is not on the list and 400 for a message of another shape."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif not is_allowed(scope["method"], scope["path"]):
            await self._refuse(404)(scope, receive, send)
        elif scope["path"] == MESSAGE:
            await self._check_message(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _check_message(self, scope: Scope, receive: Receive, send: Send) -> None:
        # BodyLimit stands before the gate: the body comes in one piece
        first = await receive()
        if not is_message(first.get("body", b"")):
            await self._refuse(400)(scope, receive, send)
            return
        pending = [first]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)
