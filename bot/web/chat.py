"""The patient's chat as Gradio Blocks: one event a message, the earlier questions kept on the server."""

from pathlib import Path
from typing import Any

import gradio as gr

from bot.bot import Bot
from bot.model import Reply
from bot.web.api import MAX_HISTORY, Count, Current, log_failure
from bot.web.page import PAINTED
from bot.web.painting import paint_failure, paint_reply

STATIC = Path(__file__).parent / "static"
# a conversation is forgotten after this long without a message
HISTORY_SECONDS = 30 * 60
MAX_SESSIONS = 2_000
FAILED = "() => { document.dispatchEvent(new Event('verbatim-failed')); }"

History = tuple[str, ...]


def build_chat(current: Current, count: Count) -> gr.Blocks:
    """Return the chat of the bot in service, not yet mounted; each reply goes to *count*.

    The page has one component. Its script sends the event `submit` with a question and gets a painted reply as the
    component's value; no component is ever an input, so nothing from a browser reaches Gradio's own reading of values.
    What the component shows at first is written into the document in place of `PAINTED`.
    """
    chat: gr.Blocks
    with gr.Blocks(
        title=page_title(current()),
        analytics_enabled=False,
        fill_width=True,
        delete_cache=None,
    ) as chat:
        history = gr.State((), time_to_live=HISTORY_SECONDS)
        room = gr.HTML(
            html_template="${chat}",
            js_on_load=(STATIC / "chat.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            padding=False,
            elem_id="verbatim",
            chat=PAINTED,
        )

        def ask(earlier: History, event: gr.EventData) -> tuple[History, dict[str, Any]]:
            asked = event._data  # noqa: SLF001 - its attributes would hide a question named like one of Gradio's
            question, turn = asked["question"], asked["turn"]
            painted, kept = _answer(current(), question, earlier, count)
            return kept, {"turn": turn, "html": painted}

        def forget() -> History:
            return ()

        sent = room.submit(
            ask, inputs=history, outputs=[history, room], queue=False, show_progress="hidden", api_visibility="private"
        )
        sent.failure(None, js=FAILED, queue=False)
        room.clear(forget, outputs=history, queue=False, show_progress="hidden", api_visibility="private")
    chat.state_session_capacity = MAX_SESSIONS
    return chat


def page_title(bot: Bot) -> str:
    """Return the page's title: the clinic's name, or the words for a page whose clinic has none."""
    return bot.knowledge.clinic.name or bot.knowledge.words["page_title"]


def _answer(bot: Bot, question: str, earlier: History, count: Count) -> tuple[str, History]:
    try:
        reply = bot.ask(question, earlier)
        painted, kept = paint_reply(reply, bot.knowledge), _remember(earlier, question, reply)
    except Exception as error:  # noqa: BLE001 - Gradio would print the message, which may quote the patient
        log_failure(error)
        return paint_failure(bot.knowledge, bot.knowledge.notices["error"]), earlier
    count(reply)
    return painted, kept


def _remember(earlier: History, question: str, reply: Reply) -> History:
    return earlier if reply.kind == "refused" else (*earlier, question)[-MAX_HISTORY:]
