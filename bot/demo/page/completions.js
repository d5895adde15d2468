// The list above the message box that completes a command.

import { byId, el } from "./dom.js";

export class Completions {
  constructor(examples, choose) {
    this.examples = examples;
    this.choose = choose;
    this.list = byId("completions");
    this.box = byId("text");
    this.at = -1;
  }

  get open() {
    return !this.list.hidden;
  }

  /** Show what fits to what is typed; nothing, if it is no command. */
  show(text) {
    const fitting = text.startsWith("/")
      ? this.examples.filter((example) => `/projects ${example.command}`.startsWith(text) && text.length < `/projects ${example.command}`.length)
      : [];
    this.list.replaceChildren(...fitting.map((example, place) =>
      el("li", { role: "option", id: `completion-${place}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); this.take(example); } },
        el("code", {}, `/projects ${example.command}`), el("span", {}, example.about))));
    this.fitting = fitting;
    this.list.hidden = fitting.length === 0;
    this.box.setAttribute("aria-expanded", String(this.open));
    this.mark(-1);
  }

  hide() {
    this.show("");
  }

  /** Move through the list; returns whether the key was for it. */
  key(event) {
    if (!this.open) return false;
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.mark(this.at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Tab" && !event.shiftKey) this.take(this.fitting[Math.max(this.at, 0)]);
    else if (event.key === "Enter" && this.at >= 0) this.take(this.fitting[this.at]);
    else return false;
    event.preventDefault();
    return true;
  }

  mark(place) {
    const items = [...this.list.children];
    this.at = items.length && place !== -1 ? (place + items.length) % items.length : -1;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === this.at)));
    if (this.at >= 0) this.box.setAttribute("aria-activedescendant", items[this.at].id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  take(example) {
    this.choose(`/projects ${example.command}`);
    this.hide();
  }
}
