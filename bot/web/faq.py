"""The plain page: every answer, and a form that asks the bot, as one document without any script.

A question comes in the body of a form and goes out on the page that answers it; it is never part of an address.
"""

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.bot import Bot
from bot.model import Entry, Knowledge
from bot.web.api import Count, log_failure
from bot.web.limits import Refuse
from bot.web.page import Style
from bot.web.painting import FAQ, element, escape, paint_failure, paint_faq, paint_refused, paint_reply, paint_turn

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 10
# what a patient reads of a status; any other is an error
NOTICES = {413: "too-long", 429: "busy"}


class HtmlResponse(Response):
    """A document."""

    media_type = "text/html"


def parse_form(content_type: str, body: bytes) -> str:
    """Return the question that a form asks, with the line ends of its text box.

    Raises:
        ValueError: if it is not one question in that form.
    """
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise ValueError("not a form")
    fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    questions = [value for name, value in fields if name == "question"]
    if len(questions) != 1:
        raise ValueError("not one question")
    # a form sends each line feed of a text box as two characters
    return questions[0].replace("\r\n", "\n")


class FaqPage:
    """The documents of one knowledge; `index` is the page as it stands before anybody asks."""

    def __init__(self, knowledge: Knowledge, styles: tuple[Style, ...]) -> None:
        """Paint all that does not depend on a question."""
        self._knowledge = knowledge
        self._styles = "".join(f'<link rel="stylesheet" href="{style.path}">' for style in styles)
        # nobody should find a page that is not ready for patients
        told = "" if knowledge.missing else structured_data(knowledge.entries)
        self.index = self._document(paint_faq(knowledge), told)

    def answered(self, question: str, reply: str, *, keep: bool) -> str:
        """Return the page with *reply*, as HTML, to *question*, which stays in the form if *keep*."""
        painted = paint_turn(question, reply, self._knowledge.words)
        return self._document(paint_faq(self._knowledge, painted, question if keep else ""))

    def refused(self, status: int) -> str:
        """Return the page of a request that was refused with *status*."""
        notice = self._knowledge.notices[NOTICES.get(status, "error")]
        return self._document(paint_refused(self._knowledge, notice))

    def _document(self, body: str, told: str = "") -> str:
        clinic, words = self._knowledge.clinic, self._knowledge.words
        head = (
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            "" if told else '<meta name="robots" content="noindex">',
            element("title", escape(" - ".join(text for text in (words["faq_title"], clinic.name) if text))),
            '<link rel="icon" href="data:,">',
            self._styles,
            told,
        )
        page = element("html", element("head", *head), element("body", body), lang=clinic.language)
        return f"<!DOCTYPE html>{page}"


def structured_data(entries: tuple[Entry, ...]) -> str:
    """Return *entries* as a FAQPage of schema.org in JSON-LD; an answer's passages have an empty line between them."""
    page = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": entry.question,
                "acceptedAnswer": {"@type": "Answer", "text": "\n\n".join(p.text for p in entry.passages)},
            }
            for entry in entries
        ],
    }
    # nothing in a script element is unescaped by a parser, so JSON's own escapes keep the text from ending it
    data = json.dumps(page).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return element("script", data, type="application/ld+json")


def faq(current: Callable[[], tuple[Bot, FaqPage]], refuse: Refuse, count: Count) -> APIRouter:
    """Return the routes of `/faq`; *current* gives the bot in service with its page, once for each request."""
    router = APIRouter()

    @router.api_route(FAQ, methods=["GET", "HEAD"])
    async def index() -> Response:
        return HtmlResponse(current()[1].index)

    @router.post(FAQ)
    async def ask(request: Request) -> Response:
        try:
            question = parse_form(request.headers.get("content-type", ""), await request.body())
        except ValueError:
            return refuse(400)
        return await run_in_threadpool(_answer, *current(), question, count)

    return router


def _answer(bot: Bot, page: FaqPage, question: str, count: Count) -> Response:
    knowledge = bot.knowledge
    try:
        reply = bot.ask(question)
        painted = paint_reply(reply, knowledge, linked=True)
    except Exception as error:  # noqa: BLE001 - whatever failed, the patient gets the contact and the crisis line
        log_failure(error)
        painted = paint_failure(knowledge, knowledge.notices["error"])
        return HtmlResponse(page.answered(question, painted, keep=True), 503)
    count(reply)
    return HtmlResponse(page.answered(question, painted, keep=reply.kind == "refused"))
