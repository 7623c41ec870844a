// Gradio runs this with `element`, `trigger`, `props` and `watch` once the chat is painted.
const log = element.querySelector(".vb-log");
const form = element.querySelector(".vb-form");
const box = element.querySelector("textarea");
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

// the log, or on a very small screen the page; never scrollIntoView, which would move the page around a frame
function scroller() {
  return getComputedStyle(log).overflowY === "visible" ? document.scrollingElement : log;
}

function show(node) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scrolled = scroller();
  const edge = scrolled === log ? log.getBoundingClientRect().top : 0;
  const top = node.getBoundingClientRect().top - edge + scrolled.scrollTop;
  scrolled.scrollTo({ top: Math.max(0, top - 12), behavior: calm ? "auto" : "smooth" });
}

function say(text) {
  const mine = copy("turn");
  const words = mine.querySelector(".vb-mine");
  words.textContent = text;
  log.append(mine);
  // a long message scrolls in its bubble, and the keyboard must be able to
  if (words.scrollHeight > words.clientHeight) words.tabIndex = 0;
  return mine;
}

function ask(text, fromBox) {
  const question = text.toWellFormed ? text.toWellFormed() : text;
  if (pending || !question.trim()) return false;
  turn += 1;
  const mine = say(question);
  const waiting = copy("waiting");
  log.append(waiting);
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
  const failure = copy(window.verbatimStatus === 429 ? "busy" : "failed");
  pending.waiting.before(failure);
  const { question, mine } = settle();
  mine.remove();
  giveBack(question);
  show(failure);
}

watch("value", () => {
  const reply = props.value;
  if (!pending || !reply || reply.turn !== pending.turn) return;
  const painted = document.createElement("template");
  painted.innerHTML = reply.html;
  const refused = painted.content.querySelector('[data-kind="refused"], [data-kind="failed"]');
  // below its question, also where something else was shown meanwhile
  pending.waiting.before(painted.content);
  const { question, mine } = settle();
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

// a fixed notice is in the page already: it is there without a line, too
function showFixed(button) {
  const mine = say(button.textContent);
  log.append(copy(button.dataset.fixed));
  show(mine);
}

function askChip(chip) {
  ask(chip.textContent, false);
  // on a touch screen the focus would call up the keyboard, over the reply
  if (window.matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
}

// what a button says once it is done: said by the log, in the place of what it said before
function sayBeside(button, word) {
  button.parentElement.querySelector(".vb-said")?.remove();
  button.parentElement.append(copy(word));
}

function passagesOf(card) {
  const whole = card.querySelector(".vb-full[open]");
  return [...(whole ?? card).querySelectorAll(whole ? ".vb-passage" : ":scope > .vb-quote .vb-passage")];
}

async function copyPassages(button) {
  const passages = passagesOf(button.closest(".vb-card"));
  const text = passages.map((passage) => passage.textContent).join("\n\n");
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copied = copyMarked(passages, text);
  }
  sayBeside(button, copied ? "copied" : "copy_failed");
}

// without the clipboard API, or in a frame that may not use it: mark the text and copy, in our characters
function copyMarked(passages, text) {
  const marked = window.getSelection();
  marked.setBaseAndExtent(passages[0], 0, passages.at(-1), passages.at(-1).childNodes.length);
  let copied = false;
  const write = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    copied = true;
  };
  document.addEventListener("copy", write);
  document.execCommand("copy");
  document.removeEventListener("copy", write);
  if (copied) marked.removeAllRanges();
  return copied;
}

function rate(button) {
  const group = button.closest(".vb-helpful");
  if (group.dataset.rated) return;
  group.dataset.rated = button.dataset.helpful;
  for (const one of group.querySelectorAll("button")) one.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-pressed", "true");
  const rating = { receipt: button.closest(".vb-reply").dataset.receipt, helpful: button.dataset.helpful === "true" };
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(rating),
    credentials: "omit",
    keepalive: true,
  };
  // nobody waits for it: a clinic that counts nothing, or a lost line, is no trouble of the patient's
  fetch("/api/feedback", request).catch(() => {});
  sayBeside(button, "helpful_thanks");
}

function startOver() {
  if (pending) settle();
  log.replaceChildren(intro);
  scroller().scrollTop = 0;
  box.value = "";
  fit();
  trigger("clear");
}

function restart() {
  startOver();
  box.focus({ preventScroll: true });
}

// the reply and its question go on paper, not what else was asked: that may be nobody's business
function printReply(button) {
  const reply = button.closest(".vb-log > *");
  const turn = reply.previousElementSibling?.matches(".vb-turn") ? [reply.previousElementSibling] : [];
  for (const one of log.querySelectorAll(".vb-printed")) one.classList.remove("vb-printed");
  for (const one of [...turn, reply]) one.classList.add("vb-printed");
  window.print();
}

window.addEventListener("afterprint", () => {
  for (const one of log.querySelectorAll(".vb-printed")) one.classList.remove("vb-printed");
});

const deeds = { copy: copyPassages, print: printReply, restart };

element.addEventListener("click", (event) => {
  const button = event.target.closest('button[type="button"]');
  if (!button) return;
  if (button.dataset.fixed) showFixed(button);
  else if (button.dataset.helpful) rate(button);
  else if (button.dataset.do) deeds[button.dataset.do](button);
  else askChip(button);
});

document.addEventListener("verbatim-reset", startOver);

// on a touch screen the focus in the box would call up the keyboard before anything was read
document.addEventListener("verbatim-focus", () => {
  if (window.matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
  else log.focus({ preventScroll: true });
});

// words that were not sent yet would go with the page: the browser asks first, and nothing is kept anywhere
window.addEventListener("beforeunload", (event) => {
  if (pending || box.value.trim()) event.preventDefault();
});

fit();
if (window.matchMedia("(hover: hover)").matches && window.parent === window) box.focus({ preventScroll: true });
document.dispatchEvent(new Event("verbatim-ready"));
