// Building the page node by node. Text is only ever set as text, so nothing that comes from outside can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `set` holds attributes, `on…` listeners, `class`, `hidden`; children are nodes, strings or empty. */
export function el(tag, set = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(set)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** An icon of icons.svg, silent for screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/_page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The address if a person may safely follow it, else null. */
export function safeUrl(raw) {
  try {
    const url = new URL(raw);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere and tells nobody where it came from; plain text if the address is not safe. */
export function link(raw, ...label) {
  const href = safeUrl(raw);
  if (href === null) return el("span", {}, ...label);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

export const byId = (id) => document.getElementById(id);
