// Keeps a live video at the newest picture without starving it.

const WINDOW = 5; // appends, about a second
const JUMP_S = 0.5;
const AIM_S = 0.36; // behind the newest sample after a jump: one fragment and a margin
/** How fast to play by the smallest margin just before an append, in seconds. A margin that runs
 * dry costs far more than it saves: the browser then waits until it has most of a second. */
const PACE: [number, number][] = [
  [0.32, 1.25],
  [0.19, 1.05],
  [0.08, 1],
];
const BUILD_UP = 0.95;

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
      video.currentTime = Math.max(start, end - AIM_S);
      video.playbackRate = 1;
      this.margins = [];
    } else if (this.margins.length >= WINDOW) {
      video.playbackRate = PACE.find(([margin]) => behind > margin)?.[1] ?? BUILD_UP;
    }
    if (video.paused) void video.play().catch(() => undefined);
  }

  /** After a pause of the page's own making (a hidden tab). */
  jump(): void {
    const last = this.video.buffered.length - 1;
    if (last >= 0) this.video.currentTime = Math.max(this.video.buffered.start(last), this.video.buffered.end(last) - AIM_S);
    this.margins = [];
  }
}
