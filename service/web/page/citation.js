// Citations: the address of a quote, and a quote with its source as text that can be pasted elsewhere.

const encoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The path of a document, the slashes of its id being part of it. */
export const pathOf = (id) => id.split("/").map(encoded).join("/");

const WORDS = ["quote", "prefix", "suffix", "sha256"];

/** The address of a span of a document, as the service writes it; `query` is put between its path and its fragment. */
export function linkTo({ document: id, ...at }, query = "") {
  const fields = ["start", "end", ...WORDS].filter((name) => at[name] !== undefined);
  return `/d/${pathOf(id)}${query}#${fields.map((name) => `${name}=${encoded(at[name])}`).join("&")}`;
}

/** What such an address says; null for any other. A field that cannot be right is left out. */
export function readLink({ pathname, hash }) {
  const path = /^\/d\/(.+)$/s.exec(pathname)?.[1];
  if (!path) return null;
  // A browser that knows no text fragments leaves them in the address.
  const given = new URLSearchParams(hash.slice(1).split(":~:")[0]);
  const position = (name) => (/^\d{1,15}$/.test(given.get(name)) ? Number(given.get(name)) : 0);
  const at = { document: decoded(path), start: position("start"), end: position("end") };
  for (const name of WORDS) if (given.has(name)) at[name] = given.get(name);
  if (!/^[0-9a-f]{64}$/.test(at.sha256)) delete at.sha256;
  return at;
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/* ---- to be pasted elsewhere ---- */

const address = ({ url }) => new URL(url, location.origin).href;

/** Title, headings, page and positions of a quote, for people. */
function source({ title, section, page, anchor, start, end }) {
  const place = anchor ?? (page ? `page ${page}` : "");
  return [[title, ...section].join(" › "), ...(place ? [place] : []), `characters ${start} to ${end}`].join(", ");
}

const asText = (evidence) => `“${evidence.quote}”\n\nSource: ${source(evidence)}\n${address(evidence)}\n`;

/** One line of text in which nothing is taken for Markdown. */
const inMarkdown = (line) =>
  line
    .trim()
    .replace(/[\\`*_[\]<>&~|$]/g, "\\$&")
    .replace(/^([#+=-])/, "\\$1")
    .replace(/^(\d+)([.)])/, "$1\\$2");

function asMarkdown(evidence) {
  const lines = evidence.quote.split("\n").map((line) => `> ${inMarkdown(line)}`.trim());
  return `${lines.join("  \n")}\n\nSource: [${inMarkdown(source(evidence))}](${address(evidence)})\n`;
}

// Braces count for BibTeX even where a backslash stands before them.
const LATEX = {
  "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}", "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
};
const inLatex = (text) => text.replace(/\s+/g, " ").replace(/[\\{}~^<>$&#_%]/g, (c) => LATEX[c] ?? `\\${c}`);

function asBibtex(evidence, { snapshot }) {
  const name = evidence.document.split("/").at(-1).normalize("NFKD").replace(/[^a-z0-9]+/gi, "");
  return [
    `@misc{${name || "quote"}-${evidence.sha256.slice(0, 8)}-${evidence.start},`,
    `  title = {{${inLatex(evidence.title)}}},`,
    `  note = {${inLatex(source(evidence))}; SHA-256 of the text ${evidence.sha256}; snapshot ${inLatex(snapshot)}},`,
    `  annotation = {${inLatex(evidence.quote)}},`,
    `  url = {${address(evidence)}},`,
    "}\n",
  ].join("\n");
}

/** The ways to copy a piece of evidence: what each is called, and the text it gives for the evidence and its reply. */
export const FORMATS = { "Quote with source": asText, Markdown: asMarkdown, BibTeX: asBibtex, Link: address };
