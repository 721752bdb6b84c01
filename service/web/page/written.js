// An answer that a language model writes, below the quoted one: only where the service has a model, and only when wanted.

import { call, events } from "./api.js";
import { el } from "./text.js";

const KEPT = 20; // written answers that are shown again without asking
const MARK = /\s*\[(\d+)\]/;

const kept = new Map(); // replies by what was asked, the oldest first
let wanted = false; // the switch, until the page is left
let readiness; // what the service says about itself, asked once

/** Offer a written answer below `card`, which shows a quoted one to `q`; `place` makes links to evidence. */
export async function offerWriting(card, { q, only }, { place, signal }) {
  readiness ??= call("/readyz").catch(() => ({}));
  const { writes } = await readiness;
  if (!writes || signal.aborted || !card?.isConnected) return;
  const area = el("div", { className: "writing", aria: { live: "polite" } });
  const toggle = el("input", { type: "checkbox", checked: wanted });
  toggle.setAttribute("role", "switch");
  const label = el("label", {}, toggle, " Write an answer from these passages");
  card.after(el("section", { className: "written", ariaLabel: "Written answer" }, label, area));
  let writing = new AbortController();
  signal.addEventListener("abort", () => writing.abort());
  const start = () => {
    wanted = toggle.checked;
    writing.abort();
    writing = new AbortController();
    area.replaceChildren();
    const body = { question: q, ...(only && { documents: [only] }), generate: true };
    if (wanted) write(area, body, place, writing.signal);
  };
  toggle.addEventListener("change", start);
  if (wanted) start();
}

async function write(area, body, place, signal) {
  const asked = JSON.stringify(body);
  if (kept.has(asked)) return void area.replaceChildren(...finished(kept.get(asked), place));
  const [text, state] = [el("p", { className: "text" }), el("p", { className: "by" }, "Writing…")];
  area.replaceChildren(text, state);
  try {
    for await (const { name, data } of events("/v1/ask", { body, signal })) {
      if (name === "statement") text.append(...sentence(data.text, data.mark, data.evidence, place));
      if (name !== "reply") continue;
      area.replaceChildren(...finished(data, place));
      if (data.answer?.kind === "generated") keep(asked, data);
      return;
    }
    area.replaceChildren(el("p", { className: "by" }, "No written answer: the connection broke off."));
  } catch (error) {
    if (!signal.aborted) area.replaceChildren(el("p", { className: "by" }, `No written answer: ${error.message}`));
  }
}

function keep(asked, reply) {
  kept.set(asked, reply);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

/** Elements for a reply: the answer, or why there is none, and what was struck. */
function finished({ answer, written }, place) {
  const struck = written.struck.length ? [struckList(written.struck)] : [];
  if (answer?.kind !== "generated") return [el("p", { className: "by" }, `No written answer: ${written.reason}.`), ...struck];
  const text = el("p", { className: "text" });
  const parts = answer.text.split(MARK); // a sentence, the number of its mark, a sentence, ...
  for (let i = 0; i + 1 < parts.length; i += 2) {
    text.append(...sentence(parts[i].trim(), parts[i + 1], answer.evidence[parts[i + 1] - 1], place));
  }
  const by = `Written by ${written.model}, not quoted. Each sentence was compared with the text that its number opens.`;
  return [text, el("p", { className: "by" }, by), ...struck];
}

function sentence(words, mark, evidence, place) {
  if (!evidence) return [`${words} `];
  const link = place(evidence, `[${mark}]`);
  Object.assign(link, { title: evidence.quote, ariaLabel: `Source ${mark}` });
  return [`${words} `, link, " "];
}

function struckList(struck) {
  const count = struck.length === 1 ? "1 sentence was struck" : `${struck.length} sentences were struck`;
  const items = struck.map(({ text, reason }) => el("li", {}, el("s", {}, text), el("span", {}, ` ${reason}`)));
  return el("details", {}, el("summary", {}, count), el("ul", {}, ...items));
}
