// How far a recorder's file is: as the relay says it, and as its row on the page shows it.

/** `ImportStatus` of the relay. */
export interface Status {
  stage: "arriving" | Held;
  size: number;
  arrived: number;
  tail_sha256: string;
  share: number;
  sha256: string;
  code: string;
  coming?: boolean;
}

type Held = "keeping" | "reading" | "signing" | "done" | "failed";

/** What a row shows, its chip by the same name on the page. `arriving` waits for somebody to send. */
export type RowState = "arriving" | "uploading" | "refused" | "partly" | Held;

const OVER: RowState[] = ["done", "partly", "failed"];
const HELD: RowState[] = ["keeping", "reading", "signing", ...OVER];

/** `sends`: this very page is sending it. */
export function stateOf(status: Status, sends: boolean): RowState {
  if (status.stage === "arriving") return sends || status.coming ? "uploading" : "arriving";
  return status.stage === "done" && status.code ? "partly" : status.stage;
}

/** Whether the relay has the whole file; one that cannot be read is kept too. */
export function isHeld(state: RowState | null): boolean {
  return state !== null && HELD.includes(state);
}

/** Whether nothing more will change. */
export function isOver(state: RowState | null): boolean {
  return state !== null && OVER.includes(state);
}
