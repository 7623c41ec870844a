"""Requests in, who is asking out: the one guard that stands before every staff route. What it does not know, it denies.

A request without a session is led to the login; a role that is too low, a form without its secret, or one that another
website sent, is refused.
"""

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.accounts import Account, AccountsFile
from bot.errors import DataFileError
from bot.model import Role
from bot.web.limits import read_body, replayed
from bot.web.staff.sessions import Session, Sessions

LOGIN = "/staff/login"
COOKIE = "verbatim-staff"
CSRF = "csrf"
READING = frozenset({"GET", "HEAD"})
MOST_FIELDS = 200
MOST_FILES = 4
# up to here nothing is laid down in a file of its own
MOST_BYTES = 1024 * 1024

Now = Callable[[], float]


class TurnedAwayError(Exception):
    """A request that goes no further; `response` is what it gets."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: the account as it stands now, and the session."""

    account: Account
    session: Session


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a form: its name as the browser told it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent; of fields of one name the last, with the line ends of a text box."""

    fields: Mapping[str, str]
    files: Mapping[str, Upload]


class Guard:
    """Lets a person through to the routes that the role allows.

    *role_of* says which role a method and a route's path ask for. *denied* makes the page for a status.
    """

    def __init__(
        self,
        accounts: AccountsFile,
        sessions: Sessions,
        role_of: Callable[[str, str], Role],
        denied: Callable[[int, Person | None], Response],
        *,
        now: Now = time.monotonic,
    ) -> None:
        self.accounts = accounts
        self.sessions = sessions
        self.now = now
        self._role_of = role_of
        self._denied = denied

    async def __call__(self, request: Request) -> None:
        """Let *request* through with `state.person` and `state.form`; raise `TurnedAwayError` otherwise."""
        person = await self.person(request)
        if person is None:
            reads = request.method in READING
            raise TurnedAwayError(RedirectResponse(LOGIN, 303) if reads else self._denied(401, None))
        if not person.account.may(self._role_of(request.method, request.scope["route"].path)):
            raise TurnedAwayError(self._denied(403, person))
        form = Form({}, {})
        if request.method not in READING:
            if not is_same_origin(request):
                raise TurnedAwayError(self._denied(403, person))
            form = await read_form(request, MOST_BYTES, lambda status: self._denied(status, person))
            if not hmac.compare_digest(form.fields.get(CSRF, "").encode(), person.session.csrf.encode()):
                raise TurnedAwayError(self._denied(403, person))
        request.state.person, request.state.form = person, form

    async def person(self, request: Request) -> Person | None:
        """Return who is asking; None for nobody who is signed in, whose account is gone or has another password."""
        token = request.cookies.get(COOKIE, "")
        session = self.sessions.find(token, self.now()) if token else None
        if session is None:
            return None
        try:
            account = await run_in_threadpool(self.accounts.find, session.name)
        except (DataFileError, OSError):
            # who somebody is cannot be known just now; the login page, where this leads, says why
            return None
        if account is None or account.stamp != session.stamp:
            self.sessions.end(token)
            return None
        return Person(account, session)


def is_same_origin(request: Request) -> bool:
    """Tell whether a page of this server sent *request*; a browser says so, and whoever says nothing is not believed.

    `Sec-Fetch-Site` comes first: behind a web server that changes the `Host`, the origin cannot be compared with it.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == request.headers.get("host")


async def read_form(request: Request, most: int, denied: Callable[[int], Response]) -> Form:
    """Return the form that *request* sends, of *most* bytes; raise `TurnedAwayError` for anything else."""
    try:
        body = await read_body(request.receive, most)
    except TimeoutError:
        raise TurnedAwayError(denied(408)) from None
    if body is None:
        raise TurnedAwayError(denied(413))
    replay: Callable[[], Awaitable[object]] = replayed(body, request.receive)
    try:
        form = await Request(request.scope, replay).form(  # type: ignore[arg-type] # Starlette's Message is a mapping
            max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=most
        )
    except (HTTPException, UnicodeDecodeError):
        raise TurnedAwayError(denied(400)) from None
    return await _form_of(form)


async def _form_of(form: FormData) -> Form:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename or "", await value.read())
        else:
            # a form sends each line feed of a text box as two characters
            fields[name] = value.replace("\r\n", "\n")
    await form.close()
    return Form(fields, files)
