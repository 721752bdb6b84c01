// A reply of /v1/ask as elements: the card, then the passages.

import { answerCard } from "./answer/card.js";
import { passageItem } from "./answer/passages.js";
import { el } from "./text.js";

export { percent } from "./answer/facts.js";

/** Elements for a reply; `links` are as for `answerCard`. */
export function replyView(reply, links) {
  const evidence = reply.answer?.evidence ?? [];
  // The passage that the answer stands in is in the card already.
  const own = new Set(reply.answer?.kind === "extractive" ? evidence.map(({ passage }) => passage) : []);
  const others = reply.passages.filter(({ rank }) => !own.has(rank));
  const list = el("ol", { aria: { labelledby: "passages" } }, ...others.map((each) => passageItem(each, evidence, links.place)));
  const title = el("h2", { id: "passages" }, reply.answer ? "Supporting passages" : "Closest passages");
  const none = el("p", { className: "none" }, "No passage shares anything with the question.");
  return [
    answerCard(reply, links),
    ...(others.length ? [title, list] : []),
    ...(reply.passages.length ? [] : [title, none]),
  ];
}
