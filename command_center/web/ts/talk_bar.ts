// <talk-bar data-operation="…" data-device="…">: hold the button or the space bar to speak.
// For tests it shows data-state and data-code; what it listens to (data-listens, data-heard-ms);
// each hearer its data-route and data-played-ms.
import { CentreRefusal, post, type RelayTicket } from "./centre";
import { answersToSpace } from "./keys";
import { Ear } from "./ear";
import { Microphone, type MicrophoneCode, MicrophoneRefusal } from "./microphone";
import { sentenceOf } from "./refusal";
import { encodeTalk } from "./talk_frame";
import { words } from "./words";

type Route = "earpiece" | "loudspeaker" | "text" | "away";
type ToDesk =
  | { t: "welcome" }
  | { t: "hearer"; device: string; route: Route }
  | { t: "speaking"; burst: string; speaker: string; desk: boolean }
  | { t: "heard"; burst: string; device: string; played_ms: number }
  | { t: "silent"; burst: string; end: string }
  | { t: "fault"; problem: { code: string } };
type State = "connecting" | "idle" | "opening" | "speaking" | "listening" | "failed";

const ROUTES: Record<Route, string> = {
  earpiece: words.earpiece, loudspeaker: words.loudspeaker, text: words.textOnly, away: words.away,
};
const MICROPHONE: Record<MicrophoneCode, string> = {
  denied: words.micDenied, none: words.micNone, unsupported: words.micUnsupported, failed: words.micFailed,
};
const RETRY_MS = 2_000;
const MAX_WAITING = 40; // packets of 20 ms kept until the floor is given

export class TalkBar extends HTMLElement {
  private socket: WebSocket | null = null;
  private timer = 0;
  private held = false;
  private microphone: Microphone | null = null;
  private burst = "";
  private granted = false;
  private number = 0;
  private waiting: Uint8Array[] = [];
  private spoken = "";
  private readonly ear = new Ear(() => this.sayHearing(), (ms) => (this.dataset.heardMs = String(ms)));

  connectedCallback(): void {
    const hold = this.slotted("hold");
    hold?.addEventListener("pointerdown", (event) => {
      hold.setPointerCapture(event.pointerId);
      void this.press();
    });
    for (const name of ["pointerup", "pointercancel"]) hold?.addEventListener(name, this.release);
    hold?.addEventListener("keydown", (event) => event.key === " " && !event.repeat && void this.press());
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("keyup", this.onKeyUp);
    window.addEventListener("blur", this.release);
    this.slotted("to")?.addEventListener("change", () => this.connectAnew());
    void this.connect();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("keyup", this.onKeyUp);
    window.removeEventListener("blur", this.release);
    window.clearTimeout(this.timer);
    this.finish();
    this.ear.close();
    this.socket?.close();
    this.socket = null;
  }

  private slotted(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  private show(state: State, text: string, code = ""): void {
    this.dataset.state = state;
    this.dataset.code = code;
    const status = this.slotted("status");
    if (status) status.textContent = text;
    const hold = this.slotted("hold");
    hold?.setAttribute("aria-pressed", String(state === "speaking"));
    hold?.toggleAttribute("disabled", state === "connecting");
    const word = this.slotted("word");
    if (word) word.textContent = state === "speaking" ? words.talkNow : words.talkHold;
  }

  // the socket

  private connectAnew(): void {
    const socket = this.socket;
    this.socket = null;
    this.finish();
    socket?.close();
    window.clearTimeout(this.timer);
    void this.connect();
  }

  private async connect(): Promise<void> {
    this.show("connecting", words.conn);
    try {
      const to = this.dataset.device ?? (this.querySelector<HTMLSelectElement>("select")?.value || null);
      const pass = await post<RelayTicket>("/desk/tickets/talk", { operation: this.dataset.operation, device: to });
      if (!this.isConnected) return;
      const url = new URL(pass.stream_url);
      if (url.pathname === "/") url.pathname = "/v1/stream";
      const socket = new WebSocket(url);
      socket.onopen = () => socket.send(JSON.stringify({ t: "talk", ticket: pass.ticket }));
      socket.binaryType = "arraybuffer";
      socket.onmessage = (message) => this.hear(message.data as string | ArrayBuffer);
      socket.onclose = () => this.lost(socket);
      this.socket = socket;
    } catch (error) {
      this.retry(error instanceof CentreRefusal ? error.code : "relay.unreachable");
    }
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket) return;
    this.finish();
    this.retry("relay.lost");
  }

  private retry(code: string): void {
    this.show("connecting", `${words.talkOff} · ${sentenceOf(code)}`, code);
    this.timer = window.setTimeout(() => void this.connect(), RETRY_MS);
  }

  /** The relay sends officers' words to a desk that can sound them, and counts it as a hearer. */
  private sayHearing(): void {
    this.dataset.listens = String(this.ear.hears);
    if (this.socket?.readyState !== WebSocket.OPEN || this.dataset.state === "connecting") return;
    this.socket.send(JSON.stringify({ t: "hearing", route: this.ear.hears ? "loudspeaker" : "text" }));
    if (this.dataset.state === "idle") this.idle();
  }

