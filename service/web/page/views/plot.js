// How often answers were right against how sure they were said to be, drawn as SVG; the colours are in the style sheet.

import { el } from "../text.js";
import { count, folded, share, table } from "./words.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const SIDE = 240; // of the square, in units of the drawing
const [LEFT, TOP] = [62, 12];
const [WIDTH, HEIGHT] = [LEFT + SIDE + 16, TOP + SIDE + 44];
const [SMALLEST, LARGEST] = [4, 11]; // radius of a point

const x = (value) => LEFT + value * SIDE;
const y = (value) => TOP + (1 - value) * SIDE;

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const line = (className, [x1, y1], [x2, y2]) => draw("line", { class: className, x1: x(x1), y1: y(y1), x2: x(x2), y2: y(y2) });

function axes() {
  const marks = [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((value) => [
    line("grid", [0, value], [1, value]),
    draw("text", { class: "tick", x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, `${Math.round(value * 100)}%`),
    draw("text", { class: "tick", x: x(value), y: TOP + SIDE + 18, "text-anchor": "middle" }, `${Math.round(value * 100)}%`),
  ]);
  const below = draw("text", { class: "axis", x: x(0.5), y: TOP + SIDE + 38, "text-anchor": "middle" }, "said: the chance of being right");
  const beside = draw("text", { class: "axis", transform: `translate(12 ${y(0.5)}) rotate(-90)`, "text-anchor": "middle" }, "were right");
  return [...marks, below, beside, line("ideal", [0, 0], [1, 1])];
}

function point({ n, confidence, accuracy }, most) {
  const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(n / most);
  return draw(
    "g",
    {},
    draw("title", {}, `${count(n, "question")}: said ${share(confidence)}, right ${share(accuracy)}`),
    line("off", [confidence, confidence], [confidence, accuracy]),
    draw("circle", { class: "point", cx: x(confidence), cy: y(accuracy), r: radius.toFixed(1) }),
  );
}

/** A plot of tenths of confidence, `{low, n, confidence, accuracy}`, and the same as a table; nothing where there are none. */
export function reliability(tenths) {
  if (!tenths?.length) return [];
  const most = Math.max(...tenths.map(({ n }) => n));
  const label = `How often answers were right against the chance that was said, for ${count(tenths.length, "group")} of questions`;
  const picture = draw("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  picture.append(...axes(), ...tenths.map((tenth) => point(tenth, most)));
  const rows = tenths.map(({ low, n, confidence, accuracy }) => [
    `${Math.round(low * 100)} to ${Math.round(low * 100 + 10)}%`, String(n), share(confidence), share(accuracy),
  ]);
  const caption = "Points on the line mean what they say; above it, answers are right more often than they claim. Larger points stand for more questions.";
  return [
    el(
      "figure",
      { className: "reliability" },
      picture,
      el("figcaption", {}, caption, folded("As a table", () => table("Reliability", ["Said", "Questions", "Mean", "Right"], rows))),
    ),
  ];
}
