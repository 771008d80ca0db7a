// One device's live pictures: the relay's frames → MediaSource → <video>. No words, no layout.
import { DeviceClock } from "./device_clock";
import { readFrame, type FragmentFrame } from "./frames";
import { LiveEdge } from "./live_edge";
import { FULL, LiveLink, SMALL, SOUND } from "./live_link";

export type PictureState = "conn" | "live" | "sound" | "rewind" | "stall" | "off" | "private" | "ended" | "unsupported";

interface RenditionInfo {
  rendition: number;
  codecs: string;
  timescale: number;
}
interface Now { t: "now"; recording: string; opened_wall_ms: number; info: RenditionInfo }
interface Skipped { t: "skipped"; first: number; last: number }
interface Private { t: "private"; recording: string; since_wall_ms: number }
interface Ended { t: "ended"; recording: string; final: boolean }
interface Fault { t: "fault"; problem: { code: string }; fatal?: boolean }
type ToViewer = Now | Skipped | Private | Ended | Fault | { t: "welcome" };

interface Arrival { from: number; wallMs: number }

/** A picture that was shown: of which recording, and the device's own clock at it. */
export interface Sight { recording: string; wallMs: number }

const STALL_MS = 2_000;
const LOST_MS = 10_000;
const KEEP_S = 8;
const LIVE_MS = 1_500; // what came within this time of being taken is live

export class LivePicture {
  readonly clock = new DeviceClock();
  recording = "";
  number = -1;
  skipped = 0;
  lastArrival = 0;
  openedWallMs = 0;
  privateSince: number | null = null;
  turning = false; // to another moment: what is in sight is not yet of then
  private readonly link: LiveLink;
  private readonly edge: LiveEdge;
  private media: MediaSource | null = null;
  private buffer: SourceBuffer | null = null;
  private queue: Uint8Array<ArrayBuffer>[] = [];
  private arrivals: Arrival[] = [];
  private info: RenditionInfo = { rendition: FULL, codecs: "", timescale: 1 };
  private wished = 0;
  private seen: Sight | null = null; // the newest picture that was shown
  private ended: "" | "final" | "gone" = "";
  private unsupported = false;
  private fullUnsupported = false; // H.265 in a browser that has none: the viewing copy is asked for

