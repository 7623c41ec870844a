"""Hostile text, as question and as knowledge: painted as the text it is; nothing is made of it, run or asked for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.model import Problem
from tests.web.book import CLINIC, NOTICES, BookBot, Visit, make_entry, make_knowledge, serving

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
EVIL = "http://evil.example/x"
PAYLOADS = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    f"<img src='{EVIL}.png'>",
    "<svg onload='window.pwned = 1'><circle r=9></svg>",
    f"<iframe src='{EVIL}'></iframe>",
    f"<link rel=stylesheet href='{EVIL}.css'>",
    "<style>body { display: none }</style>",
    f"<form action='{EVIL}'><input name=q autofocus onfocus='window.pwned = 1'></form>",
    "<details open ontoggle='window.pwned = 1'>x</details>",
    "<a href='javascript:window.pwned = 1'>x</a>",
    "</p></blockquote></template></script><h1>broken out</h1>",
    "--><script>window.pwned = 1</script><!--",
    "<math><mtext></p><style><img src=x onerror='window.pwned = 1'>",
    '" onmouseover="window.pwned = 1" x="',
    "' onfocus='window.pwned = 1' autofocus='",
    f"![x]({EVIL}.png)",
    f"[click]({EVIL}) [x](javascript:window.pwned=1)",
    "# Title\n\n**bold** _em_ `code` ~~gone~~\n\n- item\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "```html\n<script>window.pwned = 1</script>\n```",
    "$$\\href{javascript:window.pwned=1}{x}$$ \\(x\\) $x$",
    "${window.pwned = 1} `${window.pwned = 1}` \\${x} \\u0041",
    "{{#with this}}{{constructor}}{{/with}} {{{value}}} {{value}} @children",
    "&lt;b&gt; &amp; &#60; &nbsp; &#x3c;script&#x3e;",
    "<!-- comment --> <![CDATA[ x ]]> <?xml version='1.0'?>",
    "<gradio-app></gradio-app><vb-x></vb-x>",
    "two  spaces\ttab\u00a0nbsp \u200bzero \u202eright-to-left \u2028line",
    "carriage\rreturn\r\nand line",
    "<base href='http://evil.example/'><meta http-equiv=refresh content='0;url=http://evil.example/'>",
)


def assert_harmless(opened: Visit) -> None:
    page = opened.page
    assert page.evaluate("window.pwned") is None
    assert (
        page.locator("iframe, form[action], object, embed, base[href*=evil], .vb-log style, .vb-log script").count()
        == 0
    )
    assert page.locator("[onerror], [onload], [onfocus], [ontoggle], [onmouseover]").count() == 0
    assert (
        page.locator(".vb-log, .vb-top").locator("h1, img, link, input, table, strong, em, code, pre, vb-x").count()
        == 0
    )
    assert page.locator("a:not([href^='tel:'], [href^='sms:'], [href='/faq'])").count() == 0
    assert (opened.complaints, opened.elsewhere) == ([], [])


def test_a_hostile_question_is_painted_as_text(visit: Open, site: str, book: BookBot) -> None:
    opened = visit(site)
    for number, payload in enumerate(PAYLOADS):
        opened.ask(payload)
        # a text box has no carriage returns
        typed = payload.replace("\r\n", "\n").replace("\r", "\n")
        mine = opened.page.locator(".vb-mine").nth(number)
        assert mine.text_content() == typed
        assert mine.evaluate("node => node.childElementCount") == 0
        assert book.asked[-1][0] == typed
    assert_harmless(opened)


def hostile_bot(*payloads: str) -> BookBot:
    """Return a bot in whose knowledge every text that can be painted holds *payloads*; an entry for each."""
    everything = "\n".join(payloads)
    entries = [make_entry(f"entry-{n}", payload, payload, f"{payload}.") for n, payload in enumerate(payloads)]
    clinic = replace(CLINIC, name=everything, starters=tuple(entry.id for entry in entries))
    notices = {notice: f"{text}\n{everything}" for notice, text in NOTICES.items()}
    knowledge = make_knowledge(*entries, clinic=clinic, notices=notices)
    words = {key: f"{word} {everything}" for key, word in knowledge.words.items()}
    return BookBot(replace(knowledge, words=words, missing=(Problem("clinic.yaml", 1, "x", everything),)))


# each alone where one could hide another: an unclosed comment or element, a template, a line end
ALONE = (PAYLOADS[10], PAYLOADS[12], PAYLOADS[20], PAYLOADS[21], PAYLOADS[26])


@pytest.mark.parametrize(
    "payloads", [PAYLOADS, *((payload,) for payload in ALONE)], ids=lambda p: f"{len(p)} {p[0][:9]!a}"
)
def test_hostile_knowledge_is_painted_as_text(visit: Open, payloads: tuple[str, ...]) -> None:
    bot = hostile_bot(*payloads)
    with serving(bot) as address:
        opened = visit(address)
        page = opened.page

        def read(selector: str) -> list[str]:
            texts: list[str] = page.locator(selector).evaluate_all("nodes => nodes.map(n => n.textContent)")
            return texts

        everything = "\n".join(payloads)
        assert read(".vb-name") == [everything]
        assert read(".vb-missing li") == [everything]
        assert read(".vb-greeting p") == [bot.knowledge.notices["greeting"]]
        assert read(".vb-intro .vb-chip") == list(payloads)
        placeholder = page.get_by_role("textbox").get_attribute("placeholder")
        assert placeholder == bot.knowledge.words["question_placeholder"]
        assert page.evaluate("document.title.replace(/\\s+/g, ' ')").strip() == " ".join(everything.split())
        for number, payload in enumerate(payloads):
            page.locator(".vb-intro .vb-chip").nth(number).click()
            page.locator(".vb-reply").nth(number).wait_for()
            reply = f".vb-reply:nth-child({3 + 2 * number}) "
            assert read(f"{reply}.vb-card h2") == [payload]
            assert read(f"{reply}.vb-about q") == [payload]
            assert read(f"{reply}.vb-card > .vb-quote p") == [payload]
            assert read(f"{reply}.vb-full p") == [payload, f"{payload}."]
            assert read(f'{reply}[data-notice="support"] p') == [bot.knowledge.notices["support"]]
            assert read(f"{reply}.vb-disclaimer") == [bot.knowledge.notices["disclaimer"]]
        assert read(".vb-mine") == list(payloads)
        opened.ask("hurt")
        opened.ask("fail")
        assert_harmless(opened)
