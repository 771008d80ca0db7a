// Keeps a live video at the newest picture without starving it: steers by `Pace`.
import { Pace } from "./live_pace";

const JUMP_S = 0.6; // farther behind is not worth playing faster
const LEAST_S = 0.05; // always left to play
const CATCH_UP = 2;
const ENOUGH_S = 0.15; // to play on with, where the browser would first wait for most of a second

export class LiveEdge {
  /** What was is shown, twice as fast as it happened, until it is what is. */
  catching = false;
  private isLive = false;
  private ranDry = false;
  private readonly pace = new Pace();

  constructor(private readonly video: HTMLVideoElement) {
    video.addEventListener("waiting", () => {
      if (video.seeking || this.catching) return;
      this.pace.starved();
      this.ranDry = true;
    });
    video.addEventListener("playing", () => (this.ranDry = false));
  }

  /** A fragment that begins at `start`, media seconds, came now; `isLive`: it was just taken. */
  arrived(start: number, isLive: boolean): void {
    this.isLive = isLive;
    if (isLive || !this.catching) this.pace.arrived(performance.now() / 1000, start);
  }

  /** The next picture that comes is one of the past, or, without that, of now. */
  expect(past: boolean): void {
    this.catching = past;
    this.isLive = false;
  }

  /** After an append: across a gap or far behind by a jump, otherwise by playing a little faster
   * or slower. */
  steer(): void {
    const { video } = this;
    const goal = this.goal();
    if (goal === null) return;
    const last = video.buffered.length - 1;
    const outside = video.currentTime < video.buffered.start(last) - 0.01 || video.currentTime > video.buffered.end(last);
    const behind = goal - video.currentTime;
    if (this.catching && this.isLive && !outside && behind < JUMP_S) this.catching = false;
    if (this.catching) {
      if (outside) video.currentTime = video.buffered.start(last);
      video.playbackRate = CATCH_UP;
    } else if (outside || behind > JUMP_S || this.mayGoOn(video.buffered.end(last) - goal)) this.jump();
    else video.playbackRate = this.pace.rate(behind);
    if (video.paused) void video.play().catch(() => undefined);
  }

  /** Whether a picture that ran dry has enough again, `ahead` of the goal: a jump goes on at once. */
  private mayGoOn(ahead: number): boolean {
    return this.ranDry && ahead >= ENOUGH_S;
  }

  /** To where the live picture is now. */
  jump(): void {
    const goal = this.goal();
    if (goal === null || this.catching) return;
    this.video.currentTime = goal;
    this.video.playbackRate = 1;
    this.ranDry = false;
  }

  /** Another recording, or another road for it: what came before says nothing of what comes now. */
  reset(): void {
    this.pace.reset();
    this.ranDry = false;
  }

  /** The media second to be shown now, among those that are here; null while there is none. */
  private goal(): number | null {
    const { buffered } = this.video;
    const last = buffered.length - 1;
    if (last < 0) return null;
    const aim = Math.min(this.pace.aim(performance.now() / 1000), buffered.end(last) - LEAST_S);
    return Math.max(buffered.start(last), aim);
  }
}