  /** `held` keeps the last picture in sight while another stream begins, or only sound comes. */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly held: HTMLCanvasElement,
    device: string,
  ) {
    this.link = new LiveLink(device, (data) => this.receive(data));
    this.edge = new LiveEdge(video);
    video.addEventListener("error", this.restart);
    video.addEventListener("loadeddata", this.onLoaded);
    document.addEventListener("visibilitychange", this.onVisible);
  }

  stop(): void {
    this.link.leave();
    document.removeEventListener("visibilitychange", this.onVisible);
    this.video.removeEventListener("error", this.restart);
    this.video.removeEventListener("loadeddata", this.onLoaded);
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Ask for a rendition; the device's link may allow only a smaller one. Joins at the first call. */
  wish(rendition: number): void {
    if (this.wished === rendition) return;
    this.wished = rendition;
    if (!this.edge.catching) this.link.join(this.asked);
  }

  /** Show again what was so many seconds ago, and catch up from there; 0 goes to what is now. */
  rewind(seconds: number): void {
    const now = this.clock.nowMs();
    if (now === null || (!this.recording && !this.turning)) return;
    this.recording = ""; // what comes is put into a new MediaSource
    this.turning = true;
    this.edge.expect(seconds > 0);
    this.link.join(this.asked, seconds ? now - seconds * 1000 : null);
  }

  get refusal(): string {
    return this.link.refusal;
  }

  /** What comes now; 0 before the first. */
  get rendition(): number {
    return this.info.codecs ? this.info.rendition : 0;
  }

  /** Whether that is less than was asked for. */
  get isLess(): boolean {
    return this.rendition > this.wished;
  }

  /** Milliseconds since the picture that is in sight was taken; null before the first. */
  ageMs(): number | null {
    const wall = this.pictureWallMs();
    const now = this.clock.nowMs();
    return wall === null || now === null ? null : Math.max(0, now - wall);
  }

  /** The device's own clock at the picture in sight. */
  pictureWallMs(): number | null {
    return this.sight()?.wallMs ?? null;
  }

  /** The picture in sight, also where it is held; null before the first. */
  sight(): Sight | null {
    const { recording } = this;
    const wallMs = this.wallMs();
    if (this.rendition !== SOUND && recording && wallMs !== null && this.video.readyState >= 2) this.seen = { recording, wallMs };
    return this.seen;
  }

  /** The device's own clock at what is played. */
  wallMs(): number | null {
    const t = this.video.currentTime;
    const shown = this.arrivals.filter((a) => t >= a.from - 0.05).at(-1) ?? this.arrivals.at(-1);
    return shown ? shown.wallMs + (t - shown.from) * 1000 : null;
  }

  state(): PictureState {
    if (this.unsupported) return "unsupported";
    if (this.ended === "final") return "ended";
    if (this.privateSince !== null && !this.ended) return "private";
    if (!this.lastArrival) return "conn";
    const quiet = performance.now() - this.lastArrival;
    if (quiet > LOST_MS || (this.ended === "gone" && quiet > STALL_MS)) return "off";
    if (quiet > STALL_MS) return "stall";
    if (this.edge.catching) return "rewind";
    if (this.video.readyState < 2) return "conn";
    return this.rendition === SOUND ? "sound" : "live";
  }

  private receive(data: string | ArrayBuffer): void {
    if (typeof data === "string") return this.hear(JSON.parse(data) as ToViewer);
    const frame = readFrame(data);
    if (!frame || frame.recording !== this.recording) return;
    if (frame.kind === "fragment") this.note(frame);
    this.queue.push(frame.payload);
    this.pump();
  }

  private hear(message: ToViewer): void {
    if (message.t === "now") this.begin(message);
    else if (message.t === "skipped") this.skipped += message.last - message.first + 1;
    else if (message.t === "private") this.privateSince = message.since_wall_ms;
    else if (message.t === "ended" && message.recording === this.recording) this.ended = message.final ? "final" : "gone";
    else if (message.t === "fault") this.link.refusal = message.problem.code;
  }

  private begin(now: Now): void {
    this.ended = "";
    const former = this.info;
    this.info = now.info;
    if (former.rendition !== now.info.rendition) this.edge.reset();
    // another rendition goes on: its init segment and key-frame are appended to the same buffer
    if (now.recording === this.recording && this.media?.readyState === "open" && tracks(now.info) === tracks(former)) return;
    this.recording = now.recording;
    this.openedWallMs = now.opened_wall_ms;
    this.openMedia();
  }

  private get asked(): number {
    return this.fullUnsupported && this.wished === FULL ? SMALL : this.wished;
  }

  /** Once: where there is no copy the relay shows the full picture again, and that is said. */
  private askForCopy(): void {
    if (this.rendition !== FULL || this.fullUnsupported) return;
    this.fullUnsupported = true;
    this.link.join(this.asked);
  }

  private openMedia(): void {
    const { codecs } = this.info;
    const type = codecs.includes("/") ? codecs : `${this.rendition === SOUND ? "audio" : "video"}/mp4; codecs="${codecs}"`;
    this.unsupported = !MediaSource.isTypeSupported(type);
    this.hold();
    this.queue = [];
    this.arrivals = [];
    this.edge.reset();
    this.buffer = null;
    if (this.unsupported) return this.askForCopy();
    const media = new MediaSource();
    const url = URL.createObjectURL(media);
    media.addEventListener("sourceopen", () => {
      URL.revokeObjectURL(url);
      if (this.media !== media) return;
      this.buffer = media.addSourceBuffer(type);
      this.buffer.addEventListener("updateend", this.onAppended);
      this.pump();
    }, { once: true });
    this.media = media;
    this.video.src = url;
  }

  /** Draw the picture in sight where it stays when the video element gets another stream. */
  private hold(): void {
    const { video, held } = this;
    if (video.readyState < 2 || !video.videoWidth) return;
    held.width = video.videoWidth;
    held.height = video.videoHeight;
    held.getContext("2d")?.drawImage(video, 0, 0);
    held.hidden = false;
  }

  private readonly onLoaded = (): void => {
    if (this.recording) this.turning = false;
    if (this.video.videoWidth) this.held.hidden = true;
  };

  private note(frame: FragmentFrame): void {
    this.link.isWell();
    this.ended = "";
    this.privateSince = null;
    this.number = frame.number;
    this.lastArrival = performance.now();
    const from = frame.mediaStart / this.info.timescale;
    const endMs = frame.wallMs + (frame.mediaDuration / this.info.timescale) * 1000;
    this.clock.hear(endMs);
    this.edge.arrived(from, (this.clock.nowMs() ?? 0) - endMs < LIVE_MS);
    this.arrivals.push({ from, wallMs: frame.wallMs });
    if (this.arrivals.length > 60) this.arrivals.shift();
  }

  private pump(): void {
    const { buffer, media } = this;
    if (!buffer || buffer.updating || media?.readyState !== "open") return;
    const next = this.queue.shift();
    if (!next) return;
    try {
      buffer.appendBuffer(next);
    } catch (error) {
      if (error instanceof DOMException && error.name === "QuotaExceededError") {
        this.queue.unshift(next);
        this.trim(1);
      } else this.restart();
    }
  }

  private readonly onAppended = (): void => {
    this.edge.steer();
    if (this.queue.length) this.pump();
    else this.trim(KEEP_S);
  };

  private trim(keepS: number): void {
    const { buffer, video } = this;
    if (!buffer || buffer.updating || !buffer.buffered.length) return;
    const until = video.currentTime - keepS;
    if (until > buffer.buffered.start(0) + 2) buffer.remove(0, until);
  }

  /** A decoder that gave up gets a new MediaSource and a new join at a key-frame. */
  private readonly restart = (): void => {
    if (!this.recording) return;
    this.recording = "";
    this.media = null;
    this.buffer = null;
    this.link.join(this.wished);
  };

  private readonly onVisible = (): void => {
    if (document.visibilityState === "visible") this.edge.jump();
  };
}

/** What an init segment must have in common with the one before, to be appended to its buffer. */
function tracks(info: RenditionInfo): string {
  return info.codecs.split(",").map((codec) => codec.split(".")[0]).sort().join();
}
