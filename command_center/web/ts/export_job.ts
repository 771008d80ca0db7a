// An export as a job of the relay: ordered, watched, fetched, and removed there. The file may be large,
// so what came is given to the browser's blob store piece by piece and a broken download goes on.
import { CentreRefusal, problemCode } from "./centre";
import type { ExportState } from "./export_state";

const POLL_MS = 400;
const PATIENCE = 15; // so many failures in a row, seconds apart, until it is given up
const PIECE_BYTES = 16 * 1024 * 1024;

export interface Road {
  ticket: string;
  http_url: string;
}

export type Told = (stage: "packing" | "saving", done: number, total: number) => void;

export class ExportJob {
  constructor(
    private readonly road: Road,
    private readonly told: Told,
    private readonly signal: AbortSignal,
  ) {}

  /** Order and return the finished file with what is in it; throws a `CentreRefusal`, or `AbortError`. */
  async run(path: string, order: unknown): Promise<{ file: Blob; state: ExportState }> {
    const answer = await this.ask("POST", path, JSON.stringify(order));
    let state = (await answer.json()) as ExportState;
    const at = `/v1/exports/${state.export}`;
    const end = (): void => void fetch(this.road.http_url + at, { method: "DELETE", headers: this.headers(), keepalive: true }).catch(() => undefined);
    this.signal.addEventListener("abort", end);
    try {
      while (state.stage === "waiting" || state.stage === "working") {
        this.told("packing", state.done, state.total);
        await this.wait(POLL_MS);
        state = await this.patiently(async () => (await (await this.ask("GET", at)).json()) as ExportState);
      }
      if (state.problem) throw new CentreRefusal(0, state.problem.code);
      const file = await this.fetch(`${at}/file`, state.size);
      end();
      return { file, state };
    } finally {
      this.signal.removeEventListener("abort", end);
    }
  }

  private async fetch(path: string, size: number): Promise<Blob> {
    const pieces: Blob[] = [];
    for (let taken = 0; taken < size; ) {
      const from = taken;
      const piece = await this.patiently(() => this.piece(path, from, size));
      pieces.push(piece);
      taken += piece.size;
    }
    return new Blob(pieces);
  }

  /** Fetch what comes of the file from there on, as far as the connection holds; at least something. */
  private async piece(path: string, from: number, size: number): Promise<Blob> {
    const answer = await this.ask("GET", path, undefined, { Range: `bytes=${from}-` });
    const stored: Blob[] = [];
    let chunks: Uint8Array<ArrayBuffer>[] = [];
    let [held, taken] = [0, from];
    try {
      for (const reader = answer.body?.getReader(); reader; ) {
        const { done, value } = await reader.read();
        if (done) break;
        chunks.push(value);
        [held, taken] = [held + value.length, taken + value.length];
        this.told("saving", taken, size);
        if (held < PIECE_BYTES) continue;
        stored.push(new Blob(chunks));
        [chunks, held] = [[], 0];
      }
    } catch (error) {
      if (this.signal.aborted || taken === from) throw error;
    }
    if (taken === from) throw new TypeError("nothing came");
    return new Blob([...stored, ...chunks]);
  }

  /** Try again while the relay cannot be reached: a job is not lost with a connection. */
  private async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof CentreRefusal || this.signal.aborted || failures === PATIENCE) throw error;
        await this.wait(1_000);
      }
    }
  }

  private async ask(method: string, path: string, body?: string, more: Record<string, string> = {}): Promise<Response> {
    const headers = { ...this.headers(), ...(body ? { "Content-Type": "application/json" } : {}), ...more };
    const answer = await fetch(this.road.http_url + path, { method, headers, body: body ?? null, signal: this.signal });
    if (answer.ok) return answer;
    throw new CentreRefusal(answer.status, problemCode(await answer.text()) ?? `http.${answer.status}`);
  }

  private headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.road.ticket}` };
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      window.setTimeout(() => (this.signal.aborted ? reject(this.signal.reason as Error) : resolve()), ms);
    });
  }
}
