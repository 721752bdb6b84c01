// The HTTP API as this page uses it: JSON in, JSON out, every failure a Problem.

import { pathOf } from "./citation.js";

const KEY = "centreqa-key";

// Storage throws where the browser blocks it; the key then lasts as long as the page.
function memory(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

let key = memory((store) => store.getItem(KEY));

/** Whether requests carry a key. */
export const hasKey = () => Boolean(key);

/** Send `value` with every request until the tab closes. */
export function useKey(value) {
  key = value;
  memory((store) => store.setItem(KEY, value));
}

/** What went wrong, in words for people; `status` is 0 where no reply came. */
export class Problem extends Error {
  constructor(status, title, detail, requestId) {
    super(detail && detail !== title ? `${title}: ${detail}` : title);
    Object.assign(this, { status, title, detail, requestId });
  }
}

/** GET, or POST where there is a body; resolves to the reply's JSON, rejects with a Problem or an AbortError. */
export const call = async (path, options) => (await send(path, options)).data;

/** As `call`, but resolves to the JSON and the headers. */
async function send(path, { body, signal } = {}) {
  const headers = { accept: "application/json" };
  if (key) headers.authorization = `Bearer ${key}`;
  if (body) headers["content-type"] = "application/json";
  let response;
  let data;
  try {
    response = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal });
    data = await response.json().catch((error) => {
      if (error.name === "AbortError") throw error;
      return null;
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "No reply came", "Check that the service is running and that you are connected to it.");
  }
  if (response.ok && data !== null) return { data, headers: response.headers };
  const title = data?.title ?? (response.ok ? "The reply is not JSON" : `HTTP status ${response.status}`);
  throw new Problem(response.status, title, data?.detail, response.headers.get("x-request-id"));
}

/** The first documents whose title or id holds the words, without text, and how many there are in all. */
export async function listDocuments(limit, words = "") {
  const query = new URLSearchParams({ limit, ...(words && { q: words }) });
  const { data, headers } = await send(`/v1/documents?${query}`);
  return { documents: data, total: Number(headers.get("x-total-count") ?? data.length) };
}

/** One document with its text; the slashes of its id are part of the path. */
export const readDocument = (id, signal) => call(`/v1/documents/${pathOf(id)}`, { signal });

/** The server-sent events that a POST is answered by, each `{ name, data }`; rejects as `call` does. */
export async function* events(path, { body, signal }) {
  const headers = { accept: "text/event-stream", "content-type": "application/json" };
  if (key) headers.authorization = `Bearer ${key}`;
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (!response.ok) {
    const problem = await response.json().catch(() => null);
    throw new Problem(response.status, problem?.title ?? `HTTP status ${response.status}`, problem?.detail);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
      if (name) yield { name, data: JSON.parse(data) };
    }
  }
}
