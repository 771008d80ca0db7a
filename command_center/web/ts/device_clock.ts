// A device's wall clock as this browser knows it. What the device said at w came at t: it was
// w + (t − now) ago at most, so the fastest of the last minute's messages is nearest to the truth.

const WINDOW_MS = 60_000;

export class DeviceClock {
  private heard: { at: number; ahead: number }[] = [];

  /** The device's clock showed `wallMs` when it made what came just now. */
  hear(wallMs: number): void {
    const at = performance.now();
    this.heard = this.heard.filter((one) => one.at > at - WINDOW_MS);
    this.heard.push({ at, ahead: at - wallMs });
  }

  /** What the device's clock shows now; null before anything was heard. */
  nowMs(): number | null {
    if (!this.heard.length) return null;
    return performance.now() - Math.min(...this.heard.map((one) => one.ahead));
  }
}
