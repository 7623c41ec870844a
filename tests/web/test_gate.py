"""The gate: of all that Gradio serves, only what the page needs; no file of ours can be read through any of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from bot.bot import Bot
from bot.web.gate import is_allowed, is_message
from bot.web.page import Document
from bot.web.server import build_app
from bot.web.settings import Settings
from tests.web.book import ROOT, BookBot, as_bot

CANARY = "canary-5b1f0c2e"
MESSAGE = "/gradio_api/run/predict"
SERVED = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/assets/{path:path}"),
    ("GET", "/theme.css"),
    ("GET", "/favicon.ico"),
    ("POST", "/gradio_api/run/{api_name}"),
    ("GET", "/faq"),
    ("HEAD", "/faq"),
    ("POST", "/faq"),
    ("POST", "/api/ask"),
    ("POST", "/api/feedback"),
    ("GET", "/healthz"),
    ("GET", "/widget.js"),
}
FILLED = {"path": "app.js", "api_name": "predict"}


def routes(app: Any) -> Iterator[Route | APIRoute]:
    """Yield every route of *app* and of what is mounted in it, however deep."""
    for route in app.routes:
        if isinstance(route, (Route, APIRoute)):
            yield route
        elif isinstance(route, Mount):
            inner = route.app
            yield from routes(inner._app if isinstance(inner, Document) else inner)  # noqa: SLF001 - the walk must see all
        else:
            yield from routes(getattr(route, "original_router", None) or route)


def fill(path: str) -> str:
    """Return *path* with a plausible value in each of its places."""
    for part in ("{path:path}", "{api_name}"):
        path = path.replace(part, FILLED[part.strip("{}").split(":")[0]])
    return "/".join("x" if "{" in part else part for part in path.split("/"))


def test_every_route_but_those_of_the_page_is_closed(client: httpx.Client) -> None:
    app = build_app(as_bot(BookBot()), Settings(port=0))
    found = {(method, route.path) for route in routes(app) for method in route.methods or ()}
    assert len(found) > 70, "the walk no longer finds Gradio's routes"
    assert found >= {("POST", "/gradio_api/upload"), ("GET", "/gradio_api/file={path_or_url:path}")}
    served = set()
    for method, path in sorted(found):
        filled = fill(path)
        if is_allowed(method, filled):
            served.add((method, path))
        else:
            assert client.request(method, filled).status_code == 404, (method, filled)
    # who may open which staff page is held by test_staff_routes.py
    assert {item for item in served if not item[1].startswith(("/ui/", "/staff"))} == SERVED


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/redoc",
        "/openapi.json",
        "/gradio_api/openapi.json",
        "/gradio_api/info",
        "/gradio_api/runs",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
        "/gradio_api/call/predict",
        "/gradio_api/call/v2/predict",
        "/gradio_api/api/predict",
        "/gradio_api/run/ask",
        "/gradio_api/run/predict/",
        "/gradio_api/heartbeat/x",
        "/gradio_api/component_server",
        "/gradio_api/stream/x",
        "/gradio_api/app_id",
        "/gradio_api/startup-events",
        "/gradio_api/proxy=http://localhost/",
        "/config",
        "/queue/join",
        "/run/predict",
        "/api/predict",
        "/monitoring",
        "/login",
        "/assets/",
        "/assets/.env",
        "/assets/../index.html",
        "/static/img/logo.svg",
    ],
)
def test_well_known_doors_are_closed(client: httpx.Client, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert client.request(method, path).status_code == 404


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[list[Path]]:
    """Lay one file outside and one inside the checkout."""
    files = [tmp_path / "canary.txt", ROOT / "tests" / "web" / "canary.txt"]
    for file in files:
        file.write_text(CANARY, encoding="utf-8")
    yield files
    for file in files:
        file.unlink()


def ways(file: Path) -> Iterator[str]:
    """Yield the addresses by which a file has been read from some server."""
    plain = str(file)
    names = [plain, quote(plain, safe=""), quote(quote(plain, safe=""), safe=""), f"../../../../../../..{plain}"]
    names += [
        f"..%2f..%2f..%2f..%2f..%2f..%2f..{quote(plain, safe='')}",
        f"file://{plain}",
        f"//{plain}",
        plain.replace("/", "\\"),
    ]
    for name in names:
        for route in (
            "file=",
            "file/",
            "proxy=",
            "proxy=file://",
            "custom_component/x/client/component/",
            "stream/",
            "call/",
        ):
            yield f"/gradio_api/{route}{name}"
            yield f"//gradio_api/{route}{name}"
            yield f"/{route}{name}"
        for route in (
            "/assets/",
            "/static/",
            "/svelte/",
            "/ui/",
            "/favicon.ico/",
            "/?deep_link=",
            "/?path=",
            "/theme.css?v=",
        ):
            yield route + name


def test_no_address_reads_a_file(client: httpx.Client, canaries: list[Path]) -> None:
    for file in canaries:
        for way in ways(file):
            response = client.get(way)
            assert CANARY not in response.text, way
            assert response.status_code in {400, 404} or way.startswith(("/?", "/theme.css?")), way


def payloads(file: Path) -> Iterator[object]:
    """Yield messages that have made some version of Gradio read or serve a file."""
    path = str(file)
    data = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "x", "url": f"/gradio_api/file={path}"}
    history = [{"role": "user", "content": [{"type": "file", "file": data}]}]
    values: list[object] = [
        data,
        [data],
        history,
        [[{"path": path}, None]],
        {"value": data},
        path,
        {"text": "x", "files": [data]},
    ]
    for value in values:
        for event in (None, {}, value, {"question": value, "turn": 1}, {"question": "What is alpha?", "turn": value}):
            for inputs in ([], [None], [value], [value, value]):
                yield {"data": inputs, "event_data": event, "fn_index": 0, "trigger_id": 2, "session_hash": "abc"}
                yield {"data": inputs, "event_data": event, "api_name": "/predict", "session_hash": "../../x"}


def test_no_message_reads_a_file(client: httpx.Client, canaries: list[Path]) -> None:
    for file in canaries:
        for payload in payloads(file):
            for path in (MESSAGE, "/gradio_api/call/predict", "/gradio_api/queue/join", "/api/ask"):
                response = client.post(path, json=payload)
                assert CANARY not in response.text
                assert "gradio.FileData" not in response.text
        upload = client.post("/gradio_api/upload", files={"files": ("x.txt", CANARY)})
        assert upload.status_code == 404


def send(client: httpx.Client, body: bytes) -> httpx.Response:
    return client.post(MESSAGE, content=body, headers={"Content-Type": "application/json"})


def message(**changes: object) -> bytes:
    body = {
        "data": [None],
        "event_data": {"question": "x", "turn": 1},
        "fn_index": 0,
        "trigger_id": 2,
        "session_hash": "a1",
    }
    return json.dumps({**body, **changes}).encode()


def test_the_message_of_our_page_is_let_through(client: httpx.Client) -> None:
    assert is_message(message())
    assert is_message(message(event_data=None, data=[], trigger_id=None))
    assert send(client, message()).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"data": ["x"]},
        {"data": [[]]},
        {"data": {}},
        {"data": None},
        {"event_data": "x"},
        {"event_data": {"question": "x"}},
        {"event_data": {"question": ["x"], "turn": 1}},
        {"event_data": {"question": "x", "turn": True}},
        {"event_data": {"question": "x", "turn": -1}},
        {"event_data": {"question": "x", "turn": 1.5}},
        {"event_data": {"question": "x", "turn": 1, "path": "y"}},
        {"fn_index": None},
        {"fn_index": "0"},
        {"fn_index": -1},
        {"trigger_id": "2"},
        {"session_hash": None},
        {"session_hash": "../x"},
        {"session_hash": "x" * 33},
        {"event_id": "x"},
        {"batched": True},
        {"simple_format": True},
        {"oauth_token": "x"},
    ],
)
def test_a_message_of_another_shape_is_refused(client: httpx.Client, changes: dict[str, object]) -> None:
    assert not is_message(message(**changes))
    assert send(client, message(**changes)).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 60_000, b"null"])
def test_what_is_not_a_message_is_refused(client: httpx.Client, body: bytes) -> None:
    assert send(client, body).status_code == 400


@pytest.mark.parametrize("number", [1, 2, 3, 999])
def test_another_event_of_the_page_does_no_harm(client: httpx.Client, number: int) -> None:
    response = send(client, message(fn_index=number))
    assert response.status_code in {200, 400, 404, 500}
    assert "Traceback" not in response.text


def test_the_conversation_is_kept_by_session_and_forgotten_on_request(client: httpx.Client, book: BookBot) -> None:
    def ask(session: str, question: str) -> tuple[str, ...]:
        send(client, message(session_hash=session, event_data={"question": question, "turn": 1}))
        assert book.asked[-1][0] == question
        return book.asked[-1][1]

    assert ask("one", "first") == ()
    assert ask("one", "second") == ("first",)
    assert ask("two", "third") == ()
    assert ask("one", " ") == ("first", "second")
    assert ask("one", "fourth") == ("first", "second")
    send(client, message(session_hash="one", fn_index=2, data=[], event_data=None))
    assert ask("one", "fifth") == ()
    for number in range(25):
        ask("one", str(number))
    assert ask("one", "last") == tuple(map(str, range(5, 25)))


def test_a_failing_bot_is_a_painted_notice_and_logs_no_text(
    client: httpx.Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    response = send(client, message(event_data={"question": "fail", "turn": 7}))
    painted = response.json()["data"][1]
    assert painted["turn"] == 7
    assert 'data-kind="failed"' in painted["html"]
    assert "tel:988" in painted["html"]
    captured = capfd.readouterr()
    assert "cannot read" not in caplog.text + captured.out + captured.err


def test_the_real_bot_is_served(real_bot: Bot, real_site: str) -> None:
    reply = httpx.post(f"{real_site}/api/ask", json={"question": "What is ketamine?"}).json()
    assert reply == real_bot.ask("What is ketamine?").to_dict()
