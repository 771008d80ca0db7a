// <presence-map>: officers on a graticule. No map picture is configured, and the page says so.
import { onPresence, type PresenceOut } from "./desk_socket";
import { draw, Graticule } from "./graticule";
import { words } from "./words";

interface Seen { name: string; lat: number; lon: number; accuracyM: number; atMs: number; mock: boolean; track: [number, number][] }

interface Site { lat: number; lon: number; radiusM: number }

const METRES_A_DEGREE = 111_320;
const TRACK = 120;
const OLD_MS = 15_000;
const [EDGE, LINE] = [4, 13];

/** On the sphere: within half a percent of the device's own, which decides. */
function metresBetween(one: { lat: number; lon: number }, other: { lat: number; lon: number }): number {
  const [a, b] = [(one.lat * Math.PI) / 180, (other.lat * Math.PI) / 180];
  const [dLat, dLon] = [b - a, ((other.lon - one.lon) * Math.PI) / 180];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(dLon / 2) ** 2;
  return 2 * 6_371_009 * Math.asin(Math.min(1, Math.sqrt(h)));
}

function length(metres: number): string {
  return metres < 1_000 ? `${Math.round(metres)} m` : `${(metres / 1_000).toFixed(1)} km`;
}

/** Move a label to the left until its map holds it. */
function keepWithin(label: SVGTextElement, width: number): void {
  const { x, width: taken } = label.getBBox();
  const left = String(Math.max(EDGE, Math.min(x, width - EDGE - taken)));
  for (const line of label.children) line.setAttribute("x", left);
}

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
    const site = this.site();
    if (!svg || (!this.seen.size && !site)) return;
    const width = Math.max(1, this.clientWidth);
    const height = Math.max(1, this.clientHeight);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const points = [...this.seen.values()].flatMap((s) => s.track);
    if (site) points.push([site.lat, site.lon]);
    const plane = new Graticule(points, width, height);
    svg.replaceChildren(...plane.lines(), ...(site ? this.fence(plane, site) : []), ...this.people(plane, site));
    for (const label of svg.querySelectorAll<SVGTextElement>("text.who")) keepWithin(label, width);
  }

  private site(): Site | null {
    const [lat, lon, radiusM] = (this.dataset.site ?? "").split(" ").map(Number);
    return lat !== undefined && lon !== undefined && radiusM !== undefined ? { lat, lon, radiusM } : null;
  }

  private fence(plane: Graticule, site: Site): SVGElement[] {
    const [x, y] = [plane.x(site.lon), plane.y(site.lat)];
    const r = Math.max(8, (site.radiusM / METRES_A_DEGREE) * plane.scale);
    return [
      draw("circle", { class: "site", cx: x, cy: y, r }),
      draw("path", { class: "site", d: `M${x - 6} ${y}H${x + 6}M${x} ${y - 6}V${y + 6}` }),
      draw("text", { class: "tm", x: x + 8, y: y + 16 }, words.site),
    ];
  }

  private people(plane: Graticule, site: Site | null): SVGElement[] {
    const out: SVGElement[] = [];
    for (const s of this.seen.values()) {
      const old = Date.now() - s.atMs > OLD_MS;
      out.push(draw("path", { class: "trk", d: "M" + s.track.map(([lat, lon]) => `${plane.x(lon).toFixed(1)} ${plane.y(lat).toFixed(1)}`).join("L") }));
      out.push(draw("circle", { class: "acc", cx: plane.x(s.lon), cy: plane.y(s.lat), r: Math.max(8, (s.accuracyM / METRES_A_DEGREE) * plane.scale) }));
      out.push(draw("circle", { class: old ? "pin old" : "pin", cx: plane.x(s.lon), cy: plane.y(s.lat), r: 6 }));
      out.push(this.label(plane, site, s));
    }
    return out;
  }

  /** Who it is and how exactly known; below it, how far from the place and if it is simulated. */
  private label(plane: Graticule, site: Site | null, s: Seen): SVGElement {
    const about = [...(site ? [`${words.toSite} ${length(metresBetween(s, site))}`] : []), ...(s.mock ? [words.mock] : [])];
    const lines = [`${s.name} ±${Math.round(s.accuracyM)} m`, ...(about.length ? [about.join(" · ")] : [])];
    const [x, y] = [plane.x(s.lon) + 10, Math.max(LINE, plane.y(s.lat) - 8 - LINE * (lines.length - 1))];
    const label = draw("text", { class: "who", x, y });
    for (const [n, line] of lines.entries()) label.append(draw("tspan", { x, y: y + n * LINE }, line));
    return label;
  }
}
