// The card with the demo's time: what it is, which digest comes next, and buttons that move it.

import { ago, now, wallTime } from "./dates.js";
import { byId, el } from "./dom.js";
import { lever } from "./levers.js";

const MOVES = [
  ["Next digest", { next: true }], ["+1 hour", { hours: 1 }], ["+1 day", { days: 1 }], ["+10 days", { days: 10 }],
  ["+30 days", { days: 30 }], ["Reset", { reset: true }],
];
const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** "1 day 3 hours", of a number of seconds; nothing, if it is less than a minute. */
export function span(seconds) {
  const out = [];
  for (const [unit, size] of STEPS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count) out.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return out.slice(0, 2).join(" ");
}

export class TimeCard {
  constructor(onStatus) {
    const buttons = MOVES.map(([label, body]) => lever(label, "clock", body, onStatus));
    [this.next, this.reset] = [buttons[0], buttons.at(-1)];
    this.next.classList.add("primary");
    byId("clock").replaceChildren(...buttons);
  }

  draw(status) {
    this.ahead = span(status.ahead_s);
    this.coming = status.next;
    this.used = !status.can_reset;
    this.next.disabled = !status.next;
    this.reset.disabled = !status.can_reset;
    byId("no-reset").hidden = status.can_reset;
    this.tick();
  }

  /** Show the demo's time; called every second. */
  tick() {
    const [moment, ahead, next] = [wallTime(now()), this.ahead ? `${this.ahead} ahead` : "", this.told()];
    if (byId("now").textContent !== moment + ahead) byId("now").replaceChildren(moment, ahead ? el("span", { class: "ahead" }, ahead) : "");
    if (byId("next").textContent !== next) byId("next").textContent = next;
  }

  /** Which digest comes next, and when. */
  told() {
    if (!this.coming) return this.used ? "No digest is planned." : "No digest yet: add one first.";
    const at = new Date(this.coming.at * 1000);
    return at > now() ? `Next: ${this.coming.label}, ${ago(at)}` : `Due: ${this.coming.label}`;
  }
}
