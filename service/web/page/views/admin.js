// What takes the admin key, which is kept in the memory of this page and nowhere else.

import { call } from "../api.js";
import { el } from "../text.js";

let key = null;

/** Whether a key was given that was not refused. */
export const hasAdminKey = () => key !== null;

/** A request with the admin key, as `call`; rejects with a Problem, whose message says what to do about the key. */
export async function change(path, options) {
  try {
    return await call(path, { ...options, bearer: key });
  } catch (problem) {
    if (problem.status === 401) {
      key = null;
      problem.message = "That key was not accepted";
    } else if (problem.type?.endsWith(":no-route") || problem.type?.endsWith(":no-method")) {
      key = null;
      problem.message = "This key opens nothing here: start the service with CENTREQA_ADMIN_KEY set";
    }
    throw problem;
  }
}

/** The form that asks for the key; `entered` runs when it was given. */
export function keyForm(entered) {
  const field = el("input", {
    id: "admin-key", type: "password", required: true, pattern: "[!-~]+", title: "letters, digits and signs, no spaces",
    autocomplete: "off",
  });
  const submit = (event) => {
    event.preventDefault();
    key = field.value;
    field.value = "";
    entered();
  };
  return el(
    "form",
    { className: "admin-key", onsubmit: submit },
    el("label", { htmlFor: field.id }, "Admin key"),
    el("div", { className: "row" }, field, el("button", { type: "submit" }, "Use this key")),
    el("p", { className: "quiet" }, "It stays in the memory of this page, until you leave or reload it."),
  );
}