  private idle(said = ""): void {
    this.show("idle", said || (this.ear.hears ? "" : words.talkClick));
  }

  private hear(data: string | ArrayBuffer): void {
    if (typeof data !== "string") return this.ear.frame(data);
    const message = JSON.parse(data) as ToDesk;
    if (message.t === "welcome") {
      this.idle();
      this.sayHearing();
    }
    else if (message.t === "hearer") this.showRoute(message.device, message.route);
    else if (message.t === "speaking") this.floor(message);
    else if (message.t === "heard" && message.burst === this.spoken) this.showPlayed(message.device, message.played_ms);
    else if (message.t === "silent") this.silent(message.burst, message.end);
    else if (message.t === "fault") this.refused(message.problem.code);
  }

  private floor({ burst, speaker, desk }: { burst: string; speaker: string; desk: boolean }): void {
    if (burst !== this.burst) {
      const name = this.hearer(speaker)?.firstElementChild?.textContent ?? words.talkOfficer;
      return this.show("listening", desk ? words.talkOtherDesk : `${name} ${words.talkSpeaks}`);
    }
    this.granted = true;
    this.show("speaking", words.talkSpeak);
    this.waiting.forEach((packet) => this.sendPacket(packet));
    this.waiting = [];
  }

  private silent(burst: string, end: string): void {
    const mine = burst === this.spoken;
    this.ear.end(burst);
    if (burst === this.burst) this.finish();
    this.idle(mine ? (end === "limit" ? words.talkLimit : words.talkKept) : "");
  }

  private refused(code: string): void {
    this.finish();
    const told: Record<string, string> = { "talk.nobody_hears": words.talkNobody, "talk.floor_taken": words.talkTaken };
    this.show("failed", told[code] ?? `${words.failed} · ${sentenceOf(code)}`, code);
    if (code === "talk.nobody_hears") document.querySelector<HTMLElement>(".ordform [name=text]")?.focus();
  }

  private hearer(device: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-hearer="${CSS.escape(device)}"]`);
  }

  private showRoute(device: string, route: Route): void {
    const hearer = this.hearer(device);
    const place = hearer?.querySelector("[data-part=route]");
    if (!hearer || !place) return;
    hearer.dataset.route = route;
    place.textContent = ROUTES[route];
  }

  private showPlayed(device: string, playedMs: number): void {
    const hearer = this.hearer(device);
    const place = hearer?.querySelector("[data-part=route]");
    if (!hearer || !place) return;
    hearer.dataset.playedMs = String(playedMs);
    hearer.dataset.playing = "";
    place.textContent = `${words.talkPlayed} ${(playedMs / 1000).toFixed(1)} s`;
  }

  // speaking

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    if (answersToSpace(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (!event.repeat) void this.press();
  };

  private readonly onKeyUp = (event: KeyboardEvent): void => {
    if (event.key === " ") this.release();
  };

  private async press(): Promise<void> {
    if (this.held || this.socket?.readyState !== WebSocket.OPEN || this.dataset.state === "connecting") return;
    this.held = true;
    this.show("opening", words.talkOpening);
    try {
      const microphone = await Microphone.open((packet) => this.packet(packet), (level) => this.level(level));
      if (!this.held) return microphone.close();
      this.microphone = microphone;
      this.burst = this.spoken = crypto.randomUUID();
      this.number = 0;
      this.querySelectorAll<HTMLElement>("[data-hearer]").forEach((hearer) => {
        delete hearer.dataset.playedMs;
        delete hearer.dataset.playing;
        this.showRoute(hearer.dataset.hearer ?? "", (hearer.dataset.route ?? "away") as Route);
      });
      this.socket?.send(JSON.stringify({ t: "press", burst: this.burst }));
    } catch (error) {
      this.held = false;
      const code = error instanceof MicrophoneRefusal ? error.code : "failed";
      this.show("failed", MICROPHONE[code], `microphone.${code}`);
    }
  }

  private readonly release = (): void => {
    if (!this.held) return;
    const { burst } = this;
    this.finish();
    if (burst) this.socket?.send(JSON.stringify({ t: "release", burst }));
    else this.idle();
  };

  private finish(): void {
    this.held = this.granted = false;
    this.burst = "";
    this.waiting = [];
    this.microphone?.close();
    this.microphone = null;
    this.level(0);
  }

  private packet(packet: Uint8Array): void {
    if (!this.burst) return;
    if (this.granted) this.sendPacket(packet);
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(packet);
  }

  private sendPacket(packet: Uint8Array): void {
    this.socket?.send(encodeTalk(this.burst, this.number++, packet));
  }

  private level(level: number): void {
    const meter = this.slotted("level");
    if (meter instanceof HTMLMeterElement) meter.value = level;
  }
}
