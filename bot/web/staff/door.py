"""The door: the login page and the way out. The only staff routes that nobody needs a session for.

Each wrong password counts against the name and against the address. One password is looked at after another, so that
nobody can try many at the same moment, and no thread of the patients' is taken.
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from math import ceil

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.accounts import LONGEST_NAME, Account
from bot.errors import DataFileError
from bot.web.limits import MAX_BODY, STAFF, client_of
from bot.web.staff.guard import COOKIE, CSRF, LOGIN, Form, Guard, is_same_origin, read_form
from bot.web.staff.lockout import Lockout
from bot.web.staff.pages import Frame, Pages, View, hidden, see

LOGIN_COOKIE = "verbatim-staff-login"
PATHS = {COOKIE: STAFF, LOGIN_COOKIE: LOGIN}
LOGOUT = "/staff/logout"
WRONG = "That name and password do not belong together."
# whose browser sends no cookie, or whose page stood open over a restart
STALE = "The page was too old, or the browser keeps no cookies for this site. Please sign in again."

logger = logging.getLogger(__name__)


class Door:
    """Signs people in and out."""

    def __init__(self, guard: Guard, frame: Frame, names: Lockout, addresses: Lockout) -> None:
        self._guard, self._frame = guard, frame
        self._names, self._addresses = names, addresses
        self._secret = secrets.token_bytes(32)
        self._one_at_a_time = asyncio.Lock()
        self._hashing = ThreadPoolExecutor(1, "verbatim-login")

    async def page(self, request: Request) -> Response:
        """Show the form; to whoever is signed in already, the pages."""
        if await self._guard.person(request):
            return see(STAFF)
        return await self._form(request)

    async def sign_in(self, request: Request) -> Response:
        """Begin a session for the right name and password."""
        if not is_same_origin(request):
            return self._frame.refusal(403)
        form = await read_form(request, MAX_BODY, self._frame.refusal)
        if not self._is_ours(request, form):
            return await self._form(request, form, STALE, 403)
        try:
            async with self._one_at_a_time:
                return await self._judged(request, form)
        except (DataFileError, OSError) as error:
            return self._unavailable(error)

    async def _judged(self, request: Request, form: Form) -> Response:
        name, now = form.fields.get("name", ""), self._guard.now()
        named, address = _key(name), client_of(request.scope)
        wait = max(self._names.wait([named], now), self._addresses.wait([address], now))
        if wait:
            response = await self._form(request, form, _locked(wait), 429)
            response.headers["Retry-After"] = str(ceil(wait))
            return response
        password = form.fields.get("password", "")
        loop = asyncio.get_running_loop()
        account = await loop.run_in_executor(self._hashing, self._guard.accounts.check, name, password)
        if account is None:
            self._names.add([named], now)
            self._addresses.add([address], now)
            wait = max(self._names.wait([named], now), self._addresses.wait([address], now))
            return await self._form(request, form, f"{WRONG} {_locked(wait)}" if wait else WRONG, 403)
        self._names.forget(named)
        return self._signed_in(request, account)

    def _signed_in(self, request: Request, account: Account) -> Response:
        self._guard.sessions.end(request.cookies.get(COOKIE, ""))
        response = see(STAFF)
        _set_cookie(response, request, COOKIE, self._guard.sessions.begin(account, self._guard.now()))
        _set_cookie(response, request, LOGIN_COOKIE, "")
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        self._guard.sessions.end(request.cookies.get(COOKIE, ""))
        response = see(LOGIN)
        _set_cookie(response, request, COOKIE, "")
        return response

    async def _form(self, request: Request, form: Form | None = None, problem: str = "", status: int = 200) -> Response:
        try:
            accounts = await run_in_threadpool(self._guard.accounts.all)
        except (DataFileError, OSError) as error:
            return self._unavailable(error)
        given = request.cookies.get(LOGIN_COOKIE, "")
        nonce = given if given.isascii() and len(given) == len(_nonce()) else _nonce()
        values = {
            "title": "Sign in" if accounts else "No account yet",
            "has_accounts": bool(accounts),
            "problem": problem,
            "name": form.fields.get("name", "")[:LONGEST_NAME] if form else "",
            "longest_name": LONGEST_NAME,
            "csrf": hidden(CSRF, self._form_secret(nonce)),
        }
        response = self._frame.show(View("login.html", values, status))
        _set_cookie(response, request, LOGIN_COOKIE, nonce)
        return response

    def _unavailable(self, error: Exception) -> Response:
        logger.warning("Nobody can sign in: %s", error)
        return self._frame.refusal(503)

    def _is_ours(self, request: Request, form: Form) -> bool:
        nonce = request.cookies.get(LOGIN_COOKIE, "")
        sent = form.fields.get(CSRF, "").encode("utf-8", "replace")
        return bool(nonce) and hmac.compare_digest(sent, self._form_secret(nonce).encode())

    def _form_secret(self, nonce: str) -> str:
        return hmac.new(self._secret, nonce.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def door(pages: Pages) -> APIRouter:
    """Return the routes of the login, and add the way out to *pages*."""
    guarding = Door(pages.guard, pages.frame, Lockout(), Lockout())
    router = APIRouter()
    router.add_api_route(LOGIN, guarding.page, methods=["GET"], response_model=None)
    router.add_api_route(LOGIN, guarding.sign_in, methods=["POST"], response_model=None)
    pages.allow("POST", LOGOUT, "viewer")
    pages.router.add_api_route(LOGOUT, guarding.sign_out, methods=["POST"], response_model=None)
    return router


def _nonce() -> str:
    return secrets.token_hex(16)


def _key(name: str) -> str:
    """Return what a name is counted under: a hash, since what was typed may be of any length."""
    return hashlib.sha256(name.strip().casefold().encode("utf-8", "replace")).hexdigest()


def _set_cookie(response: Response, request: Request, name: str, value: str) -> None:
    """Set a cookie that no script and no other website gets, until the browser closes; an empty value takes it away."""
    age = None if value else 0
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, age, path=PATHS[name], secure=secure, httponly=True, samesite="strict")


def _locked(wait: float) -> str:
    seconds = ceil(wait)
    after = f"{seconds} seconds" if seconds <= 90 else f"{ceil(seconds / 60)} minutes"  # noqa: PLR2004 - as people say it
    return f"There were too many wrong tries. Wait {after}, then try again."
