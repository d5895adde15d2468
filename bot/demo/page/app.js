// Puts the page together and keeps it up to date.

import { drawBanner } from "./banner.js";
import { fetchState, listen, post } from "./backend.js";
import { Composer } from "./composer.js";
import { now, setAhead, setZone } from "./dates.js";
import { byId } from "./dom.js";
import { Panel } from "./panel.js";
import { Room } from "./room.js";
import { drawPlace, drawSidebar, drawViewers, wireDrawers } from "./sidebar.js";
import { Timeline } from "./timeline.js";

const PATIENCE_MS = 15_000;

class App {
  constructor(state, closeDrawers) {
    this.room = new Room(state);
    this.closeDrawers = closeDrawers;
    setZone(this.room.users.get(this.room.me).zone);
    this.timeline = new Timeline(this.room, {
      press: (...used) => this.press(...used),
      reply: (message) => this.composer.replyTo(message),
      run: (command) => this.send(`/projects ${command}`),
    });
    this.panel = new Panel(state, { status: (status) => this.status(status), say: (text) => this.send(text) });
    this.composer = new Composer(this.room, (text, thread) => this.send(text, thread));
    drawViewers(this.room, (viewer) => { this.close(); start(viewer, closeDrawers); });
    this.status(state.status);
    this.go(this.room.here);
    this.stop = listen(this.room.me, {
      message: (message) => this.arrived(message),
      gone: (message) => { this.room.messages.delete(message.ts); this.timeline.remove(message); },
      status: (status) => this.status(status),
      open: () => this.catchUp(),
    });
    this.ticking = setInterval(() => { this.panel.tick(); this.timeline.refreshDays(); }, 1000);
  }

  close() {
    this.stop();
    clearInterval(this.ticking);
    this.think(false);
  }

  /** The stream has opened, perhaps again after a pause: draw what was missed. */
  async catchUp() {
    const state = await fetchState(this.room.me);
    for (const message of state.messages) if (!this.room.messages.has(message.ts)) this.arrived(message);
  }

  go(channel) {
    this.room.here = channel;
    this.room.unread.delete(channel);
    drawSidebar(this.room, (id) => { this.go(id); this.closeDrawers(); byId("text").focus(); });
    drawPlace(this.room);
    this.composer.moved();
    this.think(false);
    this.timeline.drawAll();
    this.panel.draw(this.stands, this.room.channels.get(channel));
  }

  arrived(message) {
    const known = this.room.messages.has(message.ts);
    this.room.messages.set(message.ts, message);
    const bot = this.room.users.get(message.user)?.bot;
    if (message.channel === this.room.here) {
      this.timeline.draw(message);
      if (bot) this.think(false);
    } else if (!known) {
      this.room.unread.add(message.channel);
      drawSidebar(this.room, (id) => { this.go(id); this.closeDrawers(); });
    }
    if (message.user !== this.room.me) this.timeline.announce(message);
  }

  async send(text, thread_ts = null) {
    const here = this.room.here;
    if (text.startsWith("/")) this.timeline.draw(this.room.echo(text, now()));
    if (text.startsWith("/") || this.room.channels.get(here).dm || text.includes("@rollcall")) this.think(true);
    const told = await post("say", { viewer: this.room.me, channel: here, text, thread_ts });
    if (told.error || !told.told) this.think(false);
  }

  async press(message, block, element, value) {
    const told = await post("press", {
      viewer: this.room.me, channel: message.channel, ts: message.ts, block_id: block.block_id, action_id: element.action_id, value,
    });
    if (told.error) this.timeline.trouble(message.ts, `That did not work: ${told.error}`);
  }

  /** Show that the bot is at work, for a while. */
  think(on) {
    clearTimeout(this.thinking);
    byId("thinking").hidden = !on;
    byId("thinking-text").textContent = on ? "Rollcall is looking…" : "";
    if (on) this.thinking = setTimeout(() => this.think(false), PATIENCE_MS);
  }

  /** Show how the demo stands, or why it could not be changed. */
  status(status) {
    this.panel.trouble(status.error);
    if (status.error) return;
    this.stands = status;
    setAhead(status.ahead_s);
    if (this.room.learn(status.channels)) { drawPlace(this.room); this.composer.moved(); }
    drawBanner(status.bot, (answer) => this.status(answer));
    this.panel.draw(status, this.room.channels.get(this.room.here));
  }
}

async function start(viewer, closeDrawers) {
  return new App(await fetchState(viewer), closeDrawers);
}

await start("", wireDrawers());
byId("text").focus();
