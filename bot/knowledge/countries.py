"""A country's code in, its national numbers and its lines of the fixed notices out. Knows nothing of a clinic."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.errors import ImportTextError
from bot.knowledge.fields import Fields, Problems, did_you_mean, scalar_text
from bot.knowledge.folder import CLINIC, ENGLISH, NOTICES, TEMPLATES, template_path
from bot.knowledge.strict_yaml import parse

FOLDER = TEMPLATES / "countries"
DEFAULT = "US"
USES = ("emergency", "crisis", "text", "chat", "abuse")


@dataclass(frozen=True, slots=True)
class Service:
    """One national service: what it is for, how it is reached, its name, and the public place that documents it."""

    use: str
    contact: str
    name: str
    documented: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country pack: the numbers for `clinic.yaml`, the services behind them, and the lines of notices that differ.

    `lines` maps a line of the ready-made notices to the lines that stand in its place; () leaves it out.
    """

    code: str
    name: str
    emergency: str
    crisis_line: str
    verified_on: str
    services: tuple[Service, ...]
    lines: Mapping[str, tuple[str, ...]]

    def written(self, name: str, language: str = ENGLISH) -> str:
        """Return a ready-made file of the templates as it is for this country, in that language."""
        template = template_path(name, language).read_text(encoding="utf-8")
        if name == NOTICES:
            return "".join(self._notice_lines(template.splitlines(keepends=True)))
        return self._clinic(template, language) if name == CLINIC else template

    def _notice_lines(self, lines: Sequence[str]) -> Iterator[str]:
        for line in lines:
            # an ordinary line is indented; an id or a comment never stands in a pack
            written = self.lines.get(line.strip()) if line.startswith("  ") else None
            yield from [line] if written is None else [f"  {text}\n" for text in written]

    def _clinic(self, template: str, language: str) -> str:
        told = [f"# From the country pack {self.code} ({self.name}). Verify each of them where it is documented:\n"]
        told += [f"#   {one.use}: {one.contact} - {one.name} - {one.documented}\n" for one in self.services]
        written = template.replace("country: ", "".join(told) + "country: ", 1)
        quoted = {key: f"'{getattr(self, key)}'" for key in ("emergency", "crisis_line", "verified_on")}
        for key, value in {"country": self.code, **quoted, "language": language}.items():
            written = re.sub(rf"^{key}: .*$", f"{key}: {value}", written, count=1, flags=re.MULTILINE)
        return written


def country_codes() -> tuple[str, ...]:
    """Return the codes of the countries that there is a pack for."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def read_country(code: str) -> Country:
    """Return the pack of a country by its code, in any case of letters.

    Raises:
        ImportTextError: if there is none for that code.
    """
    known = code.upper()
    if known not in country_codes():
        hint = did_you_mean(known, country_codes())
        fix = (
            f"{hint}Use one of {', '.join(country_codes())}; for another country take {DEFAULT} and change its numbers."
        )
        raise ImportTextError(f"There is no country pack {code!r}. {fix}")
    return _read(FOLDER / f"{known}.yaml")


def _read(path: Path) -> Country:
    root, found = parse(path.read_text(encoding="utf-8"), path.name)
    if root is None:
        raise ValueError(f"the program's own country pack is broken: {found}")
    problems = Problems(path.name)
    known = ("name", "emergency", "crisis_line", "verified_on", "services", "lines")
    fields = Fields(root, known, problems, "the country")
    pack = Country(
        code=path.stem,
        name=fields.filled_text("name"),
        emergency=fields.filled_text("emergency"),
        crisis_line=fields.filled_text("crisis_line"),
        verified_on=fields.iso_date("verified_on"),
        services=tuple(_services(fields, problems)),
        lines=MappingProxyType(dict(_lines(fields, problems))),
    )
    if problems.found:
        raise ValueError(f"the program's own country pack is broken: {problems.found}")
    return pack


def _services(fields: Fields, problems: Problems) -> Iterator[Service]:
    for node in fields.items("services"):
        one = Fields(node, ("use", "contact", "name", "documented"), problems, "a service")
        texts = (one.filled_text(key) for key in ("contact", "name", "documented"))
        yield Service(one.choice("use", USES), *texts)


def _lines(fields: Fields, problems: Problems) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in fields.items("lines"):
        one = Fields(node, ("instead_of", "write"), problems, "a line")
        written = tuple(scalar_text(item, "a line", problems) for item in one.items("write"))
        yield one.filled_text("instead_of"), written
