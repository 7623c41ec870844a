"""What the project promises about itself: its documents are true, it names no machine, its versions are exact."""

import itertools
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import bot
from tests.conftest import ROOT


def python(*arguments: str) -> str:
    """Run Python in the checkout and return what it prints."""
    environment = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def fences(text: str) -> list[tuple[str, str]]:
    """Return the fenced blocks of a Markdown text: language and body, in order."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def readme_blocks() -> list[tuple[str, str]]:
    return fences((ROOT / "README.md").read_text(encoding="utf-8"))


def console_examples() -> list[tuple[str, str]]:
    """Return each `$ verbatim ...` of the README's console blocks that shows its output, with that output."""
    pieces = [
        piece.partition("\n")
        for language, body in readme_blocks()
        if language == "console"
        for piece in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    ]
    return [(line, output) for line, _, output in pieces if line.startswith("verbatim ") and output.strip()]


def test_the_readmes_python_prints_what_it_says() -> None:
    blocks = readme_blocks()
    examples = [(code, after) for (language, code), after in itertools.pairwise(blocks) if language == "python"]
    assert examples != []
    for code, (language, output) in examples:
        assert (language, python("-c", code)) == ("text", output)


def test_the_readmes_commands_print_what_it_says() -> None:
    examples = console_examples()
    assert any(line.startswith("verbatim ask ") for line, _ in examples)
    for line, output in examples:
        assert python("-m", "bot", *shlex.split(line)[1:]).rstrip("\n") == output.rstrip("\n")


def documents() -> str:
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "knowledge" / "README.md"]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_verb_is_documented() -> None:
    verbs = re.findall(r"^ {4}([a-z]+) ", python("-m", "bot", "--help"), flags=re.MULTILINE)
    assert {"ask", "check", "serve"} <= set(verbs)
    text = documents()
    assert [verb for verb in verbs if not re.search(rf"\bverbatim {verb}\b", text)] == []


def test_every_setting_is_documented() -> None:
    code = [ROOT / "app.py", ROOT / "tests" / "conftest.py", *(ROOT / "bot").rglob("*.py")]
    settings = {name for path in code for name in re.findall(r"VERBATIM_[A-Z][A-Z0-9_]*", path.read_text("utf-8"))}
    assert settings - set(re.findall(r"VERBATIM_[A-Z0-9_]+", documents())) == set()


def project_files() -> list[Path]:
    """Return what git tracks or is about to."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - wherever git is
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_names_this_machine_or_a_registry() -> None:
    # put together here, so that this file does not name them either
    machine = [re.escape(f"{folder}/") for folder in (ROOT, ROOT.parent / "shared", Path.home())]
    registry = ["index" + "-url", "find" + "-links", r"https?://[^\s\"']*/" + "(?:simple|packages)/"]
    registry += [r"pypi" + r"\.org", r"python" + "hosted", r"registry" + r"\.npmjs"]
    told = re.compile("|".join([*machine, *registry]).encode())
    assert [str(path.relative_to(ROOT)) for path in project_files() if told.search(path.read_bytes())] == []


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0]) for requirement in requirements}


def locked(file: str) -> list[tuple[str, str]]:
    """Return name and rest of every requirement in a lock file, its continuation lines joined."""
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(normal(name), rest) for name, _, rest in (line.partition("==") for line in lines)]


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_lock_holds_every_dependency() -> None:
    project, build = pyproject()["project"], pyproject()["build-system"]["requires"]
    served = named(project["dependencies"] + build)
    assert served - dict(locked("requirements.txt")).keys() == set()
    tools = named(project["optional-dependencies"]["dev"])
    assert (served | tools) - dict(locked("requirements-dev.txt")).keys() == set()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_is_exact(file: str) -> None:
    loose = [name for name, rest in locked(file) if not re.match(r"[\w.!+]+ .*--hash=sha256:[0-9a-f]{64}", rest)]
    assert loose == []


def test_both_locks_agree() -> None:
    assert set(locked("requirements.txt")) - set(locked("requirements-dev.txt")) == set()


def test_the_version_is_said_once() -> None:
    assert bot.__version__ == pyproject()["project"]["version"]
