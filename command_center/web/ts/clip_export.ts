// <clip-export data-recording data-rendition data-name data-films data-films-name>: the recording, a
// clip of it, one picture, or all recordings of the operation as a file; which recording, the player
// says. The relay makes it, the browser saves it; tickets travel in the Authorization header.
import type { Played } from "./archive_player";
import { clipTicket, newId, playTicket, post, still } from "./centre";
import type { Road } from "./export_job";
import { ExportPanel } from "./export_panel";
import type { ClipFacts } from "./export_state";
import { save } from "./save";
import { bytes, clockTime, fileTime, words } from "./words";

export class ClipExport extends ExportPanel {
  private wallMs: number | null = null;
  private from: number | null = null;
  private to: number | null = null;
  private readonly onPlayed = (event: Event): void => {
    const { wallMs, recording, rendition } = (event as CustomEvent<Played>).detail;
    this.wallMs = Math.round(wallMs);
    if (recording) Object.assign(this.dataset, { recording, rendition: String(rendition) });
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("mz-played", this.onPlayed);
    this.slotted("from")?.addEventListener("click", () => this.mark(this.wallMs, this.to));
    this.slotted("to")?.addEventListener("click", () => this.mark(this.from, this.wallMs));
    this.slotted("whole")?.addEventListener("click", () => this.mark(null, null));
    this.slotted("mp4")?.addEventListener("click", () => void this.busy(() => this.clip()));
    this.slotted("films")?.addEventListener("click", () => void this.busy(() => this.films()));
    this.slotted("still")?.addEventListener("click", () => void this.busy(() => this.still()));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("mz-played", this.onPlayed);
  }

  private mark(from: number | null, to: number | null): void {
    if (from !== null && to !== null && from >= to) return this.say("failed", words.clipOrder);
    [this.from, this.to] = [from, to];
    Object.assign(this.dataset, { fromMs: from ?? "", toMs: to ?? "" });
    const range = this.slotted("range");
    if (range) range.textContent = from === null && to === null ? words.clipWhole : `${this.end(from)} – ${this.end(to)}`;
    this.say("", "");
  }

  private end(wallMs: number | null): string {
    return wallMs === null ? "…" : clockTime(wallMs);
  }

  private async clip(): Promise<void> {
    const { recording = "", rendition = "1", name = recording } = this.dataset;
    const [from, to] = [this.from, this.to];
    const ticket = await clipTicket({ recording, from_wall_ms: from, to_wall_ms: to });
    const film = { name: "clip.mp4", recording, rendition: Number(rendition), from_wall_ms: from, to_wall_ms: to };
    const state = await this.job(ticket, "/v1/exports", { export: newId(), films: [film] }, (made) => {
      const facts = made.films[0]?.facts;
      return `${name}${facts ? `-${fileTime(facts.start_wall_ms)}-${fileTime(facts.end_wall_ms)}` : ""}.mp4`;
    });
    this.dataset.missing = String(state.films[0]?.facts?.missing ?? "");
    this.say("saved", [words.saved, bytes(state.size), ...this.told(state.films[0]?.facts ?? null)].join(" · "));
  }

  /** Every recording of the operation, a film each, in one zip. */
  private async films(): Promise<void> {
    const made = await post<Road & { request: unknown }>(this.dataset.films ?? "", {});
    const state = await this.job(made, "/v1/exports", made.request, () => this.dataset.filmsName ?? "films.zip");
    const good = state.films.filter((film) => film.facts).length;
    const missing = state.films.reduce((sum, film) => sum + (film.facts?.missing ?? 0), 0);
    const closed = state.films.reduce((sum, film) => sum + (film.facts?.closed ?? 0), 0);
    const gaps = missing ? lacks(missing, closed) : words.clipNoGap;
    const without = state.films.length - good;
    this.say("saved", [words.saved, bytes(state.size), `${good} ${words.films}`, gaps, ...(without ? [`${without} ${words.filmsEmpty}`] : [])].join(" · "));
  }

  private async still(): Promise<void> {
    const { recording = "", rendition = "1", name = recording } = this.dataset;
    const wallMs = this.wallMs;
    if (wallMs === null) return this.say("failed", words.clipNoPicture);
    const ticket = await playTicket(recording);
    const blob = await still(ticket, recording, rendition, wallMs);
    save(blob, `${name}-${fileTime(wallMs)}.jpg`);
    this.say("saved", `${words.saved} · ${clockTime(wallMs)} · ${bytes(blob.size)}`);
  }

  /** Its true ends (whole groups of pictures) and every gap that the relay names. */
  private told(facts: ClipFacts | null): string[] {
    if (!facts) return [];
    const ends = `${clockTime(facts.start_wall_ms)} – ${clockTime(facts.end_wall_ms)}`;
    if (!facts.missing) return [ends, words.clipNoGap];
    const gaps = facts.gaps.map((gap) => `${this.end(gap.start_wall_ms)}–${this.end(gap.end_wall_ms)}`);
    return [ends, `${lacks(facts.missing, facts.closed)}: ${gaps.join(", ")}`];
  }
}

function lacks(missing: number, closed: number): string {
  const text = `${words.clipGaps} ${missing} ${words.fragments}`;
  return closed ? `${text} (${words.closedParts} ${closed})` : text;
}
