// Block Kit as nodes. https://docs.slack.dev/reference/block-kit/blocks

import { el, link } from "./dom.js";
import { interactive } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./tables.js";

/** Draw a text object. */
function text(object, names) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, names, { verbatim: object.verbatim === true });
  return [object.emoji === false ? object.text : withEmoji(object.text)];
}

/** Pictures are not loaded: nothing of the page comes from elsewhere. */
const picture = (block) => el("span", { class: "picture" }, "🖼 ", block.image_url ? link(block.image_url, block.alt_text) : block.alt_text);

function accessory(element, use, names) {
  return el("div", { class: "accessory" }, element.type === "image" ? picture(element) : interactive(element, use, names));
}

const KINDS = {
  header: (block, { names }) => el("h3", { class: "block header" }, ...text(block.text, names)),
  divider: () => el("hr"),
  section: (block, { names, use }) =>
    el("div", { class: "block section" },
      el("div", { class: "body" },
        block.text ? el("div", { class: "text" }, ...text(block.text, names)) : null,
        block.fields ? el("div", { class: "fields" }, ...block.fields.map((field) => el("div", { class: "text" }, ...text(field, names)))) : null),
      block.accessory ? accessory(block.accessory, use(block), names) : null),
  context: (block, { names }) =>
    el("div", { class: "block context" }, ...block.elements.map((element) =>
      element.type === "image" ? picture(element) : el("span", { class: "text" }, ...text(element, names)))),
  actions: (block, { names, use }) =>
    el("div", { class: "block actions" }, ...block.elements.map((element) => interactive(element, use(block), names))),
  rich_text: (block, { names }) => richText(block, names),
  table: (block, { names }) => table(block, names),
  data_table: (block, { names }) => table(block, names),
  image: (block, { names }) => el("figure", { class: "block" }, block.title ? el("figcaption", {}, ...text(block.title, names)) : null, picture(block)),
  markdown: (block) => el("div", { class: "block text" }, block.text),
};

/** Draw the blocks of a message. `use(block)` returns what tells the bot about an element of that block. */
export function draw(blocks, names, use) {
  return blocks.map((block) => KINDS[block.type]?.(block, { names, use }) ?? el("p", { class: "unknown" }, `[${block.type}]`));
}
