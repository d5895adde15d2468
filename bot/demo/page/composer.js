// The message box: a command, a mention, a message to the bot, or just a message.

import { Completions } from "./completions.js";
import { byId, el } from "./dom.js";

const COMMAND = "/projects ";
const MENTION = "@rollcall ";

export class Composer {
  constructor(room, send) {
    this.room = room;
    this.send = send;
    this.box = byId("text");
    this.thread = null;
    this.completions = new Completions(room.examples, (text) => this.fill(text));
    byId("form").onsubmit = (event) => { event.preventDefault(); this.submit(); };
    byId("add-command").onclick = () => this.prefix(COMMAND);
    byId("add-mention").onclick = () => this.prefix(MENTION);
    this.box.oninput = () => this.changed();
    this.box.onkeydown = (event) => this.key(event);
    this.box.onblur = () => this.completions.hide();
    byId("chips").replaceChildren(...room.examples.map((example) =>
      el("button", { type: "button", class: "chip", title: example.about, onclick: () => send(COMMAND + example.command) }, example.command)));
    this.moved();
  }

  /** The place has changed: say what this box does here. */
  moved() {
    this.replyTo(null);
    const channel = this.room.channels.get(this.room.here);
    this.box.placeholder = channel.dm ? "Ask Rollcall, no slash needed"
      : channel.archived ? `#${channel.name} is archived` : `Message #${channel.name}, or type /projects`;
    this.box.disabled = channel.archived;
    byId("add-mention").hidden = channel.dm;
    this.changed();
  }

  replyTo(message) {
    this.thread = message;
    const note = byId("thread-note");
    note.hidden = message === null;
    note.replaceChildren(...(message === null ? [] : [
      "Replying in a thread. Mention @rollcall to ask it there.",
      el("button", { type: "button", class: "quiet", onclick: () => this.replyTo(null) }, "Leave the thread"),
    ]));
    if (message !== null) this.prefix(MENTION);
  }

  fill(text) {
    this.box.value = text;
    this.box.focus();
    this.changed();
  }

  prefix(start) {
    const bare = this.box.value.replace(/^(\/projects|@rollcall)\s*/, "");
    this.fill(start + bare);
  }

  changed() {
    const text = this.box.value;
    this.completions.show(text);
    this.box.rows = Math.min(text.split("\n").length, 6);
    byId("send").disabled = text.trim() === "";
    byId("hint").textContent = this.hint(text.trimStart());
  }

  hint(text) {
    if (text.startsWith("/")) return "A command: only you will see the answer";
    if (this.room.channels.get(this.room.here).dm) return text ? "A message to Rollcall" : "";
    if (/(^|\s)@rollcall\b/.test(text)) return "A mention: everybody will see the answer";
    return text ? "A message to the channel; Rollcall will not hear it" : "";
  }

  key(event) {
    if (this.completions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
  }

  submit() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = "";
    this.changed();
    this.send(text, this.thread?.ts);
  }
}
