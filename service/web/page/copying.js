// Copying to the clipboard, which browsers allow only on this machine and over TLS.

import { FORMATS } from "./citation.js";
import { el } from "./text.js";

const SAID_MS = 3000;

/** Copy a text and say so in `note`; where that is not allowed, `select` shows the text selected. */
export async function copy(text, note, select) {
  try {
    await navigator.clipboard.writeText(text);
    note.textContent = "Copied";
  } catch {
    select();
    note.textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => (note.textContent = ""), SAID_MS);
}

/** What copies a piece of evidence, in a format of the reader's choice. */
export function copyMenu(evidence, reply) {
  const note = el("span", { className: "copied", role: "status" });
  const shown = el("textarea", { readOnly: true, rows: 4, hidden: true, aria: { label: "Text to copy" } });
  const select = (text) => {
    Object.assign(shown, { value: text, hidden: false });
    shown.select();
  };
  const choices = Object.entries(FORMATS).map(([name, format]) => {
    const onclick = () => {
      const text = format(evidence, reply);
      shown.hidden = true;
      copy(text, note, () => select(text));
    };
    return el("button", { type: "button", className: "check", onclick }, name);
  });
  const group = el("div", { className: "checking", role: "group", aria: { label: "Copy this quote as" } }, ...choices, note);
  return el("details", { className: "copying" }, el("summary", {}, "Copy"), group, shown);
}
