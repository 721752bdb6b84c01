// Writes a stretch of text into an element, character for character: what is marked, styled, hidden or begins a page.

import { el } from "../text.js";

const TAGS = { strong: "strong", em: "em", s: "s", code: "code" };

/** `layers` are `{spans, tag, className}`, the outermost first, and `pages` `{at, label}`: all in UTF-16 units. */
export class Pen {
  constructor(text, layers, pages) {
    Object.assign(this, { text, layers, pages });
  }

  /** Write [from, to) into `parent`; `marks` are `{start, end, style}`. */
  write(parent, from, to, marks = [], layer = 0) {
    if (from >= to) return;
    if (layer === this.layers.length) return void this.#runs(parent, from, to, marks);
    const { spans, tag, ...properties } = this.layers[layer];
    let at = from;
    for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
      const [first, last] = [Math.max(start, at), Math.min(end, to)];
      if (first >= last) continue;
      this.write(parent, at, first, marks, layer + 1);
      const element = el(tag, properties);
      this.write(element, first, last, marks, layer + 1);
      parent.append(element);
      at = last;
    }
    this.write(parent, at, to, marks, layer + 1);
  }

  /** Stretches in which nothing changes. */
  #runs(parent, from, to, marks) {
    const inside = marks.filter(({ start, end }) => start < to && from < end);
    const pages = this.pages.filter(({ at }) => from <= at && at < to);
    const cuts = new Set([from, to, ...pages.map(({ at }) => at)]);
    for (const { start, end } of inside) cuts.add(Math.max(start, from)).add(Math.min(end, to));
    const ordered = [...cuts].sort((a, b) => a - b);
    for (const [i, start] of ordered.slice(0, -1).entries()) {
      const page = pages.find(({ at }) => at === start);
      if (page) parent.append(pageBreak(page.label));
      const styles = inside.filter((mark) => mark.start <= start && start < mark.end).map(({ style }) => style);
      parent.append(this.#run(this.text.slice(start, ordered[i + 1]), styles));
    }
  }

  #run(words, styles) {
    if (styles.includes("hidden")) return el("span", { className: "markup", hidden: true }, words);
    return styles.reduceRight(
      (inner, style) => (TAGS[style] ? el(TAGS[style], {}, inner) : el("span", { className: style }, inner)),
      words,
    );
  }
}

/** Where a page begins. Its label is no part of the text, so it is no text of the page either. */
export const pageBreak = (label) => el("span", { className: "page", role: "separator", aria: { label }, data: { label } });
