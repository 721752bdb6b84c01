// The marks of Markdown inside a line: which characters are marks, and what they say of the words between them.
// In doubt a mark stays visible. Positions are UTF-16 units.

const LONGEST = 400; // characters between an opening mark and its closing one, so that no text takes long
const INSIDE = `(?:[^\\n]|\\n(?!\\n)){1,${LONGEST}}?`;
const LABEL = "[^\\[\\]\\n]{1,200}";
const ADDRESS = "\\]\\([^()\\s]{0,500}(?:[ \\t]+\"[^\"\\n]{0,200}\")?\\)";

// The style of what stands inside, then the opening mark, what stands inside and the closing mark.
const PATTERNS = [
  ["code", "(?<![`\\\\])``(?!`)", INSIDE, "(?<!`)``(?!`)"],
  ["code", "(?<![`\\\\])`(?!`)", INSIDE, "(?<!`)`(?!`)"],
  ["picture", "(?<!\\\\)!\\[", LABEL, ADDRESS],
  ["link", "(?<![!\\\\])\\[", LABEL, ADDRESS],
  ["link", "<(?=https?://)", "[^<>\\s]{1,500}", ">"],
  ["strong", "(?<![\\w*\\\\])\\*\\*(?![\\s*])", INSIDE, "(?<![\\s*\\\\])\\*\\*(?![\\w*])"],
  // One word between underscores may be a name, as __init__ is.
  ["strong", "(?<![\\w\\\\])__(?=[^\\s_][^\\n_]{0,100}\\s)", INSIDE, "(?<![\\s_\\\\])__(?!\\w)"],
  ["em", "(?<![\\w*\\\\])\\*(?![\\s*])", INSIDE, "(?<![\\s*\\\\])\\*(?![\\w*])"],
  ["em", "(?<![\\w\\\\])_(?![\\s_])", INSIDE, "(?<![\\s_\\\\])_(?!\\w)"],
  ["s", "(?<![~\\\\])~~(?![\\s~])", INSIDE, "(?<![\\s~\\\\])~~(?!~)"],
];
const ANY = new RegExp(PATTERNS.map(([, ...parts]) => parts.map((part) => `(${part})`).join("")).join("|"), "gu");

/** The marks of `text` as `{start, end, style}`, shifted by `from`; the style of a mark itself is "hidden". */
export function inlineMarks(text, from = 0) {
  const found = [];
  for (const match of text.matchAll(ANY)) {
    const number = PATTERNS.findIndex((_, i) => match[3 * i + 1] !== undefined);
    const [open, inside, close] = match.slice(3 * number + 1, 3 * number + 4);
    const start = from + match.index + open.length;
    const end = start + inside.length;
    const [style] = PATTERNS[number];
    found.push({ start: start - open.length, end: start, style: "hidden" }, { start, end, style });
    found.push({ start: end, end: end + close.length, style: "hidden" });
    if (style !== "code") found.push(...inlineMarks(inside, start));
  }
  return found;
}

/** The marks in a cell of a table; between bars, a bar that parts nothing has a backslash before it. */
export function cellMarks(text, from, separator) {
  const bars = separator === "|" ? [...text.matchAll(/\\(?=\|)/g)] : [];
  const hidden = bars.map(({ index }) => ({ start: from + index, end: from + index + 1, style: "hidden" }));
  return [...hidden, ...inlineMarks(text, from)];
}

/** `text` without its marks, for labels; what is quoted keeps them, hidden. */
export function plain(text) {
  const hidden = inlineMarks(text).filter(({ style }) => style === "hidden").sort((a, b) => b.start - a.start);
  return hidden.reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

const BULLET = /^(?:[-+*•‣◦▪–]|(\(?(?:\d{1,3}|[a-zA-Z])[.)]))[ \t]+(?=\S)/;

/** The mark that an item of a list begins with: how long it is, and whether it says which item it is. */
export function itemMark(text) {
  const match = BULLET.exec(text);
  return { length: match?.[0].length ?? 0, isNumber: match?.[1] !== undefined };
}

/** The marks at the beginning of each line of a quotation. */
export const quotationMarks = (text, from) =>
  [...text.matchAll(/^[ \t]*>[ \t]?/gm)].map((match) => ({
    start: from + match.index, end: from + match.index + match[0].length, style: "hidden",
  }));

const WRAPPED = 45; // characters of a line that goes on in the next because it was full

/** The line ends that only stand where a line was full: the words go on behind them. */
export function softEnds(text, from) {
  const found = [];
  let line = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
    const isMeant = text.slice(line, end).endsWith("  ") || (text[end + 1] ?? "\n") === "\n";
    if (end - line >= WRAPPED && !isMeant) {
      found.push({ start: from + end, end: from + end + 1, style: "soft" });
    }
    line = end + 1;
  }
  return found;
}
