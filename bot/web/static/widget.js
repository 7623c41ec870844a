// The chat on a clinic's website: a launcher and a frame in a shadow tree of their own.
// Stores nothing, asks nobody but the chat's server, leaves the website's elements and styles alone.
(() => {
  "use strict";
  if (window.verbatim) return;
  const facts = FACTS;
  const script = document.currentScript;
  const home = new URL(".", script.src);
  const settings = { ...script.dataset, ...window.verbatimSettings };
  const words = facts.words[settings.locale] ?? facts.words[facts.language];
  const language = facts.words[settings.locale] ? settings.locale : facts.language;
  const title = settings.title || words.page_title;
  const small = matchMedia("(max-width: 40rem), (max-height: 30rem)");
  const root = document.documentElement;
  const view = window.visualViewport;
  const ANSWERS_WITHIN = 8000;
  // what an error page in the frame loads is over at once, and nothing is heard of the chat
  const ANSWERS_AFTER_LOAD = 1500;

  // never innerHTML: a website may require trusted types
  function make(tag, attributes, ...children) {
    const drawn = tag === "svg" || tag === "path";
    const node = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function icon(name, shape) {
    const line = { d: shape, fill: "none", stroke: "currentColor", "stroke-width": 2 };
    const path = make("path", { ...line, "stroke-linecap": "round", "stroke-linejoin": "round" });
    return make("svg", { class: name, viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
  }

  function button(name, action, ...children) {
    const node = make("button", { type: "button", class: name }, ...children);
    node.addEventListener("click", action);
    return node;
  }

  const CROSS = "M6 6l12 12M18 6 6 18";
  const launcher = button(
    "launcher",
    toggle,
    icon("bubble", "M12 4a9 7.4 0 1 1-3.4 14.3L4 20.5l1.2-4A9 7.4 0 0 1 12 4z"),
    icon("down", "M6 9.5l6 6 6-6"),
    make("span", {}, title),
  );
  const status = make("p", { role: "status" }, words.loading);
  const again = button("again", retry, words.widget_retry);
  const panel = make("div", { class: "panel", tabindex: "-1" }, help());
  const host = make("verbatim-chat", { lang: language });
  const shadow = host.attachShadow({ mode: "open" });

  let mode = ["inline", "page"].includes(settings.mode) ? settings.mode : "bubble";
  let frame = null;
  let ready = false;
  let opened = false;
  let opener = null;
  let greeting = null;
  let timer = 0;
  let before = null;

  function help() {
    const numbers = [
      [words.help_clinic, settings.phone || facts.phone],
      [words.help_crisis, settings.crisis || facts.crisis],
      [words.help_emergency, settings.emergency || facts.emergency],
    ];
    const links = numbers
      .filter(([, number]) => number)
      .map(([label, number]) =>
        make("a", { href: `tel:${`${number}`.replace(/(?!^\+)\D/g, "")}` }, make("span", {}, label), " ", number),
      );
    // the fixed text names the lines that were served: it would contradict other ones
    const own = settings.crisis || settings.emergency ? "" : facts.support;
    return make(
      "div",
      { class: "help" },
      make("p", { class: "name" }, facts.name || title),
      status,
      ...links,
      make("p", { class: "support" }, own),
      again,
    );
  }

  function warn(what) {
    console.warn(`Verbatim: ${what}`);
  }

  function tell(name) {
    document.dispatchEvent(new CustomEvent(`verbatim:${name}`, { bubbles: true }));
  }

  function send(word) {
    frame.contentWindow.postMessage({ verbatim: word }, home.origin);
  }

  function load() {
    frame?.remove();
    ready = false;
    panel.dataset.state = "waiting";
    status.textContent = words.loading;
    frame = make("iframe", {
      src: home,
      title,
      // the chat learns from these where it stands
      name: `verbatim-${mode}`,
      referrerpolicy: "origin",
      allow: "clipboard-write",
    });
    frame.addEventListener("load", () => expect(ANSWERS_AFTER_LOAD));
    expect(ANSWERS_WITHIN);
    panel.append(frame);
  }

  function expect(milliseconds) {
    clearTimeout(timer);
    if (panel.dataset.state === "waiting") timer = setTimeout(giveUp, milliseconds);
  }

  function giveUp() {
    panel.dataset.state = "down";
    status.textContent = words.widget_down;
  }

  function retry() {
    load();
    panel.focus();
  }

  function hear(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home.origin) return;
    const word = event.data?.verbatim;
    if (word === "hello") {
      clearTimeout(timer);
      panel.dataset.state = "shown";
    } else if (word === "ready") {
      ready = true;
      if (shadow.activeElement) enter();
    } else if (word === "escape") close();
  }

  function enter() {
    if (!ready) {
      panel.focus();
      return;
    }
    frame.focus();
    send("focus");
  }

  function covers() {
    return opened && (mode === "page" || (mode === "bubble" && small.matches));
  }

  function arrange() {
    const covering = covers();
    panel.classList.toggle("open", opened);
    panel.classList.toggle("covering", covering);
    launcher.classList.toggle("open", opened);
    launcher.setAttribute("aria-expanded", opened);
    if (mode === "bubble") panel.setAttribute("aria-modal", covering);
    if (covering && !before) {
      before = [root.style.overflow, document.body.inert];
      root.style.overflow = "hidden";
      document.body.inert = true;
    } else if (!covering && before) {
      [root.style.overflow, document.body.inert] = before;
      before = null;
    }
    fit();
  }

  // the on-screen keyboard shrinks only what is visible; a magnified view shrinks it too
  function fit() {
    const follows = covers() && view && view.scale < 1.05;
    panel.style.height = follows ? `${view.height}px` : "";
    panel.style.top = follows ? `${view.offsetTop}px` : "";
  }

  function open() {
    if (mode === "inline") host.scrollIntoView({ block: "nearest" });
    if (!opened) {
      opener = document.activeElement;
      start();
    }
    enter();
  }

  function start() {
    greeting?.remove();
    opened = true;
    if (!frame || panel.dataset.state === "down") load();
    arrange();
    tell("opened");
  }

  function close() {
    if (!opened || mode !== "bubble") return;
    const inside = shadow.activeElement;
    opened = false;
    arrange();
    if (inside) goBack();
    tell("closed");
  }

  function goBack() {
    const known = opener && opener !== host && opener !== document.body && opener.isConnected;
    (known ? opener : launcher).focus();
  }

  function toggle() {
    if (opened) close();
    else open();
  }

  function reset() {
    if (ready) send("reset");
  }

  function on(name, listener) {
    document.addEventListener(`verbatim:${name}`, listener);
  }

  function off(name, listener) {
    document.removeEventListener(`verbatim:${name}`, listener);
  }

  function dress() {
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [style];
    let colours = [facts.accent, facts.accent_dark, "#fffdf9", "#191715"];
    if (/^#[0-9a-f]{6}$/i.test(settings.accent)) {
      const ink = inkOn(settings.accent);
      colours = [settings.accent, settings.accent, ink, ink];
    } else if (settings.accent) warn(`the accent ${settings.accent} is no colour. Write it as #2f6f73.`);
    ["--light", "--dark", "--on-light", "--on-dark"].forEach((name, i) => host.style.setProperty(name, colours[i]));
  }

  // WCAG 2.2: of black and white, one has a contrast of at least 4.5 with any colour
  function inkOn(colour) {
    const light = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 0.179 ? "#000" : "#fff";
  }

  function place() {
    const selector = settings.target || "#verbatim";
    const target = mode === "inline" && document.querySelector(selector);
    if (mode === "inline" && !target) {
      warn(`there is no element ${selector} on this page. The bubble is shown instead.`);
      mode = "bubble";
    }
    host.setAttribute("mode", mode);
    if (settings.position === "left") host.setAttribute("left", "");
    dress();
    shadow.append(panel);
    if (mode === "bubble") placeBubble();
    if (target) target.replaceChildren(host);
    // beside the body: no selector of the website counts it among its own
    else root.append(host);
  }

  function placeBubble() {
    const leave = button("close", close, icon("", CROSS));
    leave.setAttribute("aria-label", words.widget_close);
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", title);
    panel.append(leave);
    launcher.setAttribute("aria-expanded", false);
    launcher.setAttribute("aria-haspopup", "dialog");
    shadow.prepend(launcher);
    if (settings.greeting) placeGreeting();
  }

  function placeGreeting() {
    const hide = button("hide", () => greeting.remove(), icon("", CROSS));
    hide.setAttribute("aria-label", words.widget_hide);
    greeting = make("div", { class: "greeting" }, button("words", open, settings.greeting), hide);
    shadow.prepend(greeting);
  }

  function begin() {
    place();
    addEventListener("message", hear);
    // a chat that was closed while it was being opened may still take the focus
    addEventListener("blur", () => {
      if (frame && !opened && shadow.activeElement === frame) setTimeout(goBack);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) close();
    });
    small.addEventListener("change", arrange);
    view?.addEventListener("resize", fit);
    view?.addEventListener("scroll", fit);
    tell("ready");
    if (mode === "page") open();
    if (mode === "inline") startInSight();
  }

  function startInSight() {
    const sight = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      sight.disconnect();
      if (!opened) start();
    });
    sight.observe(host);
  }

  const STYLE = `
:host {
  all: initial !important;
  display: block !important;
  position: fixed !important;
  inset: 0 auto auto 0 !important;
  width: 0 !important;
  height: 0 !important;
  z-index: 2147483000 !important;
  direction: ltr !important;
  font: medium/1.5 -apple-system, "Segoe UI", Roboto, "Open Sans", "Noto Sans", system-ui, sans-serif !important;
  color-scheme: light dark !important;
  --accent: var(--light); --ink-on: var(--on-light);
  --paper: #f7f3ec; --card: #fffdf9; --ink: #2a2622; --soft: #655c52; --line: #e4dbcd;
}
:host([mode="inline"]) {
  position: relative !important;
  inset: auto !important;
  z-index: auto !important;
  width: 100% !important;
  height: 100% !important;
  min-height: 30em !important;
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--dark); --ink-on: var(--on-dark);
    --paper: #191715; --card: #24211e; --ink: #ede6db; --soft: #b5aa9c; --line: #3b3631;
  }
}
* { box-sizing: border-box; }
button { margin: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
svg { flex: none; width: 1.5em; height: 1.5em; }
:is(button, a):focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 2px var(--card); }

.launcher, .panel, .greeting { position: fixed; right: max(20px, env(safe-area-inset-right)); }
:host([left]) :is(.launcher, .panel, .greeting) { right: auto; left: max(20px, env(safe-area-inset-left)); }
.launcher {
  bottom: max(20px, env(safe-area-inset-bottom));
  z-index: 1;
  display: flex;
  align-items: center;
  gap: .625em;
  max-width: calc(100vw - 40px);
  min-height: 3.5em;
  padding: .5em 1.5em .5em 1.25em;
  border: 1px solid transparent;
  border-radius: 1.75em;
  background: var(--accent);
  color: var(--ink-on);
  font-weight: 600;
  line-height: 1.25;
  text-align: start;
  box-shadow: 0 0 0 1px rgb(255 255 255 / 25%), 0 2px 6px rgb(40 30 20 / 20%), 0 8px 28px rgb(40 30 20 / 22%);
}
.launcher:hover { box-shadow: 0 0 0 1px rgb(255 255 255 / 25%), 0 3px 8px rgb(40 30 20 / 30%), 0 12px 36px rgb(40 30 20 / 32%); }
.launcher .down, .launcher.open .bubble { display: none; }
.launcher.open .down { display: block; }

.panel {
  bottom: calc(max(20px, env(safe-area-inset-bottom)) + 4.25em);
  width: 25.5em;
  max-width: calc(100vw - 40px);
  height: min(44em, 100vh - 6.5em);
  height: min(44em, 100dvh - 6.5em);
  display: grid;
  overflow: hidden;
  visibility: hidden;
  opacity: 0;
  border: 1px solid var(--line);
  border-radius: 1.125em;
  outline: 0;
  background: var(--card);
  color: var(--ink);
  box-shadow: 0 2px 8px rgb(40 30 20 / 12%), 0 16px 56px rgb(40 30 20 / 28%);
}
.panel.open { visibility: visible; opacity: 1; }
:host([mode="inline"]) .panel {
  position: absolute; inset: 0; width: 100%; max-width: none; height: 100%; box-shadow: none;
}
iframe, .help { grid-area: 1 / 1; min-height: 0; }
iframe { width: 100%; height: 100%; border: 0; visibility: hidden; }
.panel.open[data-state="shown"] iframe { visibility: visible; }
.close, .hide {
  position: absolute;
  top: .25em;
  right: .375em;
  display: grid;
  place-items: center;
  width: 2.5em;
  height: 2.5em;
  padding: 0;
  border-radius: 50%;
  color: var(--soft);
}
.close { z-index: 1; background: var(--card); }
:is(.close, .hide):hover { background: var(--paper); color: var(--ink); }

.help {
  display: flex;
  flex-direction: column;
  gap: .75em;
  padding: .375em max(1.25em, 50% - 13em) 1.25em;
  overflow: auto;
}
.panel[data-state="shown"] .help { visibility: hidden; }
.panel.open[data-state="waiting"] .help { visibility: hidden; animation: appear 0s 1s forwards; }
@keyframes appear { to { visibility: visible; } }
.help p { margin: 0 0 .5em; font-size: 1.0625em; text-wrap: pretty; }
.help .name {
  margin: 0;
  padding-right: 2em;
  font: 600 1.1875em/1.9 Charter, "Bitstream Charter", "Iowan Old Style", "Charis SIL", Georgia, Cambria, serif;
}
.help a {
  display: block;
  padding: .5em 1em;
  border: 1px solid var(--line);
  border-radius: .75em;
  color: var(--accent);
  font-weight: 650;
  font-size: 1.1875em;
  line-height: 1.35;
  text-decoration: none;
}
.help a:hover { border-color: currentColor; }
.help a span { display: block; color: var(--soft); font-size: .8em; font-weight: 400; }
.help .support { color: var(--soft); white-space: pre-line; }
.again {
  display: none;
  align-self: flex-start;
  min-height: 2.75em;
  padding: 0 1.25em;
  border-radius: 1.375em;
  background: var(--accent);
  color: var(--ink-on);
  font-weight: 600;
}
[data-state="down"] .again { display: block; }

.greeting {
  bottom: calc(max(20px, env(safe-area-inset-bottom)) + 4.25em);
  max-width: min(19em, 100vw - 40px);
  border: 1px solid var(--line);
  border-radius: 1.125em 1.125em .3125em 1.125em;
  background: var(--card);
  color: var(--ink);
  box-shadow: 0 2px 6px rgb(40 30 20 / 10%), 0 8px 28px rgb(40 30 20 / 16%);
}
:host([left]) .greeting { border-radius: 1.125em 1.125em 1.125em .3125em; }
.words { padding: .875em 3em .875em 1.125em; border-radius: inherit; text-align: start; }

.panel.covering {
  inset: 0;
  width: 100%;
  max-width: none;
  height: 100vh;
  height: 100dvh;
  padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
  border: 0;
  border-radius: 0;
}
.covering .close { top: calc(env(safe-area-inset-top) + .25em); right: calc(env(safe-area-inset-right) + .375em); }
@media (max-width: 40rem), (max-height: 30rem) {
  .launcher.open, .greeting { visibility: hidden; }
  .launcher { padding: .5em 1.25em .5em 1em; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { translate: 0 10px; transition: opacity .16s, translate .16s, visibility 0s .16s; }
  .panel.open { translate: 0; transition-delay: 0s; }
  .launcher { transition: box-shadow .16s; }
}
@media print { :host { display: none !important; } }
`;

  window.verbatim = Object.freeze({ open, close, toggle, reset, on, off });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
