"""Words a refused request: a status, a code, and always where help is; to a page it is a page, else JSON."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.model import Knowledge
from bot.web.limits import Refuse

# for programmers; what a patient reads are the notices
MESSAGES: Mapping[int, tuple[str, str]] = {
    400: (
        "bad_request",
        'Send an object such as {"question": "...", "history": ["..."]} or {"receipt": "...", "helpful": true}.',
    ),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    408: ("too_slow", "The request did not arrive in time."),
    413: ("too_large", "The request is larger than 64 KiB."),
    429: ("too_many", "Too many requests from this address. Wait a little."),
    503: ("not_available", "No reply could be made just now."),
}
PATIENT = {429: "busy", 503: "error"}

# the document for a status
Page = Callable[[int], str]


class JsonResponse(Response):
    """JSON in ASCII, so that there is no text it cannot carry."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
        """Return *content* as bytes; raise `ValueError` if it holds a number that JSON has not."""
        return json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")


class Refusal(JsonResponse):
    """The contract's JSON; but below the address of a page, that page."""

    def __init__(self, content: object, status: int, pages: Mapping[str, Page]) -> None:
        super().__init__(content, status)
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what the one who asked can read."""
        page = next((page for start, page in self._pages.items() if f"{scope['path']}/".startswith(f"{start}/")), None)
        if page:
            self.body = page(self.status_code).encode("utf-8")
            self.headers["content-length"] = str(len(self.body))
            self.headers["content-type"] = "text/html; charset=utf-8"
        await super().__call__(scope, receive, send)


def refusal(knowledge: Knowledge, pages: Mapping[str, Page] = MappingProxyType({})) -> Refuse:
    """Return the function that words a status in the contract's shape, and at the addresses of *pages* by those."""

    def refuse(status: int) -> Response:
        code, message = MESSAGES.get(status, ("error", HTTPStatus(status).phrase))
        ids = [PATIENT[status]] if status in PATIENT else []
        notices = [
            {"id": notice, "place": "before", "text": knowledge.notices[notice]}
            for notice in (*ids, "contact", "support")
        ]
        content = {"error": {"code": code, "message": message}, "notices": notices}
        return Refusal(content, status, pages)

    return refuse
