// This index: the snapshots, which one is served, what their gates said; rolling back and rebuilding.

import { call } from "../api.js";
import { el } from "../text.js";
import { change, hasAdminKey, keyForm } from "./admin.js";
import { jobPanel } from "./jobs.js";
import { allMeasures, figures } from "./measures.js";
import { reliability } from "./plot.js";
import { count, folded, number, size, table, time } from "./words.js";

const LISTED = 20; // snapshots, until more are asked for

/** The view: `element`, and `update(query, {signal})`, which reads everything anew. */
export function create({ changed }) {
  const served = el("p", { className: "served" });
  const said = el("p", { className: "said", role: "status" });
  const tools = el("div", { className: "tools" });
  const list = el("ol", { className: "snapshots", aria: { label: "Snapshots, newest first" } });
  const more = el("p", {});
  let signal = new AbortController().signal;
  const jobs = jobPanel({
    cancel: (job) => change(`/v1/jobs/${job}`, { method: "DELETE" }),
    ended: () => Promise.all([refresh(), changed()]),
  });

  async function update(_, { signal: given }) {
    signal = given;
    said.textContent = "";
    showTools();
    await refresh();
    const running = (await call("/v1/jobs", { signal })).find(({ state }) => state === "queued" || state === "running");
    if (running) follow(running.job);
  }

  async function refresh() {
    const [snapshots, ready] = await Promise.all([call("/v1/snapshots", { signal }), readiness(signal)]);
    served.replaceChildren(...standing(snapshots, ready));
    showSnapshots(snapshots, ready.snapshot, LISTED);
  }

  function showSnapshots(snapshots, current, most) {
    const listed = snapshots.filter(({ id, active }, i) => i < most || active || id === current);
    list.replaceChildren(...listed.map((info) => item(info, current, () => activate(info))));
    const hidden = snapshots.length - listed.length;
    const show = () => showSnapshots(snapshots, current, snapshots.length);
    more.replaceChildren(...(hidden ? [el("button", { type: "button", className: "check", onclick: show }, `Show ${count(hidden, "more snapshot")}`)] : []));
  }

  function showTools() {
    if (!hasAdminKey()) return tools.replaceChildren(folded("Change this index", () => keyForm(entered)));
    const activates = el("input", { type: "checkbox", checked: true, id: "rebuild-activate" });
    const start = el("button", { type: "button", onclick: () => rebuild(activates.checked) }, "Rebuild from the corpus folder");
    const choice = el("label", { htmlFor: activates.id }, activates, " serve it when it is done");
    tools.replaceChildren(el("div", { className: "row" }, start, choice));
  }

  async function entered() {
    showTools();
    said.textContent = "Key taken: it is tried with the first change";
    tools.querySelector("button").focus();
    await refresh().catch(() => null);
  }

  const rebuild = (activate) =>
    attempt("", async () => follow((await change("/v1/snapshots", { body: { activate }, signal })).job));

  /** Serve a snapshot; of one that did not pass its gate, ask first. */
  function activate({ id, evaluation }) {
    const failed = evaluation?.gate && !evaluation.gate.passed;
    if (failed && !confirm(`${id} did not pass its gate. Serve it all the same?`)) return;
    attempt(`Opening ${id}…`, async () => {
      await change("/v1/snapshots/active", { method: "PUT", body: { id }, signal });
      await Promise.all([refresh(), changed()]);
      said.textContent = `${id} is served now`;
    });
  }

  /** Do what needs the key, and say what came of it. */
  async function attempt(message, action) {
    said.textContent = message;
    try {
      await action();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      said.textContent = problem.message;
      if (hasAdminKey()) return;
      showTools(); // the key was refused
      await refresh().catch(() => null);
      tools.querySelector("details").open = true;
    }
  }

  const follow = (job) =>
    jobs.follow(job, hasAdminKey, signal).catch((problem) => {
      if (problem.name !== "AbortError") said.textContent = problem.message;
    });

  return { element: el("div", {}, served, tools, said, jobs.element, list, more), update };
}

