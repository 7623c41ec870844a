"""Puts the staff pages together and into the application: the door, the rooms behind it, and nothing beside them."""

from collections.abc import Callable
from functools import partial

from fastapi import FastAPI, Request
from starlette.responses import Response

from bot.accounts import FILE, AccountsFile
from bot.bot import Bot
from bot.web.limits import STAFF
from bot.web.settings import Settings
from bot.web.staff import ask, edit, measuring, overview, review
from bot.web.staff.door import door
from bot.web.staff.guard import Guard, TurnedAwayError
from bot.web.staff.pages import Frame, Guarded, Pages
from bot.web.staff.sessions import Sessions

# in the order of the navigation
ROOMS = (overview.add, ask.add, measuring.add, edit.add, review.add)
ELSE = f"{STAFF}/{{path:path}}"


def add_staff(
    app: FastAPI, bot: Callable[[], Bot], settings: Settings, frame: Frame, *, guarded: Guarded | None = None
) -> None:
    """Add the staff pages of the bot that *bot* returns at the time of each request; *guarded* makes their guard."""
    accounts = AccountsFile(settings.data / FILE)
    pages = Pages(bot, settings, frame, guarded or partial(Guard, accounts, Sessions()))
    for add in ROOMS:
        add(pages)
    app.include_router(door(pages))
    _deny_the_rest(pages)
    app.include_router(pages.router)

    @app.exception_handler(TurnedAwayError)
    async def turned_away(_request: Request, error: Exception) -> Response:
        return error.response if isinstance(error, TurnedAwayError) else frame.refusal(503)


def _deny_the_rest(pages: Pages) -> None:
    """Let no address below the staff's fall through to what else this server has."""

    async def nothing(request: Request) -> Response:
        return pages.denied(404, request.state.person)

    for method in ("GET", "POST"):
        pages.allow(method, ELSE, "viewer")
        pages.router.add_api_route(ELSE, nothing, methods=[method], response_model=None)


def refused_page(frame: Frame, status: int) -> str:
    """Return the page for a request that was refused before any of this saw it."""
    return bytes(frame.refusal(status).body).decode("utf-8")
