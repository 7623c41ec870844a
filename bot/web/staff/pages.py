"""The registry of staff pages: how a page is added, what it is given, what it may return.

A page is a plain function in a module of its own beside this one:

    def add(pages: Pages) -> None:
        @pages.page("/staff/review", "Review")
        def review(call: Call) -> Returned:
            return View("review.html", {"entries": call.bot.knowledge.entries})

        @pages.action("/staff/review", role="editor")
        def mark(call: Call) -> Returned:
            mark_reviewed(call.settings.knowledge, call.fields["entry"], by=call.account.name, on=call.now.date())
            return see("/staff/review")

and `building.ROOMS` names its `add`; the order there is the order of the navigation. What comes with it by itself:

- Only somebody who is signed in gets there, with the role or a higher one; a form was sent by a page of ours and holds
  the session's secret. A route that was added in any other way asks for the highest role.
- `page` answers GET and stands in the navigation of everybody who may open it. `action` answers POST, and asks for an
  editor unless it says otherwise; show a result under the page's own path, or lead away with `see`. `download` answers
  GET and stands in no navigation; return a `Response`, for instance with `attachment`.
- A function runs in a thread, so it may read files and rank questions. It reads `call.bot` once: one version of the
  knowledge for one request. What somebody typed goes by POST, never into an address.
- A `VerbatimError` is shown as a page with its sentence; whatever else is raised is logged without its message and
  shown as "not available".

A template extends `layout.html`, fills the blocks `title` (optional) and `content`, and puts `{{ csrf }}` into each
`<form method="post">`. Everything is escaped; `plots.html` has the bars. There is no script, and the policy allows none
and no `style` attribute: looks go into `static/staff.css`. Pages must pass axe at 320 pixels, in light and in dark.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from bot.accounts import Account
from bot.bot import Bot
from bot.errors import VerbatimError
from bot.model import Role
from bot.web.api import log_failure
from bot.web.limits import STAFF
from bot.web.settings import Settings
from bot.web.staff.guard import CSRF, Guard, Person, Upload
from bot.web.staff.rendering import render

REASONS: Mapping[int, tuple[str, str]] = {
    400: (
        "This could not be read",
        "The form came in a way that this page does not understand. Go back and try again.",
    ),
    401: (
        "You are signed out",
        "Nothing was changed. Sign in in another tab, then go back one page here: what you typed is still there.",
    ),
    403: (
        "This is not open to you",
        "Either this needs an editor and you are a viewer, or the form was too old. Nothing was changed.",
    ),
    404: ("There is no such page", "The address may be misspelt, or the page may have moved."),
    405: ("This address does not take this", "Open the page from the navigation."),
    408: ("The form did not arrive in time", "Nothing was changed. Go back and send it again."),
    413: ("That is too large", "Nothing was changed. Send less at once."),
    429: ("Too many requests", "Wait a minute, then try again."),
    503: ("This is not available just now", "Nothing was changed. The server's own log says where it failed."),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a page: who asks, of which bot, when (UTC), with which fields of a form and which files.

    `query` is what follows the `?` of the address.
    """

    account: Account
    bot: Bot
    settings: Settings
    now: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """A page to show: the template, what it is filled with, and the status."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200


Returned = View | Response
Function = Callable[[Call], Returned]
# makes the guard from what it asks for a role, and what words its refusals
Guarded = Callable[[Callable[[str, str], Role], Callable[[int, Person | None], Response]], Guard]


@dataclass(frozen=True, slots=True)
class Link:
    """A page in the navigation."""

    path: str
    title: str
    role: Role


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: the style sheets and the clinic's name, as they are now."""

    styles: Callable[[], tuple[str, ...]]
    clinic: Callable[[], str]

    def show(
        self, view: View, *, links: tuple[Link, ...] = (), person: Person | None = None, path: str = ""
    ) -> Response:
        """Return *view* inside the frame, for *person* or for nobody."""
        csrf = hidden(CSRF, person.session.csrf) if person else Markup("")
        around = {
            "styles": self.styles(),
            "clinic": self.clinic(),
            "links": [link for link in links if person and person.account.may(link.role)],
            "account": person.account if person else None,
            "path": path,
            "title": next((link.title for link in links if link.path == path), ""),
            "csrf": csrf,
        }
        return render(view.template, {**around, **view.values}, view.status)

    def refusal(self, status: int, person: Person | None = None, links: tuple[Link, ...] = ()) -> Response:
        """Return the page for a request that gets *status*."""
        title, text = REASONS.get(status, REASONS[503])
        return self.show(View("refused.html", {"title": title, "text": text}, status), links=links, person=person)


