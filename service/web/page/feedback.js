// What a reader says of a reply: that it is right, or wrong and where the right answer stands. The service keeps it.

import { call, readDocument } from "./api.js";
import { readLink } from "./citation.js";
import { closeSource } from "./source.js";
import { count, el } from "./text.js";

const source = document.getElementById("source");
const text = document.getElementById("source-text");
const here = el("button", { type: "button", id: "answer-here", className: "check", hidden: true, onclick: choose });
const fault = el("p", { className: "fault", role: "status" });
source.querySelector("header").append(here, fault);

let take = null; // is given the words that were selected, while a reader says what is right
let picked = null; // the range that was selected last in the open source

/** Whether a reply is right: two buttons, and a form where it is not. */
export function feedbackOn(reply) {
  offer(null);
  const said = el("p", { className: "said", role: "status" });
  const comment = el("textarea", { rows: 2, maxLength: 2000 });
  const quote = el("blockquote", { hidden: true });
  let evidence;

  const send = async (right) => {
    said.textContent = "Sending…";
    const more = right ? {} : { comment: comment.value.trim(), evidence };
    try {
      await call("/v1/feedback", { body: { request: reply.request, right, ...more } });
      said.textContent = "Thank you. It is kept where this service runs, and may become a question of its evaluation.";
      buttons.hidden = details.hidden = true;
      offer(null);
    } catch (problem) {
      said.textContent = problem.message;
    }
  };
  const chosen = (taken) => {
    evidence = taken;
    quote.textContent = taken.quote;
    quote.hidden = false;
    comment.focus();
  };
  const open = () => {
    details.hidden = !details.hidden;
    wrong.setAttribute("aria-expanded", String(!details.hidden));
    offer(details.hidden ? null : chosen);
  };

  const right = el("button", { type: "button", className: "check", onclick: () => send(true) }, "Right");
  const wrong = el("button", { type: "button", className: "check", aria: { expanded: false }, onclick: open }, "Wrong");
  const asked = el("span", {}, reply.answer ? "Is this answer right?" : "Is it right that the text does not say?");
  const buttons = el("div", { className: "checking", role: "group", aria: { label: asked.textContent } }, asked, right, wrong);
  const details = el(
    "form",
    { hidden: true, onsubmit: (event) => (event.preventDefault(), send(false)) },
    el("p", {}, "Where does the right answer stand? Open a text, select the words, and press “The answer stands here”."),
    quote,
    el("label", {}, "What is wrong, if you like", comment),
    el("button", { type: "submit", className: "check" }, "Send"),
  );
  return el("div", { className: "feedback" }, buttons, details, said);
}

/* ---- the words that answer, selected in the open source ---- */

/** Have the source offer to take the words that are selected in it, or no longer. */
function offer(taking) {
  take = taking;
  here.hidden = !take;
  pick(null);
}

function pick(range) {
  picked = range;
  here.disabled = !picked;
  here.textContent = picked ? "The answer stands here" : "Select the words that answer";
  fault.textContent = "";
}

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  // Pressing the button ends a selection on some devices: the last one counts.
  if (range && !range.collapsed && text.contains(range.commonAncestorContainer)) pick(range.cloneRange());
});
source.addEventListener("close", () => pick(null));

async function choose() {
  try {
    const taken = await standing(picked);
    closeSource();
    take(taken);
  } catch (problem) {
    fault.textContent = problem.message;
  }
}

/** Where selected words stand in the document; what is shown before them is counted to find them. */
async function standing(range) {
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const [shown, selected] = [before.toString(), range.toString()];
  const quote = selected.trim();
  const { document: id } = readLink(location);
  const whole = (await readDocument(id)).text;
  const near = shown.length + selected.indexOf(quote);
  const places = quote ? [whole.indexOf(quote, near), whole.lastIndexOf(quote, near)].filter((at) => at >= 0) : [];
  if (!places.length) throw new Error("These words do not stand in the text in one piece: select fewer.");
  const at = places.sort((a, b) => Math.abs(a - near) - Math.abs(b - near))[0];
  const start = count(whole.slice(0, at));
  return { document: id, start, end: start + count(quote), quote };
}
