// Tables: Slack's two kinds, and the first rows of a CSV file.

import { el } from "./dom.js";
import { richText } from "./richtext.js";

const CELLS = {
  raw_text: (cell) => cell.text,
  raw_number: (cell) => cell.text ?? String(cell.value),
  rich_text: (cell, names) => richText(cell, names),
};

/** Draw a table or data_table; the first row is its head. */
export function table(block, names) {
  const settings = block.column_settings ?? [];
  const [head, ...rows] = block.rows;
  const draw = (tag) => (cell, column) => {
    const numeric = cell.type === "raw_number" || settings[column]?.align === "right";
    return el(tag, { class: numeric ? "right" : null, scope: tag === "th" ? "col" : null }, CELLS[cell.type]?.(cell, names));
  };
  return frame(
    block.caption ? el("caption", {}, typeof block.caption === "string" ? block.caption : block.caption.text) : null,
    el("thead", {}, el("tr", {}, ...head.map(draw("th")))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(draw("td"))))),
  );
}

/** Draw the first rows of a file. */
export function preview(rows) {
  if (!rows.length) return null;
  const [head, ...rest] = rows;
  return frame(
    el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, cell)))),
    el("tbody", {}, ...rest.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))))),
  );
}

function frame(...children) {
  return el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" }, el("table", {}, ...children));
}
