"""Default-deny: every staff route of the application, found by walking it, is closed to strangers and to low roles."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from bot.accounts import ROLES, AccountsFile
from bot.bot import Bot
from bot.errors import AccountError
from bot.web.gate import is_allowed
from bot.web.headers import STAFF_POLICY
from bot.web.server import build_app
from bot.web.staff import overview
from bot.web.staff.guard import Guard
from bot.web.staff.pages import Call, Frame, Pages, View, attachment, see
from bot.web.staff.sessions import Sessions
from tests.clinics import Texts, bot_of
from tests.web.desk import EDITOR, ORIGIN, PASSWORD, VIEWER, Desk, accounts_in, secret_in, settings_in, sign_in
from tests.web.test_gate import routes

OPEN = {("GET", "/staff/login"), ("POST", "/staff/login")}
ANSWERS: dict[str, Texts] = {"How long does it last?": ["It lasts an hour."]}


@pytest.fixture(scope="module")
def bot() -> Bot:
    return bot_of(ANSWERS)


@pytest.fixture(scope="module")
def app(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole application, with the patients' pages in it."""
    folder = tmp_path_factory.mktemp("data")
    accounts_in(folder)
    return build_app(bot, settings_in(folder))


@pytest.fixture
def desk(bot: Bot, tmp_path: Path) -> Desk:
    accounts_in(tmp_path)
    return Desk(bot, settings_in(tmp_path))


def staff_routes(app: FastAPI) -> set[tuple[str, str]]:
    found = {(method, route.path) for route in routes(app) for method in route.methods or ()}
    return {(method, path) for method, path in found if path.startswith("/staff")}


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, ORIGIN, follow_redirects=False, headers={"Origin": ORIGIN})


def test_a_stranger_gets_no_staff_route(app: FastAPI) -> None:
    found = staff_routes(app)
    assert found >= {("GET", "/staff"), ("GET", "/staff/ask"), ("POST", "/staff/ask"), ("POST", "/staff/logout"), *OPEN}
    client = browser(app)
    for method, path in sorted(found - OPEN):
        filled = path.replace("{path:path}", "anything.csv")
        response = client.request(method, filled)
        expected = (303, "/staff/login") if method == "GET" else (401, None)
        assert (response.status_code, response.headers.get("location")) == expected, (method, path)
        assert is_allowed(method, filled)


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\u00e9"])
def test_a_made_up_cookie_is_no_session(app: FastAPI, token: str) -> None:
    cookie = f"verbatim-staff={token}".encode("latin-1")
    for path in ("/staff", "/staff/ask", "/staff/none"):
        response = browser(app).get(path, headers=[(b"cookie", cookie)])
        assert (response.status_code, response.headers["location"]) == (303, "/staff/login")


def test_below_staff_nothing_else_of_this_server_is_found(app: FastAPI) -> None:
    client = browser(app)
    sign_in(client)
    for path in ("/staff/none", "/staff/", "/staff/gradio_api/info", "/staff/login/x", "/staff/a/b/c/d"):
        assert client.get(path).status_code == 404, path
    assert client.get("/staff/..%2f..%2fetc").status_code == 404
    assert client.put("/staff").status_code == 404
    assert client.get("/staffx").status_code == 404


def test_every_staff_response_is_kept_from_frames_caches_and_scripts(app: FastAPI) -> None:
    client = browser(app)
    stranger = client.get("/staff/login")
    sign_in(client)
    for response in (stranger, client.get("/staff"), client.get("/staff/none"), client.put("/staff")):
        headers = response.headers
        assert headers["content-security-policy"] == STAFF_POLICY
        assert (headers["cache-control"], headers["x-frame-options"]) == ("no-store", "DENY")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in STAFF_POLICY
    assert "frame-ancestors 'none'" in STAFF_POLICY
    assert "script-src" not in STAFF_POLICY


def test_a_staff_page_refused_from_outside_is_a_page(app: FastAPI) -> None:
    response = browser(app).put("/staff/ask")
    assert response.headers["content-type"].startswith("text/html")
    assert "There is no such page" in response.text


def test_patients_get_no_cookie_even_beside_the_staff(app: FastAPI) -> None:
    client = browser(app)
    sign_in(client)
    # the chat's own page is looked at by a browser, in test_staff_browser.py
    for path in ("/faq", "/healthz"):
        response = client.get(path)
        assert ("set-cookie" in response.headers, "cookie" in response.request.headers) == (False, False)
    asked = client.post("/api/ask", json={"question": "How long does it last?"})
    assert (asked.status_code, "set-cookie" in asked.headers) == (200, False)


# --- roles, on pages of every kind -----------------------------------------------------------------------------------


def add_rooms(pages: Pages) -> None:
    """Add a page, an action, a download and JSON for either role, and a route that says nothing of a role."""
    for role in ROLES:
        pages.page(f"/staff/{role}", role.title(), role=role)(lambda _call: View("refused.html", {"text": "shown"}))
        pages.action(f"/staff/{role}/do", role=role)(lambda _call: see("/staff"))
        pages.download(f"/staff/{role}/report.csv", role=role)(
            lambda _call: attachment("a,b\n", "report.csv", "text/csv")
        )

    async def bare(_request: Request) -> Response:
        return PlainTextResponse("bare")

    pages.router.add_api_route("/staff/bare", bare, methods=["GET"])


