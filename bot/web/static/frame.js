// Runs in the page when a website holds it in a frame: speaks with that website alone, and only if the settings allow it.
(() => {
  const page = SETTINGS;
  if (window.parent === window) return;
  const host = location.ancestorOrigins?.[0] ?? document.referrer.replace(/^(\w+:\/\/[^/]+).*$/, "$1");
  if (![location.origin, ...page.origins].includes(host)) return;
  let ready = false;

  const tell = (word) => window.parent.postMessage({ verbatim: word }, host);

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== host || !ready) return;
    const word = event.data?.verbatim;
    if (word === "focus" || word === "reset") document.dispatchEvent(new Event(`verbatim-${word}`));
  });
  document.addEventListener("verbatim-ready", () => {
    ready = true;
    // a screen reader lists them with the website's own header and main part: only a name tells them apart
    for (const part of document.querySelectorAll(".vb-top, main")) part.setAttribute("aria-label", page.title);
    tell("ready");
  });
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    // the key belongs to a dialog of the page itself while one is open
    if (!document.querySelector("dialog[open]")) tell("escape");
  });
  // the widget lays its button for closing over this corner of the page
  if (window.name === "verbatim-bubble") document.documentElement.dataset.vbBubble = "";
  tell("hello");
})();
