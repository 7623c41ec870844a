"""Turns the clinic's one accent colour into shades that can be read on the light and on the dark page."""

import re
from dataclasses import dataclass

# the least favourable grounds of the style sheet that the accent is read on, hovered buttons included
LIGHT_GROUND = "#efebe3"
DARK_GROUND = "#35312c"
DEFAULT_ACCENT = "#2f6b5e"
LEAST_CONTRAST = 4.5
STEPS = 100
# where the sRGB curve leaves its straight part
KNEE = 0.04045
LONG = len("rrggbb")

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Accent:
    """The accent on each page as `#rrggbb`; `adjusted` tells that the clinic's own shade could not be read on it."""

    light: str
    dark: str
    adjusted: bool


def accent_of(text: str) -> Accent:
    """Return the shades nearest to *text* with a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3); empty gives our own."""
    wished = parse(text) or parse(DEFAULT_ACCENT) or (0, 0, 0)
    light = _towards(wished, (0, 0, 0), _must(LIGHT_GROUND))
    dark = _towards(wished, (255, 255, 255), _must(DARK_GROUND))
    return Accent(light=_hex(light), dark=_hex(dark), adjusted=bool(parse(text)) and light != wished)


def parse(text: str) -> Colour | None:
    """Return the colour of `#rgb` or `#rrggbb`, or None."""
    match = _HEX.fullmatch(text.strip())
    if not match:
        return None
    digits = match[1] if len(match[1]) == LONG else "".join(2 * digit for digit in match[1])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _towards(start: Colour, end: Colour, paper: Colour) -> Colour:
    for step in range(STEPS + 1):
        mixed = _mix(start, end, step / STEPS)
        if contrast(mixed, paper) >= LEAST_CONTRAST:
            return mixed
    return end


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= KNEE else ((channel + 0.055) / 1.055) ** 2.4


def _hex(colour: Colour) -> str:
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"


def _must(text: str) -> Colour:
    colour = parse(text)
    if colour is None:
        raise ValueError(f"{text!r} is not a colour.")
    return colour
