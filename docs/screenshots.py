"""Takes the pictures in `docs/images/`: `python docs/screenshots.py [FOLDER]`.

Needs Chromium; the variable VERBATIM_CHROMIUM says where it is. The clinic in the pictures is made up, and so is its
number; the passages are those of `knowledge/`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("VERBATIM_CHROMIUM", "/usr/bin/chromium")
DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=360, height=740)
CLINIC = {"name": "Harbor Light Clinic", "phone": "(202) 555-0142", "hours": "Monday to Friday, 9 am to 5 pm"}
PATIENT = "Can I do this if I'm pregnant?"
# measuring takes a while
PATIENCE = 180_000


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: what is asked, and on which kind of screen."""

    name: str
    question: str = ""
    phone: bool = False
    dark: bool = False
    full_answer: bool = False
    clinic: bool = True
    plain: bool = False


SCENES = (
    Scene("empty"),
    Scene("answer", PATIENT),
    Scene("full-answer", "What are the risks and side effects?", full_answer=True),
    Scene("choose", "My doctor says we've run out of options."),
    Scene("gap", "how much does it cost"),
    Scene("no-answer", "Do you sell bicycles?"),
    Scene("crisis", "I want to kill myself"),
    Scene("refused", "why " * 1200),
    Scene("not-ready", PATIENT, clinic=False),
    Scene("empty-phone", phone=True),
    Scene("answer-phone", PATIENT, phone=True),
    Scene("full-answer-phone", "How long does it last?", phone=True, full_answer=True),
    Scene("crisis-phone", "I want to kill myself", phone=True),
    Scene("no-answer-phone", "Do you sell bicycles?", phone=True),
    Scene("answer-dark", PATIENT, dark=True),
    Scene("full-answer-dark", "How long does it last?", dark=True, full_answer=True),
    Scene("crisis-phone-dark", "I want to kill myself", phone=True, dark=True),
    Scene("empty-phone-dark", phone=True, dark=True),
    Scene("faq", plain=True),
    Scene("faq-dark", plain=True, dark=True),
    Scene("faq-phone", plain=True, phone=True),
    Scene("faq-answer-phone", PATIENT, plain=True, phone=True),
)


@dataclass(frozen=True, slots=True)
class StaffScene:
    """One picture of a staff page: where it is, and what is pressed there one after another."""

    name: str
    path: str
    presses: tuple[str, ...] = ()
    question: str = ""
    phone: bool = False
    dark: bool = False


STAFF_SCENES = (
    StaffScene("staff-overview", "/staff"),
    StaffScene("staff-ask", "/staff/ask", ("Ask",), "how long am i out of it for"),
    StaffScene("staff-coverage", "/staff/coverage", ("Run the tests",)),
    StaffScene("staff-scorecard", "/staff/scorecard"),
    StaffScene("staff-reach", "/staff/reach"),
    StaffScene("staff-point", "/staff/point", ("Measure every threshold",)),
    StaffScene("staff-edit", "/staff/edit"),
    StaffScene("staff-review", "/staff/review"),
    StaffScene("staff-overview-dark", "/staff", dark=True),
    StaffScene("staff-ask-phone", "/staff/ask", ("Ask",), "how long am i out of it for", phone=True),
    StaffScene("staff-coverage-dark", "/staff/coverage", dark=True),
)
STAFF, PASSWORD = "Jo Example", "a long made-up password"
EXAMPLES = ROOT / "docs" / "examples"
EXAMPLE_ADDRESS = "https://chat.clinic.example"
# the widget on a website, closed (no question) or open
WIDGET_SCENES = (
    Scene("widget-closed"),
    Scene("widget", PATIENT),
    Scene("widget-dark", PATIENT, dark=True),
    Scene("widget-phone", PATIENT, phone=True),
)


def knowledge_copy(folder: Path, *, clinic: bool) -> Path:
    """Copy the knowledge into a folder below *folder*, with the made-up clinic's facts filled in if *clinic*."""
    copy = folder / ("clinic" if clinic else "plain") / "knowledge"
    shutil.copytree(ROOT / "knowledge", copy)
    facts = copy / "clinic.yaml"
    text = facts.read_text(encoding="utf-8")
    for key, value in CLINIC.items() if clinic else ():
        text = re.sub(rf"^{key}: ''$", f"{key}: {value!r}", text, flags=re.MULTILINE)
    facts.write_text(text, encoding="utf-8")
    return copy


