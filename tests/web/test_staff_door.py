"""The door of the staff pages: who gets in, how long, and who is kept waiting."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.accounts import FILE, Account, AccountsFile
from bot.bot import Bot
from bot.web.staff.lockout import FIRST_WAIT, FORGOTTEN_AFTER, FREE_TRIES, LONGEST_WAIT, Lockout
from bot.web.staff.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions
from tests.clinics import bot_of
from tests.web.desk import EDITOR, PASSWORD, VIEWER, Desk, accounts_in, ask, secret_in, settings_in, sign_in

COOKIE, LOGIN_COOKIE = "verbatim-staff", "verbatim-staff-login"


@pytest.fixture(scope="module")
def bot() -> Bot:
    return bot_of({"How long does it last?": ["It lasts an hour."]})


@pytest.fixture
def desk(bot: Bot, tmp_path: Path) -> Desk:
    accounts_in(tmp_path)
    return Desk(bot, settings_in(tmp_path))


def cookies(response: object) -> list[str]:
    return list(response.headers.get_list("set-cookie"))  # type: ignore[attr-defined]


# --- no account, no way in -------------------------------------------------------------------------------------------


def test_without_an_account_the_page_says_how_to_make_one(bot: Bot, tmp_path: Path) -> None:
    client = Desk(bot, settings_in(tmp_path)).client()
    assert client.get("/staff").headers["location"] == "/staff/login"
    page = client.get("/staff/login").text
    assert "nobody has an account yet" in page
    assert "verbatim staff add" in page
    assert 'type="password"' not in page


def test_without_an_account_nothing_gets_in(desk: Desk, tmp_path: Path) -> None:
    client = desk.client()
    secret = secret_in(client.get("/staff/login").text)
    (tmp_path / FILE).unlink()
    for name, password in (("", ""), ("admin", "admin"), (EDITOR, PASSWORD)):
        response = client.post("/staff/login", data={"csrf": secret, "name": name, "password": password})
        assert (response.status_code, COOKIE in client.cookies) == (403, False)
        assert "nobody has an account yet" in response.text


def test_an_account_made_while_the_server_runs_is_let_in(bot: Bot, tmp_path: Path) -> None:
    desk = Desk(bot, settings_in(tmp_path))
    assert desk.client().get("/staff/login").status_code == 200
    accounts_in(tmp_path)
    assert desk.signed_in().get("/staff").status_code == 200


def test_a_file_of_accounts_that_cannot_be_read_lets_nobody_in(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = desk.client()
    (tmp_path / FILE).write_bytes(b"no database at all")
    response = client.get("/staff/login")
    assert (response.status_code, "not available" in response.text) == (503, True)
    assert FILE in caplog.text


# --- the right name and password -------------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_and_of_the_staff_pages_alone(desk: Desk) -> None:
    response = sign_in(desk.client())
    session, forgotten = cookies(response)
    assert session.startswith(f"{COOKIE}=")
    assert [part.strip() for part in session.split(";")[1:]] == ["HttpOnly", "Path=/staff", "SameSite=strict"]
    assert forgotten.startswith(f'{LOGIN_COOKIE}="";')


def test_over_https_the_cookies_are_secure(desk: Desk) -> None:
    client = desk.client(origin="https://testserver")
    assert all("; Secure" in cookie for cookie in cookies(client.get("/staff/login")))
    response = sign_in(client)
    assert response.status_code == 303
    assert all("; Secure" in cookie for cookie in cookies(response))


def test_the_token_is_new_at_each_sign_in_and_kept_as_a_hash(desk: Desk) -> None:
    client = desk.client()
    sign_in(client)
    first = client.cookies[COOKIE]
    other = desk.signed_in().cookies[COOKIE]
    assert first != other
    sessions = Sessions()
    token = sessions.begin(Account("Jo", "editor", "", "stamp"), 0.0)
    assert token not in repr(vars(sessions))
    assert len(token) >= 43


def test_whoever_is_signed_in_needs_no_login(desk: Desk) -> None:
    assert desk.signed_in().get("/staff/login").headers["location"] == "/staff"


def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    client = desk.signed_in()
    token = client.cookies[COOKIE]
    response = client.post("/staff/logout", data={"csrf": secret_in(client.get("/staff").text)})
    assert (response.status_code, response.headers["location"]) == (303, "/staff/login")
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, token, path="/staff")
    assert client.get("/staff").headers["location"] == "/staff/login"


def test_a_viewer_can_sign_out(desk: Desk) -> None:
    client = desk.signed_in("viewer")
    assert client.post("/staff/logout", data={"csrf": secret_in(client.get("/staff").text)}).status_code == 303


def test_a_session_ends_without_a_request_for_an_hour(desk: Desk) -> None:
    client = desk.signed_in()
    for _ in range(3):
        desk.clock.seconds += IDLE_SECONDS
        assert client.get("/staff/ask").status_code == 200
    desk.clock.seconds += IDLE_SECONDS + 1
    assert client.get("/staff/ask").headers["location"] == "/staff/login"


def test_a_session_ends_after_twelve_hours_in_any_case(desk: Desk) -> None:
    client = desk.signed_in()
    for _ in range(12):
        desk.clock.seconds += LONGEST_SECONDS / 12
        assert client.get("/staff/ask").status_code == 200
    desk.clock.seconds += 1
    assert client.get("/staff/ask").status_code == 303


@pytest.mark.parametrize("change", ["password", "removed"])
def test_a_session_ends_with_the_password_or_the_account(desk: Desk, tmp_path: Path, change: str) -> None:
    client = desk.signed_in()
    accounts = AccountsFile(tmp_path / FILE)
    if change == "password":
        accounts.set_password(EDITOR, "another twelve letters")
    else:
        accounts.remove(EDITOR)
    assert client.get("/staff/ask").headers["location"] == "/staff/login"


def test_only_so_many_sessions_are_kept() -> None:
    sessions = Sessions(most=3)
    account = Account("Jo", "editor", "", "stamp")
    first, *others = [sessions.begin(account, float(second)) for second in range(4)]
    assert sessions.find(first, 4.0) is None
    assert all(sessions.find(token, 4.0) for token in others)
    assert len(sessions) == 3


# --- forms that are not ours -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Host": "testserver"},
    ],
)
def test_a_form_from_elsewhere_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    client = desk.signed_in()
    secret = secret_in(client.get("/staff/ask").text)
    for path, fields in (("/staff/ask", {"question": "x"}), ("/staff/logout", {})):
        assert client.post(path, data={"csrf": secret, **fields}, headers=headers).status_code == 403
    assert client.get("/staff/ask").status_code == 200
    stranger = desk.client()
    secret = secret_in(stranger.get("/staff/login").text)
    fields = {"csrf": secret, "name": EDITOR, "password": PASSWORD}
    assert stranger.post("/staff/login", data=fields, headers=headers).status_code == 403
    assert COOKIE not in stranger.cookies


def test_a_browsers_word_that_the_page_is_ours_is_enough_behind_a_proxy_that_changes_the_host(desk: Desk) -> None:
    client = desk.client(origin="http://127.0.0.1:7860")
    client.headers.update({"Origin": "https://chat.clinic.example", "Sec-Fetch-Site": "same-origin"})
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize("secret", ["", "x", "é", None])
def test_a_form_without_the_sessions_secret_is_refused(desk: Desk, secret: str | None) -> None:
    client = desk.signed_in()
    wrong = secret if secret is not None else secret_in(desk.signed_in("viewer").get("/staff").text)
    assert client.post("/staff/ask", data={"csrf": wrong, "question": "x"}).status_code == 403
    assert client.post("/staff/logout", data={"csrf": wrong}).status_code == 403
    assert client.get("/staff").status_code == 200


def test_a_login_form_of_another_browser_is_refused(desk: Desk) -> None:
    secret = secret_in(desk.client().get("/staff/login").text)
    client = desk.client()
    client.get("/staff/login")
    response = client.post("/staff/login", data={"csrf": secret, "name": EDITOR, "password": PASSWORD})
    assert (response.status_code, "keeps no cookies" in response.text) == (403, True)


def test_a_login_without_a_cookie_is_refused(desk: Desk) -> None:
    client = desk.client()
    secret = secret_in(client.get("/staff/login").text)
    client.cookies.clear()
    fields = {"csrf": secret, "name": EDITOR, "password": PASSWORD}
    assert client.post("/staff/login", data=fields).status_code == 403


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"x" * 3_000_000, "application/x-www-form-urlencoded", 413),
        (b"x", "multipart/form-data", 400),
        (b"{}", "application/json", 403),
        (b"&".join([b"a=b"] * 300), "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_form_that_is_none_is_refused(desk: Desk, content: bytes, kind: str, status: int) -> None:
    client = desk.signed_in()
    response = client.post("/staff/ask", content=content, headers={"Content-Type": kind})
    assert response.status_code == status
    assert "<h1>" in response.text


def test_what_a_stranger_sends_is_not_even_read(desk: Desk) -> None:
    def endless() -> Iterator[bytes]:
        yield b"x" * 1000
        raise AssertionError("the body was read on")

    response = desk.client().post("/staff/ask", content=endless())
    assert response.status_code == 401


# --- wrong passwords -------------------------------------------------------------------------------------------------


def test_the_answer_is_the_same_for_a_wrong_name_and_a_wrong_password(desk: Desk) -> None:
    client = desk.client()
    pages = []
    for name in (EDITOR, "Nobody Here"):
        response = sign_in(client, name, "wrong password")
        assert response.status_code == 403
        pages.append(response.text.replace(name, "NAME"))
    assert pages[0] == pages[1]
    assert "do not belong together" in pages[0]


@pytest.mark.parametrize("name", [EDITOR, "Nobody Here"])
def test_after_five_wrong_tries_a_name_waits_and_even_the_right_password_does(desk: Desk, name: str) -> None:
    for place in range(FREE_TRIES):
        response = sign_in(desk.client(address=f"192.0.2.{place}"), name, "wrong password")
        assert response.status_code == 403
    assert "Wait 30 seconds" in response.text
    waiting = sign_in(desk.client(address="198.51.100.1"), name)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "30")
    assert "Wait 30 seconds" in waiting.text
    desk.clock.seconds += FIRST_WAIT
    assert sign_in(desk.client(address="198.51.100.1"), name).status_code == (303 if name == EDITOR else 403)


def test_after_five_wrong_tries_an_address_waits_whatever_the_name(desk: Desk) -> None:
    for place in range(FREE_TRIES):
        assert sign_in(desk.client(), f"Name {place}", "wrong password").status_code == 403
    assert sign_in(desk.client(), EDITOR).status_code == 429
    assert sign_in(desk.client(address="198.51.100.1"), EDITOR).status_code == 303


def test_the_right_password_clears_the_name(desk: Desk) -> None:
    for place in range(FREE_TRIES - 1):
        sign_in(desk.client(address=f"192.0.2.{place}"), VIEWER, "wrong password")
    assert sign_in(desk.client(), VIEWER).status_code == 303
    for place in range(FREE_TRIES - 1):
        sign_in(desk.client(address=f"192.0.2.1{place}"), VIEWER, "wrong password")
    assert sign_in(desk.client(), VIEWER).status_code == 303


def test_each_further_wrong_try_waits_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    lockout, waits, now = Lockout(), [], 0.0
    for _ in range(FREE_TRIES + 7):
        lockout.add(["jo"], now)
        waits.append(lockout.wait(["jo"], now))
        now += waits[-1]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900] == [*waits[:-1], LONGEST_WAIT]
    assert lockout.wait(["jo", "al"], now) == 0
    lockout.add(["jo"], now + FORGOTTEN_AFTER + 1)
    assert lockout.wait(["jo"], now + FORGOTTEN_AFTER + 1) == 0


def test_only_so_many_names_are_remembered() -> None:
    lockout = Lockout(most=100)
    for place in range(1000):
        lockout.add([str(place)], 0.0)
    assert len(lockout) == 100


def test_tries_at_the_same_moment_are_judged_one_after_another(desk: Desk) -> None:
    with desk.client() as client, ThreadPoolExecutor(12) as threads:
        secret = secret_in(client.get("/staff/login").text)
        wrong = {"csrf": secret, "name": EDITOR, "password": "wrong password"}
        sent = [threads.submit(client.post, "/staff/login", data=wrong) for _ in range(12)]
        statuses = sorted(one.result().status_code for one in sent)
    assert statuses == [403] * FREE_TRIES + [429] * (12 - FREE_TRIES)


def test_a_question_is_asked_after_all_this(desk: Desk) -> None:
    assert "It lasts an hour." in ask(desk.signed_in(), "How long does it last?").text
