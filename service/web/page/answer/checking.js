// Whether a quote stands in its document word for word: compared by the service as soon as the quote is shown.

import { call } from "../api.js";
import { el } from "../text.js";

/** What says whether a piece of evidence holds; where it does not, the card around it is marked. */
export function checked(evidence, snapshot) {
  const verdict = el("p", { className: "verdict", role: "status" });
  check(verdict, evidence, snapshot);
  return verdict;
}

async function check(verdict, evidence, snapshot) {
  const { document, start, end, quote } = evidence;
  say(verdict, "pending", "Comparing with the document…");
  try {
    const { valid, reason } = await call("/v1/verify", { body: { document, start, end, quote, snapshot } });
    if (valid) return void say(verdict, "valid", "✓ Word for word in the document");
    say(verdict, "invalid", `✗ This is not what the document says there: ${reason}`);
    verdict.closest(".card")?.setAttribute("data-check", "invalid");
  } catch (problem) {
    const again = () => check(verdict, evidence, snapshot);
    say(verdict, "unknown", `Not compared with the document: ${problem.message} `);
    verdict.append(el("button", { type: "button", className: "check", onclick: again }, "Compare again"));
  }
}

function say(verdict, state, words) {
  verdict.dataset.state = state;
  verdict.textContent = words;
}
