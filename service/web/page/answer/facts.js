// Small parts of a reply: where something stands, how sure an answer is, and the figures that are folded away.

import { el } from "../text.js";
import { plain } from "../typeset/marks.js";

/** Where something stands, for people. */
export const where = ({ title, section, page, anchor }) =>
  [[title, ...section].map(plain).join(" › "), ...(anchor ?? page ? [anchor ?? `page ${page}`] : [])].join(", ");

/** A chance as a percentage that never claims certainty. */
export function percent(chance) {
  if (chance > 0.99) return "> 99%";
  return chance < 0.01 ? "< 1%" : `${Math.round(chance * 100)}%`;
}

/** A chance as a bar. */
export function meter(chance) {
  const value = Math.round(chance * 100);
  const bar = el("div", {
    className: "meter",
    role: "meter",
    aria: { label: "Confidence", valuemin: 0, valuemax: 100, valuenow: value, valuetext: percent(chance) },
  });
  bar.style.setProperty("--value", `${value}%`);
  return bar;
}

const LEVELS = { sure: "Sure", likely: "Likely", unsure: "Not sure" };

/** How sure an answer is, in words. */
export function level({ level: name, confidence, calibrated }) {
  const judged = calibrated ? "" : ", judged by questions about other texts";
  return el(
    "p",
    { className: "confidence" },
    el("strong", {}, LEVELS[name]),
    meter(confidence),
    el("span", {}, `${percent(confidence)} of answers given like this are right${judged}`),
  );
}

/** Figures that few readers want, folded: names and values. */
export function folded(label, figures) {
  const rows = figures.filter(([, value]) => value != null && value !== "").flatMap(([name, value]) => [
    el("dt", {}, name),
    el("dd", {}, value),
  ]);
  return el("details", { className: "figures" }, el("summary", {}, label), el("dl", {}, ...rows));
}

/** Positions in a document, for people. */
export const span = ({ start, end }) => `${start}–${end}`;
