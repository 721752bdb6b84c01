// Numbers and times for people.

import { el } from "../text.js";

const NUMBER = new Intl.NumberFormat("en");
const WHEN = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** A whole number with marks between its thousands. */
export const number = (value) => NUMBER.format(value);

/** A number of things: `1 document`, `2 documents`. */
export const count = (value, thing, things = `${thing}s`) => `${number(value)} ${value === 1 ? thing : things}`;

/** A size on disk. */
export function size(bytes) {
  const unit = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${(bytes / 1000 ** unit).toFixed(unit && bytes / 1000 ** unit < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

/** A share in percent: `90%`; what is not quite nothing or all is not called so. */
export function share(value) {
  if (value > 0.995 && value < 1) return "> 99%";
  return value > 0 && value < 0.005 ? "< 1%" : `${Math.round(value * 100)}%`;
}

/** An element for a time in ISO 8601, as the reader's clock shows it. */
export function time(iso) {
  const date = new Date(iso);
  return el("time", { dateTime: iso, title: iso }, Number.isNaN(date.valueOf()) ? iso : WHEN.format(date));
}

/** A table in a frame that scrolls where it is too wide; `rows` are lists of cells, the first of which names its row. */
export function table(caption, header, rows) {
  const cells = ([name, ...others]) => [el("th", { scope: "row" }, name), ...others.map((cell) => el("td", {}, cell))];
  return el(
    "div",
    { className: "wide", role: "region", tabIndex: 0, aria: { label: caption } },
    el(
      "table",
      {},
      el("caption", { className: "unseen" }, caption),
      el("thead", {}, el("tr", {}, ...header.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))),
    ),
  );
}

/** What is folded under a line, and made when it is first opened. */
export function folded(summary, make, open = false) {
  const details = el("details", { className: "folded" }, el("summary", {}, summary));
  details.addEventListener("toggle", () => details.append(...[make()].flat()), { once: true });
  details.open = open;
  return details;
}
