"""Adds the security headers to every response, whichever room it came from."""

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.limits import is_staff

ONE_YEAR = "public, max-age=31536000, immutable"
# a website's visitors get a new version of the widget within this time
FIVE_MINUTES = "public, max-age=300"
# file names under these carry a hash of their content
HASHED = ("/assets/", "/ui/")
# pages without any script or inline style
PLAIN = frozenset({"/faq"})
LOGO = "/ui/logo."
# a picture opened as a page of its own runs nothing and fetches nothing
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
# nothing but our style sheets and forms to ourselves, and never inside another page
STAFF_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# with "no-referrer" a browser would not say where a form was sent from
STAFF_HEADERS = {
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WIDGET = "/widget.js"


def content_security_policy(allowed_origins: tuple[str, ...]) -> str:
    """Return the policy: nothing from elsewhere, embedding only by ourselves and *allowed_origins*.

    Gradio compiles its templates and events in the page, which needs the two `unsafe-` words for scripts.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            " ".join(("frame-ancestors 'self'", *allowed_origins)),
        )
    )


def plain_policy(allowed_origins: tuple[str, ...]) -> str:
    """Return the policy of a page without scripts: our style sheets and a form to ourselves, nothing else.

    JSON-LD needs no word in it: a `script` element of a type that is not JavaScript is data and never run.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'self'",
            " ".join(("frame-ancestors 'self'", *allowed_origins)),
        )
    )


def _cache_control(status: int, path: str) -> str:
    if status == HTTPStatus.OK and path.startswith(HASHED):
        return ONE_YEAR
    if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED} and path == WIDGET:
        return FIVE_MINUTES
    return "no-store"


class SecurityHeaders:
    """Sets the headers on each response; only fixed files may be kept by a browser."""

    def __init__(self, app: ASGIApp, allowed_origins: tuple[str, ...]) -> None:
        self._app = app
        self._policy, self._plain = content_security_policy(allowed_origins), plain_policy(allowed_origins)
        self._headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    def _policy_of(self, path: str) -> str:
        if path.startswith(LOGO):
            return PICTURE_POLICY
        if is_staff(path):
            return STAFF_POLICY
        return self._plain if path in PLAIN else self._policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and complete the headers of its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if is_staff(scope["path"]):
                    headers.update(STAFF_HEADERS)
                headers["Content-Security-Policy"] = self._policy_of(scope["path"])
                headers["Cache-Control"] = _cache_control(message["status"], scope["path"])
            await send(message)

        await self._app(scope, receive, send_with_headers)
