// <archive-player data-from-ms data-to-ms data-at-ms data-gaps="ms ms …">: the devices of an operation
// on one clock. While a picture is there the clock is the picture's; where nobody recorded the clock
// runs on by itself and says so: no gap is skipped in silence. Tells `mz-played` where it stands, and
// once `mz-shown`, when the first picture is there.
import type { Growth } from "./archive_growth";
import { ArchivePicture } from "./archive_picture";
import type { ArchiveSource } from "./archive_source";
import { onEvent } from "./desk_socket";
import { momentOf } from "./moment";
import { clockTime, elapsed, words } from "./words";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const MOST = 4; // devices at once
const FRAME_MS = 40;
const CUE_MS = 5_000;
const TELL_MS = 200;

/** What `mz-played` tells: the moment, the footage that shows it, and that footage's ends. */
export interface Played {
  wallMs: number;
  recording: string;
  rendition: number;
  number: number | null;
  fromMs: number;
  toMs: number;
}

interface Cue {
  atMs: number;
  text: string;
}

export class ArchivePlayer extends HTMLElement {
  private pictures: ArchivePicture[] = [];
  private main = 0;
  private clockMs = 0;
  private playing = false;
  private rate = 1;
  private tick = 0;
  private turnedAt = 0;
  private told = 0;
  private shown = false; // the first picture stood here
  private cues: Cue[] = [];
  private forget = (): void => undefined;
  private readonly onGrown = (event: Event): void => this.grow((event as CustomEvent<Growth>).detail);
  private readonly onSeek = (event: Event): void => this.seek((event as CustomEvent<number>).detail);

  connectedCallback(): void {
    this.pictures = [...this.querySelectorAll<ArchivePicture>("archive-picture")];
    this.clockMs = this.number("atMs");
    this.pictures.forEach((picture, place) => {
      picture.open(() => this.show());
      picture.addEventListener("click", () => this.choose(place));
    });
    this.readCues();
    this.listen();
    this.choose(0);
    document.addEventListener("mz-seek", this.onSeek);
    document.addEventListener("mz-grown", this.onGrown);
    this.forget = onEvent((event) => {
      if (event.type !== "FootageOpeningClosed") return;
      for (const picture of this.pictures) if (picture.device === event.device) picture.reopen();
    });
    this.turnedAt = performance.now();
    const turn = (now: number): void => {
      this.turn(now - this.turnedAt);
      this.turnedAt = now;
      this.tick = window.requestAnimationFrame(turn);
    };
    this.tick = window.requestAnimationFrame(turn);
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-seek", this.onSeek);
    document.removeEventListener("mz-grown", this.onGrown);
    this.forget();
    window.cancelAnimationFrame(this.tick);
    for (const picture of this.pictures) picture.close();
  }

  private readCues(): void {
    this.cues = [...document.querySelectorAll<HTMLElement>("[data-cue]")].map((item) => ({
      atMs: Number(item.dataset.atMs), text: item.dataset.cue ?? "",
    }));
  }

