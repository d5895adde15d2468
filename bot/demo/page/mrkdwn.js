// Slack's own markup as nodes. https://docs.slack.dev/messaging/formatting-message-text

import { formatDate } from "./dates.js";
import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";

const decode = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Draw a text. `names` knows people and channels; without `verbatim` plain addresses become links, too. */
export function mrkdwn(text, names, { verbatim = false } = {}) {
  const parts = text.split(/```([\s\S]+?)```/);
  return parts.flatMap((part, place) =>
    place % 2 ? [el("pre", {}, decode(part.replace(/^\n|\n$/g, "")))] : lines(part, names, verbatim));
}

function lines(text, names, verbatim) {
  const out = [];
  for (const group of text.split(/((?:^(?:&gt;|>) ?.*(?:\n|$))+)/m)) {
    if (group === "") continue;
    const quote = /^(?:&gt;|>)/.test(group);
    const bare = quote ? group.replace(/^(?:&gt;|>) ?/gm, "").replace(/\n$/, "") : group;
    const nodes = inline(bare, names, verbatim);
    out.push(...(quote ? [el("blockquote", {}, ...nodes)] : nodes));
  }
  return out;
}

const EDGE = "(?<![\\p{L}\\p{N}])";
const END = "(?![\\p{L}\\p{N}])";
const span = (mark) => `${EDGE}[${mark}](?=\\S)([^${mark}\\n]+?)(?<=\\S)[${mark}]${END}`;
const TOKEN = new RegExp(
  ["`([^`\\n]+)`", "<([^<>\\n]+)>", ":([a-z0-9_+-]+):", span("*"), span("_"), span("~"), "(https?://[^\\s<>]+[^\\s<>.,;:!?)])"].join("|"),
  "gu",
);
const WRAP = ["b", "i", "s"];

function inline(text, names, verbatim) {
  const out = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, code, angle, name, bold, italic, strike, address] = found;
    out.push(decode(text.slice(from, found.index)));
    from = found.index + whole.length;
    const styled = [bold, italic, strike].findIndex((inner) => inner !== undefined);
    if (code !== undefined) out.push(el("code", {}, decode(code)));
    else if (angle !== undefined) out.push(special(angle, names));
    else if (name !== undefined) out.push(emoji(name));
    else if (styled >= 0) out.push(el(WRAP[styled], {}, ...inline(found[4 + styled], names, verbatim)));
    else out.push(verbatim ? address : link(decode(address), decode(address)));
  }
  out.push(decode(text.slice(from)));
  return out;
}

/** What stands between angle brackets: a person, a channel, a date, a call to everybody, a link. */
function special(body, names) {
  const [target, ...rest] = body.split("|");
  const label = rest.join("|");
  if (target.startsWith("@")) return names.user(target.slice(1), decode(label));
  if (target.startsWith("#")) return names.channel(target.slice(1), decode(label));
  if (target.startsWith("!date^")) return date(target, decode(label));
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, `@${target.slice(1).split("^")[0]}`);
  return link(decode(target), ...(label ? inline(label, names, true) : [decode(target)]));
}

function date(target, fallback) {
  const [, seconds, format = "", address] = target.split("^");
  const shown = formatDate(seconds, decode(format), fallback);
  const node = el("time", { title: fallback }, shown);
  return address ? link(decode(address), node) : node;
}