/** What is in use: `{snapshot, detail}`; no snapshot where there is none yet. */
async function readiness(signal) {
  try {
    return await call("/readyz", { signal });
  } catch (problem) {
    if (problem.status !== 503) throw problem;
    return { snapshot: null, detail: problem.detail };
  }
}

function standing(snapshots, { snapshot, detail }) {
  const info = snapshots.find(({ id }) => id === snapshot);
  const holds = info ? `: ${count(info.documents, "document")}, ${count(info.passages, "passage")}` : "";
  return [
    ...(snapshot ? ["Served now: ", el("code", {}, snapshot), holds] : ["Nothing is served yet"]),
    ...(detail ? [el("span", { className: "caution" }, detail)] : []),
  ];
}

function item(info, current, activate) {
  const { id, created, documents, passages, bytes, model, recall, active } = info;
  const isServed = id === current;
  const state = isServed ? "Served now" : active ? "Active, not in use" : "";
  const facts = [count(documents, "document"), count(passages, "passage"), size(bytes), model];
  if (recall < 1) facts.push(`finds ${(recall * 100).toFixed(1)}% of the nearest`);
  const back = el("button", { type: "button", className: "check", onclick: activate, aria: { label: `Serve this one: ${id}` } }, "Serve this one");
  return el(
    "li",
    { data: { served: isServed } },
    el("h2", {}, time(created), ...(state ? [el("span", { className: "badge" }, state)] : [])),
    el("p", { className: "quiet" }, el("code", {}, id), ` · ${facts.join(" · ")}`),
    verdict(info.evaluation),
    el("div", { className: "row" }, ...gate(info.evaluation, isServed), ...leftOut(info.left_out), ...(hasAdminKey() && !isServed ? [back] : [])),
  );
}

/** What the gate of a release said, in a line. */
function verdict(evaluation) {
  const gate = evaluation?.gate;
  if (!gate) return el("p", { className: "quiet" }, "No gate was used");
  const asked = `${count(evaluation.questions ?? 0, "question")} of ${evaluation.dataset ?? "a set"}`;
  if (gate.passed) return el("p", { className: "gate", data: { passed: true } }, `✓ Passed its gate: ${asked}`);
  const reasons = (gate.reasons ?? []).map((reason) => el("li", {}, String(reason)));
  return el("div", { className: "gate", data: { passed: false } }, el("p", {}, `✗ Did not pass its gate: ${asked}`), el("ul", {}, ...reasons));
}

/** The figures of a gate, folded. */
function gate(evaluation, open) {
  if (!evaluation?.measures) return [];
  const { measures, gate: judged } = evaluation;
  const floors = Object.entries(judged?.floors ?? {}).map(([name, floor]) => `${name} ${floor}`);
  const compared = judged?.no_worse_than;
  const notes = [
    ...(floors.length ? [`Floors: ${floors.join(", ")}`] : []),
    ...(compared ? [`Compared with ${compared}: no measure may be significantly worse`] : []),
  ];
  const make = () => [
    figures(measures),
    ...reliability(evaluation.reliability),
    ...notes.map((note) => el("p", { className: "quiet" }, note)),
    allMeasures(measures),
  ];
  return [folded("Figures of its gate", make, open)];
}

/** The files that the build left out, folded. */
function leftOut(files) {
  if (!files) return [];
  const { count: unread, named, not_read: others } = files;
  const formats = Object.entries(others).map(([suffix, amount]) => `${suffix} (${number(amount)})`);
  const make = () => [
    ...(named.length ? [table("Files left out", ["File", "Why"], named.map(({ file, reason }) => [file, reason]))] : []),
    ...(unread > named.length ? [el("p", { className: "quiet" }, `and ${number(unread - named.length)} more`)] : []),
    ...(formats.length ? [el("p", { className: "quiet" }, `Not read, for their format: ${formats.join(", ")}`)] : []),
  ];
  const title = unread ? `${count(unread, "file")} left out` : "Other formats not read";
  return [folded(title, make)];
}
