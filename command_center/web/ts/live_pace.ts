// How near to the newest picture to play. Pure: no browser in it; all times in seconds.
//
// A fragment that begins at media second s and arrives at second t was t − s late. Whoever plays
// media second s at t + guard, by the worst lateness of late, never waits. A link with regular
// arrivals is therefore followed closely, an irregular one from farther behind.

const WINDOW = 75; // fragments, fifteen seconds
const SHARE = 0.9; // of the window; what is later is the guard's
const MOST_OF_THEM = 0.65; // a sixth of a lossy link's comes very late: standing still for those is
const LATER_S = 0.03; // better than to be as old all the time
const FEW = 10;
const TOGETHER_S = 0.05;
const GUARD_S = 0.08; // the sound is read ahead by about 0.06
const MOST_GUARD_S = 0.15; // more would keep a lossy link's picture beyond 0.8 s old
const STALL_S = 0.05; // more guard after each stall
const FORGET_S = 0.0002; // a fragment: a stall is forgotten in a minute
const RATES: [number, number][] = [[0.4, 1.25], [0.15, 1.1], [0.012, 1.05], [-0.012, 1], [-0.15, 0.95]];
const SLOWEST = 0.9;

export class Pace {
  private late: number[] = [];
  private last = -1;
  private guard = GUARD_S;

  /** A fragment came; those that come together (a join, a link that is back) count as their last. */
  arrived(at: number, start: number): void {
    if (at - this.last < TOGETHER_S) this.late.pop();
    this.last = at;
    this.late.push(at - start);
    if (this.late.length > WINDOW) this.late.shift();
    this.guard = Math.max(GUARD_S, this.guard - FORGET_S);
  }

  /** The picture ran dry: stay farther behind for a while. */
  starved(): void {
    this.guard = Math.min(MOST_GUARD_S, this.guard + STALL_S);
  }

  /** What came before says nothing of what comes now. */
  reset(): void {
    this.late = [];
    this.last = -1;
  }

  /** The media second to be shown at `now`. */
  aim(now: number): number {
    const sorted = [...this.late].sort((a, b) => a - b);
    const upTo = (share: number): number =>
      sorted[sorted.length > FEW ? Math.floor(sorted.length * share) : sorted.length - 1] ?? 0;
    const worst = Math.min(upTo(SHARE), upTo(MOST_OF_THEM) + LATER_S);
    return now - worst - this.guard;
  }

  /** How fast to play to make good so many seconds. */
  rate(behind: number): number {
    return RATES.find(([by]) => behind > by)?.[1] ?? SLOWEST;
  }
}
