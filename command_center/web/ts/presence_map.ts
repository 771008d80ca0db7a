// <presence-map>: officers on a graticule. No map picture is configured, and the page says so.
import { onPresence, type PresenceOut } from "./desk_socket";
import { draw, Graticule } from "./graticule";
import { words } from "./words";

interface Seen { name: string; lat: number; lon: number; accuracyM: number; atMs: number; mock: boolean; track: [number, number][] }

const TRACK = 120;
const OLD_MS = 15_000;

export class PresenceMap extends HTMLElement {
  private readonly seen = new Map<string, Seen>();
  private unsubscribe: () => void = () => undefined;
  private redraw = 0;

  connectedCallback(): void {
    for (const item of this.querySelectorAll<HTMLElement>("[data-device]")) {
      const { device, lat, lon, accuracy, at, mock } = item.dataset;
      if (device && lat && lon) this.put(device, item.dataset.name ?? "", +lat, +lon, +(accuracy ?? 0), +(at ?? 0), mock !== undefined);
    }
    this.unsubscribe = onPresence((presence) => this.take(presence));
    this.redraw = window.setInterval(() => this.paint(), 5_000);
    this.paint();
  }

  disconnectedCallback(): void {
    this.unsubscribe();
    window.clearInterval(this.redraw);
  }

  private take(presence: PresenceOut): void {
    if (this.dataset.only && !this.dataset.only.split(" ").includes(presence.device)) return;
    if (presence.lat === null || presence.lon === null) return;
    this.put(presence.device, presence.officer_name, presence.lat, presence.lon, presence.accuracy_m ?? 0, presence.at_ms, presence.mock);
    this.paint();
  }

  private put(device: string, name: string, lat: number, lon: number, accuracyM: number, atMs: number, mock: boolean): void {
    const track = this.seen.get(device)?.track ?? [];
    track.push([lat, lon]);
    if (track.length > TRACK) track.shift();
    this.seen.set(device, { name, lat, lon, accuracyM, atMs, mock, track });
  }

  private paint(): void {
    const svg = this.querySelector("svg");
    if (!svg || !this.seen.size) return;
    const width = Math.max(1, this.clientWidth);
    const height = Math.max(1, this.clientHeight);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const plane = new Graticule([...this.seen.values()].flatMap((s) => s.track), width, height);
    svg.replaceChildren(...plane.lines(), ...this.people(plane));
  }

  private people(plane: Graticule): SVGElement[] {
    const out: SVGElement[] = [];
    for (const s of this.seen.values()) {
      const old = Date.now() - s.atMs > OLD_MS;
      out.push(draw("path", { class: "trk", d: "M" + s.track.map(([lat, lon]) => `${plane.x(lon).toFixed(1)} ${plane.y(lat).toFixed(1)}`).join("L") }));
      out.push(draw("circle", { class: "acc", cx: plane.x(s.lon), cy: plane.y(s.lat), r: Math.max(8, (s.accuracyM / 111_320) * plane.scale) }));
      out.push(draw("circle", { class: old ? "pin old" : "pin", cx: plane.x(s.lon), cy: plane.y(s.lat), r: 6 }));
      out.push(draw("text", { x: plane.x(s.lon) + 10, y: plane.y(s.lat) - 8 }, `${s.name} ±${Math.round(s.accuracyM)} m${s.mock ? ` · ${words.mock}` : ""}`));
    }
    return out;
  }
}
