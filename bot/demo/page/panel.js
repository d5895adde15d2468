// The side panel: break the sources, move the clock.

import { post } from "./backend.js";
import { now } from "./dates.js";
import { byId, el } from "./dom.js";

const MOVES = [["+1 day", { days: 1 }], ["+10 days", { days: 10 }], ["+30 days", { days: 30 }], ["Reset", { reset: true }]];

export class Panel {
  constructor(modes) {
    this.modes = modes;
    byId("clock").replaceChildren(...MOVES.map(([label, body]) =>
      el("button", { type: "button", class: "button", onclick: async () => this.onStatus(await post("clock", body)) }, label)));
  }

  onStatus = () => {};

  /** Show how the sources and the clock stand. */
  draw(status) {
    byId("sources").replaceChildren(...status.sources.map((source) => this.source(source)));
    byId("open-panel").classList.toggle("broken", status.sources.some((source) => source.mode !== "ok"));
    this.ahead = status.ahead_days;
    this.tick();
  }

  source(source) {
    const held = document.activeElement?.dataset.mode;
    const buttons = this.modes.map((mode) =>
      el("button", {
        type: "button", class: "mode", "data-mode": `${source.name}/${mode.name}`, "aria-pressed": String(mode.name === source.mode),
        onclick: async () => this.onStatus(await post(`source/${source.name}/${mode.name}`)),
      }, mode.label));
    const again = buttons.find((button) => button.dataset.mode === held);
    if (again) queueMicrotask(() => again.focus());
    return el("section", { class: `card source ${source.mode}`, "data-source": source.name },
      el("h3", {}, el("span", { class: "lamp", "aria-hidden": "true" }), source.title, el("small", {}, `${source.requests} ${source.requests === 1 ? "request" : "requests"}`)),
      el("div", { class: "modes", role: "group", "aria-label": source.title }, ...buttons));
  }

  /** Show the demo's time; called every second. */
  tick() {
    const shown = new Intl.DateTimeFormat("en", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
    const moment = shown.format(now());
    const ahead = this.ahead ? `${this.ahead} ${this.ahead === 1 ? "day" : "days"} ahead` : "";
    if (byId("now").textContent === moment + ahead) return;
    byId("now").replaceChildren(moment, ahead ? el("span", { class: "ahead" }, ahead) : "");
  }
}
