"""The staff pages: a login of their own, a frame, and pages that show what the bot covers and why it replies so.

Rendered on the server, without any script. Knows no search, no threshold and no YAML: pages ask the library and show.
To add a page, read `bot.web.staff.pages`.
"""

from bot.web.staff.building import add_staff, refused_page
from bot.web.staff.pages import Frame

__all__ = ["Frame", "add_staff", "refused_page"]
