// The cells of a row of a table, whatever parts them: tabs, bars, the tags of HTML, the commas of CSV.

const TAGS = /(?:<\/?t[dhr]\b[^<>\n]{0,200}>\s*)+/g;

/** What parts the cells of these rows; null where each row is one cell. */
export function separatorOf(rows) {
  if (rows.some((row) => row.includes("\t"))) return "\t";
  for (const candidate of ["|", "<", ";", ","]) {
    const counts = rows.map((row) => cellsOf(row, candidate).length);
    // Commas stand in prose too: they part cells only where every row has as many.
    const isEven = candidate === "|" || candidate === "<" || counts.every((count) => count === counts[0]);
    const isBarred = candidate === "|" && rows.every((row) => row.startsWith("|"));
    if ((counts.every((count) => count > 1) && isEven) || isBarred) return candidate;
  }
  return null;
}

/** The cells of a row as `[start, end]` in UTF-16 units of it, without white space around them. */
export function cellsOf(row, separator) {
  const spans = [];
  let start = 0;
  for (const [from, to] of cuts(row, separator)) {
    spans.push(trimmed(row, start, from, separator));
    start = to;
  }
  spans.push(trimmed(row, start, row.length, separator));
  const isBar = separator === "|" || separator === "<";
  if (isBar && spans.length > 1 && spans[0][0] === spans[0][1]) spans.shift();
  if (isBar && spans.length > 1 && spans.at(-1)[0] === spans.at(-1)[1]) spans.pop();
  return spans;
}

function cuts(row, separator) {
  if (separator === null) return [];
  if (separator === "<") return [...row.matchAll(TAGS)].map((match) => [match.index, match.index + match[0].length]);
  const found = [];
  let isQuoted = false;
  for (let at = 0; at < row.length; at++) {
    if (row[at] === '"' && (separator === "," || separator === ";")) isQuoted = !isQuoted;
    if (row[at] === separator && !isQuoted && !(separator === "|" && row[at - 1] === "\\")) found.push([at, at + 1]);
  }
  return found;
}

function trimmed(row, start, end, separator) {
  const words = row.slice(start, end);
  let from = start + words.length - words.trimStart().length;
  let to = Math.max(from, start + words.trimEnd().length);
  if ((separator === "," || separator === ";") && to - from > 1 && row[from] === '"' && row[to - 1] === '"') {
    from += 1;
    to -= 1;
  }
  return [from, to];
}
