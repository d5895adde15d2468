// What the page knows: people, channels, messages, where we are.

import { el } from "./dom.js";

export class Room {
  constructor(state) {
    this.me = state.me;
    this.bot = state.bot;
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
    this.messages = new Map(state.messages.map((message) => [message.ts, message]));
    this.modes = state.modes;
    this.examples = state.examples;
    this.unread = new Set();
    this.here = state.channels[0].id;
    this.echoes = 0;
  }

  /** Keep what has changed about channels; returns whether anything has. */
  learn(channels) {
    let changed = false;
    for (const { id, ...news } of channels) {
      const channel = this.channels.get(id);
      if (!channel || Object.entries(news).every(([key, value]) => channel[key] === value)) continue;
      Object.assign(channel, news);
      changed = true;
    }
    return changed;
  }

  /** Messages of the channel we are in, oldest first; replies are left to their thread, unless they were broadcast. */
  shown() {
    const here = [...this.messages.values()].filter((message) => message.channel === this.here);
    const roots = new Set(here.filter((message) => !message.thread_ts).map((message) => message.ts));
    return here.filter((message) => !message.thread_ts || message.broadcast || !roots.has(message.thread_ts)).sort((a, b) => a.seq - b.seq);
  }

  replies(ts) {
    return [...this.messages.values()].filter((message) => message.thread_ts === ts).sort((a, b) => a.seq - b.seq);
  }

  /** Slack does not show a command that was typed; the demo does, for the one who typed it. */
  echo(text, at) {
    const seq = Math.max(0, ...[...this.messages.values()].map((message) => message.seq)) + 0.001;
    this.echoes += 1;
    const ts = `${Math.floor(at.getTime() / 1000)}.typed${this.echoes}`;
    const message = { ts, seq, channel: this.here, user: this.me, text, blocks: [], files: [], typed: true };
    this.messages.set(ts, message);
    return message;
  }

  /** Draws names for the markup: known ones as a mention, unknown ones as they are. */
  get names() {
    const mention = (text, own) => el("span", { class: own ? "mention own" : "mention" }, text);
    return {
      user: (id, label) => mention(`@${this.users.get(id)?.handle ?? (label || id)}`, id === this.me),
      people: () => [...this.users.values()].filter((user) => !user.bot),
      channel: (id, label) => mention(`#${this.channels.get(id)?.name ?? (label || id)}`, false),
    };
  }
}
