// <live-tile device="…">: the server renders the tile, this keeps it alive.
// For tests and the latency measure it shows data-state, data-age-ms, data-number, data-recording.
import { FULL, SMALL, SOUND } from "./live_link";
import { LivePicture, type PictureState, type Sight } from "./live_picture";
import { LiveScrub } from "./live_scrub";
import { saveStill } from "./live_still";
import { onEvent, onPresence, type DeskEvent, type PresenceOut } from "./desk_socket";
import { bytes, clockTime, dateTime, elapsed, minutes, span, words } from "./words";

/** What a tile says: the picture's state, or that the device is there and records nothing, or that
 * it planned to be silent. */
type TileState = PictureState | "idle" | "silent";

const GLYPH: Record<TileState, string> = {
  idle: "dot", silent: "silent", conn: "conn", live: "live", sound: "sound", rewind: "rewind", stall: "stall", off: "off", private: "private", ended: "arch", unsupported: "off",
};
const TICK_MS = 250;
const FRESH_MS = 15_000; // a device not heard of for as long is no longer called online
const CLOCK_MS = 12 * 3_600_000; // a moment longer ago is said with its day, as `desk/tiles.py` does
const SOON_S = 1_800; // schemas.field_api.SOON_S
const LATE_MS = 8_000; // a live picture older than this is late, until it is younger than the next
const PROMPT_MS = 4_000;
const FULL_FROM_PX = 800; // a narrower tile shows no more than the small rendition has
const RENDITION: Record<number, string> = { [FULL]: words.full, [SMALL]: words.small, [SOUND]: words.sound };

export class LiveTile extends HTMLElement {
  private picture: LivePicture | null = null;
  private timer = 0;
  private shown: TileState | "" = "";
  private heardAt = 0; // when its presence came last
  private lastHeardMs = 0; // the same, by the wall clock, or what the centre knew before
  private records = true; // as far as is known
  private offMs = 0; // when it went off the air, until it is back
  private scrub: LiveScrub | null = null;
  private unsubscribe: (() => void)[] = [];
  private readonly size = new ResizeObserver(() => this.wish());

  connectedCallback(): void {
    const video = this.querySelector("video");
    const held = this.querySelector("canvas");
    const device = this.getAttribute("device");
    if (!video || !held || !device) return;
    video.muted = true;
    const picture = (this.picture = new LivePicture(video, held, device));
    this.records = this.dataset.idle === undefined;
    if (!this.records) this.heardAt = performance.now();
    this.offMs = Number(this.dataset.brokeOffMs ?? 0);
    this.lastHeardMs = this.dataset.heard === undefined ? 0 : Date.now();
    this.wish();
    this.size.observe(video);
    this.scrub = new LiveScrub(this, (seconds) => picture.rewind(seconds));
    this.slotted("still")?.addEventListener("click", () => void this.still(picture));
    this.timer = window.setInterval(this.tick, TICK_MS);
    document.addEventListener("mz-marking", this.tick);
    this.unsubscribe = [
      onPresence((presence) => presence.device === device && this.showPresence(presence)),
      onEvent((event) => event.device === device && this.hear(event)),
    ];
    this.slotted("sound")?.addEventListener("click", () => this.toggleSound(video));
    this.slotted("full")?.addEventListener("click", () => void this.querySelector(".vid")?.requestFullscreen());
    this.tick();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    document.removeEventListener("mz-marking", this.tick);
    this.unsubscribe.forEach((stop) => stop());
    this.size.disconnect();
    this.picture?.stop();
  }

  /** The spotlight asks for the full picture, the wall's tiles for what they can show. */
  private wish(): void {
    const wide = (this.querySelector("video")?.clientWidth ?? 0) > FULL_FROM_PX;
    this.picture?.wish(this.dataset.full !== undefined || wide ? FULL : SMALL);
  }

