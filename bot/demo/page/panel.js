// The side panel: move the time, kill the bot, break Slack and the sources.

import { byId, el } from "./dom.js";
import { lever, modes } from "./levers.js";
import { TimeCard } from "./timecard.js";

const BOT = { running: "running", starting: "starting…", killed: "not running" };

export class Panel {
  constructor(state, { status, say }) {
    this.modes = state.modes;
    this.postings = state.postings;
    this.onStatus = status;
    this.drawn = {};
    this.time = new TimeCard(status);
    for (const [id, verb] of [["guide-add", "digest add"], ["guide-watch-add", "watch add"]]) {
      const add = state.examples.find((example) => example.command.startsWith(verb))?.command ?? "";
      const chip = byId(id);
      chip.textContent = add;
      chip.onclick = () => say(`/projects ${add}`);
    }
  }

  /** Show how everything stands, seen from one channel. */
  draw(status, channel) {
    this.time.draw(status);
    this.bot(status.bot);
    this.slack(status.posting);
    this.anew("channel-levers", channel, () => this.places(channel));
    this.anew("sources", status.sources, () => status.sources.map((source) => this.source(source)));
    const broken = status.bot !== "running" || status.posting !== "ok" || status.sources.some((source) => source.mode !== "ok");
    byId("open-panel").classList.toggle("broken", broken);
  }

  /** Say why something could not be done. */
  trouble(sentence) {
    byId("panel-trouble").textContent = sentence ?? "";
    byId("panel-trouble").hidden = !sentence;
  }

  /**
   * Redraw a part only if what it shows has changed: a button must not be exchanged while somebody presses it. The
   * keyboard stays on the button it was on, or on the one that took its place.
   */
  anew(id, shown, nodes) {
    const told = JSON.stringify(shown);
    if (this.drawn[id] === told) return;
    this.drawn[id] = told;
    const part = byId(id);
    const held = part.contains(document.activeElement) ? document.activeElement.dataset.lever : null;
    part.replaceChildren(...nodes());
    if (held) (part.querySelector(`[data-lever="${CSS.escape(held)}"]`) ?? part.querySelector("button"))?.focus();
  }

  bot(state) {
    byId("bot").className = `card ${{ running: "ok", starting: "slow" }[state] ?? "down"}`;
    byId("bot-state").textContent = BOT[state];
    this.anew("bot-switch", state === "killed", () => [state === "killed"
      ? lever("Start Rollcall", "bot/running", {}, this.onStatus)
      : lever("Kill Rollcall", "bot/killed", {}, this.onStatus, { title: "Like kill -9: at once, in the middle of whatever it does" })]);
  }

  slack(mode) {
    byId("slack").className = `card ${mode}`;
    this.anew("posting", mode, () => modes("slack", "slack", this.postings, mode, this.onStatus));
  }

  places(channel) {
    if (channel.dm) return [];
    const change = (label, to) => lever(label, `channel/${channel.id}/${to}`, {}, this.onStatus);
    return [
      channel.archived ? change(`Unarchive #${channel.name}`, "unarchived") : change(`Archive #${channel.name}`, "archived"),
      channel.has_bot ? change(`Remove Rollcall from #${channel.name}`, "removed") : change(`Invite Rollcall to #${channel.name}`, "invited"),
    ];
  }

  source(source) {
    return el("section", { class: `card source ${source.mode}`, "data-source": source.name },
      el("h3", {}, el("span", { class: "lamp", "aria-hidden": "true" }), source.title, el("small", {}, `${source.requests} ${source.requests === 1 ? "request" : "requests"}`)),
      el("div", { class: "modes", role: "group", "aria-label": source.title },
        ...modes(source.name, `source/${source.name}`, this.modes, source.mode, this.onStatus)));
  }

  /** Called every second. */
  tick() {
    this.time.tick();
  }
}
