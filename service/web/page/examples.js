// Questions to begin with, made from the headings of the texts.

import { plain } from "./typeset/marks.js";

const SHOWN = 4;
// Headings that say what kind of text stands below them, and not what it is about.
const GENERAL_WORDS =
  "about|abstract|added|acknowledge?ments?|annex|appendix|background|changed|changelog|conclusions?|contents" +
  "|contact|discussion|faq|fixed|further reading|general|glossary|history|introduction|links|methods?|notes" +
  "|other|overview|preface|references|removed|results|scope|see also|sources|summary|table of contents" +
  "|unreleased";
const GENERAL = new RegExp(`^(?:${GENERAL_WORDS})$`, "i");
const NUMBER = /^(?:[§\d.]+|[A-Z]\.|Chapter \d+:?|Section \d+:?|Article \d+:?)\s+/i;

/** A question that the text below a heading should answer; null for a heading that says too little. */
export function questionAbout(heading) {
  if (!heading || /(?:\. ?){3}/.test(heading)) return null; // a line of a table of contents
  const words = plain(heading).replace(NUMBER, "").replace(/[\s:.]+$/, "").trim();
  if (words.length < 3 || words.length > 70 || GENERAL.test(words) || !/\p{L}{3}/u.test(words)) return null;
  return words.endsWith("?") ? words : `What does the text say about ${startSmall(words)}?`;
}

const SMALL = /^(?:an?|the|how|what|when|where|which|who|why)$/i;

/** Headings begin with a capital; only a first word that is no name and no abbreviation is written small. */
function startSmall(words) {
  const [first, ...others] = words.split(" ");
  const isSentence = others.length > 0 && others.every((word) => !/^\p{Lu}/u.test(word));
  const isSmall = SMALL.test(first) || (isSentence && /^\p{Lu}\p{Ll}+$/u.test(first));
  return isSmall ? words[0].toLowerCase() + words.slice(1) : words;
}

/** Up to four questions, one from each document before a second from any. */
export function exampleQuestions(documents) {
  const queues = documents.map(({ sections = [] }) => {
    const headings = sections.map(({ path }) => path.at(-1) ?? "");
    // One word says little of what stands below it.
    const [long, short] = [true, false].map((isLong) => headings.filter((heading) => heading.includes(" ") === isLong));
    return [...long, ...short].map(questionAbout).filter(Boolean);
  });
  const chosen = new Set();
  for (let round = 0; chosen.size < SHOWN && queues.some((queue) => queue.length > round); round++) {
    for (const queue of queues) if (queue[round] && chosen.size < SHOWN) chosen.add(queue[round]);
  }
  return [...chosen];
}
