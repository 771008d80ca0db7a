// What the scripts ask of the centre: tickets and bundle requests, with the session's CSRF token.

export interface RelayTicket {
  ticket: string;
  until_ms: number;
  stream_url: string;
  http_url: string;
}

export class CentreRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** POST JSON and return the JSON answer; a refusal carries the centre's stable code. */
export async function post<T>(url: string, body: unknown): Promise<T> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken(), "X-Requested-With": "fetch" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as T;
  throw new CentreRefusal(answer.status, problemCode(text) ?? `http.${answer.status}`);
}

export function problemCode(text: string): string | null {
  try {
    const problem: unknown = JSON.parse(text);
    if (problem && typeof problem === "object" && "code" in problem) return String(problem.code);
  } catch {
    // an answer that is not JSON has no code
  }
  return null;
}

/** An id of our making; `crypto.randomUUID` is missing on plain http beyond this machine. */
export function newId(): string {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function watchTicket(device: string): Promise<RelayTicket> {
  return post<RelayTicket>("/desk/tickets/watch", { device });
}

export interface Clip {
  recording: string;
  from_wall_ms: number | null;
  to_wall_ms: number | null;
}

export function clipTicket(clip: Clip): Promise<RelayTicket> {
  return post<RelayTicket>("/desk/tickets/clip", clip);
}

export function playTicket(recording: string): Promise<RelayTicket> {
  return post<RelayTicket>("/desk/tickets/play", { recording });
}

/** A ticket for one picture of what is live; who took it is written down. */
export function stillTicket(recording: string): Promise<RelayTicket> {
  return post<RelayTicket>("/desk/tickets/still", { recording });
}

/** Get one picture of a recording from the relay, a JPEG. */
export async function still(ticket: RelayTicket, recording: string, rendition: number | string, wallMs: number): Promise<Blob> {
  const url = `${ticket.http_url}/v1/recordings/${recording}/${rendition}/still?wall_ms=${wallMs}`;
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${ticket.ticket}` } });
  if (answer.ok) return answer.blob();
  throw new CentreRefusal(answer.status, problemCode(await answer.text()) ?? `http.${answer.status}`);
}
