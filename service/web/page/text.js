// Text and its offsets. The service counts Unicode code points, JavaScript UTF-16 units: only this module converts.

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

/** What tells the UTF-16 units before an offset in code points of `text`. */
export function unitsOf(text) {
  const wide = []; // offsets of the code points that take two units
  let offset = 0;
  if (/[\u{10000}-\u{10ffff}]/u.test(text)) {
    for (const sign of text) {
      if (sign.length > 1) wide.push(offset);
      offset += 1;
    }
  }
  return (wanted) => {
    let [low, high] = [0, wide.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (wide[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return Math.min(Math.max(wanted, 0) + low, text.length);
  };
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
