// One rendition of one recording in the archive: its playlist, its <video>, and the way between the
// device's wall clock, the number of a fragment and the place in the video.
import Hls, { type LevelDetails } from "hls.js";
import { CentreRefusal, playTicket, type RelayTicket } from "./centre";

const RENEW_EARLY_MS = 15_000;
const AGAIN_MS = 10_000; // a ticket that ended is asked for anew, once in so long
const EDGE_MS = 120; // so near to a gap a video runs dry: its last frame is over

const DRY_S = 1; // a longer rest of a stretch moves by itself, however slow the machine

const REFUSED = [401, 403];

export interface Part {
  recording: string;
  rendition: number;
  from_ms: number;
  to_ms: number;
}

interface Run {
  fromMs: number;
  toMs: number;
  startS: number;
  first: number;
  last: number;
}

interface Holdings {
  rendition: number;
  closed: { start_wall_ms: number; end_wall_ms: number }[];
}

/** Tickets by recording, renewed as long as the page is open: player and map share them. */
class Tickets {
  private readonly asked = new Map<string, Promise<RelayTicket>>();
  private readonly held = new Map<string, RelayTicket>();
  private readonly timers = new Map<string, number>();

  /** The newest one, or another where its time is over: a page may be open for hours. */
  of(recording: string): Promise<RelayTicket> {
    const held = this.held.get(recording);
    if (held && held.until_ms <= Date.now()) this.forget(recording);
    const known = this.asked.get(recording);
    if (known) return known;
    const asked = this.renew(recording);
    this.asked.set(recording, asked);
    asked.catch(() => this.asked.delete(recording));
    return asked;
  }

  /** Another one: the relay takes the one we hold no longer. */
  anew(recording: string): Promise<RelayTicket> {
    this.forget(recording);
    return this.of(recording);
  }

  private forget(recording: string): void {
    window.clearTimeout(this.timers.get(recording));
    this.asked.delete(recording);
    this.held.delete(recording);
  }

  newest(recording: string): RelayTicket | undefined {
    return this.held.get(recording);
  }

  private async renew(recording: string): Promise<RelayTicket> {
    const ticket = await playTicket(recording);
    this.held.set(recording, ticket);
    this.asked.set(recording, Promise.resolve(ticket));
    const wait = Math.max(5_000, ticket.until_ms - Date.now() - RENEW_EARLY_MS);
    const again = (): void => void this.renew(recording).catch(() => undefined);
    this.timers.set(recording, window.setTimeout(again, wait));
    return ticket;
  }
}

export const tickets = new Tickets();

export class ArchiveSource {
  readonly video = document.createElement("video");
  state: "new" | "opening" | "ready" | "failed" = "new";
  reason = "";
  private hls: Hls | null = null;
  private runs: Run[] = [];
  private groups: Run[] = [];
  private closed: Holdings["closed"] = [];
  private gaps = 0;
  private live = false; // no end of it is known
  private renewed = -AGAIN_MS;
  private wanted: number | null = null; // a seek that waits for the playlist

  constructor(
    readonly part: Part,
    private readonly changed: () => void,
  ) {
    this.video.playsInline = true;
    this.video.muted = true;
    this.video.hidden = true;
  }

  /** Whether the relay has pictures of this moment; before the playlist came: whether it may. */
  covers(wallMs: number): boolean {
    if (this.state === "failed") return false;
    if (!this.runs.length) return wallMs >= this.part.from_ms && wallMs < this.part.to_ms;
    return this.runAt(wallMs) !== undefined;
  }

  get known(): boolean {
    return this.runs.length > 0;
  }

  /** How far pictures came by now. */
  get grownMs(): number {
    return this.runs.at(-1)?.toMs ?? 0;
  }

  /** Whether it still runs and this moment is after its newest picture. */
  growsAt(wallMs: number): boolean {
    return this.live && wallMs >= this.part.from_ms && wallMs >= this.grownMs - EDGE_MS;
  }

  /** Whether this moment was recorded in private and is not opened to this viewer. */
  hides(wallMs: number): boolean {
    return this.closed.some((one) => one.start_wall_ms <= wallMs && wallMs < one.end_wall_ms);
  }

  /** The first moment after this one of which there are pictures. */
  next(wallMs: number): number | null {
    const later = this.runs.find((run) => run.fromMs > wallMs);
    if (later) return later.fromMs;
    return !this.known && this.part.from_ms > wallMs && this.state !== "failed" ? this.part.from_ms : null;
  }

  /** The wall clock of the picture that is shown. */
  get wallMs(): number {
    const at = this.video.currentTime;
    const run = this.runs.findLast((one) => one.startS <= at + 0.001) ?? this.runs[0];
    return run ? run.fromMs + (at - run.startS) * 1000 : this.part.from_ms;
  }

  /** Whether a picture of this moment, to a frame or two, stands in the video. */
  shows(wallMs: number): boolean {
    const { video } = this;
    return video.readyState >= 2 && !video.seeking && Math.abs(this.wallMs - wallMs) < 400;
  }

  /** Whether all that is left of this stretch is in the video and does not move it: a browser begins
   * with no less than a few frames, and a seek to fewer never ends. */
  get dry(): boolean {
    const { video } = this;
    const run = this.runAt(this.wallMs);
    if (!run || video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA) return false;
    const [at, end] = [video.currentTime, run.startS + (run.toMs - run.fromMs - EDGE_MS) / 1000];
    if (end - at > DRY_S) return false;
    for (let i = 0; i < video.buffered.length; i++)
      if (video.buffered.start(i) <= at + 0.01 && video.buffered.end(i) >= Math.max(at, end)) return true;
    return false;
  }

