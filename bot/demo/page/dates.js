// Dates as Slack writes them, in the reader's zone and relative to the demo's time.
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting

const DAY_MS = 86_400_000;
let aheadMs = 0;
let zone;

/** The demo's time is this many seconds in front of the real one. */
export function setAhead(seconds) {
  aheadMs = seconds * 1000;
}

/** The reader lives there: an IANA name, as it stands in his preferences. */
export function setZone(name) {
  zone = name;
}

/** The demo's moment. */
export const now = () => new Date(Date.now() + aheadMs);

const show = (at, options, locale = "en") => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(at);
export const clockTime = (at) => show(at, { hour: "numeric", minute: "2-digit" });
export const longDay = (at) => pretty(at, show(at, { weekday: "long", month: "long", day: "numeric" }), true);
export const wallTime = (at) => show(at, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Year, month and day as 2026-10-25. */
const isoDay = (at) => show(at, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");

/** The reader's day, as a number to compare days with. */
export const dayOf = (at) => Date.parse(isoDay(at));

function pretty(at, otherwise, capital) {
  const days = Math.round((dayOf(at) - dayOf(now())) / DAY_MS);
  const word = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
  if (word === undefined) return otherwise;
  return capital ? word[0].toUpperCase() + word.slice(1) : word;
}

const STEPS = [["year", 365 * DAY_MS], ["month", 30 * DAY_MS], ["day", DAY_MS], ["hour", 3_600_000], ["minute", 60_000]];

/** "3 days ago", "in 2 hours", "just now". */
export function ago(at) {
  const ms = at - now();
  const step = STEPS.find(([, size]) => Math.abs(ms) >= size);
  if (step === undefined) return "just now";
  return new Intl.RelativeTimeFormat("en").format(Math.trunc(ms / step[1]), step[0]);
}

const SHORT = { month: "short", day: "numeric", year: "numeric" };
const MEDIUM = { month: "long", day: "numeric", year: "numeric" };
const LONG = { weekday: "long", ...MEDIUM };

const TOKENS = {
  date_num: isoDay,
  date_slash: (at) => show(at, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (at) => show(at, MEDIUM),
  date_short: (at) => show(at, SHORT),
  date_long: (at) => show(at, LONG),
  date_long_full: (at) => show(at, LONG),
  date_pretty: (at, first) => pretty(at, show(at, MEDIUM), first),
  date_short_pretty: (at, first) => pretty(at, show(at, SHORT), first),
  date_long_pretty: (at, first) => pretty(at, show(at, LONG), first),
  day_divider_pretty: (at, first) => pretty(at, show(at, LONG), first),
  time: clockTime,
  time_secs: (at) => show(at, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** Fill Slack's tokens in `format` for a moment given in seconds since 1970; `fallback` if that cannot be done. */
export function formatDate(seconds, format, fallback) {
  const at = new Date(Number(seconds) * 1000);
  if (!Number.isFinite(at.getTime())) return fallback;
  return format.replace(/\{(\w+)\}/g, (whole, token, place) =>
    Object.hasOwn(TOKENS, token) ? TOKENS[token](at, place === 0) : whole);
}