  private slotted(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  private write(name: string, text: string): void {
    const part = this.slotted(name);
    if (part && part.textContent !== text) part.textContent = text;
  }

  private readonly tick = (): void => {
    const { picture } = this;
    if (!picture) return;
    const state = this.state(picture);
    const age = state === "private" ? null : picture.ageMs();
    const wall = picture.pictureWallMs();
    this.dataset.state = state;
    this.dataset.recording = picture.recording;
    this.dataset.number = String(picture.number);
    this.dataset.skipped = String(picture.skipped);
    this.dataset.rendition = String(picture.rendition);
    if (age === null) delete this.dataset.ageMs;
    else this.dataset.ageMs = String(Math.round(age));
    this.write("age", age === null ? "—" : `${(age / 1000).toFixed(1)} s`);
    this.write("osd-time", wall === null ? "" : dateTime(wall));
    if (wall !== null && picture.openedWallMs) this.write("elapsed", elapsed(wall - picture.openedWallMs));
    this.showState(state, wall);
    this.showRendition(picture, state);
    this.showNeed(state, age);
    this.showLastHeard(state);
    this.scrub?.show(state, picture.turning ? null : age);
    if (this.dataset.full !== undefined) this.tellSight(picture, state);
  };

  /** Tell the page `mz-sight`: the moment that its viewer sees, or, of sound alone, hears; null where
   * nothing goes on. */
  private tellSight(picture: LivePicture, state: TileState): void {
    const { recording } = picture;
    const heard = picture.wallMs();
    const detail: Sight | null = state === "live" || state === "rewind" ? picture.sight()
      : state === "sound" && recording && heard !== null ? { recording, wallMs: heard } : null;
    document.dispatchEvent(new CustomEvent("mz-sight", { detail }));
  }

  /** What a person must look at: the wall shows it first. A call for help goes before, by `data-sos`. */
  private showNeed(state: TileState, age: number | null): void {
    const late = (state === "live" || state === "sound") && (age ?? 0) > (this.dataset.need === "late" ? PROMPT_MS : LATE_MS);
    const need = state === "off" && this.records ? "lost" : late ? "late" : "";
    if ((this.dataset.need ?? "") === need) return;
    if (need) this.dataset.need = need;
    else delete this.dataset.need;
    this.slotted("age-of")?.classList.toggle("bad", late);
  }

  /** Who is silent has no signal any more, but a moment at which it was heard last: or, of whom
   * this page never heard, one at which its lane was closed. */
  private showLastHeard(state: TileState): void {
    if ((state !== "off" && state !== "silent") || Date.now() - this.lastHeardMs < FRESH_MS) return;
    const arrival = this.picture?.lastArrival;
    const heard = Math.max(this.lastHeardMs, arrival ? Date.now() - (performance.now() - arrival) : 0);
    const at = heard || this.offMs;
    const time = Date.now() - at < CLOCK_MS ? clockTime(at) : dateTime(at).slice(0, -3);
    if (at) this.showLink(0, "t3", `${heard ? words.lastHeard : words.cutOff} ${time}`);
  }

  private showLink(level: number, colour: string, word: string): void {
    const link = this.slotted("link");
    link?.querySelectorAll("rect").forEach((bar, i) => bar.setAttribute("class", i < level ? "on" : ""));
    link?.setAttribute("class", `m ${colour}`);
    this.write("link-word", word);
  }

  private showRendition(picture: LivePicture, state: TileState): void {
    const shows = state === "live" || state === "rewind";
    this.write("rendition", shows ? (RENDITION[picture.rendition] ?? "") : "");
    this.slotted("rendition")?.classList.toggle("warn", picture.isLess);
  }

  /** Before the first picture, presence tells a device that records nothing from one not reached, and
   * the centre one that broke off. What a bridge records ends with the camera: lost, if it is wanted. */
  private state(picture: LivePicture): TileState {
    const state = picture.state();
    const awaited = state === "conn" && !picture.lastArrival && !picture.refusal;
    if (awaited && !this.records && performance.now() - this.heardAt < FRESH_MS) return "idle";
    const lost = (awaited && this.lostForMs() !== null) || (state === "ended" && this.offMs > 0 && this.dataset.bridged !== undefined);
    const quiet = state === "conn" || state === "stall" || state === "off";
    return quiet && this.silentUntil() > Date.now() ? "silent" : lost ? "off" : state;
  }

  /** For how long a device of which this page never saw a picture has been off the air, or was not
   * heard of. */
  private lostForMs(): number | null {
    if (this.picture?.lastArrival) return null;
    if (this.offMs) return Date.now() - this.offMs;
    const quiet = performance.now() - this.heardAt;
    return this.heardAt && quiet > FRESH_MS ? quiet : null;
  }

  private hear(event: DeskEvent): void {
    if (event.type === "DeviceDisconnected") this.offMs = event.at_ms;
    if (event.type === "DeviceConnected") this.offMs = this.heardAt = 0;
    if (event.type === "SourceSwitchedOff") this.offMs = 0;
  }

  /** Until when the device said that it may be silent; 0 where it said nothing. */
  private silentUntil(): number {
    return Number(this.slotted("silence")?.dataset.untilMs ?? 0);
  }

  private showState(state: TileState, wall: number | null): void {
    const message = this.slotted("message");
    if (message) {
      message.hidden = state === "live" || state === "rewind";
      const [head, why] = this.sentences(state, wall);
      this.write("message-head", head);
      this.write("message-why", why);
    }
    if (state === this.shown) return;
    this.shown = state;
    const badge = this.slotted("state");
    if (badge) badge.className = `stt ${state === "ended" ? "arch" : state === "unsupported" ? "off" : state}`;
    this.write("state-word", words[state]);
    const sign = message?.querySelector("use");
    const icon = state === "private" ? "#eye-off" : state === "sound" ? "#volume" : state === "off" ? "#access-point-off" : "#hourglass";
    sign?.setAttribute("href", (sign.getAttribute("href") ?? "").replace(/#.*$/, icon));
    const template = document.querySelector<HTMLTemplateElement>("#glyphs");
    const glyph = template?.content.querySelector(`[data-glyph="${GLYPH[state]}"] svg`);
    const place = this.slotted("state-glyph");
    if (glyph && place) place.replaceChildren(glyph.cloneNode(true));
  }

  private sentences(state: TileState, wall: number | null): [string, string] {
    const quiet = this.lostForMs() ?? (this.picture?.lastArrival ? performance.now() - this.picture.lastArrival : 0);
    const refusal = this.picture?.refusal;
    const bridged = this.dataset.bridged !== undefined; // nothing records it while it is away
    if (state === "stall") return [`${words.heldAt} ${wall === null ? "" : clockTime(wall)}`, bridged ? words.bridgedWhy : words.stallWhy];
    const silent = this.silentUntil();
    if (state === "silent") return [`${words.silentUntil} ${clockTime(silent)}`, `${words.silentLeft} ${span(silent - Date.now())}`];
    if (state === "sound") return [words.sound, wall === null ? words.soundWhy : `${words.soundWhy} · ${words.heldAt} ${clockTime(wall)}`];
    if (state === "off") return [`${words.lost} ${span(quiet)}`, silent ? words.silentOver : bridged ? words.bridgedWhy : this.records ? words.lostWhy : words.waitingWhy];
    if (state === "private") return [`${words.privateSince} ${clockTime(this.picture?.privateSince ?? 0)}`, words.privateWhy];
    if (state === "ended") return [words.endedAt, words.endedWhy];
    if (state === "unsupported") return [words.unsupported, words.unsupportedWhy];
    if (state === "idle") return [words.idle, words.waitingWhy];
    return refusal ? [words.refused, refusal] : [words.waiting, words.waitingWhy];
  }

  private showPresence(presence: PresenceOut): void {
    this.picture?.clock.hear(presence.at_ms);
    this.heardAt = performance.now();
    this.lastHeardMs = Date.now();
    this.records = presence.recording !== null;
    if (presence.link === "good") this.showLink(4, "ok", words.good);
    else if (presence.link === "thin") this.showLink(2, "warn", words.thin);
    else this.showLink(0, "bad", words.none);
    if (presence.battery_percent !== null) {
      this.write("battery-word", `${presence.battery_percent}%`);
      this.querySelector('[data-part="battery-level"]')?.setAttribute("width", String(presence.battery_percent * 0.148));
    }
    const [lasts, soon] = lasting(presence);
    this.write("lasts", lasts);
    this.slotted("lasts")?.setAttribute("class", soon ? "m opt warn" : "m opt");
    const late = presence.backlog_fragments > 10;
    const to = presence.archived_to_ms;
    const place = this.slotted("archived");
    if (late) place?.setAttribute("class", "m warn");
    else if (to !== null) place?.setAttribute("class", "m ok");
    if (late) this.write("archived-word", `${words.backlog} ${bytes(presence.backlog_bytes)}`);
    else if (to !== null) this.write("archived-word", `${words.archivedTo} ${clockTime(to)}`);
    this.write("drain", late ? drain(presence.drain_s) : "");
  }

  private async still(picture: LivePicture): Promise<void> {
    const sight = picture.sight();
    if (!sight) return this.write("said", words.clipNoPicture);
    this.write("said", await saveStill(sight.recording, picture.rendition, sight.wallMs));
  }

  private toggleSound(video: HTMLVideoElement): void {
    video.muted = !video.muted;
    const button = this.slotted("sound");
    button?.setAttribute("aria-pressed", String(!video.muted));
    const use = button?.querySelector("use");
    const href = use?.getAttribute("href") ?? "";
    use?.setAttribute("href", href.replace(/#.*$/, video.muted ? "#volume-off" : "#volume"));
  }
}

/** As `desk/tiles.py` says it: how long the battery lasts, what else ends soon, whether any does. */
function lasting(presence: PresenceOut): [string, boolean] {
  const { battery_left_s: battery, storage_left_s: storage, hot_left_s: hot } = presence;
  const soon = (left: number | null): left is number => left !== null && left < SOON_S;
  const said: string[] = [];
  if (battery !== null) said.push(`${words.batteryLeft} ${minutes(battery)}`);
  if (soon(storage)) said.push(`${words.storageLeft} ${minutes(storage)}`);
  if (soon(hot)) said.push(`${words.hotIn} ${minutes(hot)}`);
  return [said.join(" · "), [battery, storage, hot].some(soon)];
}

/** When nothing waits any more, if the backlog goes on shrinking as it did. */
function drain(seconds: number | null): string {
  return seconds === null ? words.drainNever : `${words.drainIn} ${span(seconds * 1000)}`;
}
