"""Starts the server: settings from the environment, the bot from its knowledge, the web application from both."""

import os
import sys

from bot.bot import Bot
from bot.errors import VerbatimError
from bot.web.server import serve
from bot.web.settings import Settings


def main() -> int:
    """Serve until interrupted; return 1 after one clear message if that cannot be done."""
    try:
        settings = Settings.from_environment(os.environ)
        serve(Bot.load(settings.knowledge, cache=settings.data / "cache"), settings)
    except VerbatimError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
