// Runs before Gradio: the page keeps its own language and address, and a lost line is an ordinary failure.
(() => {
  const page = SETTINGS;
  const root = document.documentElement;
  // Gradio sets the browser's language, which is not the language of the text
  new MutationObserver(() => {
    if (root.lang !== page.language) root.lang = page.language;
  }).observe(root, { attributes: true, attributeFilter: ["lang"] });
  // Gradio sends the query of the address along with each message and opens its own pages from it
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  // where the keyboard of a phone covers the page instead of shrinking it, the page keeps to what is visible
  const view = window.visualViewport;
  view?.addEventListener("resize", () => {
    root.style.setProperty("--vb-height", view.scale < 1.05 ? `${view.height}px` : "100dvh");
  });
  // on a rejected request Gradio gives the page up and reloads it later, with the conversation lost
  const send = window.fetch;
  window.fetch = async (...request) => {
    const address = request[0] instanceof Request ? request[0].url : String(request[0]);
    if (!address.includes("/gradio_api/run/")) return send(...request);
    let response;
    try {
      response = await send(...request);
    } catch {
      response = new Response('{"error":"offline"}', { status: 503 });
    }
    window.verbatimStatus = response.status;
    return response;
  };
})();
