// Gradio runs this with `element`, `trigger`, `props` and `watch` once the chat is painted.
const log = element.querySelector(".vb-log");
const form = element.querySelector(".vb-form");
const box = element.querySelector("textarea");
const restart = element.querySelector(".vb-restart");
const sendButton = element.querySelector(".vb-send");
const intro = log.firstElementChild;
const PATIENCE = 30000;

let turn = 0;
let pending = null;

function copy(name) {
  return element.querySelector(`template[data-vb="${name}"]`).content.firstElementChild.cloneNode(true);
}

function fit() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}

function show(node) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const top = node.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop;
  log.scrollTo({ top: Math.max(0, top - 12), behavior: calm ? "auto" : "smooth" });
}

function ask(text, fromBox) {
  const question = text.toWellFormed ? text.toWellFormed() : text;
  if (pending || !question.trim()) return false;
  turn += 1;
  const mine = copy("turn");
  mine.querySelector(".vb-mine").textContent = question;
  const waiting = copy("waiting");
  log.append(mine, waiting);
  pending = { turn, question, mine, waiting, timer: setTimeout(fail, PATIENCE) };
  sendButton.setAttribute("aria-disabled", "true");
  if (fromBox) {
    box.value = "";
    fit();
  }
  show(mine);
  trigger("submit", { question, turn });
  return true;
}

function settle() {
  const settled = pending;
  pending = null;
  clearTimeout(settled.timer);
  settled.waiting.remove();
  sendButton.removeAttribute("aria-disabled");
  return settled;
}

function giveBack(question) {
  box.value = box.value ? `${question}\n${box.value}` : question;
  fit();
}

function fail() {
  if (!pending) return;
  const { question, mine } = settle();
  mine.remove();
  const failure = copy(window.verbatimStatus === 429 ? "busy" : "failed");
  log.append(failure);
  giveBack(question);
  show(failure);
}

watch("value", () => {
  const reply = props.value;
  if (!pending || !reply || reply.turn !== pending.turn) return;
  const { question, mine } = settle();
  const painted = document.createElement("template");
  painted.innerHTML = reply.html;
  const refused = painted.content.querySelector('[data-kind="refused"], [data-kind="failed"]');
  log.append(painted.content);
  if (refused) giveBack(question);
  show(mine);
});

document.addEventListener("verbatim-failed", fail);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value, true);
  box.focus({ preventScroll: true });
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

box.addEventListener("input", fit);

log.addEventListener("click", (event) => {
  const chip = event.target.closest(".vb-chip");
  if (!chip) return;
  ask(chip.textContent, false);
  // on a touch screen the focus would call up the keyboard, over the reply
  if (window.matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
});

function startOver() {
  if (pending) settle();
  log.replaceChildren(intro);
  log.scrollTop = 0;
  box.value = "";
  fit();
  trigger("clear");
}

restart.addEventListener("click", () => {
  startOver();
  box.focus({ preventScroll: true });
});

document.addEventListener("verbatim-reset", startOver);

// on a touch screen the focus in the box would call up the keyboard before anything was read
document.addEventListener("verbatim-focus", () => {
  if (window.matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
  else log.focus({ preventScroll: true });
});

fit();
if (window.matchMedia("(hover: hover)").matches && window.parent === window) box.focus({ preventScroll: true });
document.dispatchEvent(new Event("verbatim-ready"));
