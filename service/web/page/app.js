// The page: its address says what it shows (?q= the question, &document= the filter, /d/...# the open source,
// /library and the like another view).

import { Problem, askService, hasKey, useKey } from "./api.js";
import { linkTo, readLink } from "./citation.js";
import { copy } from "./copying.js";
import { chooseDocument, chosenDocument, listenForChoice, loadDocuments } from "./documents.js";
import { listenForKeys } from "./keys.js";
import { percent, replyView } from "./reply.js";
import { closeSource, openSource } from "./source.js";
import { el } from "./text.js";
import { hrefOf, readView, say, showView } from "./views/views.js";
import { offerWriting } from "./written.js";

const $ = (id) => document.getElementById(id);
const [question, result, status, problem, keyForm, source] = [
  "question", "result", "status", "problem", "key-form", "source",
].map($);
const HINT_MS = 300;
const LONG_MS = 4000;
const KEPT = 20; // replies that Back and Forward show again without asking

const replies = new Map(); // by the address of their question, the oldest first

let asking = new AbortController();
let shown = null; // the question and filter that the page shows a reply to
let again = () => ((shown = null), route({ focus: true })); // what to do once a key is there, or on "Try again"

/* ---- the address ---- */

function address() {
  const query = new URLSearchParams(location.search);
  const [view, at] = [readView(location), readLink(location)];
  if (view) return { q: "", only: "", at, view };
  return { q: (query.get("q") ?? "").trim(), only: query.get("document") ?? "", at, view };
}

function href({ q, only, at, view }) {
  if (view) return hrefOf(view, at);
  const query = new URLSearchParams();
  if (q) query.set("q", q);
  if (only) query.set("document", only);
  const asked = String(query) && `?${query}`;
  return at ? linkTo(at, asked) : `/${asked}`;
}

/** Make the page show what its address says. */
function route({ focus = false } = {}) {
  const { q, only, at, view } = address();
  showView(view, { askForKey, focus, tools: { placeLink, go, changed: listDocuments } });
  $("views").firstElementChild.setAttribute("href", (view && shown) || "/");
  if (!view && shown !== href({ q, only })) {
    shown = href({ q, only });
    question.value = q;
    chooseDocument(only);
    document.body.classList.toggle("asked", Boolean(q));
    showCurl(q, only);
    ask(q, only, focus);
  }
  if (!view && !q && focus) question.focus();
  if (!view) document.title = q ? `${q} · Ask the text` : "Ask the text";
  if (at) showSource(at);
  else if (source.open) closeSource();
}

/** Show what an address of this page names; it becomes a step of its own, or takes the place of this one. */
function go(next, { replace = false, focus = !replace } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", next);
  route({ focus });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".home, #views a, #view a");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href);
});

/* ---- asking ---- */

async function ask(q, only, focus) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const from = document.activeElement;
  clear(problem, keyForm);
  if (!q) {
    busy("");
    clear(result);
    return;
  }
  const here = href({ q, only });
  if (replies.has(here)) return void showReply(replies.get(here), focus);
  const hints = [
    setTimeout(busy, HINT_MS, "Searching the text…"),
    setTimeout(busy, LONG_MS, "Still searching: the service may be busy…"),
  ];
  signal.addEventListener("abort", () => hints.forEach(clearTimeout));
  try {
    const body = only ? { question: q, documents: [only] } : { question: q };
    const reply = await askService(body, signal);
    hints.forEach(clearTimeout);
    keep(here, reply);
    showReply(reply, focus && !hasMoved(from, q));
  } catch (error) {
    hints.forEach(clearTimeout);
    if (!signal.aborted) fail(error, () => ask(q, only, true));
  }
}

function keep(here, reply) {
  replies.delete(here);
  replies.set(here, reply);
  if (replies.size > KEPT) replies.delete(replies.keys().next().value);
}

function busy(message) {
  status.textContent = message;
  document.body.classList.toggle("busy", Boolean(message));
  result.setAttribute("aria-busy", String(Boolean(message)));
}

function showReply(reply, focus) {
  busy("");
  const { only } = address();
  const ask = (q, label) => askLink(q, only, label);
  const askAll = only ? (q, label) => askLink(q, "", label) : null;
  result.replaceChildren(...replyView(reply, { place: placeLink, ask, askAll }));
  result.hidden = false;
  if (reply.answer) offerWriting(result.querySelector(".card"), address(), { place: placeLink, signal: asking.signal });
  $("snapshot").textContent = reply.snapshot;
  $("took").textContent = `${reply.took_ms.toFixed(1)} ms`;
  $("run").hidden = false;
  const verdict = reply.answer ? `Answer found, ${percent(reply.confidence)} sure.` : "No answer.";
  status.replaceChildren(el("span", { className: "unseen" }, `${verdict} ${reply.passages.length} passages.`));
  if (focus) $("verdict").focus({ preventScroll: true });
}

