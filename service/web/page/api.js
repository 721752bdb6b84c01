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

/** What went wrong, in words for people; `status` is 0 where no reply came, `type` names the kind of problem. */
export class Problem extends Error {
  constructor(status, title, detail, requestId, type = "") {
    super(detail && detail !== title ? `${title}: ${detail}` : title);
    Object.assign(this, { status, title, detail, requestId, type });
  }
}

/**
 * GET, or POST where there is a body, unless a method is given; with the `bearer` in place of the key that is kept.
 * Resolves to the reply's JSON, rejects with a Problem or an AbortError.
 */
export const call = async (path, options) => (await send(path, options)).data;

/** A reply to a question, its passages with their structure, and the id of its `request`. */
export async function askService(body, signal) {
  const { data, headers } = await send("/v1/ask", { body: { ...body, structure: true }, signal });
  return { ...data, request: headers.get("x-request-id") };
}

/** As `call`, but resolves to the JSON and the headers. */
async function send(path, { body, signal, method = body ? "POST" : "GET", bearer = key } = {}) {
  const headers = { accept: "application/json" };
  if (bearer) headers.authorization = `Bearer ${bearer}`;
  if (body) headers["content-type"] = "application/json";
  let response;
  let data;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal });
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
  throw new Problem(response.status, title, data?.detail, response.headers.get("x-request-id"), data?.type);
}

/** The first documents after an id whose title or id holds the words, without text, and how many fit in all. */
export async function listDocuments(limit, words = "", { after = "", signal } = {}) {
  const query = new URLSearchParams({ limit, ...(words && { q: words }), ...(after && { after }) });
  const { data, headers } = await send(`/v1/documents?${query}`, { signal });
  return { documents: data, total: Number(headers.get("x-total-count") ?? data.length) };
}

/** One document with its text and what that is made of; the slashes of its id are part of the path. */
export const readDocument = (id, signal) => call(`/v1/documents/${pathOf(id)}?structure=true`, { signal });

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
