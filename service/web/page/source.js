// The panel that shows a source document, opened at a quote. Its text is the document's, code point by code point.

import { call, readDocument } from "./api.js";
import { el, marked, slice, split } from "./text.js";

const dialog = document.getElementById("source");
const [title, facts, notice, nav, body] = ["title", "facts", "notice", "sections", "text"].map((name) =>
  document.getElementById(`source-${name}`),
);
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

  const source = await readDocument(id, signal);
  const { start, end, said } = await standing(at, source, signal);
  title.textContent = source.title;
  facts.textContent = `${source.id} · ${source.length} characters · SHA-256 ${source.sha256.slice(0, 12)}…`;
  notice.textContent = said;
  typeset(source, start, end);
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // A place without a quote is the start of a section.
  const section = start && start === end ? source.sections.findLastIndex((each) => each.start <= start) : -1;
  if (section >= 0) return nav.querySelectorAll("button")[section].click();
  const mark = body.querySelector("mark");
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
  }[verdict.status];
  return { start: place?.start ?? 0, end: place?.end ?? 0, said: `${because}: ${said}` };
}

/** Close the panel; focus returns to where it was opened from. */
export function closeSource() {
  loading.abort();
  dialog.close();
}

function typeset({ title: name, text, sections }, start, end) {
  // Parts alternate: what stands above a section (its heading), then the section.
  const cuts = sections.flatMap((section) => [section.start, section.end]);
  split(text, cuts).forEach((part, i) => {
    const from = i ? cuts[i - 1] : 0;
    const section = i % 2 ? undefined : sections[i / 2];
    if (section) {
      const quoted = start < section.start && end > from;
      const label = section.path.at(-1) ?? name;
      const target = el(`h${Math.min(2 + Math.max(section.path.length, 1), 6)}`, { tabIndex: -1 });
      body.append(...(quoted ? [target, marked(part, [[start - from, end - from]])] : heading(part, label, target)));
      nav.append(entry(section, label, target, section.start <= start && end <= section.end && start < end));
    } else {
      body.append(marked(part, [[start - from, end - from]]));
    }
  });
}

/** The markup around a heading is kept, since offsets count it, and dimmed. */
function heading(part, label, target) {
  const at = part.lastIndexOf(label);
  if (at < 0) return [part, target];
  target.textContent = label;
  const dim = (markup) => el("span", { className: "markup" }, markup);
  return [dim(part.slice(0, at)), target, dim(part.slice(at + label.length))];
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
