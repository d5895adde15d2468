// What can be pressed: buttons, menus, selections. `use(element, value, node)` tells the bot.

import { confirmed } from "./confirm.js";
import { el, icon, link, safeUrl } from "./dom.js";
import { withEmoji } from "./emoji.js";

const label = (text) => (text.emoji === false ? text.text : withEmoji(text.text));

/** Ask first if the element says so, then tell the bot; the node shows that it waits. */
async function fire(element, value, node, use) {
  if (element.confirm && !(await confirmed(element.confirm))) return;
  node.classList.add("waiting");
  node.setAttribute("aria-busy", "true");
  try {
    await use(element, value);
  } finally {
    node.classList.remove("waiting");
    node.removeAttribute("aria-busy");
  }
}

function button(element, use) {
  const kind = ["primary", "danger"].includes(element.style) ? element.style : "";
  const set = { class: `button ${kind}`, "data-action": element.action_id, "aria-label": element.accessibility_label };
  const href = element.url && safeUrl(element.url);
  const node = href
    ? link(href, label(element.text))
    : el("button", { type: "button" }, label(element.text));
  for (const [key, value] of Object.entries(set)) if (value) node.setAttribute(key, value);
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-busy") !== "true") fire(element, null, node, use);
  });
  return node;
}

function overflow(element, use) {
  const menu = el("div", { class: "menu", role: "menu", hidden: true });
  const opener = el("button", {
    type: "button", class: "button more", "data-action": element.action_id,
    "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "More actions",
  }, icon("dots"));
  const close = () => { menu.hidden = true; opener.setAttribute("aria-expanded", "false"); };
  for (const option of element.options) {
    const item = option.url && safeUrl(option.url) ? link(option.url) : el("button", { type: "button" });
    item.setAttribute("role", "menuitem");
    item.append(label(option.text));
    if (option.description) item.append(el("small", {}, label(option.description)));
    item.addEventListener("click", () => { close(); opener.focus(); fire(element, option.value, opener, use); });
    menu.append(item);
  }
  opener.addEventListener("click", () => {
    menu.hidden = !menu.hidden;
    opener.setAttribute("aria-expanded", String(!menu.hidden));
    if (!menu.hidden) { place(menu, opener); menu.firstElementChild.focus({ preventScroll: true }); }
  });
  const holder = el("span", { class: "overflow" }, opener, menu);
  holder.addEventListener("keydown", (event) => walk(event, menu, () => { close(); opener.focus(); }));
  holder.addEventListener("focusout", (event) => { if (!holder.contains(event.relatedTarget)) close(); });
  return holder;
}

/** Open upwards where there is no room below. */
function place(menu, opener) {
  const below = window.innerHeight - opener.getBoundingClientRect().bottom;
  menu.classList.toggle("upwards", below < menu.offsetHeight + 140);
}

function walk(event, menu, close) {
  if (event.key === "Escape") return close();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || menu.hidden) return undefined;
  event.preventDefault();
  const items = [...menu.children];
  return items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
}

function select(element, use) {
  const option = (given) => el("option", { value: given.value }, label(given.text));
  const groups = element.option_groups?.map((group) => el("optgroup", { label: label(group.label) }, ...group.options.map(option)));
  const node = el("select", { class: "select", "data-action": element.action_id, "aria-label": element.placeholder?.text ?? "Choose" },
    el("option", { value: "", disabled: true, hidden: true }, element.placeholder ? label(element.placeholder) : "Choose an option"),
    ...(groups ?? element.options.map(option)));
  node.value = element.initial_option?.value ?? "";
  node.addEventListener("change", () => fire(element, node.value, node, use));
  return node;
}

/** Slack fills this list itself. */
function people(element, use, names) {
  const options = names.people().map((user) => ({ value: user.id, text: { text: user.name, emoji: false } }));
  return select({ ...element, options }, use);
}

const KINDS = { button, overflow, static_select: select, users_select: people };

/** Draw one interactive element; what is not known here is named, so that nothing is silently missing. */
export function interactive(element, use, names) {
  return KINDS[element.type]?.(element, use, names) ?? el("span", { class: "unknown" }, `[${element.type}]`);
}