@contextmanager
def host_site(folder: Path) -> Iterator[str]:
    """Serve *folder* as another website, and give its origin."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


@contextmanager
def server(knowledge: Path, data: Path, host: str) -> Iterator[str]:
    """Serve *knowledge* on a free port, embeddable by *host*, and give the address."""
    environment = {
        **os.environ,
        "VERBATIM_KNOWLEDGE": knowledge.name,
        "VERBATIM_PORT": "0",
        "VERBATIM_DATA": str(data),
        "VERBATIM_RATE_BURST": "1000",
        "VERBATIM_ALLOWED_ORIGINS": host,
    }
    command = [sys.executable, str(ROOT / "app.py")]
    with subprocess.Popen(command, cwd=knowledge.parent, env=environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        try:
            yield next(address[0] for line in process.stderr or () if (address := re.search(r"http://\S+", line)))
        finally:
            process.terminate()


def ask(page: Page, question: str, *, plain: bool) -> None:
    """Ask as a patient does and wait until the reply stands still."""
    page.get_by_role("textbox").fill(question)
    if plain:
        page.locator("form button").click()
    else:
        page.keyboard.press("Enter")
    page.locator(".vb-reply").last.wait_for()
    page.mouse.move(0, 0)


def new_page(browser: Browser, scene: Scene | StaffScene) -> Page:
    """Return a page on the screen of *scene*."""
    return browser.new_page(
        viewport=PHONE if scene.phone else DESKTOP,
        color_scheme="dark" if scene.dark else "light",
        device_scale_factor=2 if scene.phone else 1,
        has_touch=scene.phone,
        is_mobile=scene.phone,
        reduced_motion="reduce",
    )


def take(browser: Browser, address: str, scene: Scene, folder: Path) -> None:
    """Take one picture."""
    page = new_page(browser, scene)
    page.goto(f"{address}/faq" if scene.plain else address)
    page.locator(".vb-chat").wait_for()
    if scene.question:
        ask(page, scene.question, plain=scene.plain)
    if scene.full_answer:
        page.locator("summary").first.click()
        page.locator(".vb-full mark").first.evaluate("mark => mark.scrollIntoView({block: 'center'})")
    page.screenshot(path=folder / f"{scene.name}.png")
    page.close()


def lay_out_examples(site: Path, address: str) -> None:
    """Lay the example pages out in *site*, with the chat at *address*."""
    for page in EXAMPLES.iterdir():
        text = page.read_text(encoding="utf-8").replace(EXAMPLE_ADDRESS, address)
        (site / page.name).write_text(text, encoding="utf-8")


def take_widget(browser: Browser, host: str, scene: Scene, folder: Path) -> None:
    """Take one picture of the widget on another website."""
    page = new_page(browser, scene)
    page.goto(f"{host}/bubble.html")
    launcher = page.locator("verbatim-chat .launcher")
    launcher.wait_for()
    if scene.question:
        launcher.click()
        box = page.frame_locator("verbatim-chat iframe").get_by_role("textbox")
        box.fill(scene.question)
        box.press("Enter")
        page.frame_locator("verbatim-chat iframe").locator(".vb-reply").wait_for()
        page.mouse.move(0, 0)
    page.screenshot(path=folder / f"{scene.name}.png")
    page.close()


def add_staff(data: Path) -> None:
    """Make the account that signs in."""
    command = [sys.executable, "-m", "bot", "staff", "add", STAFF, "--role", "editor"]
    environment = {**os.environ, "VERBATIM_DATA": str(data)}
    subprocess.run(command, cwd=ROOT, env=environment, input=f"{PASSWORD}\n", text=True, check=True)  # noqa: S603 - our own program


def take_staff(browser: Browser, address: str, scene: StaffScene, folder: Path) -> None:
    """Take one picture of a staff page, the whole of it."""
    page = new_page(browser, scene)
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/staff/login")
    page.get_by_label("Name").fill(STAFF)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{address}{scene.path}")
    if scene.question:
        page.get_by_role("textbox").fill(scene.question)
    for button in scene.presses:
        page.get_by_role("button", name=button).click()
        page.locator("main h1").wait_for()
    page.screenshot(path=folder / f"{scene.name}.png", full_page=True)
    page.close()


def main(folder: Path) -> None:
    """Take every picture into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        site = Path(temporary) / "site"
        site.mkdir()
        data = Path(temporary) / "data"
        data.mkdir()
        # what was prepared already need not be prepared for the pictures
        (ROOT / ".verbatim" / "cache").mkdir(parents=True, exist_ok=True)
        (data / "cache").symlink_to(ROOT / ".verbatim" / "cache")
        add_staff(data)
        with host_site(site) as host:
            for clinic in (True, False):
                with server(knowledge_copy(Path(temporary), clinic=clinic), data, host) as address:
                    for scene in SCENES:
                        if scene.clinic == clinic:
                            take(browser, address, scene, folder)
                    if clinic:
                        lay_out_examples(site, address)
                        for scene in WIDGET_SCENES:
                            take_widget(browser, host, scene, folder)
                        for staff_scene in STAFF_SCENES:
                            take_staff(browser, address, staff_scene, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
