// Ask a running service, and check each quote against the text. Needs nothing but Node 18 or newer.
//
//     node examples/ask_over_http.mjs "Who is the head of the Centre?" http://127.0.0.1:8000
//
// Where the service wants a key, it is read from CENTREQA_ASK_KEY. JavaScript counts UTF-16 units, so positions are
// start_utf16 and end_utf16: after an emoji, `start` would be one too small.

const [question, base = "http://127.0.0.1:8000"] = process.argv.slice(2);

/** The JSON of a reply, and what it took; GET where there is no body. */
async function call(path, body) {
  const headers = { "content-type": "application/json" };
  if (process.env.CENTREQA_ASK_KEY) headers.authorization = `Bearer ${process.env.CENTREQA_ASK_KEY}`;
  const response = await fetch(base + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  const reply = await response.json();
  if (!response.ok) throw new Error(`${reply.title}: ${reply.detail}`);
  return [reply, response.headers.get("server-timing") ?? ""];
}

try {
  const [reply, took] = await call("/v1/ask", { question });
  if (reply.answer === null) {
    console.log(`no answer: ${reply.abstained.message}`);
  } else {
    for (const evidence of reply.answer.evidence) {
      const id = evidence.document.split("/").map(encodeURIComponent).join("/");
      const [document] = await call(`/v1/documents/${id}`);
      const checked = document.text.slice(evidence.start_utf16, evidence.end_utf16) === evidence.quote;
      console.log(evidence.quote);
      const where = `${evidence.document}, UTF-16 units ${evidence.start_utf16} to ${evidence.end_utf16}`;
      console.log(`  ${where}, ${checked ? "word for word" : "NOT what the text says"}`);
    }
    console.log(`  ${reply.level}, confidence ${reply.confidence.toFixed(2)}; ${took}`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