/** Whether the reader has gone elsewhere since the question was asked, or types the next one: a reply then leaves the focus. */
function hasMoved(from, q) {
  const now = document.activeElement;
  return (now !== from && now !== document.body) || (now === question && typed() !== q);
}

const typed = () => question.value.replace(/\s+/g, " ").trim();

function clear(...areas) {
  for (const area of areas) area.hidden = true;
}

/** Ask for the key that the service wants; `retry` runs once it is given. */
function askForKey(retry) {
  again = retry;
  $("key-message").textContent = hasKey() ? "That key was not accepted." : "This service asks for a key.";
  keyForm.hidden = false;
  $("key").focus();
}

/** Say what went wrong; `retry` runs when a key was given or the reader tries again. */
function fail(error, retry) {
  if (error.name === "AbortError") return;
  const known = error instanceof Problem;
  if (!known) console.error(error);
  const { status: code, message, requestId } = known ? error : new Problem(-1, "This page has a fault", error.message);
  again = retry;
  busy("");
  clear(result);
  if (code === 401) return askForKey(retry);
  const busyNow = code === 503 || code === 429;
  const refusal = code ? "The service did not answer" : "The service cannot be reached";
  const parts = [el("h2", {}, busyNow ? "The service is busy" : refusal), el("p", {}, message)];
  if (requestId) parts.push(el("p", { className: "request" }, "Request id: ", el("code", {}, requestId)));
  if (busyNow || code === 0 || code >= 500) {
    parts.push(el("button", { type: "button", onclick: () => (clear(problem), again()) }, "Try again"));
  }
  problem.replaceChildren(...parts);
  problem.hidden = false;
}

/** A link to a question, which is answered here, and also works in a new tab. */
const askLink = (q, only, label) => stepLink(() => href({ q, only }), null, () => route({ focus: true }), label);

/** A link to the address that `to` gives, a step of its own on this page: Back undoes it. */
function stepLink(to, state, go, label) {
  const link = el("a", { href: to() }, label);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(state, "", to());
    go();
  });
  return link;
}

/* ---- the source panel ---- */

/** A link that opens the source at a span here, and also works in a new tab. */
function placeLink({ document: id, start, end, quote, prefix, suffix, sha256 }, label) {
  const at = { document: id, start, end, quote, prefix, suffix, sha256 };
  return stepLink(() => href({ ...address(), at }), { opened: true }, () => showSource(at), label);
}

async function showSource(at) {
  const here = href({ ...address(), at });
  try {
    await openSource(at);
  } catch (error) {
    if (error.name === "AbortError") return;
    closeSource(); // which takes it out of the address
    if (address().view) say(error.message);
    else fail(error, () => go(here, { replace: true }));
  }
}

source.addEventListener("close", () => {
  if (source.open || !address().at) return;
  // What was opened from here is a step of its own, so closing it is the step back.
  if (history.state?.opened) history.back();
  else history.replaceState(null, "", href({ ...address(), at: null }));
});

/* ---- documents, key, curl ---- */

/** Without the list there is no filter, but a question still gets its own reply: only a missing key is said here. */
const listDocuments = () =>
  loadDocuments(address().only, placeLink).catch((error) => error.status === 401 && fail(error, again));

function submit(force = true) {
  const q = typed();
  if (!q) return question.focus();
  const next = href({ q, only: chosenDocument() });
  if (next !== href(address())) history.pushState(null, "", next);
  if (force) {
    shown = null;
    replies.delete(next);
  }
  return route({ focus: true });
}

function showCurl(q, only) {
  const body = JSON.stringify({ question: q || "Who is the head of the Centre?", ...(only && { documents: [only] }) });
  const key = hasKey() ? ` -H "authorization: Bearer $CENTREQA_ASK_KEY"` : "";
  const quoted = body.replaceAll("'", `'\\''`);
  $("curl").textContent = `curl -s ${location.origin}/v1/ask${key} -H 'content-type: application/json' -d '${quoted}'`;
}

const copyCurl = () =>
  copy($("curl").textContent, $("copied"), () => getSelection().selectAllChildren($("curl")));

$("ask").addEventListener("submit", (event) => (event.preventDefault(), submit()));
listenForChoice({ chosen: () => typed() && submit(), fail });
listenForKeys({ question, result, source, submit });
$("copy").addEventListener("click", copyCurl);
$("examples").addEventListener("click", ({ target }) => {
  if (!target.matches("button")) return;
  question.value = target.textContent;
  submit();
});
keyForm.addEventListener("submit", (event) => {
  event.preventDefault();
  useKey($("key").value);
  $("key").value = "";
  clear(keyForm);
  listDocuments();
  again();
});

addEventListener("popstate", () => route());
listDocuments();
route();
if (!address().q) question.focus({ preventScroll: true });