  private listen(): void {
    const on = (name: string, act: () => void): void => this.slotted(name)?.addEventListener("click", act);
    on("play", () => this.setPlaying(!this.playing));
    on("full", () => void this.querySelector(".stage")?.requestFullscreen());
    on("back", () => this.seek(this.clockMs - 10_000));
    on("forward", () => this.seek(this.clockMs + 10_000));
    on("frame-back", () => this.step(-FRAME_MS));
    on("frame-on", () => this.step(FRAME_MS));
    on("slower", () => this.speed(-1));
    on("faster", () => this.speed(1));
    on("gap", () => this.nextGap());
    on("cues", () => this.toggle("cues"));
    on("sync", () => this.toggle("sync"));
    on("next-picture", () => this.choose((this.main + 1) % this.pictures.length));
    on("skip", () => {
      const next = this.nextPicture();
      if (next !== null) this.seek(next);
    });
    const bar = this.querySelector<HTMLInputElement>("input[type=range]");
    bar?.addEventListener("input", () => this.seek(this.from + (Number(bar.value) / 1000) * (this.to - this.from)));
    this.querySelector("select")?.addEventListener("change", (event) => {
      this.rate = Number((event.target as HTMLSelectElement).value);
    });
    this.querySelector("form.go")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.goTo(this.querySelector<HTMLInputElement>("input[name=go]")?.value.trim() ?? "");
    });
    this.listenToChoice();
  }

  /** More devices than play at once: the viewer says which, and goes on at the same moment. */
  private listenToChoice(): void {
    const form = this.querySelector<HTMLFormElement>("form.choose");
    form?.addEventListener("submit", (event) => {
      const many = form.querySelectorAll("input:checked").length;
      const at = form.querySelector<HTMLInputElement>("input[name=at]");
      if (at) at.value = String(Math.round(this.clockMs));
      if (many > 0 && many <= MOST) return;
      event.preventDefault();
      const status = form.querySelector("[role=status]");
      if (status) status.textContent = many ? words.chooseFewer : words.chooseOne;
    });
  }

  private get from(): number {
    return this.number("fromMs");
  }

  private get to(): number {
    return this.number("toMs");
  }

  /** Where there is nothing further to see: of what still runs, as far as pictures came by now. */
  private get end(): number {
    return Math.max(this.to, ...this.pictures.map((picture) => picture.grownMs));
  }

  /** Take in what came since the page was opened. A hand on the bar keeps its scale until it lets go. */
  private grow(growth: Growth): void {
    this.readCues();
    const bar = this.querySelector<HTMLInputElement>("input[type=range]");
    if (bar?.matches(":active")) return void bar.addEventListener("change", () => this.grow(growth), { once: true });
    const { fromMs, toMs, gaps } = growth;
    Object.assign(this.dataset, { fromMs, toMs, gaps });
    for (const picture of this.pictures) picture.grow(growth.parts.get(picture.device) ?? []);
    this.show();
  }

  private number(name: string): number {
    return Number(this.dataset[name] ?? 0);
  }

  private slotted(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  /** Let time pass. Who leads: the chosen picture, else any other that has this moment. */
  private turn(passedMs: number): void {
    const leader = this.leader();
    const source = leader?.at(this.clockMs) ?? null;
    if (this.playing) {
      const waits = !source && this.awaits; // for what is being recorded: it comes by itself
      if (source ? source.dry : !waits) this.clockMs += Math.min(passedMs, 250) * this.rate;
      else if (source?.shows(this.clockMs)) this.clockMs = Math.max(this.clockMs, source.wallMs);
      if (this.clockMs >= this.end && !waits) this.setPlaying(false);
    }
    const shows = source?.shows(this.clockMs) ?? false;
    this.dataset.waits = String(source !== null && !shows);
    if (shows && !this.shown) document.dispatchEvent(new Event("mz-shown"));
    this.shown ||= shows;
    const all = this.dataset.sync !== "off";
    this.pictures.forEach((picture, place) => {
      if (all || place === this.main) picture.follow(this.clockMs, this.playing, this.rate, picture === leader, place === this.main);
    });
    if (!this.playing) return;
    const now = performance.now();
    if (now - this.told >= TELL_MS) this.show();
  }

  /** Whether the next picture is one that has not come yet. */
  private get awaits(): boolean {
    return this.pictures.some((picture) => picture.growsAt(this.clockMs)) && this.nextPicture() === null;
  }

  private leader(): ArchivePicture | undefined {
    const order = [this.pictures[this.main], ...(this.dataset.sync === "off" ? [] : this.pictures)];
    return order.find((picture) => picture?.at(this.clockMs));
  }

  private setPlaying(playing: boolean): void {
    if (playing && this.clockMs >= this.end - 100 && !this.awaits) this.clockMs = this.from;
    this.playing = playing;
    this.show();
  }

  private choose(place: number): void {
    this.main = place;
    this.pictures.forEach((picture, each) => picture.toggleAttribute("data-main", each === place));
    this.show();
  }

  private toggle(name: "cues" | "sync"): void {
    const on = this.dataset[name] === "off";
    this.dataset[name] = on ? "on" : "off";
    this.slotted(name)?.setAttribute("aria-pressed", String(on));
    for (const picture of this.pictures) picture.follow(this.clockMs, false, this.rate, false, false);
    this.show();
  }

  private seek(wallMs: number): void {
    this.clockMs = Math.max(this.from, Math.min(this.end, wallMs));
    this.say("");
    this.show();
  }

  private step(ms: number): void {
    this.setPlaying(false);
    this.seek(this.clockMs + ms);
  }

  private speed(by: number): void {
    const place = Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(this.rate) + by));
    this.rate = SPEEDS[place] ?? 1;
    const select = this.querySelector("select");
    if (select) select.value = String(this.rate);
  }

  private nextGap(): void {
    const gaps = (this.dataset.gaps ?? "").split(" ").filter(Boolean).map(Number);
    const next = gaps.find((ms) => ms > this.clockMs + 2_500) ?? gaps[0];
    if (next === undefined) return this.say(words.clipNoGap);
    this.seek(next - 2_000);
  }

  private nextPicture(): number | null {
    const found = this.pictures.map((picture) => picture.next(this.clockMs)).filter((ms) => ms !== null);
    return found.length ? Math.min(...found) : null;
  }

  /** `142` is the number of a fragment of the chosen device's recording, `14:21:36` a time of that day. */
  private goTo(text: string): void {
    const at = momentOf(text, this.from);
    if (at !== null) return at > this.end ? this.say(words.goOutside) : this.seek(at);
    if (!/^\d{1,10}$/.test(text)) return this.say(words.goHow);
    const begins = this.pictures[this.main]?.counted(this.clockMs)?.wallOf(Number(text)) ?? null;
    if (begins === null) return this.say(`${words.fragment} ${text} · ${words.goMissing}`);
    this.seek(Math.ceil(begins));
  }

  private say(text: string): void {
    const status = this.slotted("said");
    if (status) status.textContent = text;
  }

  private show(): void {
    this.told = performance.now();
    const source: ArchiveSource | null = this.pictures[this.main]?.source ?? null;
    const write = (name: string, text: string): void => {
      const part = this.slotted(name);
      if (part && part.textContent !== text) part.textContent = text;
    };
    write("position", `${elapsed(this.clockMs - this.from)} / ${elapsed(this.to - this.from)}`);
    write("clock", clockTime(this.clockMs));
    const bar = this.querySelector<HTMLInputElement>("input[type=range]");
    if (bar) bar.value = String(Math.round(((this.clockMs - this.from) / Math.max(1, this.to - this.from)) * 1000));
    this.slotted("play")?.setAttribute("aria-label", this.playing ? words.pause : words.play);
    const use = this.slotted("play")?.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*$/, this.playing ? "#player-pause" : "#player-play"));
    const skip = this.slotted("skip");
    if (skip) skip.hidden = this.leader() !== undefined || this.nextPicture() === null;
    this.showCue();
    this.dataset.state = this.pictures.some((picture) => picture.source?.state === "ready") ? "ready"
      : this.pictures.every((picture) => picture.dataset.shows === "failed") ? "failed" : "opening";
    this.dataset.clock = String(Math.round(this.clockMs));
    this.dataset.playing = String(this.playing);
    const counted = source ?? this.pictures[this.main]?.counted(this.clockMs) ?? null;
    const { recording = "", rendition = 1, from_ms: fromMs = this.from, to_ms: toMs = this.to } = counted?.part ?? {};
    const number = source?.numberAt(this.clockMs) ?? null;
    const detail: Played = { wallMs: this.clockMs, recording, rendition, number, fromMs, toMs };
    document.dispatchEvent(new CustomEvent("mz-played", { detail }));
  }

  private showCue(): void {
    const now = this.cues.filter((cue) => cue.atMs <= this.clockMs && this.clockMs < cue.atMs + CUE_MS);
    const text = this.dataset.cues === "off" ? "" : now.map((cue) => cue.text).join("\n");
    const place = this.slotted("cue");
    if (!place || place.textContent === text) return;
    place.textContent = text;
    place.hidden = !text;
  }
}
