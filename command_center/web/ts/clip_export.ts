// <clip-export data-recording data-rendition data-name>: the recording, a clip of it or one picture
// as a file; which recording, the player says. The relay makes it, the browser saves it; tickets travel in the Authorization header.
import type { Played } from "./archive_player";
import { CentreRefusal, clipTicket, playTicket, problemCode, type RelayTicket } from "./centre";
import { save } from "./save";
import { bytes, clockTime, fileTime, words } from "./words";

interface Gap {
  first: number;
  last: number;
  start_wall_ms: number | null;
  end_wall_ms: number | null;
}

interface ClipFacts {
  start_wall_ms: number;
  end_wall_ms: number;
  gaps: Gap[];
  missing: number;
}

export class ClipExport extends HTMLElement {
  private wallMs: number | null = null;
  private from: number | null = null;
  private to: number | null = null;
  private readonly onPlayed = (event: Event): void => {
    const { wallMs, recording, rendition } = (event as CustomEvent<Played>).detail;
    this.wallMs = Math.round(wallMs);
    if (recording) Object.assign(this.dataset, { recording, rendition: String(rendition) });
  };

  connectedCallback(): void {
    document.addEventListener("mz-played", this.onPlayed);
    this.slotted("from")?.addEventListener("click", () => this.mark(this.wallMs, this.to));
    this.slotted("to")?.addEventListener("click", () => this.mark(this.from, this.wallMs));
    this.slotted("whole")?.addEventListener("click", () => this.mark(null, null));
    this.slotted("mp4")?.addEventListener("click", () => void this.busy(() => this.clip()));
    this.slotted("still")?.addEventListener("click", () => void this.busy(() => this.still()));
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-played", this.onPlayed);
  }

  private slotted(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  private say(state: string, text: string): void {
    this.dataset.state = state;
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
  }

  private mark(from: number | null, to: number | null): void {
    if (from !== null && to !== null && from >= to) return this.say("failed", words.clipOrder);
    [this.from, this.to] = [from, to];
    const range = this.slotted("range");
    if (range) range.textContent = from === null && to === null ? words.clipWhole : `${this.end(from)} – ${this.end(to)}`;
    this.say("", "");
  }

  private end(wallMs: number | null): string {
    return wallMs === null ? "…" : clockTime(wallMs);
  }

  private async busy(work: () => Promise<void>): Promise<void> {
    const buttons = this.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    this.setAttribute("aria-busy", "true");
    this.say("packing", words.packing);
    try {
      await work();
    } catch (error) {
      this.say("failed", `${words.failed} · ${error instanceof CentreRefusal ? error.code : "relay.unreachable"}`);
    } finally {
      this.removeAttribute("aria-busy");
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  private async clip(): Promise<void> {
    const { recording = "", rendition = "1", name = recording } = this.dataset;
    const [from, to] = [this.from, this.to];
    const ticket = await clipTicket({ recording, from_wall_ms: from, to_wall_ms: to });
    const query = new URLSearchParams({ recording, rendition });
    if (from !== null) query.set("from_wall_ms", String(from));
    if (to !== null) query.set("to_wall_ms", String(to));
    const answer = await this.ask(ticket, `/v1/exports/mp4?${query}`);
    const facts = JSON.parse(answer.headers.get("X-Mz-Clip") ?? "null") as ClipFacts | null;
    const blob = await this.take(answer);
    const ends = facts ? `-${fileTime(facts.start_wall_ms)}-${fileTime(facts.end_wall_ms)}` : "";
    save(blob, `${name}${ends}.mp4`);
    this.dataset.missing = String(facts?.missing ?? "");
    this.say("saved", [words.saved, bytes(blob.size), ...this.told(facts)].join(" · "));
  }

  private async still(): Promise<void> {
    const { recording = "", rendition = "1", name = recording } = this.dataset;
    const wallMs = this.wallMs;
    if (wallMs === null) return this.say("failed", words.clipNoPicture);
    const ticket = await playTicket(recording);
    const answer = await this.ask(ticket, `/v1/recordings/${recording}/${rendition}/still?wall_ms=${wallMs}`);
    const blob = await answer.blob();
    save(blob, `${name}-${fileTime(wallMs)}.jpg`);
    this.say("saved", `${words.saved} · ${clockTime(wallMs)} · ${bytes(blob.size)}`);
  }

  private async ask(ticket: RelayTicket, path: string): Promise<Response> {
    const answer = await fetch(`${ticket.http_url}${path}`, { headers: { Authorization: `Bearer ${ticket.ticket}` } });
    if (answer.ok) return answer;
    throw new CentreRefusal(answer.status, problemCode(await answer.text()) ?? `http.${answer.status}`);
  }

  /** Read the body and say how far it is: a whole recording takes its time. */
  private async take(answer: Response): Promise<Blob> {
    const size = Number(answer.headers.get("Content-Length") ?? 0);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let taken = 0;
    for (const reader = answer.body?.getReader(); reader; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      taken += value.length;
      const part = size ? ` · ${Math.floor((taken / size) * 100)}%` : "";
      this.say("saving", `${words.receiving} ${bytes(taken)}${part}`);
    }
    return new Blob(chunks, { type: "video/mp4" });
  }

  /** Its true ends (whole groups of pictures) and every gap that the relay names. */
  private told(facts: ClipFacts | null): string[] {
    if (!facts) return [];
    const ends = `${clockTime(facts.start_wall_ms)} – ${clockTime(facts.end_wall_ms)}`;
    if (!facts.missing) return [ends, words.clipNoGap];
    const gaps = facts.gaps.map((gap) => `${this.end(gap.start_wall_ms)}–${this.end(gap.end_wall_ms)}`);
    return [ends, `${words.clipGaps} ${facts.missing} ${words.fragments}: ${gaps.join(", ")}`];
  }
}
