// <track-map data-parts="[…]">: where the devices of an operation went, by the places in the fragments'
// own headers; the way gone is strong, the position follows the player. A click seeks.
import { type Growth, partsOf } from "./archive_growth";
import type { Played } from "./archive_player";
import { type Part, tickets } from "./archive_source";
import { draw, Graticule } from "./graticule";
import { clockTime, span, words } from "./words";

export interface Point {
  wallMs: number;
  lat: number;
  lon: number;
}

/** What `mz-track` tells: a recording's track, cut where the device did not know its place. */
export interface Track {
  recording: string;
  runs: Point[][];
}

interface Answer {
  every_ms: number;
  points: [wallMs: number, latE7: number, lonE7: number, accuracyCm: number][];
}

const PATIENCE_MS = 4_000;
const BREAK = 3; // so many places missing in a row are a break

export class TrackMap extends HTMLElement {
  private readonly tracks = new Map<string, Track>();
  private readonly asked = new Map<string, number>(); // recordings, up to when
  private wallMs = 0;
  private recording = "";
  private readonly onPlayed = (event: Event): void => {
    const { wallMs, recording } = (event as CustomEvent<Played>).detail;
    [this.wallMs, this.recording] = [wallMs, recording];
    this.paint();
  };

  /** Where it goes on; the timeline is a new one and has no track yet. */
  private readonly onGrown = (event: Event): void => {
    for (const track of this.tracks.values()) this.tell(track);
    this.follow((event as CustomEvent<Growth>).detail.tracked);
  };

  connectedCallback(): void {
    document.addEventListener("mz-played", this.onPlayed);
    document.addEventListener("mz-grown", this.onGrown);
    this.addEventListener("click", (event) => this.seek(event));
    const begin = (): void => {
      window.clearTimeout(late);
      document.removeEventListener("mz-shown", begin);
      this.follow(partsOf(this.dataset.parts));
    };
    const late = window.setTimeout(begin, PATIENCE_MS);
    document.addEventListener("mz-shown", begin); // the picture comes first
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-played", this.onPlayed);
    document.removeEventListener("mz-grown", this.onGrown);
  }

  /** Ask for the tracks that are not known, or not as far as this. */
  private follow(parts: Part[]): void {
    for (const part of parts) {
      if (this.asked.get(part.recording) === part.to_ms) continue;
      this.asked.set(part.recording, part.to_ms);
      void this.fetch(part);
    }
  }

  private tell(track: Track): void {
    document.dispatchEvent(new CustomEvent("mz-track", { detail: track }));
  }

  private async fetch({ recording, rendition }: Part): Promise<void> {
    try {
      const ticket = await tickets.of(recording);
      const url = `${ticket.http_url}/v1/recordings/${recording}/${rendition}/track`;
      const answer = await fetch(url, { headers: { Authorization: `Bearer ${ticket.ticket}` } });
      if (!answer.ok) return;
      const track = { recording, runs: runsOf((await answer.json()) as Answer) };
      this.tracks.set(recording, track);
      this.tell(track);
    } catch {
      // the note below the graticule stays as it is: no place known
    }
    this.note();
    this.paint();
  }

  private note(): void {
    const note = this.querySelector(".mapnote");
    const known = [...this.tracks.values()].some((track) => track.runs.length);
    if (note) note.textContent = known ? words.trackNote : words.trackNone;
    this.dataset.points = String(this.points().length);
  }

  private points(): Point[] {
    return [...this.tracks.values()].flatMap((track) => track.runs.flat());
  }

  private plane(): Graticule | null {
    const points = this.points();
    if (!points.length) return null;
    return new Graticule(points.map(({ lat, lon }) => [lat, lon]), Math.max(1, this.clientWidth), Math.max(1, this.clientHeight));
  }

  private paint(): void {
    const svg = this.querySelector("svg");
    const plane = this.plane();
    if (!svg || !plane) return;
    svg.setAttribute("viewBox", `0 0 ${Math.max(1, this.clientWidth)} ${Math.max(1, this.clientHeight)}`);
    svg.replaceChildren(...plane.lines(), ...[...this.tracks.values()].flatMap((track) => this.drawn(plane, track)));
  }

  private drawn(plane: Graticule, { recording, runs }: Track): SVGElement[] {
    const way = (points: Point[]): string => "M" + points.map(({ lat, lon }) => `${plane.x(lon).toFixed(1)} ${plane.y(lat).toFixed(1)}`).join("L");
    const out: SVGElement[] = [];
    runs.forEach((run, place) => {
      const before = runs[place - 1]?.at(-1);
      const first = run[0];
      if (before && first) {
        out.push(draw("path", { class: "trk broken", d: way([before, first]) }));
        const [x, y] = [plane.x((before.lon + first.lon) / 2), plane.y((before.lat + first.lat) / 2)];
        out.push(draw("text", { x: x + 6, y: y + 14 }, `${words.noPlaceFor} ${span(first.wallMs - before.wallMs)}`));
      }
      out.push(draw("path", { class: "trk", d: way(run) }));
      const gone = run.filter((point) => point.wallMs <= this.wallMs);
      if (gone.length) out.push(draw("path", { class: "trk gone", d: way(gone) }));
    });
    const here = nearest(runs.flat(), this.wallMs);
    if (here && recording === this.recording) {
      out.push(draw("circle", { class: "pin here", cx: plane.x(here.lon), cy: plane.y(here.lat), r: 7 }));
      out.push(draw("text", { class: "b", x: plane.x(here.lon), y: plane.y(here.lat) - 13, "text-anchor": "middle" }, clockTime(here.wallMs)));
    }
    return out;
  }

  private seek(event: MouseEvent): void {
    const plane = this.plane();
    if (!plane) return;
    const box = this.getBoundingClientRect();
    const far = ({ lat, lon }: Point): number => Math.hypot(plane.x(lon) - (event.clientX - box.left), plane.y(lat) - (event.clientY - box.top));
    const found = this.points().reduce<Point | null>((best, point) => (best && far(best) <= far(point) ? best : point), null);
    if (found && far(found) < 24) document.dispatchEvent(new CustomEvent("mz-seek", { detail: found.wallMs }));
  }
}

function runsOf(answer: Answer): Point[][] {
  const runs: Point[][] = [];
  for (const [wallMs, latE7, lonE7] of answer.points) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const point = { wallMs, lat: latE7 / 1e7, lon: lonE7 / 1e7 };
    if (last && before && wallMs - before.wallMs <= BREAK * answer.every_ms) last.push(point);
    else runs.push([point]);
  }
  return runs;
}

function nearest(points: Point[], wallMs: number): Point | undefined {
  return points.findLast((point) => point.wallMs <= wallMs) ?? points[0];
}
