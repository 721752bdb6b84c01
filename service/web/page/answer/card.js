// The card at the head of a reply: the answer where it stands, or why there is none and what to try.

import { questionAbout } from "../examples.js";
import { copyMenu } from "../copying.js";
import { feedbackOn } from "../feedback.js";
import { el } from "../text.js";
import { checked } from "./checking.js";
import { folded, level, meter, percent, span, where } from "./facts.js";
import { inContext, wholePassage } from "./quote.js";

/**
 * The card of a reply. `links` are `place(span, label)`, a link that opens a document at a span; `ask(q, label)`, a link to
 * a question; and `askAll(q, label)`, the same in all documents, null where all of them are searched.
 */
export function answerCard(reply, links) {
  return el(
    "section",
    {
      className: "card",
      aria: { labelledby: "verdict" },
      data: { kind: reply.answer ? "answer" : "refusal", level: reply.level },
    },
    ...(reply.answer ? answered(reply, links) : refused(reply, links)),
    ...(reply.understood ? [el("p", { id: "understood", className: "note" }, `Understood as: ${reply.understood}`)] : []),
    ...(reply.answer ? suggested(reply, links, "p") : []),
    feedbackOn(reply),
  );
}

const headline = (words) => el("h2", { id: "verdict", tabIndex: -1 }, words);
const passageOf = (reply, evidence) => reply.passages.find(({ rank }) => rank === evidence.passage);

function answered(reply, { place }) {
  const { answer } = reply;
  const [first] = answer.evidence;
  const isQuoted = answer.kind === "extractive" && first?.quote === answer.text;
  return [
    headline(answer.kind === "extractive" ? "Answer, quoted from the text" : "Answer, written from the text"),
    isQuoted
      ? el("blockquote", { id: "answer", className: "answer" }, inContext(first, passageOf(reply, first), answer.short))
      : el("p", { id: "answer", className: "answer" }, answer.text),
    level(reply),
    el(
      "ul",
      { className: "evidence" },
      ...answer.evidence.map((each) => evidenceItem(each, reply, place, isQuoted && each === first)),
    ),
  ];
}

/** Where a quote stands, whether it stands there, and what to do with it; `isAbove` where it is shown already. */
function evidenceItem(evidence, reply, place, isAbove) {
  const passage = passageOf(reply, evidence);
  const lead = passage?.structure?.lead;
  const isLead = evidence.start === lead?.start && evidence.end === lead?.end; // such as the header of a table
  const label = el("cite", {}, where({ ...passage, ...evidence }));
  const source = el("p", { className: "source" }, ...(isLead ? ["Read with it: "] : []), place(evidence, label));
  const quote = isAbove || isLead ? [] : [el("blockquote", {}, inContext(evidence, passage))];
  const more = isLead ? [] : [actions(evidence, passage, reply)];
  return el("li", {}, ...quote, source, checked(evidence, reply.snapshot), ...more);
}

function actions(evidence, passage, reply) {
  const figures = [
    ["Document", evidence.document],
    ["Characters", span(evidence)],
    ["SHA-256", evidence.sha256 && `${evidence.sha256.slice(0, 12)}…`],
    ["Score of the passage", passage?.score.toFixed(3)],
  ];
  const whole = passage && el(
    "details",
    { className: "whole" },
    el("summary", {}, "Whole passage"),
    el("div", { className: "text" }, ...wholePassage(passage, [evidence])),
  );
  return el("div", { className: "actions" }, copyMenu(evidence, reply), ...(whole ? [whole] : []), folded("Details", figures));
}

function refused(reply, links) {
  const { abstained, confidence } = reply;
  return [
    headline("No answer"),
    el("p", { id: "refusal", className: "answer" }, abstained.message),
    ...nearest(abstained.nearest, reply, links),
    el("div", { id: "try" }, el("h3", {}, "What to try"), el("ul", {}, ...toTry(reply, links))),
    el(
      "p",
      { className: "confidence" },
      meter(confidence),
      el("span", {}, `Withheld: the best answer found is right with a chance of ${percent(confidence)}`),
    ),
  ];
}

/** The sentence that comes closest to an answer. */
function nearest(evidence, reply, { place }) {
  if (!evidence) return [];
  const quote = el("blockquote", {}, inContext(evidence, passageOf(reply, evidence)));
  const link = place(evidence, el("cite", {}, where(evidence)));
  const source = el("p", { className: "source" }, link);
  return [el("div", { id: "nearest" }, el("h3", {}, "The closest sentence"), quote, source, checked(evidence, reply.snapshot))];
}

function toTry(reply, links) {
  const { missing } = reply.abstained;
  const words = missing.map((word) => `“${word}”`).join(", ");
  const headings = new Set(reply.passages.map(({ section }) => section.at(-1)).map(questionAbout).filter(Boolean));
  const others = [...headings].filter((q) => q !== reply.question).slice(0, 3);
  return [
    ...suggested(reply, links, "li"),
    ...(words ? [el("li", { id: "missing" }, `Leave out ${words}, or say it in other words.`)] : []),
    ...(links.askAll ? [el("li", {}, links.askAll(reply.question, "Search in all documents"))] : []),
    ...others.map((q) => el("li", {}, "Ask: ", links.ask(q, q))),
    ...(reply.passages.length ? [el("li", {}, "Read the closest passages below.")] : []),
  ];
}

/** A link to the question with names of the texts in place of names that no text holds. */
const suggested = ({ did_you_mean: q }, links, tag) =>
  q ? [el(tag, { id: "did-you-mean", className: tag === "p" ? "note" : "" }, "Did you mean: ", links.ask(q, q))] : [];
