// A reply of /v1/ask as elements: the answer or the refusal, then the passages.

import { call } from "./api.js";
import { copyMenu } from "./copying.js";
import { feedbackOn } from "./feedback.js";
import { el, marked } from "./text.js";

/** Where something stands, for people. */
const where = (title, section) => [title, ...section].join(" › ");

/** A chance as a percentage that never claims certainty. */
export function percent(chance) {
  if (chance > 0.99) return "> 99%";
  return chance < 0.01 ? "< 1%" : `${Math.round(chance * 100)}%`;
}

function confidence(chance, meaning) {
  const value = Math.round(chance * 100);
  const meter = el("div", {
    className: "meter",
    role: "meter",
    aria: { label: "Confidence", valuemin: 0, valuemax: 100, valuenow: value, valuetext: percent(chance) },
  });
  meter.style.setProperty("--value", `${value}%`);
  return el("p", { className: "confidence" }, el("strong", {}, percent(chance)), meter, el("span", {}, meaning));
}

function checkButton(evidence, snapshot) {
  const verdict = el("span", { className: "verdict", role: "status" });
  const check = async () => {
    verdict.dataset.state = "pending";
    verdict.textContent = "Checking…";
    const { document, start, end, quote } = evidence;
    try {
      const { valid, reason } = await call("/v1/verify", { body: { document, start, end, quote, snapshot } });
      verdict.dataset.state = valid ? "valid" : "invalid";
      verdict.textContent = `${valid ? "✓" : "✗"} ${reason}`;
    } catch (problem) {
      verdict.dataset.state = "invalid";
      verdict.textContent = problem.message;
    }
  };
  return [el("button", { type: "button", className: "check", onclick: check }, "Check this quote"), verdict];
}

function evidenceItem(evidence, reply, place) {
  const passage = reply.passages.find(({ rank }) => rank === evidence.passage);
  const label = passage ? where(passage.title, passage.section) : evidence.document;
  const cite = el("cite", {}, label, el("span", { className: "offsets" }, `${evidence.start}–${evidence.end}`));
  const quote = el("blockquote", {}, evidence.quote);
  return el(
    "li",
    {},
    ...(evidence.quote === reply.answer.text ? [] : [quote]),
    place(evidence, cite),
    el("div", { className: "checking" }, ...checkButton(evidence, reply.snapshot), copyMenu(evidence, reply)),
  );
}

const LEVELS = { sure: "Sure", likely: "Likely", unsure: "Not sure" };

/** The text of an answer, the words that answer in bold. */
function emphasised({ text, short, evidence: [first] }) {
  const inside = short && first.quote === text && short.document === first.document;
  return marked(text, inside ? [[short.start - first.start, short.end - first.start]] : [], "strong");
}

/** The sentence that comes closest to an answer. */
const nearest = (evidence, place) =>
  evidence
    ? [el("p", { id: "nearest" }, "Closest sentence: ", place(evidence, el("q", {}, evidence.quote)))]
    : [];

function answered(reply, place) {
  const { answer } = reply;
  const quoted = answer.kind === "extractive";
  return [
    el("h2", { id: "verdict", tabIndex: -1 }, quoted ? "Answer, quoted from the text" : "Answer, written from the text"),
    el(quoted ? "blockquote" : "p", { id: "answer", className: "answer" }, emphasised(answer)),
    confidence(reply.confidence, `${LEVELS[reply.level]}: the chance that this answer is right${judgedBy(reply)}`),
    el("ul", { className: "evidence" }, ...answer.evidence.map((evidence) => evidenceItem(evidence, reply, place))),
  ];
}

const understood = (reply) =>
  reply.understood ? [el("p", { id: "understood", className: "confidence" }, `Understood as: ${reply.understood}`)] : [];

/** A link to the question with names of the texts in place of names that no text holds. */
const suggested = ({ did_you_mean: q }, asking) =>
  q ? [el("p", { id: "did-you-mean", className: "confidence" }, "Did you mean: ", el("a", { href: asking(q) }, q))] : [];

/** What a chance was judged by, where that was not questions about these documents. */
const judgedBy = (reply) => (reply.calibrated ? "" : ", judged by questions about other texts");

const refused = ({ abstained, confidence: chance }, place) => [
  el("h2", { id: "verdict", tabIndex: -1 }, "No answer"),
  el("p", { id: "refusal", className: "answer" }, abstained.message),
  ...nearest(abstained.nearest, place),
  confidence(chance, "chance that the best answer found is right"),
];

function signals(passage) {
  const rows = Object.entries(passage.signals).flatMap(([name, value]) => [
    el("dt", {}, name.replaceAll("_", " ")),
    el("dd", {}, typeof value === "number" ? value.toFixed(3) : String(value)),
  ]);
  return el("details", {}, el("summary", {}, `Score ${passage.score.toFixed(3)}`), el("dl", {}, ...rows));
}

function notes({ superseded_by: newer, copies = [] }) {
  return [
    ...(newer ? [el("p", { className: "note superseded" }, `A newer version says otherwise: ${newer}`)] : []),
    ...(copies.length ? [el("p", { className: "note" }, `The same stands in ${copies.join(", ")}`)] : []),
  ];
}

function passageItem(passage, evidence, place) {
  const quotes = evidence.filter((e) => e.document === passage.document && e.start < passage.end && passage.start < e.end);
  const target = quotes[0] ?? { ...passage, quote: passage.text };
  const spans = quotes.map((e) => [e.start - passage.start, e.end - passage.start]);
  const title = el("h3", { id: `passage-${passage.rank}` }, where(passage.title, passage.section));
  const offsets = el("span", { className: "offsets" }, `${passage.start}–${passage.end}`);
  const link = place(target, "Open in the text");
  link.classList.add("open");
  link.setAttribute("aria-describedby", title.id);
  const article = el(
    "article",
    { className: "passage", tabIndex: -1, aria: { labelledby: title.id }, data: { rank: passage.rank } },
    title,
    el("p", { className: "text" }, marked(passage.text, spans)),
    ...notes(passage),
    el("footer", {}, offsets, link, signals(passage)),
  );
  return el("li", {}, article);
}

/** Elements for a reply; `place(span, label)` makes the link that opens a document at a span, `asking(q)` an address. */
export function replyView(reply, place, asking) {
  const evidence = reply.answer?.evidence ?? [];
  const found = reply.passages.length > 0;
  return [
    el(
      "section",
      { className: "card", aria: { labelledby: "verdict" }, data: { kind: reply.answer ? "answer" : "refusal", level: reply.level } },
      ...(reply.answer ? answered(reply, place) : refused(reply, place)),
      ...understood(reply),
      ...suggested(reply, asking),
      feedbackOn(reply),
    ),
    el("h2", { id: "passages" }, reply.answer ? "Supporting passages" : "Closest passages"),
    found
      ? el("ol", { aria: { labelledby: "passages" } }, ...reply.passages.map((p) => passageItem(p, evidence, place)))
      : el("p", { className: "none" }, "No passage shares anything with the question."),
  ];
}