  numberAt(wallMs: number): number | null {
    const run = this.group(wallMs);
    if (!run) return null;
    const share = (wallMs - run.fromMs) / (run.toMs - run.fromMs);
    return run.first + Math.min(run.last - run.first, Math.floor(share * (run.last - run.first + 1)));
  }

  /** When a fragment begins; null where it is not held. */
  wallOf(number: number): number | null {
    const run = this.groups.find((one) => one.first <= number && number <= one.last);
    if (!run) return null;
    return run.fromMs + ((number - run.first) / (run.last - run.first + 1)) * (run.toMs - run.fromMs);
  }

  seek(wallMs: number): void {
    const run = this.runAt(wallMs) ?? this.runs.find((one) => one.fromMs >= wallMs);
    if (this.state === "new") void this.open(wallMs);
    if (!run) {
      this.wanted = wallMs;
      return;
    }
    const at = run.startS + Math.max(0, wallMs - run.fromMs) / 1000;
    if (Math.abs(this.video.currentTime - at) > 0.01) this.video.currentTime = at;
  }

  close(): void {
    this.hls?.destroy();
    this.video.remove();
  }

  private group(wallMs: number): Run | undefined {
    return this.groups.find((run) => run.fromMs <= wallMs && wallMs < run.toMs);
  }

  private runAt(wallMs: number): Run | undefined {
    return this.runs.find((run) => run.fromMs - 1 <= wallMs && wallMs < run.toMs - EDGE_MS);
  }

  private async open(wallMs: number, anew = false): Promise<void> {
    this.state = "opening";
    this.wanted = wallMs;
    const { recording, rendition } = this.part;
    let ticket: RelayTicket;
    try {
      ticket = await (anew ? tickets.anew(recording) : tickets.of(recording));
    } catch (error) {
      return this.fail(error instanceof CentreRefusal ? error.code : "relay.unreachable");
    }
    if (!Hls.isSupported()) return this.fail("unsupported");
    const hls = new Hls({
      enableWorker: false, // the Content-Security-Policy allows no blob worker
      startPosition: 0,
      autoStartLoad: false,
      maxBufferLength: 20,
      backBufferLength: 30,
      nudgeMaxRetry: Infinity, // it would leap over a gap, which the player lives through: no failure
      xhrSetup: (xhr) => xhr.setRequestHeader("Authorization", `Bearer ${tickets.newest(recording)?.ticket ?? ""}`),
    });
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (!data.fatal) return;
      const code = data.response?.code ?? 0;
      if (REFUSED.includes(code) && performance.now() - this.renewed > AGAIN_MS) this.reopen();
      else this.fail(`${data.details}${code ? ` ${code}` : ""}`);
    });
    hls.on(Hls.Events.LEVEL_UPDATED, (_, data) => this.take(data.details));
    hls.on(Hls.Events.MANIFEST_PARSED, () => hls.startLoad(0));
    hls.loadSource(`${ticket.http_url}/v1/recordings/${recording}/${rendition}/index.m3u8`);
    hls.attachMedia(this.video);
    this.hls = hls;
  }

  /** Begin anew with another ticket: an opening of private footage was closed, so what was open and
   * what is in the video's buffer of it goes. */
  reopen(): void {
    if (this.state !== "ready" && this.state !== "opening") return;
    const at = this.wallMs;
    this.renewed = performance.now();
    this.hls?.destroy();
    this.hls = null;
    [this.runs, this.groups, this.closed, this.gaps] = [[], [], [], 0];
    void this.open(at, true);
    this.changed();
  }

  /** Ask which of the gaps are private footage that is closed. */
  private async learnClosed(): Promise<void> {
    const { recording, rendition } = this.part;
    const ticket = await tickets.of(recording);
    const answer = await fetch(`${ticket.http_url}/v1/recordings/${recording}/holdings`, {
      headers: { Authorization: `Bearer ${ticket.ticket}` },
    });
    if (!answer.ok) return;
    const holdings = (await answer.json()) as Holdings[];
    this.closed = holdings.find((one) => one.rendition === rendition)?.closed ?? [];
    this.changed();
  }

  /** Read the playlist: groups of pictures with their clocks, joined to runs without a gap. */
  private take(details: LevelDetails): void {
    const runs: Run[] = [];
    this.groups = [];
    let before: Run | null = null;
    for (const fragment of details.fragments) {
      const found = /(\d+)-(\d+)\.m4s/.exec(fragment.relurl ?? "");
      if (fragment.gap || !found || fragment.programDateTime === null) {
        before = null;
        continue;
      }
      const fromMs = fragment.programDateTime;
      const one = {
        fromMs, toMs: fromMs + fragment.duration * 1000, startS: fragment.start,
        first: Number(found[1]), last: Number(found[2]),
      };
      this.groups.push(one);
      // a clock that was set begins a run of its own, though no fragment is missing
      if (before && Math.abs(before.toMs - fromMs) < 50) [before.toMs, before.last] = [one.toMs, one.last];
      else runs.push((before = { ...one }));
    }
    this.runs = runs;
    this.live = details.live;
    const gaps = details.fragments.filter((fragment) => fragment.gap).length;
    if (gaps !== this.gaps) void this.learnClosed().catch(() => undefined);
    this.gaps = gaps;
    if (this.state === "opening") this.state = "ready";
    if (this.wanted !== null) {
      const wanted = this.wanted;
      this.wanted = null;
      this.seek(wanted);
    }
    this.changed();
  }

  private fail(reason: string): void {
    this.state = "failed";
    this.reason = reason;
    this.hls?.destroy();
    this.hls = null;
    this.changed();
  }
}
