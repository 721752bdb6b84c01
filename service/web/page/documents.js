// The documents on offer: the filter of questions, the examples made from their headings, and how many there are.

import { listDocuments } from "./api.js";
import { exampleQuestions } from "./examples.js";
import { el } from "./text.js";

const $ = (id) => document.getElementById(id);
const [filter, find] = ["filter", "find"].map($);
const LISTED = 100; // on offer at a time
const TYPED_MS = 300; // without a key, before what was typed is looked for

let finding; // the timer of a search

/** The document that questions are kept to; empty for all. */
export const chosenDocument = () => filter.value;

/** Choose a document, on offer or not; empty for all. */
export function chooseDocument(id) {
  filter.value = id;
  if (filter.selectedIndex < 0) filter.add(new Option(id, id, true, true));
}

/** Read the list anew; `chosen` stays on offer. `link` makes a link to a place. Raises what the service said. */
export async function loadDocuments(chosen, link) {
  const page = await listDocuments(LISTED);
  const { documents, total } = page;
  showChoices(page, chosen);
  $("filter-row").hidden = total < 2;
  find.hidden = total <= LISTED;
  showExamples(documents);
  const all = { document: documents[0]?.id, start: 0, end: 0 };
  const one = () => [documents[0].title, link(all, "Read it")];
  $("scope").replaceChildren(...(total === 1 ? one() : [`${total} documents`]));
}

/** Call `chosen` once a document is chosen, and `fail` with an error and what to do again. */
export function listenForChoice({ chosen, fail }) {
  const search = async () => {
    const words = find.value;
    try {
      const page = await listDocuments(LISTED, words);
      if (words === find.value) showChoices(page, filter.value);
    } catch (error) {
      fail(error, later);
    }
  };
  const later = () => {
    clearTimeout(finding);
    finding = setTimeout(search, TYPED_MS);
  };
  find.addEventListener("input", later);
  find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  filter.addEventListener("change", chosen);
}

/** The examples in the page are about the shipped text; about other texts they are made from headings. */
function showExamples(documents) {
  const isShipped = documents.some(({ id }) => id.endsWith("unicri-centre"));
  const questions = isShipped ? [] : exampleQuestions(documents);
  if (!isShipped) $("examples").replaceChildren(...questions.map((q) => el("button", { type: "button" }, q)));
  $("examples").hidden = !isShipped && !questions.length;
}

/** Offer these documents as filters; the chosen one stays on offer, whether it is among them or not. */
function showChoices({ documents, total }, chosen) {
  const options = documents.map(({ id, title }) => new Option(`${title} (${id})`, id));
  if (chosen && !documents.some(({ id }) => id === chosen)) options.unshift(new Option(chosen, chosen));
  if (total > documents.length) {
    const more = new Option(`${total - documents.length} more: type a part of the name`, "");
    more.disabled = true;
    options.push(more);
  }
  filter.replaceChildren(new Option("All documents", ""), ...options);
  filter.value = chosen;
}
