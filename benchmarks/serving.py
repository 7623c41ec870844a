"""Server CPU a message beside a bare Gradio echo: python -m benchmarks.serving [--rounds N] [--messages N].

Each server runs in a process of its own on the loopback address and tells how much CPU time it has used. The echo is a
`gr.Blocks` with one event, and the same without Gradio's queue. Verbatim answers our own questions with the project's
knowledge, three to a conversation. Rounds take turns, so that a busy machine slows all.
"""

import argparse
import json
import socket
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from time import process_time
from typing import cast

import gradio as gr
import httpx
import uvicorn
from fastapi import FastAPI

from benchmarks.sets import OWN, joined, read_set
from bot.bot import Bot
from bot.model import Knowledge, Reply
from bot.web.server import build_app
from bot.web.settings import Settings

ROUNDS, MESSAGES, WARM_UP = 5, 60, 12
TURNS = 3
NAME_WIDTH = 44
MILLISECONDS = 1000
# far from every limit, which are not what is measured
UNLIMITED = Settings(rate_burst=1_000_000, rate_per_minute=1_000_000)

Send = Callable[[httpx.Client, str, str], str]


@dataclass(frozen=True, slots=True)
class Contender:
    """A server: its name, what makes its application, and how a browser sends it one message of a session."""

    name: str
    make: Callable[[], FastAPI]
    send: Send


@dataclass(frozen=True, slots=True)
class Running:
    """A server at work: a client of it, and a line on which it tells its CPU time in seconds."""

    contender: Contender
    client: httpx.Client
    clock: Connection

    def spent(self, messages: Sequence[tuple[str, str]]) -> float:
        """Send *messages*, each a session and a text; return the CPU time of the server for one, in milliseconds.

        Raises:
            RuntimeError: if a reply is missing.
        """
        before = self._now()
        for session, text in messages:
            if not self.contender.send(self.client, session, text):
                raise RuntimeError(f"{self.contender.name} gave no reply to {text!r}")
        return (self._now() - before) / len(messages) * MILLISECONDS

    def _now(self) -> float:
        self.clock.send(None)
        return float(self.clock.recv())


def echo(*, queue: bool) -> FastAPI:
    """Return a bare echo: two boxes and one event."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        said, heard = gr.Textbox(), gr.Textbox()
        said.submit(lambda text: text, inputs=said, outputs=heard, queue=queue)
    app = FastAPI()
    gr.mount_gradio_app(app, blocks, path="/")
    return app


def queued_echo() -> FastAPI:
    """Return the echo whose messages wait in Gradio's queue, which is Gradio's default."""
    return echo(queue=True)


def direct_echo() -> FastAPI:
    """Return the echo whose messages are answered at once."""
    return echo(queue=False)


def verbatim() -> FastAPI:
    """Return our server over the project's knowledge."""
    return build_app(Bot.load(), UNLIMITED)


def verbatim_without_ranking() -> FastAPI:
    """Return our server over a bot that has one reply to everything: what page and server take by themselves."""
    bot = Bot.load()
    return build_app(cast("Bot", _Prepared(bot.knowledge, bot.ask(bot.knowledge.entries[0].question))), UNLIMITED)


@dataclass(frozen=True, slots=True)
class _Prepared:
    knowledge: Knowledge
    reply: Reply

    def ask(self, _question: str, _history: Sequence[str] = ()) -> Reply:
        return self.reply


def send_queued(client: httpx.Client, session: str, text: str) -> str:
    """Send a message as Gradio's page does for a queued event: join, then listen until it is done."""
    client.post("/gradio_api/queue/join", json=_message([text], session)).raise_for_status()
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        events = (json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line)
        return next((str(one["output"]["data"][0]) for one in events if one["msg"] == "process_completed"), "")


def send_direct(client: httpx.Client, session: str, text: str) -> str:
    """Send a message as Gradio's page does for an event without a queue."""
    response = client.post("/gradio_api/run/predict", json=_message([text], session)).raise_for_status()
    return str(response.json()["data"][0])


def send_to_verbatim(client: httpx.Client, session: str, text: str) -> str:
    """Send a message as our page does."""
    message = {**_message([None], session), "event_data": {"question": text, "turn": 1}}
    response = client.post("/gradio_api/run/predict", json=message).raise_for_status()
    return str(response.json()["data"][1]["html"])


def _message(inputs: list[str | None], session: str) -> dict[str, object]:
    return {"data": inputs, "event_data": None, "fn_index": 0, "trigger_id": 2, "session_hash": session}


CONTENDERS = (
    Contender("bare Gradio echo, one event", queued_echo, send_queued),
    Contender("the same without Gradio's queue", direct_echo, send_direct),
    Contender("Verbatim with one reply to everything", verbatim_without_ranking, send_to_verbatim),
    Contender("Verbatim", verbatim, send_to_verbatim),
)


def serve(make: Callable[[], FastAPI], line: Connection) -> None:
    """Serve in this process: tell the port, then the CPU time whenever asked."""
    app = make()
    listening = socket.create_server(("127.0.0.1", 0))
    line.send(listening.getsockname()[1])
    Thread(target=_tell_time, args=(line,), daemon=True).start()
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])


def _tell_time(line: Connection) -> None:
    while True:
        line.recv()
        line.send(process_time())


@contextmanager
def running(contender: Contender) -> Iterator[Running]:
    """Start the server of *contender*; end it afterwards."""
    # a new interpreter each: nothing of ours is loaded in the echo's
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(contender.make, theirs), daemon=True)
    process.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{ours.recv()}", timeout=60) as client:
        yield Running(contender, client, ours)
    process.terminate()
    process.join()


def messages_of(questions: Sequence[str], rounds: int, messages: int) -> list[list[tuple[str, str]]]:
    """Return *rounds* lists of messages after a first one to warm up; a session holds three messages."""
    told = ((f"session{number // TURNS}", text) for number, text in enumerate(cycle(questions)))
    return [list(islice(told, size)) for size in (WARM_UP, *[messages] * rounds)]


def report(spent: Sequence[tuple[str, Sequence[float]]]) -> Iterator[str]:
    """Yield the table, then our ratio to each of the others: medians of the rounds."""
    for name, rounds in spent:
        yield f"{name:<{NAME_WIDTH}}{statistics.median(rounds):6.1f} ms ({min(rounds):.1f} to {max(rounds):.1f})"
    *others, (name, ours) = spent
    for other, rounds in others:
        yield f"{name} / {other}: {statistics.median(ours) / statistics.median(rounds):.2f}"


def main() -> None:
    """Measure all and print."""
    parser = argparse.ArgumentParser(description="server CPU a message, beside a bare Gradio echo")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--messages", type=int, default=MESSAGES, help="in each round")
    options = parser.parse_args()
    own = joined(read_set(folder) for folder in OWN)
    # of each kind in turn
    questions = [question.text for kind in zip(own.answerable, own.near, own.far, strict=False) for question in kind]
    warm_up, *rounds = messages_of(questions, options.rounds, options.messages)
    with ExitStack() as stack:
        servers = [stack.enter_context(running(contender)) for contender in CONTENDERS]
        for server in servers:
            server.spent(warm_up)
        spent = [[server.spent(messages) for server in servers] for messages in rounds]
    print(f"Server CPU a message: median of {options.rounds} rounds of {options.messages} messages, least and most")
    columns = list(zip(*spent, strict=True))
    for line in report([(one.name, column) for one, column in zip(CONTENDERS, columns, strict=True)]):
        print(line)


if __name__ == "__main__":
    main()
