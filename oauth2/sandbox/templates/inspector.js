(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  const byId = (id) => document.getElementById(id);
  const live = byId("live");

  // Copying. The text may be in a closed <details>.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
      byId("said").textContent = "Copied";
    } catch {
      const details = source.closest("details");
      if (details) details.open = true;
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
      byId("said").textContent = "Selected: press Ctrl and C";
    }
    setTimeout(() => { button.textContent = "Copy"; byId("said").textContent = ""; }, 2000);
  });

  // Items that stay are left alone, and with them focus, scrolling and what is open.
  const merge = (ours, theirs) => {
    const wanted = new Map([...theirs.children].map((item) => [item.id, item]));
    for (const item of [...ours.children]) if (!wanted.has(item.id)) item.remove();
    let last = null;
    for (const item of wanted.values()) {
      const here = byId(item.id) || document.importNode(item, true);
      const place = last ? last.nextElementSibling : ours.firstElementChild;
      if (here !== place) ours.insertBefore(here, place);
      last = here;
    }
  };
  const refresh = async () => {
    const html = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
    // Its style has a nonce of its own, and the browser would complain of it.
    const page = new DOMParser().parseFromString(html.replace(/<style[^]*<\/style>/, ""), "text/html");
    for (const ours of document.querySelectorAll("[data-live]")) {
      const theirs = page.getElementById(ours.id);
      if (!theirs) continue;
      if (ours.dataset.live === "list") merge(ours, theirs);
      else if (ours.textContent !== theirs.textContent) ours.textContent = theirs.textContent;
    }
  };

  // One refresh at a time, however many requests arrive.
  let isBusy = false, isStale = false;
  const changed = async () => {
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    while (isStale) {
      isStale = false;
      try { await refresh(); } catch { break; }
      await new Promise((done) => setTimeout(done, 200));
    }
    isBusy = false;
  };
  const events = new EventSource(live.dataset.events);
  events.onopen = () => { live.textContent = "Live"; live.classList.add("on"); };
  events.onmessage = changed;
  events.onerror = () => { live.textContent = "The sandbox does not answer"; live.classList.remove("on"); };
})();
