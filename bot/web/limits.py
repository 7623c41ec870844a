"""Bounds what one client can cost: too large a body is 413, too many messages are 429, whatever route they go to."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
from math import ceil

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.settings import Network

MAX_BODY = 64 * 1024
MAX_CLIENTS = 10_000
BODY_SECONDS = 20.0
IPV6_SITE = 64
PAGES = frozenset({"/", "/faq"})
STAFF = "/staff"

Refuse = Callable[[int], Response]


class BodyLimit:
    """Reads the whole body before the application sees any of it: it must be small and arrive in time.

    The bytes are counted as they come, so that a missing or lying `Content-Length` changes nothing. The staff pages
    read their own forms, within a limit of their own, once they know who is asking.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer 413 (too large) or 408 (too slow)."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"} or is_staff(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(receive, MAX_BODY)
        except TimeoutError:
            await self._refuse(408)(scope, receive, send)
            return
        if body is None:
            await self._refuse(413)(scope, receive, send)
            return
        await self._app(scope, replayed(body, receive), send)


def is_staff(path: str) -> bool:
    """Tell whether *path* is one of the staff pages."""
    return path == STAFF or path.startswith(f"{STAFF}/")


async def read_body(receive: Receive, most: int) -> bytes | None:
    """Return the whole body of a request; None if it is larger than *most* bytes.

    Raises:
        TimeoutError: if it does not arrive in time.
    """
    return await asyncio.wait_for(_read(receive, most), BODY_SECONDS)


async def _read(receive: Receive, most: int) -> bytes | None:
    chunks = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(chunks)
        chunks += message.get("body", b"")
        if len(chunks) > most:
            return None
        if not message.get("more_body", False):
            return bytes(chunks)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives *body* in one piece, then whatever *receive* gives."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


class Buckets:
    """A token bucket a client: `burst` at most, `per_minute` in the long run; the least recent are forgotten."""

    def __init__(self, burst: int, per_minute: int, *, clients: int = MAX_CLIENTS) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._most = clients
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, client: str, now: float) -> float:
        """Take a token of *client* at *now* (seconds); return 0, or the seconds to wait if there is none left."""
        level, then = self._levels.pop(client, (self._burst, now))
        level = min(self._burst, level + max(0.0, now - then) * self._per_second)
        wait = 0.0 if level >= 1 else (1 - level) / self._per_second
        self._levels[client] = (level if wait else level - 1, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return wait


class RateLimit:
    """Takes a token for each message and each page; fixed files are free."""

    def __init__(
        self, app: ASGIApp, buckets: Buckets, refuse: Refuse, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._buckets = buckets
        self._refuse = refuse
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer 429 with the seconds to wait."""
        wait = self._buckets.take(client_of(scope), self._now()) if _costs(scope) else 0.0
        if not wait:
            await self._app(scope, receive, send)
            return
        response = self._refuse(429)
        response.headers["Retry-After"] = str(ceil(wait))
        await response(scope, receive, send)


def _costs(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and (scope["method"] == "POST" or scope["path"] in PAGES))


def client_of(scope: Scope) -> str:
    """Return what tells one client from another: an IPv4 address, or the start of an IPv6 address."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    # one household or attacker holds a whole IPv6 /64
    return str(int(address) >> (128 - IPV6_SITE)) if isinstance(address, IPv6Address) else host


class TrustedProxy:
    """Believes `X-Forwarded-*` from the proxies that the settings trust, and drops them from anybody else."""

    def __init__(self, app: ASGIApp, proxies: tuple[Network, ...]) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request as the client it came from."""
        if scope["type"] == "http":
            scope = self._trusted(scope) if self._trusts(_peer(scope)) else _without_forwarded(scope)
        await self._app(scope, receive, send)

    def _trusts(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def _trusted(self, scope: Scope) -> Scope:
        chain = _header(scope, b"x-forwarded-for").split(",")
        # the nearest address that is not one of ours: everything left of it was written by the client
        client = next(
            (hop for part in reversed(chain) if (hop := part.strip()) and not self._trusts(hop)), _peer(scope)
        )
        scheme = _header(scope, b"x-forwarded-proto").split(",")[0].strip()
        return {**scope, "client": (client, 0), "scheme": scheme if scheme in {"http", "https"} else scope["scheme"]}


def _peer(scope: Mapping[str, object]) -> str:
    client = scope.get("client")
    return str(client[0]) if isinstance(client, (tuple, list)) and client else ""


def _header(scope: Scope, name: bytes) -> str:
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ",".join(values)


def _without_forwarded(scope: Scope) -> Scope:
    headers = [(key, value) for key, value in scope["headers"] if not key.startswith((b"x-forwarded", b"forwarded"))]
    return {**scope, "headers": headers}
