// <presence-map>: officers on a graticule. No map picture is configured, and the page says so.
import { onPresence, type PresenceOut } from "./desk_socket";

interface Seen { name: string; lat: number; lon: number; accuracyM: number; atMs: number; track: [number, number][] }

const SVG = "http://www.w3.org/2000/svg";
const STEPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];
const TRACK = 120;
const OLD_MS = 15_000;

function draw(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.textContent = text;
  return node;
}

function degrees(value: number, step: number, positive: string, negative: string): string {
  const digits = step >= 0.1 ? 1 : step >= 0.01 ? 2 : step >= 0.001 ? 3 : 4;
  return `${Math.abs(value).toFixed(digits)}°${value >= 0 ? positive : negative}`;
}

export class PresenceMap extends HTMLElement {
  private readonly seen = new Map<string, Seen>();
  private unsubscribe: () => void = () => undefined;
  private redraw = 0;

  connectedCallback(): void {
    for (const item of this.querySelectorAll<HTMLElement>("[data-device]")) {
      const { device, lat, lon, accuracy, at } = item.dataset;
      if (device && lat && lon) this.put(device, item.dataset.name ?? "", +lat, +lon, +(accuracy ?? 0), +(at ?? 0));
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
    this.put(presence.device, presence.officer_name, presence.lat, presence.lon, presence.accuracy_m ?? 0, presence.at_ms);
    this.paint();
  }

  private put(device: string, name: string, lat: number, lon: number, accuracyM: number, atMs: number): void {
    const track = this.seen.get(device)?.track ?? [];
    track.push([lat, lon]);
    if (track.length > TRACK) track.shift();
    this.seen.set(device, { name, lat, lon, accuracyM, atMs, track });
  }

  private paint(): void {
    const svg = this.querySelector("svg");
    if (!svg || !this.seen.size) return;
    const width = Math.max(1, this.clientWidth);
    const height = Math.max(1, this.clientHeight);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const points = [...this.seen.values()].flatMap((s) => s.track);
    const lat0 = (Math.min(...points.map((p) => p[0])) + Math.max(...points.map((p) => p[0]))) / 2;
    const lon0 = (Math.min(...points.map((p) => p[1])) + Math.max(...points.map((p) => p[1]))) / 2;
    const shrink = Math.cos((lat0 * Math.PI) / 180);
    const reach = Math.max(...points.map(([lat, lon]) => Math.max(Math.abs(lat - lat0) * (width / height), Math.abs(lon - lon0) * shrink)), 0.002);
    const scale = width / 2 / (reach * 1.35); // units a degree of latitude
    const x = (lon: number): number => width / 2 + (lon - lon0) * shrink * scale;
    const y = (lat: number): number => height / 2 - (lat - lat0) * scale;
    svg.replaceChildren(...this.graticule(lat0, lon0, scale, shrink, width, height, x, y), ...this.people(scale, x, y));
  }

  private graticule(
    lat0: number, lon0: number, scale: number, shrink: number, width: number, height: number,
    x: (lon: number) => number, y: (lat: number) => number,
  ): SVGElement[] {
    const step = STEPS.find((s) => s * scale < 90) ?? 0.0001;
    const out: SVGElement[] = [];
    const halfLat = height / 2 / scale;
    for (let lat = Math.ceil((lat0 - halfLat) / step) * step; lat < lat0 + halfLat; lat += step) {
      out.push(draw("path", { class: "gr", d: `M0 ${y(lat)}H${width}` }));
      out.push(draw("text", { class: "tm", x: 4, y: y(lat) - 3 }, degrees(lat, step, "N", "S")));
    }
    let labelled = 60;
    const halfLon = width / 2 / scale / shrink;
    for (let lon = Math.ceil((lon0 - halfLon) / step) * step; lon < lon0 + halfLon; lon += step) {
      out.push(draw("path", { class: "gr", d: `M${x(lon)} 0V${height}` }));
      if (x(lon) > labelled && x(lon) < width - 70) {
        labelled = x(lon) + 70;
        out.push(draw("text", { class: "tm", x: x(lon) + 3, y: 12 }, degrees(lon, step, "E", "W")));
      }
    }
    return out;
  }

  private people(scale: number, x: (lon: number) => number, y: (lat: number) => number): SVGElement[] {
    const out: SVGElement[] = [];
    for (const s of this.seen.values()) {
      const old = Date.now() - s.atMs > OLD_MS;
      out.push(draw("path", { class: "trk", d: "M" + s.track.map(([lat, lon]) => `${x(lon).toFixed(1)} ${y(lat).toFixed(1)}`).join("L") }));
      out.push(draw("circle", { class: "acc", cx: x(s.lon), cy: y(s.lat), r: Math.max(8, (s.accuracyM / 111_320) * scale) }));
      out.push(draw("circle", { class: old ? "pin old" : "pin", cx: x(s.lon), cy: y(s.lat), r: 6 }));
      out.push(draw("text", { x: x(s.lon) + 10, y: y(s.lat) - 8 }, `${s.name} ±${Math.round(s.accuracyM)} m`));
    }
    return out;
  }
}
