// One device's live pictures: WebSocket to the relay → MediaSource → <video>. No words, no layout.
import { CentreRefusal, watchTicket } from "./centre";
import { readFrame, type FragmentFrame } from "./frames";
import { LiveEdge } from "./live_edge";

export type PictureState = "conn" | "live" | "stall" | "off" | "private" | "ended" | "unsupported";

interface RenditionInfo {
  codecs: string;
  timescale: number;
  rotation?: number;
}
interface Now { t: "now"; recording: string; opened_wall_ms: number; info: RenditionInfo }
interface Skipped { t: "skipped"; first: number; last: number }
interface Private { t: "private"; recording: string; since_wall_ms: number }
interface Ended { t: "ended"; recording: string; final: boolean }
interface Fault { t: "fault"; problem: { code: string }; fatal?: boolean }
type ToViewer = Now | Skipped | Private | Ended | Fault | { t: "welcome" };

interface Arrival { from: number; to: number; at: number; wallMs: number }

const STALL_MS = 2_000;
const LOST_MS = 10_000;
const KEEP_S = 8;
const BACKOFF_MS = [300, 1_000, 2_000, 5_000];

export class LivePicture {
  recording = "";
  number = -1;
  skipped = 0;
  lastArrival = 0;
  openedWallMs = 0;
  privateSince: number | null = null;
  refusal = "";
  private socket: WebSocket | null = null;
  private media: MediaSource | null = null;
  private buffer: SourceBuffer | null = null;
  private queue: Uint8Array<ArrayBuffer>[] = [];
  private arrivals: Arrival[] = [];
  private info: RenditionInfo = { codecs: "", timescale: 1 };
  private edge: LiveEdge;
  private tries = 0;
  private timer = 0;
  private stopped = false;
  private ended: "" | "final" | "gone" = "";
  private unsupported = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly device: string,
  ) {
    this.edge = new LiveEdge(video);
    video.addEventListener("error", this.restart);
    document.addEventListener("visibilitychange", this.onVisible);
  }

  start(): void {
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.video.removeEventListener("error", this.restart);
    this.socket?.close();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Milliseconds since the shown picture was the newest at this browser; null before the first. */
  ageMs(): number | null {
    const t = this.video.currentTime;
    const shown = this.arrivals.find((a) => t >= a.from - 0.05 && t <= a.to + 0.05) ?? this.arrivals.at(-1);
    if (!shown || this.video.readyState < 2) return null;
    return performance.now() - shown.at + Math.max(0, shown.to - t) * 1000;
  }

  /** The device's own clock at the shown picture. */
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
    return this.video.readyState >= 2 ? "live" : "conn";
  }

  private async connect(): Promise<void> {
    if (this.stopped) return;
    try {
      const { ticket, stream_url, until_ms } = await watchTicket(this.device);
      this.refusal = "";
      const url = new URL(stream_url);
      if (url.pathname === "/") url.pathname = "/v1/stream";
      const socket = new WebSocket(url);
      socket.binaryType = "arraybuffer";
      socket.onopen = () => socket.send(JSON.stringify({ t: "watch", ticket, device: this.device }));
      socket.onmessage = (message) => this.receive(message.data as string | ArrayBuffer);
      socket.onclose = () => this.lost(socket);
      this.socket = socket;
      // a viewer's stream does not outlive its ticket: change to a fresh one shortly before
      this.timer = window.setTimeout(() => this.renew(socket), Math.max(5_000, until_ms - Date.now() - 5_000));
    } catch (error) {
      this.refusal = error instanceof CentreRefusal ? error.code : "relay.unreachable";
      if (error instanceof CentreRefusal && error.status === 401) return location.reload();
      this.retry();
    }
  }

  private renew(socket: WebSocket): void {
    if (this.socket !== socket) return;
    socket.onclose = null;
    socket.close();
    void this.connect();
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket || this.stopped) return;
    window.clearTimeout(this.timer);
    this.retry();
  }

  private retry(): void {
    if (this.stopped) return;
    const wait = BACKOFF_MS[Math.min(this.tries++, BACKOFF_MS.length - 1)] ?? 5_000;
    this.timer = window.setTimeout(() => void this.connect(), wait * (0.75 + Math.random() / 2));
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
    else if (message.t === "fault") this.refusal = message.problem.code;
  }

  private begin(now: Now): void {
    this.ended = "";
    if (now.recording === this.recording && this.media?.readyState === "open" && tracks(now.info) === tracks(this.info)) {
      // another rendition goes on: its init segment and key-frame are appended to the same buffer
      this.info = now.info;
      return;
    }
    this.recording = now.recording;
    this.openedWallMs = now.opened_wall_ms;
    this.info = now.info;
    this.openMedia();
  }

  private openMedia(): void {
    const type = this.info.codecs.includes("/") ? this.info.codecs : `video/mp4; codecs="${this.info.codecs}"`;
    this.unsupported = !MediaSource.isTypeSupported(type);
    this.queue = [];
    this.arrivals = [];
    this.edge.reset();
    this.buffer = null;
    if (this.unsupported) return;
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

  private note(frame: FragmentFrame): void {
    this.tries = 0;
    this.ended = "";
    this.privateSince = null;
    this.number = frame.number;
    this.lastArrival = performance.now();
    const from = frame.mediaStart / this.info.timescale;
    const to = from + frame.mediaDuration / this.info.timescale;
    this.edge.arrived(from);
    this.arrivals.push({ from, to, at: this.lastArrival, wallMs: frame.wallMs });
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
    if (this.stopped || !this.recording) return;
    this.recording = "";
    this.media = null;
    this.buffer = null;
    this.socket?.close();
  };

  private readonly onVisible = (): void => {
    if (document.visibilityState === "visible") this.edge.jump();
  };
}

/** What an init segment must have in common with the one before, to be appended to its buffer. */
function tracks(info: RenditionInfo): string {
  return info.codecs.split(",").map((codec) => codec.split(".")[0]).sort().join();
}
