// One viewer's socket to the relay: its ticket, joining, joining again. What comes is handed on.
import { CentreRefusal, watchTicket, type RelayTicket } from "./centre";

export const FULL = 1;
export const SMALL = 2;
export const SOUND = 3;

const BACKOFF_MS = [300, 1_000, 2_000, 5_000];
const SPARE_MS = 5_000;

export class LiveLink {
  refusal = "";
  private rendition = FULL;
  private socket: WebSocket | null = null;
  private ticket: RelayTicket | null = null;
  private tries = 0;
  private timer = 0;
  private turn = 0;

  constructor(
    private readonly device: string,
    private readonly receive: (data: string | ArrayBuffer) => void,
  ) {}

  /** Join, or join anew: in this rendition, from this wall clock of the device on, ms. */
  join(rendition: number, fromMs: number | null = null): void {
    this.rendition = rendition;
    void this.connect(fromMs);
  }

  leave(): void {
    this.turn++;
    window.clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  /** Something came: the next loss is tried again soon. */
  isWell(): void {
    this.tries = 0;
  }

  private async connect(fromMs: number | null): Promise<void> {
    this.leave();
    const turn = this.turn;
    try {
      const ticket = await this.freshTicket();
      if (turn !== this.turn) return;
      this.refusal = "";
      this.open(ticket, fromMs);
    } catch (error) {
      if (turn !== this.turn) return;
      this.refusal = error instanceof CentreRefusal ? error.code : "relay.unreachable";
      if (error instanceof CentreRefusal && error.status === 401) return location.reload();
      this.retry();
    }
  }

  private open({ ticket, stream_url, until_ms }: RelayTicket, fromMs: number | null): void {
    const { device, rendition } = this;
    const url = new URL(stream_url);
    if (url.pathname === "/") url.pathname = "/v1/stream";
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const watch = { t: "watch", ticket, device, rendition, ...(fromMs === null ? {} : { from_wall_ms: Math.round(fromMs) }) };
    socket.onopen = () => socket.send(JSON.stringify(watch));
    socket.onmessage = (message) => this.socket === socket && this.receive(message.data as string | ArrayBuffer);
    socket.onclose = () => this.lost(socket);
    this.socket = socket;
    // a viewer's stream does not outlive its ticket: change to a fresh one shortly before
    this.timer = window.setTimeout(() => this.join(rendition), Math.max(SPARE_MS, until_ms - Date.now() - SPARE_MS));
  }

  /** The ticket at hand serves to join again until it is nearly over: one look, one line in the log. */
  private async freshTicket(): Promise<RelayTicket> {
    if (this.ticket && this.ticket.until_ms - Date.now() > 2 * SPARE_MS) return this.ticket;
    return (this.ticket = await watchTicket(this.device));
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket) return;
    window.clearTimeout(this.timer);
    this.socket = this.ticket = null;
    this.retry();
  }

  private retry(): void {
    const wait = BACKOFF_MS[Math.min(this.tries++, BACKOFF_MS.length - 1)] ?? 5_000;
    this.timer = window.setTimeout(() => void this.connect(null), wait * (0.75 + Math.random() / 2));
  }
}
