// The list of messages: draws what is new, replaces in place what has changed, keeps the place where one reads.

import { dayOf, longDay, now } from "./dates.js";
import { byId, el, icon } from "./dom.js";
import { messageNode } from "./messages.js";

const NEAR_PX = 120;

export class Timeline {
  constructor(room, acts) {
    this.room = room;
    this.acts = acts;
    this.scroll = byId("scroll");
    this.list = byId("messages");
  }

  /** Draw everything, such as after a change of the channel. */
  drawAll() {
    this.list.replaceChildren();
    for (const message of this.room.shown()) this.append(message);
    this.today = dayOf(now());
    this.drawEmpty();
    this.toEnd();
  }

  /** Add a message at the end, below a line with its day if that is another one. */
  append(message) {
    const at = new Date(Number(message.ts.split(".")[0]) * 1000);
    const day = String(dayOf(at));
    const above = [...this.list.querySelectorAll(":scope > .day")].at(-1);
    if (above?.dataset.day !== day) this.list.append(el("li", { class: "day", "data-day": day }, el("span", {}, longDay(at))));
    this.list.append(messageNode(message, this.room, this.acts));
  }

  /** Draw one message that is new or has changed, or the message whose thread it is in. */
  draw(message) {
    const follow = this.nearEnd() || message.user === this.room.me;
    const root = this.room.messages.get(message.thread_ts ?? "") ?? message;
    const old = this.find(root.ts);
    if (old) this.replace(old, root);
    else if (this.room.shown().at(-1) === root) this.append(root);
    else this.drawAll();
    this.drawEmpty();
    if (follow) this.toEnd(old ? null : this.find(root.ts));
  }

  /** Draw a message anew where it is; the keyboard stays on the button it was on. */
  replace(old, message) {
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    const fresh = messageNode(message, this.room, this.acts);
    fresh.classList.add("fresh");
    old.replaceWith(fresh);
    if (focused) fresh.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  /** Take a message away. */
  remove(message) {
    this.find(message.ts)?.remove();
    this.drawEmpty();
  }

  find(ts) {
    return this.list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  }

  /** Say under a message that a button of it did not work. */
  trouble(ts, sentence) {
    const content = this.find(ts)?.querySelector(".content");
    content?.querySelector(":scope > .trouble")?.remove();
    content?.append(el("p", { class: "trouble", role: "alert" }, sentence));
  }

  nearEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_PX;
  }

  /** Scroll to the end, but not past the beginning of an answer that is longer than the screen. */
  toEnd(node = null) {
    const top = node ? node.offsetTop - this.list.offsetTop : Infinity;
    this.scroll.scrollTop = Math.min(this.scroll.scrollHeight, top);
  }

  drawEmpty() {
    const empty = byId("empty");
    empty.hidden = this.room.shown().length > 0;
    byId("chips").hidden = !empty.hidden;
    if (empty.hidden) return;
    const cards = this.room.examples.map((example) =>
      el("button", { type: "button", class: "example", onclick: () => this.acts.run(example.command) },
        el("code", {}, `/projects ${example.command}`), el("span", {}, example.about)));
    empty.replaceChildren(
      el("span", { class: "hero", "aria-hidden": "true" }, icon("roll")),
      el("h2", {}, "What is going on with our projects?"),
      el("p", {}, "Ask Rollcall, the way you would in Slack. Pick a question to begin, or type your own below."),
      el("div", { class: "examples" }, ...cards));
  }

  /** Tell screen readers what has come. */
  announce(message) {
    const user = this.room.users.get(message.user);
    const said = `${user?.name ?? "Somebody"}${message.private ? ", only visible to you" : ""}: ${message.text}`;
    byId("announcer").replaceChildren(el("p", {}, said));
  }

  /** Say "Yesterday" once it was. */
  refreshDays() {
    if (dayOf(now()) !== this.today) this.drawAll();
  }
}
