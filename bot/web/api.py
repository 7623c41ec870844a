"""The JSON API: a question in, the reply of the contract out; a malformed request is 400, a failing bot 503."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.bot import Bot
from bot.model import Reply
from bot.web.limits import Refuse
from bot.web.refusal import JsonResponse

MAX_HISTORY = 20

# takes each reply that is given; neither slow nor ever raising
Count = Callable[[Reply], None]
# gives the bot in service; called once for each request, so that all of a reply comes from one knowledge
Current = Callable[[], Bot]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a well-formed request asks; `history` is the earlier questions, oldest first."""

    question: str
    history: tuple[str, ...]


def parse(body: bytes) -> Asked:
    """Return what *body* asks.

    Raises:
        ValueError: if it is not the contract's request.
    """
    message = read_object(body)
    question, history = message.get("question"), message.get("history", [])
    if not isinstance(question, str) or not isinstance(history, list) or len(history) > MAX_HISTORY:
        raise ValueError("question or history is not of its kind")
    texts = [question, *history]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a question is not text")
    # half a surrogate pair is not text either: encoding raises UnicodeEncodeError, a ValueError
    for text in texts:
        text.encode("utf-8")
    return Asked(question, tuple(history))


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that *body* is.

    Raises:
        ValueError: if it is none.
    """
    try:
        message = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of error for one kind of answer
    return message


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def log_failure(error: Exception) -> None:
    """Log where *error* was raised and its kind; its message may quote what a patient wrote, so that is left out."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    logger.error("No reply: %s at %s", type(error).__name__, where)


def api(current: Current, refuse: Refuse, count: Count, problems: Callable[[], Sequence[str]]) -> APIRouter:
    """Return the routes `POST /api/ask` and `GET /healthz`; *problems* says why a changed knowledge is not served."""
    router = APIRouter()

    @router.post("/api/ask")
    async def ask(request: Request) -> Response:
        try:
            asked = parse(await request.body())
        except ValueError:
            return refuse(400)
        return await run_in_threadpool(_reply, current(), asked, refuse, count)

    @router.get("/healthz")
    async def health() -> Response:
        knowledge = current().knowledge
        told = [*(str(problem) for problem in knowledge.missing), *problems()]
        return JsonResponse({"status": "degraded" if told else "ok", "knowledge": knowledge.digest, "problems": told})

    return router


def _reply(bot: Bot, asked: Asked, refuse: Refuse, count: Count) -> Response:
    try:
        reply = bot.ask(asked.question, asked.history)
        response = JsonResponse(reply.to_dict())
    except Exception as error:  # noqa: BLE001 - whatever failed, the patient gets the contact and the crisis line
        log_failure(error)
        return refuse(503)
    count(reply)
    return response
