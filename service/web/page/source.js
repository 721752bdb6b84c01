// The panel that shows a source document, opened at a quote. Its text is the document's, code point by code point.

import { call, readDocument } from "./api.js";
import { el, slice } from "./text.js";
import { typeset } from "./typeset/blocks.js";
import { plain } from "./typeset/marks.js";

const dialog = document.getElementById("source");
const [title, facts, notice, nav, body] = ["title", "facts", "notice", "sections", "text"].map((name) =>
  document.getElementById(`source-${name}`),
);
const NOT_SERVED = "No document of this name is served: it was removed, or the link is not right.";
let loading = new AbortController();

/** Show a document at a citation, `{document, start, end}` and what more of it is known: the quote is marked. */
export async function openSource(at) {
  const { document: id } = at;
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  title.textContent = id;
  notice.textContent = "Opening the text…";
  facts.textContent = "";
  nav.replaceChildren();
  body.replaceChildren();
  if (!dialog.open) dialog.showModal();

  const source = await readDocument(id, signal).catch((problem) => {
    if (problem.status !== 404) throw problem;
    return null;
  });
  // What the link says that the document says is not shown: nobody can compare it.
  if (!source) return void (notice.textContent = NOT_SERVED);
  const { start, end, said } = await standing(at, source, signal);
  title.textContent = plain(source.title);
  facts.textContent = `${source.id} · ${source.length} characters · SHA-256 ${source.sha256.slice(0, 12)}…`;
  notice.textContent = said;
  show(source, start, end);
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // A place without a quote is the start of a section.
  const section = start && start === end ? source.sections.findLastIndex((each) => each.start <= start) : -1;
  if (section >= 0) return nav.querySelectorAll("button")[section].click();
  const mark = [...body.querySelectorAll("mark")].find((each) => each.checkVisibility());
  if (mark) mark.tabIndex = -1;
  (mark ?? body).focus({ preventScroll: true });
  if (mark) mark.scrollIntoView({ block: "center", behavior: "instant" });
  else body.scrollTo({ top: 0, behavior: "instant" });
}

/** Where a quote stands in the text as it is now, and what to say where that is not what the citation says. */
async function standing({ start, end, quote, ...known }, source, signal) {
  const isSame = known.sha256 === undefined || known.sha256 === source.sha256;
  if (!quote || (isSame && slice(source.text, start, end) === quote)) return { start, end, said: "" };
  const verdict = await call("/v1/verify", { body: { start, end, quote, ...known }, signal });
  // Where the text is the same, it is the link that says something else.
  const because = verdict.changed === false ? "The link is not right" : "The text has changed since";
  const place = verdict.start === null ? verdict.nearest : verdict;
  const said = {
    exact: "the quote still stands here.",
    moved: "the quote moved, and is marked where it stands now.",
    ambiguous: `the quote stands ${verdict.count} times. The likeliest place is marked.`,
    gone: `the quote is gone.${verdict.nearest ? " What comes nearest is marked." : ""}`,
  }[verdict.now];
  return { start: place?.start ?? 0, end: place?.end ?? 0, said: `${because}: ${said}` };
}

/** Close the panel; focus returns to where it was opened from. */
export function closeSource() {
  loading.abort();
  dialog.close();
}

/** The text with [start, end) marked, and a way to each section. */
function show({ title: name, text, sections, structure }, start, end) {
  const { fragment, headings } = typeset(text, 0, structure, [{ spans: [[start, end]], tag: "mark" }]);
  body.append(fragment);
  for (const section of sections) {
    const label = plain(section.path.at(-1) ?? name);
    // The heading that stands last before the section; a heading with nothing below it is its own section.
    const heading = headings.findLast((each) => each.start <= section.start)?.element;
    nav.append(entry(section, label, heading ?? body, section.start <= start && end <= section.end && start < end));
  }
}

function entry(section, label, target, current) {
  const jump = () => {
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  };
  const button = el("button", { type: "button", onclick: jump, aria: current ? { current: "location" } : {} }, label);
  return el("li", { data: { depth: Math.min(section.path.length, 3) } }, button);
}

document.getElementById("source-close").addEventListener("click", closeSource);
dialog.addEventListener("cancel", () => loading.abort());
dialog.addEventListener("click", (event) => event.target === dialog && closeSource());
