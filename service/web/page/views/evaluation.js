// The last evaluation: its figures, by kind and by genre, and every question that was missed.

import { call } from "../api.js";
import { el } from "../text.js";
import { allMeasures, figures, groupTable } from "./measures.js";
import { reliability } from "./plot.js";
import { hrefOf } from "./views.js";
import { waitingFeedback } from "./waiting.js";
import { count, number, share, time } from "./words.js";

const LISTED = 25; // failures of one page
const FILTERS = ["kind", "genre", "cause"];
const QUOTE = 240; // characters of a quote that are shown

const address = (query) => hrefOf({ name: "evaluation", query: new URLSearchParams(query) });

/** The view: `element`, and `update(query, {signal, isNew})`, which reads the run anew where the view was just opened. */
export function create({ placeLink }) {
  const head = el("div", {});
  const missed = el("section", { className: "missed", aria: { labelledby: "missed-title" }, hidden: true });
  const waiting = waitingFeedback(placeLink);
  let run = null;

  async function update(query, { signal, isNew }) {
    if (isNew) waiting.update({ signal });
    if (isNew || !run) {
      try {
        const [evaluation, snapshots] = await Promise.all([call("/v1/evaluation", { signal }), call("/v1/snapshots", { signal })]);
        run = evaluation;
        head.replaceChildren(...summary(run, snapshots));
      } catch (problem) {
        if (problem.status !== 404) throw problem;
        run = null;
        missed.hidden = true;
        head.replaceChildren(el("p", { className: "empty" }, problem.detail ?? problem.message));
        return undefined;
      }
    }
    missed.hidden = false;
    missed.replaceChildren(...failures(run, query, placeLink));
    return missed.querySelector("h2");
  }

  return { element: el("div", {}, head, missed, waiting.element), update };
}

function summary(run, snapshots) {
  const asked = snapshots.find(({ id }) => id === run.snapshot);
  const which = asked ? (asked.active ? "the active snapshot" : "a snapshot that is not active") : "texts that are no snapshot of this index";
  const split = run.settings.split ? ` (${run.settings.split})` : "";
  const link = (by) => (name) => address({ [by]: name });
  return [
    el("p", { className: "quiet" }, time(run.created), ` · ${count(run.questions, "question")} of ${run.dataset}${split}, asked of ${which} `, el("code", {}, run.snapshot)),
    ...run.notes.map((note) => el("p", { className: "quiet caution" }, note)),
    figures(run.measures),
    ...(run.by_kind.length ? [el("h2", {}, "By kind"), groupTable("By kind", run.by_kind, link("kind"))] : []),
    ...(run.by_genre.length ? [el("h2", {}, "By genre"), groupTable("By genre", run.by_genre, link("genre"))] : []),
    ...(run.reliability.length ? [el("h2", {}, "Does the chance mean what it says?"), ...reliability(run.reliability)] : []),
    allMeasures(run.measures),
  ];
}

const valueOf = (failure, name) => failure[name] || "-";

/** The questions that were missed, those that fit the filters of the address, a page of them. */
function failures(run, query, placeLink) {
  const chosen = Object.fromEntries(FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])));
  const fitting = run.failures.filter((failure) => Object.entries(chosen).every(([name, value]) => valueOf(failure, name) === value));
  const last = Math.max(Math.ceil(fitting.length / LISTED), 1);
  const page = Math.min(Math.max(Math.trunc(Number(query.get("page"))) || 1, 1), last);
  const start = (page - 1) * LISTED;
  const turn = (to, label, rel) => el("a", { href: address({ ...chosen, page: to }), rel }, label);
  const turns = [...(page > 1 ? [turn(page - 1, "Previous page", "prev")] : []), ...(page < last ? [turn(page + 1, "Next page", "next")] : [])];
  const total = `${number(run.failed)} of ${count(run.questions, "question")} missed`;
  const part = run.failed > run.failures.length ? [el("p", { className: "quiet" }, `The first ${number(run.failures.length)} are listed here.`)] : [];
  return [
    el("h2", { id: "missed-title", tabIndex: -1 }, total),
    ...part,
    ...(run.failures.length ? [filters(run.failures, chosen)] : []),
    el("p", { className: "total", role: "status" }, last > 1 ? `${number(start + 1)} to ${number(Math.min(start + LISTED, fitting.length))} of ${number(fitting.length)}` : Object.keys(chosen).length ? count(fitting.length, "question") : ""),
    el("ol", { className: "failures" }, ...fitting.slice(start, start + LISTED).map((failure) => item(failure, placeLink))),
    ...(turns.length ? [el("nav", { className: "pages", aria: { label: "Pages of missed questions" } }, ...turns)] : []),
  ];
}

/** The filters: of each the values there are, with how many were missed, as links. */
function filters(all, chosen) {
  const groups = FILTERS.flatMap((name) => {
    const counts = new Map();
    for (const failure of all) counts.set(valueOf(failure, name), (counts.get(valueOf(failure, name)) ?? 0) + 1);
    if (counts.size < 2 && !chosen[name]) return [];
    const { [name]: _, ...others } = chosen;
    const choice = (value, label) => {
      const isOn = (chosen[name] ?? "") === value;
      return el("a", { href: address(value ? { ...others, [name]: value } : others), aria: isOn ? { current: "true" } : {} }, label);
    };
    const values = [...counts].sort((a, b) => b[1] - a[1]).map(([value, amount]) => choice(value, `${value} ${amount}`));
    return [el("p", { role: "group", aria: { label: `By ${name}` } }, el("span", {}, name), choice("", "all"), ...values)];
  });
  return el("div", { className: "filters" }, ...groups);
}

function item(failure, placeLink) {
  const { question, cause, signal, kind, genre, expected, given, abstained, confidence, level, id } = failure;
  const labels = [signal ? `${cause} (${signal})` : cause, kind, genre].filter(Boolean);
  const chance = confidence === null ? "" : ` · ${share(confidence)}${level ? `, ${level}` : ""}`;
  const got = abstained ? `Withheld${chance}` : `Given${chance}`;
  const nothing = abstained ? "No sentence came near" : "No answer was asked for";
  return el(
    "li",
    {},
    el("h3", {}, el("a", { href: `/?${new URLSearchParams({ q: question })}`, aria: { label: `Ask: ${question}` } }, question)),
    el("p", { className: "quiet" }, labels.join(" · "), " ", el("span", { className: "id" }, id)),
    el(
      "dl",
      { className: "sides" },
      el("dt", {}, "Expected"),
      ...quotes(expected, "The text does not say", placeLink),
      el("dt", {}, got),
      ...quotes(given, nothing, placeLink),
    ),
  );
}

/** Each quote as a link to where it stands. */
function quotes(all, nothing, placeLink) {
  if (!all.length) return [el("dd", { className: "quiet" }, nothing)];
  return all.map((quoted) => {
    const shown = quoted.quote.length > QUOTE ? `${quoted.quote.slice(0, QUOTE)}…` : quoted.quote;
    return el("dd", {}, placeLink(quoted, shown ? `“${shown}”` : quoted.document));
  });
}
