// A quote where it stands: in its passage, with the sentences beside it.

import { el, slice } from "../text.js";
import { typeset } from "../typeset/blocks.js";
import { plain } from "../typeset/marks.js";

const LONGEST = 400; // characters of a sentence that is shown beside a quote

const overlaps = (a, b) => a.start < b.end && b.start < a.end;

/** The sentences of a passage; all of it is one where the service does not say. */
const sentencesOf = ({ structure, start, end }) =>
  structure?.sentences.length ? structure.sentences : [{ start, end, kind: "paragraph", block: 0 }];

/** The blocks that sentences are parts of. */
function blocksOf(sentences) {
  const blocks = [];
  for (const { start, end, kind, block } of sentences) {
    const last = blocks.at(-1);
    if (last?.block === block) last.end = end;
    else blocks.push({ kind, block, start, end, level: 0 });
  }
  return blocks;
}

/** `[from, to]` of a passage as elements, what introduces it above. */
function excerpt(passage, sentences, [from, to], layers) {
  const { lead } = passage.structure ?? {};
  const [isTable, isList] = ["row", "item"].map((kind) => sentences.every((sentence) => sentence.kind === kind));
  const text = slice(passage.text, from - passage.start, to - passage.start);
  const { fragment } = typeset(text, from, { blocks: blocksOf(sentences) }, layers, isTable ? lead?.text : null);
  return [...(isList && lead ? [el("p", { className: "elsewhere" }, plain(lead.text))] : []), fragment];
}

/** All of a passage, with the quotes that stand in it marked. */
export function wholePassage(passage, evidence) {
  const spans = evidence.filter((each) => each.document === passage.document && overlaps(each, passage));
  const layers = [{ spans: spans.map(({ start, end }) => [start, end]), tag: "mark" }];
  return excerpt(passage, sentencesOf(passage), [passage.start, passage.end], layers);
}

/**
 * A quote with the sentence before it and the one after it, where its passage has them. The words of the quote are in
 * elements `.said`, those beside it `.beside`, and `.short` are the words that answer.
 */
export function inContext(evidence, passage, short = null) {
  const isSame = passage?.document === evidence.document;
  const isInside = isSame && passage.start <= evidence.start && evidence.end <= passage.end;
  const whole = isInside ? passage : { ...evidence, text: evidence.quote, structure: null };
  const sentences = sentencesOf(whole);
  const said = sentences.filter((sentence) => overlaps(sentence, evidence));
  if (!said.length) return el("span", { className: "said" }, evidence.quote);
  const [first, last] = [sentences.indexOf(said[0]), sentences.indexOf(said.at(-1))];
  const fits = (other, own) => other && other.kind === own.kind && other.end - other.start <= LONGEST;
  const shown = [
    ...(fits(sentences[first - 1], said[0]) ? [sentences[first - 1]] : []),
    ...said,
    ...(fits(sentences[last + 1], said.at(-1)) ? [sentences[last + 1]] : []),
  ];
  const [from, to] = [Math.min(shown[0].start, evidence.start), Math.max(shown.at(-1).end, evidence.end)];
  const answers = short && short.document === evidence.document ? [[short.start, short.end]] : [];
  const layers = [
    { spans: [[from, evidence.start], [evidence.end, to]], tag: "span", className: "beside" },
    { spans: [[evidence.start, evidence.end]], tag: "span", className: "said" },
    { spans: answers, tag: "strong", className: "short" },
  ];
  const fragment = new DocumentFragment();
  fragment.append(...excerpt(whole, shown, [from, to], layers));
  return fragment;
}
