// The library: every document that is searched, a page of them at a time, found by words of title or id.

import { listDocuments } from "../api.js";
import { el } from "../text.js";
import { hrefOf } from "./views.js";
import { count, folded, number } from "./words.js";

const LISTED = 50; // documents of one page
const HEADINGS = 100; // that are listed of one document
const TYPED_MS = 250;

const address = (words, after = "") =>
  hrefOf({ name: "library", query: new URLSearchParams({ ...(words && { q: words }), ...(after && { after }) }) });

/** The view: `element`, and `update(query, {signal})`, which shows the page that an address names. */
export function create({ placeLink, go }) {
  const places = new Map(); // by the address of a page that was come to from here: how many are before it, and its address
  const find = el("input", {
    id: "library-find", type: "search", autocomplete: "off", placeholder: "Find by title or name", aria: { keyshortcuts: "/" },
  });
  const label = el("label", { className: "unseen", htmlFor: find.id }, "Find documents by title or name");
  const total = el("p", { className: "total", role: "status" });
  const list = el("ol", { className: "documents", aria: { label: "Documents" } });
  const pages = el("nav", { className: "pages", aria: { label: "Pages of the library" } });
  let typed;

  find.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => go(address(find.value.trim()), { replace: true }), TYPED_MS);
  });

  async function update(query, { signal }) {
    const [words, after] = [query.get("q") ?? "", query.get("after") ?? ""];
    if (find.value.trim() !== words) find.value = words;
    const page = await listDocuments(LISTED, words, { after, signal });
    const here = address(words, after);
    const before = after ? places.get(here)?.before : 0;
    total.textContent = summary(page, words, before);
    list.replaceChildren(...page.documents.map((document) => item(document, placeLink)));
    pages.replaceChildren(...turns(page, words, here, before));
    pages.hidden = !pages.childElementCount;
  }

  function turns({ documents, total: all }, words, here, before) {
    const links = [];
    const previous = places.get(here)?.previous;
    if (before !== 0) links.push(el("a", { href: address(words) }, "First page"));
    if (previous !== undefined && previous !== address(words)) links.push(el("a", { href: previous, rel: "prev" }, "Previous page"));
    const isLast = before === undefined ? documents.length < LISTED : before + documents.length >= all;
    if (!isLast && documents.length) {
      const next = address(words, documents.at(-1).id);
      places.set(next, { before: before === undefined ? undefined : before + documents.length, previous: here });
      links.push(el("a", { href: next, rel: "next" }, "Next page"));
    }
    return links;
  }

  return { element: el("div", {}, el("p", { className: "finding" }, label, find), total, list, pages), update };
}

/** How many there are, and which of them are shown; `before` is undefined where that is not known. */
function summary({ documents, total }, words, before) {
  const all = count(total, "document");
  if (!total) return words ? `No title or name holds “${words}”` : "There are no documents";
  const fitting = words ? `${all} with “${words}”` : all;
  if (documents.length === total) return fitting;
  if (before === undefined || !documents.length) return `${number(documents.length)} of ${fitting}`;
  return `${number(before + 1)} to ${number(before + documents.length)} of ${fitting}`;
}

function item(document, placeLink) {
  const { id, title, length, sections } = document;
  const whole = placeLink({ document: id, start: 0, end: 0 }, title || id);
  whole.className = "title";
  const headings = sections.filter(({ path }) => path.length);
  const metadata = Object.entries(document.metadata ?? {});
  const ask = el("a", { href: `/?${new URLSearchParams({ document: id })}`, aria: { label: `Ask this document: ${title || id}` } }, "Ask this document");
  const parts = [
    ...(headings.length ? [folded(count(headings.length, "heading"), () => outline(document, headings, placeLink))] : []),
    ...(metadata.length ? [folded("Metadata", () => facts(metadata))] : []),
  ];
  return el(
    "li",
    {},
    el("h2", {}, whole),
    el("p", { className: "quiet" }, el("span", { className: "id" }, id), ` · ${count(length, "character")}`),
    el("div", { className: "row" }, ...parts, ask),
  );
}

/** The headings of a document, each a link to where its section stands. */
function outline({ id }, headings, placeLink) {
  const entries = headings.slice(0, HEADINGS).map(({ path, start }) =>
    el("li", { data: { depth: Math.min(path.length, 4) } }, placeLink({ document: id, start, end: start }, path.at(-1))),
  );
  const more = headings.length - entries.length;
  return [el("ul", { className: "outline" }, ...entries), ...(more > 0 ? [el("p", { className: "quiet" }, `and ${number(more)} more`)] : [])];
}

const facts = (pairs) =>
  el("dl", { className: "facts-list" }, ...pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
