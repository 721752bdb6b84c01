// The passages below the card.

import { el } from "../text.js";
import { folded, span, where } from "./facts.js";
import { wholePassage } from "./quote.js";

function notes({ superseded_by: newer, copies = [] }) {
  return [
    ...(newer ? [el("p", { className: "note superseded" }, `The version in force says otherwise: ${newer}`)] : []),
    ...(copies.length ? [el("p", { className: "note" }, `The same stands in ${copies.join(", ")}`)] : []),
  ];
}

/** One passage; `place(span, label)` makes the link that opens its document. */
export function passageItem(passage, evidence, place) {
  const quotes = evidence.filter((e) => e.document === passage.document && e.start < passage.end && passage.start < e.end);
  const title = el("h3", { id: `passage-${passage.rank}` }, where(passage));
  const link = place(quotes[0] ?? { ...passage, quote: passage.text }, "Open in the text");
  link.classList.add("open");
  link.setAttribute("aria-describedby", title.id);
  const signals = Object.entries(passage.signals).map(([name, value]) => [name.replaceAll("_", " "), Number(value).toFixed(3)]);
  const figures = [["score", passage.score.toFixed(3)], ...signals, ["characters", span(passage)]];
  const article = el(
    "article",
    { className: "passage", tabIndex: -1, aria: { labelledby: title.id }, data: { rank: passage.rank } },
    title,
    el("div", { className: "text" }, ...wholePassage(passage, evidence)),
    ...notes(passage),
    el("footer", {}, link, folded("Details", figures)),
  );
  return el("li", {}, article);
}
