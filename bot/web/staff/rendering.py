"""Templates and values in, HTML out; whatever a value holds is escaped, and a value that is missing is an error."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.web.staff.plots import signed

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """Return the page that *template* makes of *values*."""
    return HTMLResponse(_environment().get_template(template).render(values), status)


def painted(html: str) -> Markup:
    """Mark *html*, which `bot.web.painting` made by escaping, as HTML that stays as it is."""
    return Markup(html)  # noqa: S704 - only what painting made


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["signed"] = signed
    return environment
