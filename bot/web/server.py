"""Composes the server: limits and headers around a FastAPI application that holds the API and mounts the chat."""

import asyncio
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Mount

from bot.bot import Bot
from bot.errors import SettingsError
from bot.model import Knowledge
from bot.web.api import api
from bot.web.chat import build_chat
from bot.web.colour import accent_of
from bot.web.gate import Gate
from bot.web.headers import SecurityHeaders
from bot.web.limits import BodyLimit, Buckets, RateLimit, Refuse, TrustedProxy
from bot.web.page import Document, load_style
from bot.web.refusal import refusal
from bot.web.settings import Settings
from bot.web.widget import PATH, load_widget

FONTS = ("system-ui", "sans-serif")


def build_app(bot: Bot, settings: Settings) -> FastAPI:
    """Return the application that serves *bot*: page, API and health, with every limit in place."""
    # without a running loop Gradio opens several and never closes them; the caller may already have one in this thread
    with ThreadPoolExecutor(1) as builder:
        return builder.submit(lambda: asyncio.run(_build(bot, settings))).result()


async def _build(bot: Bot, settings: Settings) -> FastAPI:
    refuse = refusal(bot.knowledge)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_limits(app, settings, refuse)
    _add_errors(app, refuse)
    app.include_router(api(bot, refuse))
    _add_widget(app, bot.knowledge)
    _add_page(app, bot, settings)
    return app


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


def _add_widget(app: FastAPI, knowledge: Knowledge) -> None:
    widget = load_widget(knowledge)

    @app.get(PATH)
    async def script(request: Request) -> Response:
        return widget.respond(request.headers)


def _add_page(app: FastAPI, bot: Bot, settings: Settings) -> None:
    style = load_style()

    @app.get(style.path)
    async def style_sheet() -> Response:
        return Response(style.css, media_type="text/css")

    os.environ["GRADIO_TEMP_DIR"] = str(settings.data.absolute() / "gradio")
    chat = build_chat(bot)
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
    _rewrite_document(app, bot.knowledge, settings)


def _rewrite_document(app: FastAPI, knowledge: Knowledge, settings: Settings) -> None:
    mount = next(route for route in app.routes if isinstance(route, Mount))
    accent = accent_of(knowledge.clinic.accent)
    mount.app = Document(mount.app, knowledge, accent, load_style(), origins=settings.allowed_origins)


def serve(bot: Bot, settings: Settings) -> None:
    """Serve until interrupted.

    Raises:
        SettingsError: if the address cannot be had.
    """
    listening = listen(settings)
    config = uvicorn.Config(
        build_app(bot, settings),
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
        *_warnings(bot, settings),
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
