// The control of a live tile that goes back in time: a slider over the last minute.
import { words } from "./words";

const STEP_S = 10;
const MOST_S = 60;
const NEAR_S = 2; // so near to now is now

export class LiveScrub {
  private readonly range: HTMLInputElement | null;
  private choosing = false;
  private backS = 0;

  /** `rewind` is called with how many seconds ago; 0 is now. */
  constructor(
    private readonly tile: HTMLElement,
    private readonly rewind: (seconds: number) => void,
  ) {
    this.range = tile.querySelector<HTMLInputElement>("[data-part=scrub-range]");
    this.range?.addEventListener("input", () => this.choose());
    this.range?.addEventListener("change", () => this.go(-Number(this.range?.value)));
    // The arrow keys are the tile's again once the hand lets go.
    this.range?.addEventListener("pointerup", () => this.range?.blur());
    this.button("back", () => this.go(Math.min(MOST_S, this.backS + STEP_S)));
    this.button("now", () => this.go(0));
    this.button("scrub-open", () => this.toggle());
  }

  /** Follow the picture: it catches up, and the slider with it. `ageMs` is null until the moment
   * that was asked for is in sight: a further step back counts from that one. */
  show(state: string, ageMs: number | null): void {
    const bar = this.part("scrub");
    if (!bar) return;
    const past = state === "rewind";
    if (!past) this.backS = 0;
    else if (ageMs !== null) this.backS = ageMs / 1000;
    bar.classList.toggle("past", past);
    for (const control of bar.querySelectorAll<HTMLInputElement | HTMLButtonElement>("input, button"))
      control.disabled = !past && state !== "live" && state !== "sound";
    if (this.choosing) return;
    if (this.range) this.range.value = String(-Math.min(MOST_S, this.backS));
    this.say(past ? `−${Math.round(this.backS)} s · 2×` : words.now);
  }

  private choose(): void {
    this.choosing = true;
    this.say(`${this.range?.value ?? 0} s`.replace("-", "−"));
  }

  private go(seconds: number): void {
    this.choosing = false;
    this.backS = seconds;
    this.rewind(seconds < NEAR_S ? 0 : seconds);
  }

  private say(text: string): void {
    const said = this.part("scrub-said");
    if (said && said.textContent !== text) said.textContent = text;
  }

  private toggle(): void {
    const bar = this.part("scrub");
    if (!bar) return;
    bar.hidden = !bar.hidden;
    this.part("scrub-open")?.setAttribute("aria-expanded", String(!bar.hidden));
  }

  private button(name: string, act: () => void): void {
    this.part(name)?.addEventListener("click", act);
  }

  private part(name: string): HTMLElement | null {
    return this.tile.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }
}
