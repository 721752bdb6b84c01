// Text as elements: headings, lists, tables, quotations and code, from the blocks that the service names. Every character
// of the text stays in the page, in order: marks are hidden, not left out. So positions need no second table.

import { el, unitsOf } from "../text.js";
import { cellsOf, separatorOf } from "./cells.js";
import { cellMarks, inlineMarks, itemMark, plain, quotationMarks, softEnds } from "./marks.js";
import { Pen, pageBreak } from "./pen.js";

const HAS_WORDS = /[\p{L}\p{N}]/u;
const FENCE = /^\s*(?:```|~~~)/;
const TAG = /<\/?[a-zA-Z][^<>]*>/g;

/**
 * `text`, which begins at the position `from` of its document, as `{fragment, headings}`.
 *
 * `blocks`, `hidden` and `anchors` are those of the document's `structure`, in code points. `layers` are `{spans, tag,
 * className}`, the outermost first: elements around spans of the document. `header` is the text of a table's header
 * that stands elsewhere. `headings` are `{start, element}`, `start` as in `blocks`.
 */
export function typeset(text, from, { blocks, hidden = [], anchors = [] }, layers = [], header = null) {
  const units = unitsOf(text);
  const at = (position) => units(position - from);
  const inUnits = layers.map(({ spans, ...element }) => ({ ...element, spans: spans.map(([a, b]) => [at(a), at(b)]) }));
  const pages = anchors.filter(({ page }) => page != null).map(({ start, label }) => ({ at: at(start), label }));
  const unread = hidden.map(({ start, end }) => ({ start: at(start), end: at(end) }));
  const comments = unread.filter(({ start }) => text.startsWith("<!--", start)).sort((a, b) => a.start - b.start);
  const setter = new Setter(text, new Pen(text, inUnits, pages), comments, header);
  const sized = blocks.map(({ start, end, lead, ...block }) => ({
    ...block, position: start, start: at(start), end: at(end), lead: lead ? [at(lead.start), at(lead.end)] : null,
  }));
  for (const group of grouped(sized, text, pages)) setter.add(group);
  return setter.finish();
}

/** Blocks that make one table or one list on one page, together; what overlaps the one before is left out. */
function grouped(blocks, text, pages) {
  const groups = [];
  let before = null;
  for (const block of blocks) {
    if (block.start >= block.end || (before && block.start < before.end)) continue;
    const isSame = before?.kind === block.kind && ["row", "item"].includes(block.kind);
    const isTurned = isSame && pages.some(({ at }) => before.end < at && at <= block.start);
    const isNext = isSame && !isTurned && !text.slice(before.end, block.start).trim();
    if (isNext && (block.kind === "item" || String(block.lead) === String(before.lead))) groups.at(-1).push(block);
    else groups.push([block]);
    before = block;
  }
  return groups;
}

/** Puts one block after another; what lies between them are marks, white space, or words that are not searched. */
class Setter {
  constructor(text, pen, comments, header) {
    Object.assign(this, { text, pen, comments, header, done: 0, headings: [], tail: null });
    this.comment = 0; // how many comments lie before what is written now
    this.fragment = new DocumentFragment();
  }

  add(group) {
    const [{ kind }] = group;
    if (kind === "row") this.#table(group);
    else if (kind === "item") this.#list(group);
    else this.#block(group[0]);
  }

  finish() {
    const prefix = this.#between(this.text.length);
    this.#aside(this.tail ?? this.fragment, prefix, this.text.length);
    return { fragment: this.fragment, headings: this.headings };
  }

  #block(block) {
    const { kind, start, end, level, position } = block;
    const prefix = this.#between(start);
    const heading = `h${Math.min(level + 2, 6)}`;
    const element = el({ heading, code: "pre", quotation: "blockquote" }[kind] ?? "p");
    if (kind === "heading") {
      element.tabIndex = -1;
      this.headings.push({ start: position, element });
    }
    this.#aside(element, prefix, start);
    const words = this.text.slice(start, end);
    const marks = kind === "code" ? [] : [...inlineMarks(words, start), ...softEnds(words, start)];
    if (kind === "quotation") marks.push(...quotationMarks(words, start));
    this.#write(this.fragment, element, start, end, marks);
  }

  #list(items) {
    const list = el("ul", { className: "items" });
    for (const { start, end, level } of items) {
      const prefix = this.#between(start, list.firstChild);
      const words = this.text.slice(start, end);
      const { length, isNumber } = itemMark(words);
      const element = el("li", { data: { depth: Math.min(level || 1, 4), numbered: isNumber } });
      const mark = isNumber || !length ? [] : [{ start, end: start + length, style: "hidden" }];
      this.#aside(element, prefix, start);
      this.#write(list, element, start, end, [...mark, ...inlineMarks(words, start), ...softEnds(words, start)]);
    }
    this.fragment.append(list);
  }

  #table(rows) {
    const { text } = this;
    const { lead } = rows[0];
    const hasHeader = lead && this.done <= lead[0] && lead[1] <= rows[0].start;
    const header = hasHeader ? text.slice(...lead) : this.header;
    const lines = header?.split("\n").filter((line) => HAS_WORDS.test(line)) ?? [];
    const separator = separatorOf([...lines, ...rows.map(({ start, end }) => text.slice(start, end))]);
    const [head, body] = [el("thead"), el("tbody")];
    if (hasHeader) head.append(this.#row("th", ...lead, separator, false));
    else head.append(...lines.map((line) => elsewhere(line, separator)));
    for (const { start, end } of rows) {
      body.append(this.#row("td", start, end, separator, hasHeader || body.firstChild));
    }
    const table = el("table", {}, ...(head.firstChild ? [head] : []), body);
    this.fragment.append(el("div", { className: "table", tabIndex: 0, role: "group", aria: { label: "Table" } }, table));
  }

  #row(tag, start, end, separator, isInside) {
    let done = this.#between(start, isInside);
    const row = el("tr");
    for (const [from, to] of cellsOf(this.text.slice(start, end), separator).map((cell) => cell.map((at) => start + at))) {
      this.tail = el(tag, tag === "th" ? { scope: "col" } : {});
      this.#aside(this.tail, done, from);
      this.pen.write(this.tail, from, to, cellMarks(this.text.slice(from, to), from, separator));
      row.append(this.tail);
      done = to;
    }
    this.#aside(this.tail, done, end);
    this.done = end;
    return row;
  }

  #write(parent, element, start, end, marks) {
    this.pen.write(element, start, end, marks);
    parent.append(element);
    Object.assign(this, { tail: element, done: end });
  }

  /**
   * Write what lies between the last block and `end`; returns where the rest begins, which stands on the line of `end`.
   * `isInside`: the last block and the next are parts of one table or list.
   */
  #between(end, isInside = false) {
    const { text, done } = this;
    const prefix = Math.max(done, text.lastIndexOf("\n", end - 1) + 1);
    let at = done;
    if (this.tail) {
      // What ends the line of the last block belongs to that.
      const lineEnd = text.indexOf("\n", done) + 1;
      at = isInside || !lineEnd ? prefix : Math.min(lineEnd, prefix);
      this.#aside(this.tail, done, at);
    }
    this.#turnPage(end);
    if (at < prefix) this.tail = null;
    while (at < prefix) {
      const next = Math.min(text.indexOf("\n", at) + 1 || prefix, prefix);
      const parent = this.#isMarks(at, next) ? this.fragment : el("p", { className: "aside" });
      this.#aside(parent, at, next);
      if (parent !== this.fragment) this.fragment.append(parent);
      at = next;
    }
    this.done = prefix;
    return prefix;
  }

  /** Say which page begins before `end`, or at it, unless that was said inside a block. */
  #turnPage(end) {
    const { pages } = this.pen;
    const begun = pages.splice(0, pages.filter(({ at }) => at <= end).length);
    const last = begun.filter(({ at }) => at >= this.done).at(-1);
    if (last) this.fragment.append(pageBreak(last.label));
  }

  /** Write what is no block: marks are hidden, words that are not searched are dimmed. */
  #aside(parent, start, end) {
    if (start >= end) return;
    const hidden = this.#isMarks(start, end);
    const element = el("span", { className: hidden ? "markup" : "aside", hidden });
    this.pen.write(element, start, end);
    parent.append(element);
  }

  /** Whether what lies there, which is no block, says nothing to a reader: it is asked from first to last. */
  #isMarks(start, end) {
    const { text, comments } = this;
    while (comments[this.comment]?.end <= start) this.comment += 1;
    let [words, at] = ["", start];
    for (let i = this.comment; comments[i]?.start < end; i++) {
      words += text.slice(at, Math.max(at, comments[i].start));
      at = Math.min(comments[i].end, end);
    }
    words += text.slice(at, end);
    return !HAS_WORDS.test(words.replace(TAG, "")) || FENCE.test(words);
  }
}

/** A header that stands elsewhere in the document, for the eye alone: it is no part of what is quoted. */
function elsewhere(line, separator) {
  const cells = cellsOf(line, separator).map(([from, to]) => el("th", { scope: "col" }, plain(line.slice(from, to))));
  return el("tr", { className: "elsewhere" }, ...cells);
}
