// One Socket.IO connection for the page (namespace /desk, websocket only).
// Events are hints that may be lost: after each (re)connection the durable ones are read again.
import { io } from "socket.io-client";

export interface DeskEvent {
  seq: number;
  type: string;
  at_ms: number;
  case: string | null;
  operation: string | null;
  device: string | null;
  subject: string | null;
  text_zh: string;
  text_en: string;
  level: string;
}

export interface PresenceOut {
  device: string;
  officer_name: string;
  operation: string | null;
  at_ms: number;
  lat: number | null;
  lon: number | null;
  accuracy_m: number | null;
  battery_percent: number | null;
  link: string;
  backlog_fragments: number;
  backlog_bytes: number;
  recording: string | null;
  archived_to_ms: number | null;
  rendition: number;
  drain_s: number | null;
  mock: boolean;
  battery_left_s: number | null;
  storage_left_s: number | null;
  hot_left_s: number | null;
}

interface EventPage {
  events: DeskEvent[];
  next_since: number;
}

const eventListeners = new Set<(event: DeskEvent) => void>();
const presenceListeners = new Set<(presence: PresenceOut) => void>();
let since = 0;

export function onEvent(listener: (event: DeskEvent) => void): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

export function onPresence(listener: (presence: PresenceOut) => void): () => void {
  presenceListeners.add(listener);
  return () => presenceListeners.delete(listener);
}

function take(event: DeskEvent): void {
  if (event.seq <= since) return;
  since = event.seq;
  eventListeners.forEach((listener) => listener(event));
}

async function resync(): Promise<void> {
  for (let more = true; more; ) {
    const answer = await fetch(`/desk/events.json?since=${since}`);
    if (!answer.ok) return;
    const page = (await answer.json()) as EventPage;
    page.events.forEach(take);
    more = page.events.length > 0 && page.next_since > since;
    since = Math.max(since, page.next_since);
  }
}

/** Connect once; `from` is the last event number that the page already shows. */
export function connectDesk(from: number): void {
  since = from;
  const socket = io("/desk", { transports: ["websocket"] });
  socket.on("connect", () => {
    document.documentElement.dataset.desk = "connected";
    void resync();
  });
  socket.on("disconnect", () => {
    document.documentElement.dataset.desk = "lost";
  });
  socket.on("event", take);
  socket.on("presence", (presence: PresenceOut) => presenceListeners.forEach((listener) => listener(presence)));
}
