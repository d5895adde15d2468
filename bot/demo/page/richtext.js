// Rich text blocks as nodes. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { formatDate } from "./dates.js";
import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";

const PARTS = {
  rich_text_section: (part, names) => el("div", { class: "rich" }, ...inline(part, names)),
  rich_text_quote: (part, names) => el("blockquote", {}, ...inline(part, names)),
  rich_text_preformatted: (part, names) => el("pre", {}, ...inline(part, names)),
  rich_text_list: (part, names) =>
    el(part.style === "ordered" ? "ol" : "ul", { class: `rich-list indent-${Math.min(Number(part.indent) || 0, 4)}`, start: offset(part) },
      ...part.elements.map((item) => el("li", {}, ...inline(item, names)))),
};

const offset = (part) => (part.style === "ordered" && part.offset ? Number(part.offset) + 1 : undefined);

/** Draw a rich_text block or cell. */
export function richText(block, names) {
  return el("div", { class: "rich-text" }, ...block.elements.map((part) => PARTS[part.type]?.(part, names)));
}

const INLINE = {
  text: (node) => node.text,
  link: (node) => link(node.url, node.text ?? node.url),
  emoji: (node) => emoji(node.name),
  user: (node, names) => names.user(node.user_id, ""),
  channel: (node, names) => names.channel(node.channel_id, ""),
  usergroup: (node) => el("span", { class: "mention" }, `@${node.usergroup_id}`),
  broadcast: (node) => el("span", { class: "mention loud" }, `@${node.range}`),
  color: (node) => el("code", {}, node.value),
  date: (node) => {
    const shown = el("time", { title: node.fallback }, formatDate(node.timestamp, node.format, node.fallback ?? ""));
    return node.url ? link(node.url, shown) : shown;
  },
};

const STYLES = { bold: "b", italic: "i", strike: "s", code: "code", underline: "u" };

function inline(part, names) {
  return part.elements.map((node) => {
    const drawn = INLINE[node.type]?.(node, names) ?? "";
    return Object.entries(STYLES).reduce((inner, [style, tag]) => (node.style?.[style] ? el(tag, {}, inner) : inner), drawn);
  });
}
