"""The bot in service and all that is painted of its knowledge; swapped as a whole when the knowledge changes.

Whoever handles a request reads the version once, so that a reply belongs to one version altogether.
"""

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Self

from starlette.responses import Response

from bot.bot import Bot
from bot.reloading import Reloader
from bot.web.chat import page_title
from bot.web.colour import accent_of
from bot.web.faq import FaqPage
from bot.web.limits import STAFF, Refuse
from bot.web.page import Surround, accent_rule, load_style, surround
from bot.web.painting import FAQ, logo_path
from bot.web.refusal import refusal
from bot.web.staff import Frame, refused_page
from bot.web.widget import Widget, load_widget

LOOK_SECONDS = 1.0
# a knowledge that is being fitted when the server stops need not be finished
STOP_SECONDS = 10.0
# a page that was opened before a change still fetches its own files
MOST_VERSIONS = 8


@dataclass(frozen=True, slots=True)
class File:
    """A fixed file under `/ui/`, whose address changes with its bytes."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Version:
    """A bot and what is painted of its knowledge before anybody asks; `files` are under their addresses."""

    bot: Bot
    page: FaqPage
    staff_styles: tuple[str, ...]
    widget: Widget
    refuse: Refuse
    surround: Surround
    files: Mapping[str, File]

    @classmethod
    def of(cls, bot: Bot, origins: Sequence[str] = ()) -> Self:
        """Paint everything; *origins* are the websites that may hold the chat in a frame."""
        knowledge = bot.knowledge
        accent = accent_of(knowledge.clinic.accent)
        rule = accent_rule(accent)
        chat, faq, staff = load_style(), load_style("faq", rule), load_style("staff", rule)
        files = {style.path: File(style.css, "text/css") for style in (chat, faq, staff)}
        if logo := knowledge.clinic.logo:
            files[logo_path(logo)] = File(logo.content, logo.media_type)
        page, staff_styles = FaqPage(knowledge, (chat, faq)), (chat.path, staff.path)
        frame = Frame(lambda: staff_styles, lambda: page_title(bot))
        refuse = refusal(knowledge, {FAQ: page.refused, STAFF: partial(refused_page, frame)})
        surrounded = surround(knowledge, accent, chat, origins)
        return cls(bot, page, staff_styles, load_widget(knowledge), refuse, surrounded, files)


class Live:
    """Holds the version in service. `problems` says why the folder's present state is not served."""

    def __init__(self, bot: Bot, origins: Sequence[str] = ()) -> None:
        """Serve *bot*, on pages that the websites of *origins* may hold in a frame."""
        self._origins = tuple(origins)
        self.version = self.version_of(bot)
        self.problems: tuple[str, ...] = ()
        self._versions = deque([self.version], MOST_VERSIONS)

    @property
    def bot(self) -> Bot:
        """The bot in service; read it once for each thing that is done with it."""
        return self.version.bot

    def version_of(self, bot: Bot) -> Version:
        """Return what would be served of *bot*."""
        return Version.of(bot, self._origins)

    def swap(self, version: Version) -> None:
        """Put *version* in service; requests that are being answered keep the one they began with."""
        self._versions.appendleft(version)
        self.version = version

    def refuse(self, status: int) -> Response:
        """Word a refused request in the words of the version in service."""
        return self.version.refuse(status)

    def file(self, path: str) -> File | None:
        """Return the file of one of the last versions under that address."""
        return next((one.files[path] for one in tuple(self._versions) if path in one.files), None)


def look(live: Live, reloader: Reloader[Version]) -> None:
    """Look at the folder once, and put what changed in service."""
    version = reloader.look()
    if version is not None:
        live.swap(version)
    live.problems = reloader.problems


@contextmanager
def watching(live: Live, reloader: Reloader[Version], *, every: float = LOOK_SECONDS) -> Iterator[None]:
    """Look at the folder from a thread of its own, again and again, *every* so many seconds."""
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(every):
            look(live, reloader)

    thread = threading.Thread(target=watch, name="knowledge", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(STOP_SECONDS)
