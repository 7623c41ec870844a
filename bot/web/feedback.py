"""Takes feedback: whether a reply that this server gave out in the last hour was helpful; nothing else is counted.

The same question gets the same receipt, whoever asks. So each time that a reply is given out allows one feedback.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.model import Reply
from bot.web.api import read_object
from bot.web.limits import Refuse

KEPT_SECONDS = 60 * 60
MOST_RECEIPTS = 10_000

EntryIds = tuple[str, ...]
CountHelpful = Callable[[EntryIds, bool], None]


@dataclass(frozen=True, slots=True)
class Given:
    """The entries of a reply, when it was last given out (seconds), and how many feedbacks it may still get."""

    entry_ids: EntryIds
    at: float
    allowed: int


class Receipts:
    """The receipts of replies with passages, in memory alone; the least recent are forgotten."""

    def __init__(self, most: int = MOST_RECEIPTS) -> None:
        self._most = most
        self._lock = Lock()
        self._given: OrderedDict[str, Given] = OrderedDict()

    def __len__(self) -> int:
        return len(self._given)

    def give(self, reply: Reply, now: float) -> None:
        """Remember that *reply* was given out at *now*."""
        entry_ids = tuple(dict.fromkeys(shown.entry_id for shown in reply.passages))
        if not entry_ids:
            return
        with self._lock:
            earlier = self._given.pop(reply.receipt, None)
            allowed = earlier.allowed if earlier and _in_time(earlier, now) else 0
            self._given[reply.receipt] = Given(entry_ids, now, allowed + 1)
            while len(self._given) > self._most or not _in_time(next(iter(self._given.values())), now):
                self._given.popitem(last=False)

    def take(self, receipt: str, now: float) -> EntryIds:
        """Return the entries that feedback on *receipt* is about, once for each time it was given out; else ()."""
        with self._lock:
            given = self._given.get(receipt)
            if given is None or not _in_time(given, now) or not given.allowed:
                return ()
            # the place in the order is kept: it is the order of `at`
            self._given[receipt] = Given(given.entry_ids, given.at, given.allowed - 1)
            return given.entry_ids


def _in_time(given: Given, now: float) -> bool:
    return now - given.at <= KEPT_SECONDS


def parse_feedback(body: bytes) -> tuple[str, bool]:
    """Return the receipt and whether its reply was helpful.

    Raises:
        ValueError: if *body* is not the contract's request.
    """
    message = read_object(body)
    receipt, helpful = message.get("receipt"), message.get("helpful")
    if not isinstance(receipt, str) or not isinstance(helpful, bool):
        raise ValueError("receipt or helpful is not of its kind")  # noqa: TRY004 - as any malformed request
    return receipt, helpful


def feedback(
    receipts: Receipts, count: CountHelpful, refuse: Refuse, *, now: Callable[[], float] = time.monotonic
) -> APIRouter:
    """Return the route `POST /api/feedback`: 204, whether it was counted or not, so that it tells nothing."""
    router = APIRouter()

    @router.post("/api/feedback")
    async def take(request: Request) -> Response:
        try:
            receipt, helpful = parse_feedback(await request.body())
        except ValueError:
            return refuse(400)
        if entry_ids := receipts.take(receipt, now()):
            count(entry_ids, helpful)
        return Response(status_code=204)

    return router
