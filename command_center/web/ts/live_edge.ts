// Keeps a live video at the newest picture without starving it.

const WINDOW = 4; // appends, most of a second
const JUMP_S = 0.4;
/** The margin just before an append, in seconds, and how fast to play when it is larger. */
const PACE: [number, number][] = [
  [0.22, 1.3],
  [0.12, 1.12],
  [0.06, 1.04],
];

export class LiveEdge {
  private margins: number[] = [];

  constructor(private readonly video: HTMLVideoElement) {}

  /** The playable seconds left, measured just before bytes are appended. */
  beforeAppend(): void {
    const { buffered, currentTime } = this.video;
    if (!buffered.length) return;
    this.margins.push(buffered.end(buffered.length - 1) - currentTime);
    if (this.margins.length > WINDOW) this.margins.shift();
  }

  /** Steer: across a gap or far behind by a jump, a little behind by playing slightly faster. */
  afterAppend(): void {
    const { video } = this;
    const last = video.buffered.length - 1;
    if (last < 0) return;
    const start = video.buffered.start(last);
    const end = video.buffered.end(last);
    const outside = video.currentTime < start - 0.01 || video.currentTime > end;
    const behind = this.margins.length ? Math.min(...this.margins) : 0;
    if (outside || end - video.currentTime > 2 || behind > JUMP_S) {
      video.currentTime = Math.max(start, end - 0.26);
      video.playbackRate = 1;
      this.margins = [];
    } else if (this.margins.length >= WINDOW) {
      video.playbackRate = PACE.find(([margin]) => behind > margin)?.[1] ?? 1;
    }
    if (video.paused) void video.play().catch(() => undefined);
  }

  /** After a pause of the page's own making (a hidden tab). */
  jump(): void {
    const last = this.video.buffered.length - 1;
    if (last >= 0) this.video.currentTime = Math.max(this.video.buffered.start(last), this.video.buffered.end(last) - 0.2);
    this.margins = [];
  }
}