class Pages:
    """The staff's routes, each behind the guard; see the module for how a page is added."""

    def __init__(self, bot: Callable[[], Bot], settings: Settings, frame: Frame, guarded: Guarded) -> None:
        """Serve the bot that *bot* returns at the time of each request, to whom *guarded* lets through."""
        self.frame = frame
        self.guard = guarded(self._role_of, self.denied)
        self.router = APIRouter(dependencies=[Depends(self.guard)])
        self.links: tuple[Link, ...] = ()
        self._bot = bot
        self._settings = settings
        self._roles: dict[tuple[str, str], Role] = {}

    def page(self, path: str, title: str, *, role: Role = "viewer") -> Callable[[Function], Function]:
        """Show what the function returns to GET *path*, below *title* in the navigation."""
        self.links = (*self.links, Link(path, title, role))
        return self._route("GET", path, role)

    def action(self, path: str, *, role: Role = "editor") -> Callable[[Function], Function]:
        """Do what the function does at POST *path*."""
        return self._route("POST", path, role)

    def download(self, path: str, *, role: Role = "viewer") -> Callable[[Function], Function]:
        """Send what the function returns to GET *path*."""
        return self._route("GET", path, role)

    def below(self, path: str, *, role: Role = "viewer") -> Callable[[Function], Function]:
        """Show what the function returns to GET *path*, which another page leads to."""
        return self._route("GET", path, role)

    def denied(self, status: int, person: Person | None) -> Response:
        """Return the page for a request that goes no further."""
        return self.frame.refusal(status, person, self.links)

    def allow(self, method: str, path: str, role: Role) -> None:
        """Say which role *method* at *path* asks for; what is not said asks for an editor."""
        self._roles[method, path] = role

    def _role_of(self, method: str, path: str) -> Role:
        return self._roles.get((method, path), "editor")

    def _route(self, method: str, path: str, role: Role) -> Callable[[Function], Function]:
        if path != STAFF and not path.startswith(f"{STAFF}/"):
            raise ValueError(f"{path!r} is not below {STAFF}. Only there does the guard stand.")

        def added(function: Function) -> Function:
            async def endpoint(request: Request) -> Response:
                return await run_in_threadpool(self._answer, function, request, path)

            self.allow(method, path, role)
            self.router.add_api_route(path, endpoint, methods=[method], response_model=None)
            return function

        return added

    def _answer(self, function: Function, request: Request, path: str) -> Response:
        person: Person = request.state.person
        form = request.state.form
        call = Call(
            person.account,
            self._bot(),
            self._settings,
            datetime.now(UTC),
            form.fields,
            form.files,
            request.query_params,
        )
        try:
            returned = function(call)
            if isinstance(returned, Response):
                return returned
            return self.frame.show(returned, links=self.links, person=person, path=path)
        except VerbatimError as error:
            lines = str(error).splitlines()
            view = View("problem.html", {"title": "That did not work", "lines": lines}, 400)
            return self.frame.show(view, links=self.links, person=person)
        except Exception as error:  # noqa: BLE001 - its message may quote what somebody typed
            log_failure(error)
            return self.denied(503, person)


def see(path: str) -> Response:
    """Return what leads a browser on to *path*, so that reloading sends no form twice."""
    return RedirectResponse(path, 303)


def attachment(content: str | bytes, name: str, media_type: str) -> Response:
    """Return a file that a browser saves as *name*, which is ours: letters, digits, dots and hyphens."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def hidden(name: str, value: str) -> Markup:
    """Return a hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
