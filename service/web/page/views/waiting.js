// Feedback that waits to become questions of the own set; what people wrote is shown to who has the admin key.

import { el } from "../text.js";
import { change, hasAdminKey, keyForm } from "./admin.js";
import { count, folded, number, time } from "./words.js";

const LISTED = 20; // the newest; all are counted

/** The section: `element`, and `update({signal})`, which reads what waits, once there is a key. */
export function waitingFeedback(placeLink) {
  const title = el("h2", { id: "waiting-title" }, "Feedback waiting to become questions");
  const said = el("p", { className: "quiet", role: "status" });
  const body = el("div", {});
  const element = el("section", { className: "waiting", aria: { labelledby: title.id } }, title, said, body);

  async function update({ signal }) {
    said.textContent = "";
    if (!hasAdminKey()) return ask();
    try {
      const { waiting, right, wrong, feedback } = await change(`/v1/feedback?limit=${LISTED}`, { signal });
      said.textContent = waiting
        ? `${count(waiting, "reply", "replies")} judged: ${number(right)} right, ${number(wrong)} wrong. Make questions of them: python -m eval adopt`
        : "None waits.";
      body.replaceChildren(el("ol", { className: "failures" }, ...feedback.map((one) => item(one, placeLink))));
    } catch (problem) {
      if (problem.name === "AbortError") return;
      said.textContent = problem.message;
      if (!hasAdminKey()) ask();
    }
  }

  const ask = () => body.replaceChildren(folded("Show it", () => keyForm(() => update({ signal: new AbortController().signal }))));

  return { element, update };
}

function item({ question, right, received, comment, evidence, answered, refused }, placeLink) {
  const reply = refused ? "the refusal" : "the answer";
  const quotes = (all) => all.map((quoted) => el("dd", {}, placeLink(quoted, `“${quoted.quote}”`)));
  return el(
    "li",
    {},
    el("h3", {}, el("a", { href: `/?${new URLSearchParams({ q: question })}`, aria: { label: `Ask: ${question}` } }, question)),
    el("p", { className: "quiet" }, `${right ? "✓" : "✗"} ${reply} was ${right ? "right" : "wrong"} · `, time(received)),
    ...(comment ? [el("p", {}, comment)] : []),
    el(
      "dl",
      { className: "sides" },
      ...(answered.length ? [el("dt", {}, "Answered"), ...quotes(answered)] : []),
      ...(evidence.length ? [el("dt", {}, "Stands at"), ...quotes(evidence)] : []),
    ),
  );
}
