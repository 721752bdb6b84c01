// The measures of an evaluation: those that tell most as figures, all of them as a table.

import { el } from "../text.js";
import { count, folded, share, table } from "./words.js";

// What the measures that people look for are called here.
const NAMES = {
  answer_accuracy: "right answers",
  "hit@1": "right passage first",
  "hit@3": "right passage among three",
  wrongly_refused: "right answers withheld",
  wrongly_answered: "answers where the text has none",
  right_when_sure: "right where it is sure",
};
const COLUMNS = ["answer_accuracy", "wrongly_refused", "wrongly_answered", "right_when_sure"]; // of groups
const TIME = /latency/;

/** What a measure is called: in words, where it has some. */
export const nameOf = (measure) => NAMES[measure] ?? measure;

function value(measure, amount) {
  if (amount === null || amount === undefined) return "–";
  return TIME.test(measure) ? `${amount.toFixed(1)} ms` : amount.toFixed(3);
}

/** The measures that tell most, each with its interval and the number of questions. */
export function figures(measures) {
  const known = Object.keys(NAMES).filter((name) => typeof measures[name]?.value === "number");
  const parts = known.map((name) => {
    const { n, value: amount, low, high } = measures[name];
    const interval = typeof low === "number" ? `${share(low)} to ${share(high)}, ` : "";
    return el("div", {}, el("dt", {}, nameOf(name)), el("dd", {}, el("strong", {}, share(amount)), el("span", {}, `${interval}of ${n}`)));
  });
  return el("dl", { className: "figures" }, ...parts);
}

/** Every measure that has a value, folded. */
export function allMeasures(measures) {
  const rows = Object.entries(measures).filter(([, { value: amount }]) => amount !== null);
  const cells = ([name, { n, value: amount, low, high }]) => [
    name, value(name, amount), typeof low === "number" ? `${value(name, low)} to ${value(name, high)}` : "–", String(n),
  ];
  const header = ["Measure", "Value", "95% interval", "Questions"];
  return folded(count(rows.length, "measure"), () => table("Measures", header, rows.map(cells)));
}

/** The groups of one kind as a table; `link(name)` is where the failures of a group are shown. */
export function groupTable(title, groups, link) {
  const cell = (figure) => (figure?.n ? `${share(figure.value)} of ${figure.n}` : "–");
  const rows = groups.map(({ name, questions, measures }) => [
    el("a", { href: link(name) }, name), String(questions), ...COLUMNS.map((column) => cell(measures[column])),
  ]);
  return table(title, [title.replace("By ", ""), "questions", ...COLUMNS.map(nameOf)], rows);
}
