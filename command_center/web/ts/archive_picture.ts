// <archive-picture data-device data-parts="[…]">: one device of an operation at the player's clock. Full
// picture where there is one, else small, else sound; where there is nothing it says so.
import { partsOf } from "./archive_growth";
import { ArchiveSource, type Part } from "./archive_source";
import { clockTime, exactTime, span, words } from "./words";

const FAR_MS = 350; // further from the clock than this: seek
const NUDGE = 0.08; // nearer: play that much faster or slower until it fits

export class ArchivePicture extends HTMLElement {
  private sources: ArchiveSource[] = [];
  private shown: ArchiveSource | null = null;
  private changed = (): void => undefined;

  get device(): string {
    return this.dataset.device ?? "";
  }

  open(changed: () => void): void {
    this.changed = changed;
    this.grow(partsOf(this.dataset.parts));
  }

  /** Take in what the centre knows by now: recordings and renditions that began, ends that moved. */
  grow(parts: Part[]): void {
    const place = this.querySelector("[data-part=videos]");
    for (const part of parts) {
      const known = this.sources.find((one) => one.part.recording === part.recording && one.part.rendition === part.rendition);
      if (known) Object.assign(known.part, part);
      else place?.append(this.add(part).video);
    }
  }

  private add(part: Part): ArchiveSource {
    const source = new ArchiveSource(part, () => this.changed());
    this.sources.push(source);
    return source;
  }

  /** How far pictures came by now. */
  get grownMs(): number {
    return Math.max(0, ...this.sources.map((source) => source.grownMs));
  }

  /** Whether a picture of this moment may still come by itself: it is after the newest one of what
   * still runs. */
  growsAt(wallMs: number): boolean {
    return this.sources.some((source) => source.growsAt(wallMs));
  }

  /** What this viewer may see of the device has changed. */
  reopen(): void {
    for (const source of this.sources) source.reopen();
  }

  close(): void {
    for (const source of this.sources) source.close();
  }

  /** The source of a moment: the best rendition that has it. */
  at(wallMs: number): ArchiveSource | null {
    const found = this.sources.filter((source) => source.covers(wallMs));
    return found.sort((a, b) => a.part.rendition - b.part.rendition)[0] ?? null;
  }

  get source(): ArchiveSource | null {
    return this.shown;
  }

  next(wallMs: number): number | null {
    const found = this.sources.map((source) => source.next(wallMs)).filter((ms) => ms !== null);
    return found.length ? Math.min(...found) : null;
  }

  /** The full picture of the recording that plays, or would play next: fragments are counted there. */
  counted(wallMs: number): ArchiveSource | null {
    const near = this.shown?.part.recording ?? this.sources.findLast((source) => source.part.from_ms <= wallMs)?.part.recording;
    const full = this.sources.filter((source) => source.part.rendition === 1);
    return full.find((source) => source.part.recording === near) ?? full[0] ?? null;
  }

  /** Bring what is shown to the clock. `leads`: the clock follows this picture, so leave it alone. */
  follow(wallMs: number, playing: boolean, rate: number, leads: boolean, sound: boolean): void {
    const source = this.at(wallMs);
    if (source !== this.shown) this.change(source, wallMs);
    for (const one of this.sources) one.video.muted = !(sound && one === source);
    this.describe(wallMs);
    if (!source) return;
    const { video } = source;
    if (source.state === "new") source.seek(wallMs);
    const late = wallMs - source.wallMs;
    if (source.known && !video.seeking && !(leads && source.shows(wallMs)) && Math.abs(late) > (playing ? FAR_MS : 20)) source.seek(wallMs);
    const fitted = leads ? rate : rate * (1 + Math.max(-NUDGE, Math.min(NUDGE, late / 1000)));
    const wanted = Math.max(0.0625, Math.min(16, fitted));
    if (Math.abs(video.playbackRate - wanted) > 0.005) video.playbackRate = wanted;
    const runs = playing && !source.dry;
    if (runs && video.paused && source.state === "ready") void video.play().catch(() => undefined);
    if (!runs && !video.paused) video.pause();
  }

  private change(source: ArchiveSource | null, wallMs: number): void {
    if (this.shown) {
      this.shown.video.pause();
      this.shown.video.hidden = true;
    }
    this.shown = source;
    if (source) {
      source.video.hidden = false;
      source.seek(wallMs);
      return;
    }
    // the pictures after the gap are fetched while the clock runs through it
    const next = this.next(wallMs);
    if (next !== null) this.sources.find((one) => one.next(wallMs) === next)?.seek(next);
  }

  private describe(wallMs: number): void {
    const failed = this.sources.find((one) => one.state === "failed" && one.part.from_ms <= wallMs && wallMs < one.part.to_ms);
    const next = this.shown ? null : this.next(wallMs);
    const hidden = this.sources.some((one) => one.hides(wallMs));
    // a full picture is there, but not for this browser: what is shown is its viewing copy
    const copied = this.shown?.part.rendition === 2 && failed?.part.rendition === 1;
    const kind = copied ? "copy" : this.shown ? ["", "full", "small", "sound"][this.shown.part.rendition] ?? ""
      : hidden ? "private" : failed ? "failed" : next === null && this.growsAt(wallMs) ? "coming" : "gap";
    this.dataset.shows = kind;
    this.write("shows", { full: words.archived, small: words.smallOnly, copy: words.viewingCopy, sound: words.soundOnly, failed: words.failed, private: words.privateHere, coming: words.coming, gap: words.gapHere }[kind] ?? "");
    const message = this.querySelector<HTMLElement>("[data-part=message]");
    if (message) message.hidden = kind === "full" || kind === "small" || kind === "copy";
    if (kind === "gap" || kind === "private") {
      this.write("message-head", kind === "gap" ? words.gapHere : words.privateHere);
      this.write("message-why", next === null ? words.noneLater : `${words.resumesAt} ${clockTime(next)} · ${span(next - wallMs)}`);
    } else if (kind === "coming") {
      this.write("message-head", words.coming);
      this.write("message-why", words.comingWhy);
    } else if (kind === "sound") {
      this.write("message-head", words.soundOnly);
      this.write("message-why", words.soundOnlyWhy);
    } else if (kind === "failed") {
      this.write("message-head", words.unsupported);
      this.write("message-why", failed?.reason ?? "");
    }
    const number = this.shown?.numberAt(wallMs);
    this.write("osd-time", exactTime(this.shown?.wallMs ?? wallMs));
    this.write("osd-number", number === null || number === undefined ? "" : `${words.fragment} ${String(number).padStart(4, "0")}`);
  }

  private write(name: string, text: string): void {
    const part = this.querySelector(`[data-part="${name}"]`);
    if (part && part.textContent !== text) part.textContent = text;
  }
}
