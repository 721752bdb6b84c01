// One rebuild as it goes on: its phase, how far it has come, how it ended.

import { call } from "../api.js";
import { el } from "../text.js";
import { number } from "./words.js";

const POLL_MS = 500;
const CANCELLED = "Cancelled"; // the type of the error of a job that was
const PHASES = {
  prepare: "Preparing the model", read: "Reading the texts", encode: "Encoding passages", index: "Indexing",
  publish: "Publishing", ask: "Asking the questions of the gate",
};

/** A panel that follows jobs; `cancel(job)` ends one, `ended(job)` runs when the one that is followed has ended. */
export function jobPanel({ cancel, ended }) {
  const phase = el("p", { role: "status" });
  const bar = el("progress", { aria: { label: "Progress of the rebuild" } });
  const amount = el("span", { className: "quiet" });
  const stop = el("button", { type: "button", className: "check" }, "Cancel");
  const element = el("section", { className: "job", hidden: true, aria: { label: "Rebuild" } }, phase, el("div", { className: "row" }, bar, amount, stop));
  let followed = null;

  stop.addEventListener("click", async () => {
    stop.disabled = true;
    try {
      await cancel(followed);
    } catch (problem) {
      amount.textContent = problem.message;
    }
  });

  function show({ state, phase: name, done, total, error, snapshot }) {
    const running = state === "queued" || state === "running";
    bar.hidden = stop.hidden = amount.hidden = !running;
    if (running) {
      say(PHASES[name] ?? name ?? "Starting");
      total ? Object.assign(bar, { max: total, value: done }) : bar.removeAttribute("value");
      amount.textContent = total ? `${number(done)} of ${number(total)}` : done ? number(done) : "";
    } else say(error ? endOf(error) : `Done: snapshot ${snapshot}`);
    element.dataset.state = error?.type === CANCELLED ? "cancelled" : state;
    return running;
  }

  function say(text) {
    if (phase.textContent !== text) phase.textContent = text; // said once, not at every look
  }

  /** Follow a job until it has ended, or the signal says to stop; `canCancel` shows the button for it. */
  async function follow(job, canCancel, signal) {
    followed = job;
    element.hidden = false;
    stop.disabled = false;
    for (;;) {
      const state = await call(`/v1/jobs/${job}`, { signal });
      if (followed !== job || signal.aborted) return;
      const running = show(state);
      stop.hidden = !running || !canCancel();
      if (!running) return ended(state);
      await pause(signal);
    }
  }

  return { element, follow };
}

const endOf = ({ type, detail }) => (type === CANCELLED ? "Cancelled. What was served stays." : `It failed: ${detail}`);

/** Wait a moment; ends early where the signal says to stop. */
const pause = (signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, POLL_MS);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
