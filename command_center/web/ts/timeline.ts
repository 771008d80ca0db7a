// <time-line data-from-ms data-to-ms data-left data-width>: a click seeks, the head follows.
// left and width are the plot's place in percent of the SVG; data-track-y is the lane of positions.
import type { Played } from "./archive_player";
import type { Track } from "./track_map";

const SVG = "http://www.w3.org/2000/svg";

export class TimeLine extends HTMLElement {
  private readonly onPlayed = (event: Event): void => this.move((event as CustomEvent<Played>).detail.wallMs);
  private readonly onTrack = (event: Event): void => this.place((event as CustomEvent<Track>).detail);

  connectedCallback(): void {
    document.addEventListener("mz-played", this.onPlayed);
    document.addEventListener("mz-track", this.onTrack);
    this.addEventListener("click", (event) => {
      const svg = this.querySelector("svg");
      if (!svg) return;
      const box = svg.getBoundingClientRect();
      const percent = ((event.clientX - box.left) / box.width) * 100;
      const share = Math.min(1, Math.max(0, (percent - this.number("left")) / this.number("width")));
      const wall = this.number("fromMs") + share * (this.number("toMs") - this.number("fromMs"));
      document.dispatchEvent(new CustomEvent("mz-seek", { detail: wall }));
    });
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-played", this.onPlayed);
    document.removeEventListener("mz-track", this.onTrack);
  }

  private number(name: string): number {
    return Number(this.dataset[name] ?? 0);
  }

  /** Where a moment lies, in percent of the SVG. */
  private percent(wallMs: number): number {
    const share = (wallMs - this.number("fromMs")) / Math.max(1, this.number("toMs") - this.number("fromMs"));
    return this.number("left") + Math.min(1, Math.max(0, share)) * this.number("width");
  }

  private move(wallMs: number): void {
    const head = this.querySelector("[data-part=head]");
    head?.setAttribute("x", `${this.percent(wallMs)}%`);
    head?.removeAttribute("visibility");
  }

  /** Draw when a device knew where it was. */
  private place(track: Track): void {
    const head = this.querySelector("[data-part=head]");
    if (!head || !this.dataset.trackY) return;
    for (const line of this.querySelectorAll(`[data-recording="${track.recording}"]`)) line.remove();
    for (const run of track.runs) {
      const [from, to] = [run[0]?.wallMs ?? 0, run.at(-1)?.wallMs ?? 0];
      const line = document.createElementNS(SVG, "rect");
      line.setAttribute("class", "trkline");
      line.dataset.recording = track.recording;
      line.setAttribute("x", `${this.percent(from)}%`);
      line.setAttribute("width", `${Math.max(0.15, this.percent(to) - this.percent(from))}%`);
      line.setAttribute("y", String(this.number("trackY") + 4));
      line.setAttribute("height", "4");
      line.setAttribute("rx", "2");
      head.before(line);
    }
  }
}
