"""Composes the server: limits and headers around a FastAPI application that holds the API and mounts the chat."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Mount

from bot.bot import Bot
from bot.errors import SettingsError
from bot.journal import COUNTS_FILE, Add, CountsFile, Item, Writer, count_feedback, count_reply
from bot.model import Reply
from bot.reloading import Reloader
from bot.web.api import Count, api, log_failure
from bot.web.chat import build_chat, page_title
from bot.web.colour import accent_of
from bot.web.faq import FaqPage, faq
from bot.web.feedback import CountHelpful, Receipts, feedback
from bot.web.gate import Gate
from bot.web.headers import SecurityHeaders
from bot.web.limits import BodyLimit, Buckets, RateLimit, Refuse, TrustedProxy
from bot.web.live import Live, Version, watching
from bot.web.page import Document
from bot.web.settings import Settings
from bot.web.staff import Frame, add_staff
from bot.web.widget import PATH

FONTS = ("system-ui", "sans-serif")


def add_nothing(_day: date, _items: Iterable[Item]) -> None:
    """Take the place of a journal where none is kept."""


def build_app(bot: Bot | Live, settings: Settings, add: Add = add_nothing) -> FastAPI:
    """Return the application that serves *bot*: pages, API and health, with every limit in place; *add* counts.

    Given a `Live`, it serves at any time the version that is in service there.
    """
    live = bot if isinstance(bot, Live) else Live(bot, settings.allowed_origins)
    # without a running loop Gradio opens several and never closes them; the caller may already have one in this thread
    with ThreadPoolExecutor(1) as builder:
        return builder.submit(lambda: asyncio.run(_build(live, settings, add))).result()


async def _build(live: Live, settings: Settings, add: Add) -> FastAPI:
    receipts = Receipts()
    count, helpful = _counting(receipts, add)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_limits(app, settings, live.refuse)
    _add_errors(app, live.refuse)
    app.include_router(api(lambda: live.bot, live.refuse, count, lambda: live.problems))
    app.include_router(feedback(receipts, helpful, live.refuse))
    app.include_router(faq(lambda: _bot_and_page(live.version), live.refuse, count))
    add_staff(app, lambda: live.bot, settings, Frame(lambda: live.version.staff_styles, lambda: page_title(live.bot)))
    _add_widget(app, live)
    _add_files(app, live)
    _add_page(app, live, settings, count)
    return app


def _bot_and_page(version: Version) -> tuple[Bot, FaqPage]:
    return version.bot, version.page


def _counting(receipts: Receipts, add: Add) -> tuple[Count, CountHelpful]:
    """Return what counts a reply and what counts feedback; a journal that fails fails alone."""

    def add_today(items: Iterable[Item]) -> None:
        try:
            add(datetime.now(UTC).date(), items)
        except Exception as error:  # noqa: BLE001 - whatever failed, the reply is given
            log_failure(error)

    def count(reply: Reply) -> None:
        receipts.give(reply, time.monotonic())
        add_today(count_reply(reply))

    def helpful(entry_ids: Iterable[str], helpful: bool) -> None:  # noqa: FBT001 - as the request has it
        add_today(count_feedback(entry_ids, helpful=helpful))

    return count, helpful


def _add_limits(app: FastAPI, settings: Settings, refuse: Refuse) -> None:
    # the last one added is the first one that a request meets
    app.add_middleware(Gate, refuse=refuse)
    app.add_middleware(BodyLimit, refuse=refuse)
    app.add_middleware(RateLimit, buckets=Buckets(settings.rate_burst, settings.rate_per_minute), refuse=refuse)
    app.add_middleware(TrustedProxy, proxies=settings.trusted_proxies)
    # with a CORS policy on the parent, Gradio adds none of its own, which would reflect any origin
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
    )
    app.add_middleware(SecurityHeaders, allowed_origins=settings.allowed_origins)


def _add_errors(app: FastAPI, refuse: Refuse) -> None:
    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: Exception) -> Response:
        return refuse(error.status_code if isinstance(error, HTTPException) else 503)


def _add_widget(app: FastAPI, live: Live) -> None:
    @app.get(PATH)
    async def script(request: Request) -> Response:
        return live.version.widget.respond(request.headers)


def _add_files(app: FastAPI, live: Live) -> None:
    @app.get("/ui/{name}")
    async def fixed_file(name: str) -> Response:
        file = live.file(f"/ui/{name}")
        return Response(file.content, media_type=file.media_type) if file else live.refuse(404)


def _add_page(app: FastAPI, live: Live, settings: Settings, count: Count) -> None:
    os.environ["GRADIO_TEMP_DIR"] = str(settings.data.absolute() / "gradio")
    chat = build_chat(lambda: live.bot, count)
    # Gradio checks file paths in what a browser sends only for a Blocks that was launched
    chat.has_launched = True
    gr.mount_gradio_app(
        app,
        chat,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        allowed_paths=[],
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=FONTS, font_mono=FONTS),
    )
    # the conversation is forgotten by the clock: no patient needs to hold a connection open for it
    chat.config["connect_heartbeat"] = False
    mount = next(route for route in app.routes if isinstance(route, Mount))
    mount.app = Document(mount.app, lambda: live.version.surround)


def serve(bot: Bot, settings: Settings) -> None:
    """Serve until interrupted, and after each change of the knowledge folder what is there then, if it is good.

    Raises:
        SettingsError: if the address cannot be had.
    """
    listening = listen(settings)
    live = Live(bot, settings.allowed_origins)
    reloader = Reloader(settings.knowledge, lambda knowledge: live.version_of(live.bot.with_knowledge(knowledge)))
    with Writer(CountsFile(settings.data / COUNTS_FILE)) as journal, watching(live, reloader):
        _run(build_app(live, settings, journal.add), listening, _warnings(bot, settings))


def _run(app: FastAPI, listening: socket.socket, warnings: Iterable[str]) -> None:
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=500,
        timeout_keep_alive=15,
    )
    host, port = listening.getsockname()[:2]
    for line in (
        f"Verbatim answers at http://{f'[{host}]' if ':' in host else host}:{port}",
        *warnings,
    ):
        sys.stderr.write(f"{line}\n")
    # uvicorn raises the signal again once everything is closed: stopping is not a failure
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def listen(settings: Settings) -> socket.socket:
    """Return a listening socket on the address of *settings*; port 0 takes any that is free.

    Raises:
        SettingsError: if the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends without delay (40 ms a response) only where the protocol is stated
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        # a second server on the same address fails here, before it has loaded anything more
        listening.listen()
    except (OSError, UnicodeError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or "no such host"
        raise SettingsError(
            f"{settings.host}:{settings.port} cannot be had ({reason}). "
            "Stop the program that uses it, or set VERBATIM_HOST and VERBATIM_PORT to a free address."
        ) from None
    return listening


def _warnings(bot: Bot, settings: Settings) -> list[str]:
    accent = accent_of(bot.knowledge.clinic.accent)
    lines = [f"Not ready for patients: {problem.fix}" for problem in bot.knowledge.missing]
    if accent.adjusted:
        lines.append(
            f"The accent {bot.knowledge.clinic.accent!r} is too pale to read; {accent.light} is used. "
            "Set a darker accent in clinic.yaml."
        )
    if not settings.trusted_proxies and settings.host not in {"127.0.0.1", "::1", "localhost"}:
        lines.append("No proxy is trusted: behind one, set VERBATIM_TRUSTED_PROXIES, or all patients share one limit.")
    return lines
