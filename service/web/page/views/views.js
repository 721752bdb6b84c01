// The views beside asking: which one an address names, and showing it. Each is loaded when it is first opened.

import { Problem } from "../api.js";
import { linkTo } from "../citation.js";
import { el } from "../text.js";

const VIEWS = {
  library: { title: "Library", load: () => import("./library.js") },
  index: { title: "This index", load: () => import("./index.js") },
  evaluation: { title: "Evaluation", load: () => import("./evaluation.js") },
};
const WAIT_MS = 300;
const area = document.getElementById("view");
const links = document.querySelectorAll("#views a");

// What shows each view, by its name, once it was opened: its `element`, and `update(query, {signal, isNew})`, which makes
// it show what an address names, and may give the element that changed.
const made = {};
let loading = new AbortController();
let shown = null; // the view and query that are shown

/** The view that an address names, `{name, query}`, also under an open source; null where it is that of asking. */
export function readView({ pathname, search }) {
  const query = new URLSearchParams(search);
  const name = pathname.startsWith("/d/") ? query.get("view") : pathname.slice(1);
  query.delete("view");
  return Object.hasOwn(VIEWS, name ?? "") ? { name, query } : null;
}

/** The address of a view; where there is a citation, that of its source, opened over the view. */
export function hrefOf({ name, query }, at = null) {
  const asked = new URLSearchParams(at ? { view: name, ...Object.fromEntries(query) } : query);
  return `${at ? linkTo(at, `?${asked}`) : `/${name}${String(asked) && `?${asked}`}`}`;
}

/**
 * Show a view, or none where `view` is null.
 *
 * `askForKey(retry)` asks for the key of the service. `tools` are for the views: `placeLink(span, label)` makes a link
 * that opens a document, `go(address, {replace})` goes to another address of the page, and `changed()` says that other
 * documents are served now. With `focus`, the reader chose to come here.
 */
export async function showView(view, { askForKey, focus, tools }) {
  for (const link of links) {
    const isHere = link.pathname === (view ? `/${view.name}` : "/");
    isHere ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
  const next = view && hrefOf(view);
  if (next === shown && !focus) return;
  const isNew = shown === null || readView(new URL(shown, location)).name !== view?.name;
  shown = next;
  loading.abort();
  area.hidden = !view;
  if (!view) {
    delete document.body.dataset.view;
    return;
  }
  loading = new AbortController();
  const { signal } = loading;
  const { name, query } = view;
  const { title, load } = VIEWS[name];
  document.body.dataset.view = name;
  document.title = `${title} · Ask the text`;
  document.getElementById("key-form").hidden = true;
  if (isNew) frame(title);
  if (focus && isNew) heading().focus();
  const wait = setTimeout(say, WAIT_MS, "Loading…");
  area.setAttribute("aria-busy", "true");
  try {
    made[name] ??= (await load()).create(tools);
    if (signal.aborted) return;
    const { element, update } = made[name];
    if (!element.isConnected) area.querySelector(".body").replaceChildren(element);
    const changed = await update(query, { signal, isNew });
    if (signal.aborted) return;
    say("");
    if (focus && !isNew) (changed ?? heading()).focus();
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    if (!(error instanceof Problem)) console.error(error);
    const retry = () => ((shown = null), showView(view, { askForKey, focus: true, tools }));
    say("");
    error.status === 401 ? askForKey(retry) : refuse(error, retry);
  } finally {
    clearTimeout(wait);
    if (!signal.aborted) area.setAttribute("aria-busy", "false");
  }
}

const heading = () => document.getElementById("view-title");

/** The empty view: its name, a line for what happens, room for its content. */
function frame(title) {
  area.replaceChildren(
    el("h1", { id: "view-title", tabIndex: -1 }, title),
    el("p", { className: "said", role: "status" }),
    el("div", { className: "body" }),
  );
}

/** Say something above the view, or nothing. */
export function say(text) {
  area.querySelector(".said").textContent = text;
}

function refuse(error, retry) {
  const again = el("button", { type: "button", onclick: retry }, "Try again");
  const said = el("section", { className: "problem", role: "alert" }, el("h2", {}, "This cannot be shown"), el("p", {}, error.message), again);
  area.querySelector(".body").replaceChildren(said);
}
