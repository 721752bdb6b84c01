// Text and its offsets. The service counts Unicode code points, JavaScript counts UTF-16 units: only `split` and `count` convert.

/** The parts of `text` between ascending code point offsets, one more part than offsets; together they are the text. */
export function split(text, offsets) {
  const parts = [];
  let [from, at, counted] = [0, 0, 0];
  for (const offset of offsets) {
    for (; counted < offset && at < text.length; counted++) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    parts.push(text.slice(from, at));
    from = at;
  }
  return [...parts, text.slice(from)];
}

/** How many code points a text has. */
export const count = (text) => [...text].length;

/** The code points `start` to `end` of `text`. */
export const slice = (text, start, end) => split(text, [start, end])[1];

/** An element with properties (`data` and `aria` are objects) and children; strings become text, never markup. */
export function el(tag, { data = {}, aria = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  Object.assign(element.dataset, data);
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
  element.append(...children);
  return element;
}

/** `text` with the code points of each span [start, end) in an element; what lies outside the text is left out. */
export function marked(text, spans, tag = "mark") {
  const cuts = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(start, cuts.at(-1) ?? 0);
    if (end > from) cuts.push(from, end);
  }
  const parts = split(text, cuts).map((part, i) => (part && i % 2 ? el(tag, {}, part) : part));
  const fragment = new DocumentFragment();
  fragment.append(...parts.filter((part) => part));
  return fragment;
}
