// <archive-player>: HLS from the relay's archive. The ticket travels in the Authorization header.
// data-recording, data-rendition, data-opened-ms (wall clock of the first picture).
import Hls from "hls.js";
import { CentreRefusal, playTicket, type RelayTicket } from "./centre";
import { dateTime, elapsed, words } from "./words";

const RENEW_EARLY_MS = 15_000;

export class ArchivePlayer extends HTMLElement {
  private hls: Hls | null = null;
  private ticket: RelayTicket | null = null;
  private timer = 0;
  private readonly onSeek = (event: Event): void => this.seekWall((event as CustomEvent<number>).detail);

  connectedCallback(): void {
    const video = this.querySelector("video");
    if (!video || !this.dataset.recording) return;
    this.slotted("play")?.addEventListener("click", () => void (video.paused ? video.play() : video.pause()));
    this.slotted("full")?.addEventListener("click", () => void this.querySelector(".vid")?.requestFullscreen());
    this.slotted("back")?.addEventListener("click", () => (video.currentTime -= 10));
    this.slotted("forward")?.addEventListener("click", () => (video.currentTime += 10));
    const bar = this.querySelector<HTMLInputElement>("input[type=range]");
    bar?.addEventListener("input", () => (video.currentTime = (Number(bar.value) / 1000) * (video.duration || 0)));
    this.querySelector("select")?.addEventListener("change", (event) => {
      video.playbackRate = Number((event.target as HTMLSelectElement).value);
    });
    for (const name of ["timeupdate", "play", "pause", "loadedmetadata", "seeked"]) video.addEventListener(name, () => this.show(video, bar));
    document.addEventListener("mz-seek", this.onSeek);
    void this.open(video);
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-seek", this.onSeek);
    window.clearTimeout(this.timer);
    this.hls?.destroy();
  }

  private slotted(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  private async open(video: HTMLVideoElement): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      return this.fail(error instanceof CentreRefusal ? error.code : "relay.unreachable");
    }
    if (!Hls.isSupported() || !this.ticket) return this.fail(words.unsupported);
    const hls = new Hls({
      enableWorker: false, // the Content-Security-Policy allows no blob worker
      xhrSetup: (xhr) => xhr.setRequestHeader("Authorization", `Bearer ${this.ticket?.ticket ?? ""}`),
    });
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (data.fatal) this.fail(`${data.details}${data.response?.code ? ` ${data.response.code}` : ""}`);
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => (this.dataset.state = "ready"));
    const { recording, rendition = "1" } = this.dataset;
    hls.loadSource(`${this.ticket.http_url}/v1/recordings/${recording}/${rendition}/index.m3u8`);
    hls.attachMedia(video);
    this.hls = hls;
  }

  private async renew(): Promise<void> {
    this.ticket = await playTicket(this.dataset.recording ?? "");
    const wait = Math.max(5_000, this.ticket.until_ms - Date.now() - RENEW_EARLY_MS);
    this.timer = window.setTimeout(() => void this.renew().catch(() => undefined), wait);
  }

  private fail(reason: string): void {
    this.dataset.state = "failed";
    const message = this.slotted("message");
    if (message) message.hidden = false;
    const why = this.slotted("message-why");
    if (why) why.textContent = reason;
  }

  /** The device's wall clock at the shown picture: from the playlist where it says so. */
  private wallMs(video: HTMLVideoElement): number {
    return this.hls?.playingDate?.getTime() ?? Number(this.dataset.openedMs ?? 0) + video.currentTime * 1000;
  }

  private seekWall(wallMs: number): void {
    const video = this.querySelector("video");
    if (!video) return;
    const shift = (wallMs - this.wallMs(video)) / 1000;
    video.currentTime = Math.min(Math.max(0, video.currentTime + shift), video.duration || 0);
  }

  private show(video: HTMLVideoElement, bar: HTMLInputElement | null): void {
    const wall = this.wallMs(video);
    const write = (name: string, text: string): void => {
      const part = this.slotted(name);
      if (part) part.textContent = text;
    };
    write("position", `${elapsed(video.currentTime * 1000)} / ${elapsed((video.duration || 0) * 1000)}`);
    write("osd-time", dateTime(wall));
    if (bar && video.duration) bar.value = String(Math.round((video.currentTime / video.duration) * 1000));
    this.slotted("play")?.setAttribute("aria-label", video.paused ? words.play : words.pause);
    const use = this.slotted("play")?.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*$/, video.paused ? "#player-play" : "#player-pause"));
    this.dataset.position = video.currentTime.toFixed(2);
    document.dispatchEvent(new CustomEvent("mz-played", { detail: wall }));
  }
}
