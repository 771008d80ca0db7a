// A flat piece of the earth with its lines of latitude and longitude: what stands behind positions
// while no map picture is configured.

const SVG = "http://www.w3.org/2000/svg";
const STEPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];
const HEAD = 28; // above it stand the longitudes
const LEAST_REACH = 0.002; // degrees: nearer than some 200 m would pretend to an accuracy

export function draw(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.textContent = text;
  return node;
}

function degrees(value: number, step: number, positive: string, negative: string): string {
  const digits = step >= 0.1 ? 1 : step >= 0.01 ? 2 : step >= 0.001 ? 3 : 4;
  return `${Math.abs(value).toFixed(digits)}°${value >= 0 ? positive : negative}`;
}

export class Graticule {
  readonly scale: number; // units a degree of latitude
  private readonly lat0: number;
  private readonly lon0: number;
  private readonly shrink: number;

  /** Fits these [latitude, longitude] into width × height units; there is at least one. */
  constructor(
    points: [number, number][],
    private readonly width: number,
    private readonly height: number,
  ) {
    let [south, north, west, east] = [90, -90, 180, -180];
    for (const [lat, lon] of points) {
      [south, north] = [Math.min(south, lat), Math.max(north, lat)];
      [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    }
    [this.lat0, this.lon0] = [(south + north) / 2, (west + east) / 2];
    this.shrink = Math.cos((this.lat0 * Math.PI) / 180);
    const reach = Math.max((north - this.lat0) * (width / height), (east - this.lon0) * this.shrink, LEAST_REACH);
    this.scale = width / 2 / (reach * 1.35);
  }

  x(lon: number): number {
    return this.width / 2 + (lon - this.lon0) * this.shrink * this.scale;
  }

  y(lat: number): number {
    return this.height / 2 - (lat - this.lat0) * this.scale;
  }

  lines(): SVGElement[] {
    const { lat0, lon0, scale, shrink, width, height } = this;
    const step = STEPS.find((s) => s * scale < 90) ?? 0.0001;
    const out: SVGElement[] = [];
    const halfLat = height / 2 / scale;
    for (let lat = Math.ceil((lat0 - halfLat) / step) * step; lat < lat0 + halfLat; lat += step) {
      out.push(draw("path", { class: "gr", d: `M0 ${this.y(lat)}H${width}` }));
      if (this.y(lat) > HEAD) out.push(draw("text", { class: "tm", x: 4, y: this.y(lat) - 3 }, degrees(lat, step, "N", "S")));
    }
    let labelled = 60;
    const halfLon = width / 2 / scale / shrink;
    for (let lon = Math.ceil((lon0 - halfLon) / step) * step; lon < lon0 + halfLon; lon += step) {
      out.push(draw("path", { class: "gr", d: `M${this.x(lon)} 0V${height}` }));
      if (this.x(lon) > labelled && this.x(lon) < width - 70) {
        labelled = this.x(lon) + 70;
        out.push(draw("text", { class: "tm", x: this.x(lon) + 3, y: 12 }, degrees(lon, step, "E", "W")));
      }
    }
    return out;
  }
}