@pytest.fixture
def rooms(bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The staff pages with rooms of every kind."""
    accounts_in(tmp_path)
    monkeypatch.setattr("bot.web.staff.building.ROOMS", (overview.add, add_rooms))
    return Desk(bot, settings_in(tmp_path)).app


def outcomes(app: FastAPI, name: str) -> dict[tuple[str, str], int]:
    client = browser(app)
    assert sign_in(client, name).status_code == 303
    secret = secret_in(client.get("/staff").text)
    found = sorted(staff_routes(app) - OPEN - {("POST", "/staff/logout")})
    return {
        (method, path): client.request(
            method, path.replace("{path:path}", "x"), data={"csrf": secret} if method == "POST" else None
        ).status_code
        for method, path in found
    }


def test_a_viewer_is_refused_wherever_an_editor_is_asked_for(rooms: FastAPI) -> None:
    viewer, editor = outcomes(rooms, VIEWER), outcomes(rooms, EDITOR)
    refused = {route for route, status in viewer.items() if status == 403}
    assert refused == {
        ("GET", "/staff/editor"),
        ("POST", "/staff/editor/do"),
        ("GET", "/staff/editor/report.csv"),
        ("GET", "/staff/bare"),
    }
    assert 403 not in editor.values()
    assert {viewer[route] for route in viewer.keys() - refused} <= {200, 303, 404}


def test_a_stranger_is_refused_on_routes_of_every_kind(rooms: FastAPI) -> None:
    for method, path in sorted(staff_routes(rooms) - OPEN):
        assert browser(rooms).request(method, path.replace("{path:path}", "x")).status_code in {303, 401}


def test_the_navigation_holds_what_the_role_may_open(rooms: FastAPI) -> None:
    shown = {}
    for name in (VIEWER, EDITOR):
        client = browser(rooms)
        sign_in(client, name)
        shown[name] = client.get("/staff/viewer").text
    assert '<a href="/staff/viewer" aria-current="page">Viewer</a>' in shown[VIEWER]
    assert ('href="/staff/editor"' in shown[VIEWER], 'href="/staff/editor"' in shown[EDITOR]) == (False, True)


# --- what a page is given, and what becomes of what it raises --------------------------------------------------------


@pytest.fixture
def pages(bot: Bot, tmp_path: Path) -> Pages:
    guarded = partial(Guard, accounts_in(tmp_path), Sessions())
    return Pages(lambda: bot, settings_in(tmp_path), Frame(lambda: (), lambda: ""), guarded)


def test_a_page_stands_below_staff(pages: Pages) -> None:
    for path in ("/other", "/staffroom", "staff"):
        with pytest.raises(ValueError, match="is not below /staff"):
            pages.page(path, "Elsewhere")


def signed_in_to(pages: Pages) -> tuple[TestClient, str]:
    """Return a browser that is signed in to *pages* alone, and its secret."""
    app = FastAPI()
    app.include_router(pages.router)
    client = browser(app)
    account = pages.guard.accounts.check(EDITOR, PASSWORD)
    assert account
    token = pages.guard.sessions.begin(account, pages.guard.now())
    client.cookies.set("verbatim-staff", token, path="/staff")
    session = pages.guard.sessions.find(token, pages.guard.now())
    assert session
    return client, session.csrf


def test_an_action_is_given_fields_files_and_who_asks(pages: Pages) -> None:
    calls: list[Call] = []

    @pages.action("/staff/upload")
    def upload(call: Call) -> Response:
        calls.append(call)
        return see("/staff")

    client, secret = signed_in_to(pages)
    large = "question,expected\n" + "how long,e0\n" * 20_000
    fields = {"csrf": secret, "note": "one\r\ntwo"}
    response = client.post("/staff/upload", data=fields, files={"tests": ("tests.csv", large.encode(), "text/csv")})
    assert response.status_code == 303
    (call,) = calls
    assert (call.fields["note"], call.account.name) == ("one\ntwo", EDITOR)
    assert (call.files["tests"].name, call.files["tests"].content) == ("tests.csv", large.encode())


def test_a_problem_that_can_be_mended_is_shown_and_any_other_is_not(
    pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    @pages.page("/staff/known", "Known")
    def known(_call: Call) -> View:
        raise AccountError("a.yaml:3: this is <wrong>. Mend it.")

    @pages.page("/staff/unknown", "Unknown")
    def unknown(_call: Call) -> View:
        raise RuntimeError("what somebody typed")

    client, _ = signed_in_to(pages)
    told, failed = client.get("/staff/known"), client.get("/staff/unknown")
    assert (told.status_code, "a.yaml:3: this is &lt;wrong&gt;. Mend it." in told.text) == (400, True)
    assert (failed.status_code, "not available" in failed.text) == (503, True)
    assert "what somebody typed" not in failed.text + caplog.text


def test_a_page_escapes_what_it_is_given(pages: Pages) -> None:
    @pages.page("/staff/evil", "<script>alert(1)</script>")
    def evil(_call: Call) -> View:
        return View("refused.html", {"text": "<img src=x onerror=alert(1)>"})

    client, _ = signed_in_to(pages)
    text = client.get("/staff/evil").text
    assert ("<script" in text, "<img" in text, "&lt;img src=x" in text) == (False, False, True)


def test_accounts_and_bot_are_read_anew_for_each_request(desk: Desk, tmp_path: Path) -> None:
    client = desk.signed_in("viewer")
    assert "Harbour Light Clinic" in client.get("/staff").text
    desk.bot = bot_of(ANSWERS, clinic=replace(desk.bot.knowledge.clinic, name="Another Clinic"))
    assert "Another Clinic" in client.get("/staff").text
    AccountsFile(tmp_path / "staff.sqlite").remove(VIEWER)
    assert client.get("/staff").status_code == 303


def headings(text: str) -> Iterator[str]:
    yield from (line for line in text.splitlines() if line.startswith("<h1>"))


def test_every_page_has_one_heading(desk: Desk) -> None:
    client = desk.signed_in()
    for path in ("/staff", "/staff/ask", "/staff/none", "/staff/login"):
        response = client.get(path, follow_redirects=True)
        assert len(list(headings(response.text))) == 1, path
