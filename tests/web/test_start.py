"""Starting: one address on stderr, or one clear message and exit 1."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.journal import CountsFile
from bot.knowledge import load_knowledge
from tests.knowledge.made_up import make_small
from tests.web.book import ROOT, wait_until

pytestmark = pytest.mark.slow


@contextmanager
def starting(folder: Path, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VERBATIM_")}
    # the checkout's data folder holds the prepared knowledge; preparing it anew would take half a minute
    own = {
        "VERBATIM_PORT": "0",
        "VERBATIM_KNOWLEDGE": str(ROOT / "knowledge"),
        "VERBATIM_DATA": str(ROOT / ".verbatim"),
    }
    command = [sys.executable, str(ROOT / "app.py")]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, **own, **settings},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def message_of(folder: Path, **settings: str) -> str:
    """Return what is said by a start that fails."""
    with starting(folder, **settings) as process:
        said, errors = process.communicate(timeout=30)
    assert (process.returncode, said) == (1, "")
    assert "Traceback" not in errors
    return errors


def test_it_says_where_it_answers_and_writes_nothing_elsewhere(tmp_path: Path) -> None:
    with starting(tmp_path) as process:
        assert process.stderr
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
        assert found
        assert httpx.get(f"{found[0]}/healthz", timeout=20).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()
    assert list(tmp_path.iterdir()) == []


def test_it_counts_in_the_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (ROOT / ".verbatim" / "cache").mkdir(parents=True, exist_ok=True)
    (data / "cache").symlink_to(ROOT / ".verbatim" / "cache")
    with starting(tmp_path, VERBATIM_DATA=str(data)) as process:
        assert process.stderr
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
        assert found
        reply = httpx.post(f"{found[0]}/api/ask", json={"question": "What is ketamine?"}, timeout=20).json()
        said = {"receipt": reply["receipt"], "helpful": True}
        assert httpx.post(f"{found[0]}/api/feedback", json=said, timeout=20).status_code == 204
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    counted = {(count.item.what, count.item.name): count.number for count in CountsFile(data / "counts.sqlite").read()}
    entries = {passage["entry_id"] for passage in reply["passages"]}
    assert {name for what, name in counted if what == "helpful"} == entries != set()
    assert (counted["kind", "answer"], counted["level", "none"]) == (1, 1)


def test_a_taken_address_is_one_message(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert message_of(tmp_path, VERBATIM_PORT=port) == (
            f"127.0.0.1:{port} cannot be had (Address already in use). "
            "Stop the program that uses it, or set VERBATIM_HOST and VERBATIM_PORT to a free address.\n"
        )


def test_a_bad_setting_is_one_message(tmp_path: Path) -> None:
    message = message_of(tmp_path, VERBATIM_PORT="x", VERBATIM_RATE_BURST="0")
    assert [line.split()[0] for line in message.splitlines()] == ["VERBATIM_PORT", "VERBATIM_RATE_BURST"]


def test_a_broken_knowledge_is_one_message(tmp_path: Path) -> None:
    message = message_of(tmp_path, VERBATIM_KNOWLEDGE=str(tmp_path / "none"))
    assert str(tmp_path / "none") in message


def test_it_takes_a_changed_knowledge_and_tells_of_a_broken_one(tmp_path: Path) -> None:
    knowledge = make_small(tmp_path)
    settings = {"VERBATIM_KNOWLEDGE": str(knowledge), "VERBATIM_DATA": str(tmp_path / "data")}

    def health() -> dict[str, object]:
        return dict(httpx.get(f"{address}/healthz", timeout=20).json())

    with starting(tmp_path, **settings) as process:
        assert process.stderr
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
        assert found
        address = found[0]
        before = health()["knowledge"]
        aliases = knowledge / "aliases.yaml"
        aliases.write_text(aliases.read_text(encoding="utf-8") + "    - with a friend\n", encoding="utf-8")
        wait_until(lambda: health()["knowledge"] == load_knowledge(knowledge).digest != before, 30)
        good = health()["knowledge"]
        aliases.write_text("when-open: [", encoding="utf-8")
        wait_until(lambda: f"{aliases.as_posix()}:2: this is not valid YAML" in str(health()["problems"]), 30)
        assert health()["knowledge"] == good
