"""Words a refused request: a status, a code, and always where help is."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from bot.model import Knowledge
from bot.web.limits import Refuse

# for programmers; what a patient reads are the notices
MESSAGES: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", 'Send a JSON object such as {"question": "...", "history": ["..."]}.'),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    408: ("too_slow", "The request did not arrive in time."),
    413: ("too_large", "The request is larger than 64 KiB."),
    429: ("too_many", "Too many requests from this address. Wait a little."),
    503: ("not_available", "No reply could be made just now."),
}
PATIENT = {429: "busy", 503: "error"}


class JsonResponse(Response):
    """JSON in ASCII, so that there is no text it cannot carry."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
        """Return *content* as bytes; raise `ValueError` if it holds a number that JSON has not."""
        return json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")


def refusal(knowledge: Knowledge) -> Refuse:
    """Return the function that words a status as a response in the contract's shape."""

    def refuse(status: int) -> Response:
        code, message = MESSAGES.get(status, ("error", HTTPStatus(status).phrase))
        ids = [PATIENT[status]] if status in PATIENT else []
        notices = [
            {"id": notice, "place": "before", "text": knowledge.notices[notice]}
            for notice in (*ids, "contact", "support")
        ]
        return JsonResponse({"error": {"code": code, "message": message}, "notices": notices}, status)

    return refuse
