// Talking to the demo: one JSON call each, and the stream of what changes.

/** Post to an endpoint below /_demo; returns its answer or an `error` to show. */
export async function post(path, body = {}) {
  try {
    const response = await fetch(`/_demo/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { error: "the demo does not answer; is it still running?" };
  }
}

/** Everything there is, as one person sees it. */
export async function fetchState(viewer) {
  const response = await fetch(`/_demo/state?viewer=${encodeURIComponent(viewer)}`);
  return response.json();
}

/** Listen to changes; `on` maps event names to functions. Returns what ends it. */
export function listen(viewer, on) {
  const stream = new EventSource(`/_demo/stream?viewer=${encodeURIComponent(viewer)}`);
  for (const [name, react] of Object.entries(on)) {
    stream.addEventListener(name, (event) => react(event.data ? JSON.parse(event.data) : null));
  }
  // A stream that comes back after it was lost may be that of another server, which knows none of these messages.
  let lost = false;
  stream.onerror = () => { lost = true; };
  stream.onopen = () => { if (lost) location.reload(); };
  return () => stream.close();
}
