"""Limits: the body's size is counted as it comes, and a client has so many messages, whatever it says it is."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from typing import Any, TypeVar

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.limits import MAX_BODY, BodyLimit, Buckets, RateLimit, TrustedProxy


def scope(*, method: str = "POST", path: str = "/api/ask", client: str = "1.2.3.4", **headers: str) -> Scope:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "scheme": "http",
        "client": (client, 5),
        "headers": [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()],
    }


class Echo:
    """An application that keeps what reached it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        message = await receive()
        self.bodies.append(message.get("body", b""))
        await Response("fine")(scope, receive, send)


T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Do *work* in a thread of its own: where a browser was started before, its loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def call(app: ASGIApp, request: Scope, chunks: Sequence[bytes] = (b"",)) -> tuple[int, dict[bytes, bytes]]:
    messages = [{"type": "http.request", "body": c, "more_body": i < len(chunks) - 1} for i, c in enumerate(chunks)]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        await app(request, receive, send)

    run(ask())
    return sent[0]["status"], dict(sent[0]["headers"])


def refuse(status: int) -> Response:
    return Response(str(status), status)


@pytest.mark.parametrize("chunks", [[b"x" * MAX_BODY], [b"x"] * 100, [b"x" * (MAX_BODY - 1), b"x"]])
def test_a_body_within_the_limit_comes_through_whole(chunks: list[bytes]) -> None:
    echo = Echo()
    assert call(BodyLimit(echo, refuse), scope(), chunks)[0] == 200
    assert echo.bodies == [b"".join(chunks)]


@pytest.mark.parametrize("length", ["5", "", "999999999"])
def test_a_larger_body_is_refused_whatever_its_stated_length(length: str) -> None:
    echo = Echo()
    assert call(BodyLimit(echo, refuse), scope(content_length=length), [b"x" * 1000] * 66)[0] == 413
    assert echo.bodies == []


def test_a_body_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.limits.BODY_SECONDS", 0.01)

    async def ask() -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def never() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        await BodyLimit(Echo(), refuse)(scope(), never, send)
        return sent

    assert run(ask())[0]["status"] == 408


def test_a_bucket_empties_and_fills_again() -> None:
    buckets = Buckets(2, 60)
    assert [buckets.take("a", 0), buckets.take("a", 0), buckets.take("a", 0)] == [0, 0, 1]
    assert buckets.take("b", 0) == 0
    assert buckets.take("a", 0.5) == 0.5
    assert buckets.take("a", 1) == 0
    assert [buckets.take("a", 1000) for _ in range(3)] == [0, 0, 1]


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    buckets = Buckets(1, 60)
    assert buckets.take("a", 100) == 0
    assert buckets.take("a", 50) == 1


def test_only_so_many_clients_are_remembered() -> None:
    buckets = Buckets(1, 60, clients=10)
    for client in range(1000):
        buckets.take(str(client), 0)
    assert len(buckets) == 10


def test_messages_of_one_client_are_limited_and_files_are_free() -> None:
    app = RateLimit(Echo(), Buckets(2, 60), refuse, now=lambda: 0.0)
    assert [call(app, scope())[0] for _ in range(3)] == [200, 200, 429]
    assert call(app, scope())[1][b"retry-after"] == b"1"
    assert call(app, scope(path="/gradio_api/run/predict"))[0] == 429
    assert call(app, scope(method="GET", path="/"))[0] == 429
    assert call(app, scope(method="GET", path="/assets/x.js"))[0] == 200
    assert call(app, scope(client="5.6.7.8"))[0] == 200


def test_a_whole_ipv6_site_is_one_client() -> None:
    app = RateLimit(Echo(), Buckets(1, 60), refuse, now=lambda: 0.0)
    assert call(app, scope(client="2001:db8:0:1::1"))[0] == 200
    assert call(app, scope(client="2001:db8:0:1:ffff::2"))[0] == 429
    assert call(app, scope(client="2001:db8:0:2::1"))[0] == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("1.2.3.4", "6.6.6.6", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 5.5.5.5", "5.5.5.5"),
        ("10.0.0.1", "6.6.6.6, 5.5.5.5, 10.0.0.2", "5.5.5.5"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("testclient", "6.6.6.6", "testclient"),
    ],
)
def test_only_a_trusted_proxy_says_who_the_client_is(peer: str, forwarded: str, client: str) -> None:
    echo = Echo()
    call(TrustedProxy(echo, (ip_network("10.0.0.0/8"),)), scope(client=peer, x_forwarded_for=forwarded))
    assert echo.scopes[0]["client"][0] == client


def test_forwarded_headers_of_anybody_else_are_dropped() -> None:
    echo = Echo()
    call(TrustedProxy(echo, ()), scope(x_forwarded_host="evil.example", x_forwarded_proto="https", forwarded="for=x"))
    assert echo.scopes[0]["headers"] == []


def test_a_trusted_proxy_says_whether_it_was_https() -> None:
    echo = Echo()
    call(TrustedProxy(echo, (ip_network("10.0.0.1"),)), scope(client="10.0.0.1", x_forwarded_proto="https"))
    assert echo.scopes[0]["scheme"] == "https"
