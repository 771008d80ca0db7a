// <archive-growth data-from-ms data-to-ms data-gaps data-tracked><i data-device data-parts>: what the
// centre knows by now of recordings that still run. It comes with the timeline and tells `mz-grown`;
// player and map take in what is new and leave alone what the viewer looks at.
import type { Part } from "./archive_source";

/** What `mz-grown` tells: the ends of the page's time, its gaps, and the parts by device. */
export interface Growth {
  fromMs: string;
  toMs: string;
  gaps: string;
  parts: Map<string, Part[]>;
  tracked: Part[];
}

export class ArchiveGrowth extends HTMLElement {
  connectedCallback(): void {
    const { fromMs = "0", toMs = "0", gaps = "" } = this.dataset;
    const parts = new Map<string, Part[]>();
    for (const { dataset } of this.querySelectorAll("i")) parts.set(dataset.device ?? "", partsOf(dataset.parts));
    const detail: Growth = { fromMs, toMs, gaps, parts, tracked: partsOf(this.dataset.tracked) };
    document.dispatchEvent(new CustomEvent("mz-grown", { detail }));
  }
}

export function partsOf(json: string | undefined): Part[] {
  return JSON.parse(json ?? "[]") as Part[];
}
