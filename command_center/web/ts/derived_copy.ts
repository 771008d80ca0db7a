// <derived-copy data-name>: a copy of the played recording for a named viewer: marked, with regions that
// are drawn on the picture blurred and sound silenced for a while. The centre signs what may be made.
import type { Played } from "./archive_player";
import { post } from "./centre";
import type { Road } from "./export_job";
import { ExportPanel } from "./export_panel";
import { momentOf } from "./moment";
import { clockTime, words } from "./words";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const LEAST = 10; // thousandths: a smaller drag is a slip
const MAX_ROWS = 32;

export class DerivedCopy extends ExportPanel {
  private played: Played | null = null;
  private readonly hides = new Map<HTMLElement, Box | null>(); // a box is blurred, none is silence
  private start: [number, number] | null = null;
  private readonly frame = document.createElement("canvas");
  private readonly onPlayed = (event: Event): void => {
    if (!this.dialog.open) this.played = (event as CustomEvent<Played>).detail;
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("mz-played", this.onPlayed);
    this.slotted("open")?.addEventListener("click", () => this.open());
    this.slotted("mute")?.addEventListener("click", () => this.add(null));
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.busy(() => this.make());
    });
    this.slotted("close")?.addEventListener("click", () => this.dialog.close());
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => (this.start = this.point(event)));
    canvas.addEventListener("pointermove", (event) => this.start && this.draw(this.box(event)));
    canvas.addEventListener("pointerup", (event) => {
      const box = this.start && this.box(event);
      this.start = null;
      if (box && box.width >= LEAST && box.height >= LEAST) this.add(box);
      else this.draw();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("mz-played", this.onPlayed);
  }

  private get canvas(): HTMLCanvasElement {
    return this.querySelector("canvas") as HTMLCanvasElement;
  }

  private get dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }

  private field(name: string, within: ParentNode = this): string {
    return within.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value.trim() ?? "";
  }

  /** The ends of the copy: those of the clip, else of the recording. */
  private get ends(): [number, number] {
    const clip = this.closest<HTMLElement>("clip-export")?.dataset;
    return [Number(clip?.fromMs || this.played?.fromMs), Number(clip?.toMs || this.played?.toMs)];
  }

  private open(): void {
    const video = document.querySelector<HTMLVideoElement>("archive-picture[data-main] video:not([hidden])");
    if (!this.played?.recording || !video?.videoWidth) return this.say("failed", words.clipNoPicture);
    for (const row of this.hides.keys()) row.remove();
    this.hides.clear();
    [this.frame.width, this.frame.height] = [video.videoWidth, video.videoHeight];
    this.frame.getContext("2d")?.drawImage(video, 0, 0);
    [this.canvas.width, this.canvas.height] = [960, Math.round((960 * video.videoHeight) / video.videoWidth)];
    this.say("", `${clockTime(this.ends[0])} – ${clockTime(this.ends[1])}`);
    this.dialog.showModal();
    this.draw();
  }

  private point(event: PointerEvent): [number, number] {
    const part = (at: number, size: number): number => Math.round(Math.max(0, Math.min(1, at / size)) * 1000);
    return [part(event.offsetX, this.canvas.clientWidth), part(event.offsetY, this.canvas.clientHeight)];
  }

  private box(event: PointerEvent): Box {
    const [[ax, ay], [bx, by]] = [this.start ?? [0, 0], this.point(event)];
    return { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(ax - bx), height: Math.abs(ay - by) };
  }

  private draw(growing: Box | null = null): void {
    const { canvas } = this;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.drawImage(this.frame, 0, 0, canvas.width, canvas.height);
    const boxes = [...this.hides.values(), growing].filter((box) => box !== null);
    boxes.forEach((box, at) => {
      const [x, y, width, height] = [box.x * canvas.width, box.y * canvas.height, box.width * canvas.width, box.height * canvas.height].map((v) => v / 1000) as [number, number, number, number];
      pen.fillStyle = "rgb(4 8 12 / .72)";
      pen.fillRect(x, y, width, height);
      pen.strokeStyle = "#f4b740";
      pen.lineWidth = 2;
      pen.strokeRect(x, y, width, height);
      pen.fillStyle = "#fff";
      pen.font = "600 18px sans-serif";
      pen.fillText(String(at + 1), x + 8, y + 22);
    });
  }

  /** Add a line for a region or a silence; its time begins as that of the whole copy. */
  private add(box: Box | null): void {
    const model = this.querySelector<HTMLTemplateElement>("template");
    const row = model?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!row || this.hides.size >= MAX_ROWS) return;
    const [from, to] = this.ends;
    const set = (name: string, ms: number): void => row.querySelector(`input[name=${name}]`)?.setAttribute("value", clockTime(ms));
    set("from", from);
    set("to", to + 999);
    this.hides.set(row, box);
    row.querySelector("button")?.addEventListener("click", () => {
      this.hides.delete(row);
      row.remove();
      this.number();
    });
    this.slotted("rows")?.append(row);
    this.number();
  }

  private number(): void {
    let at = 0;
    for (const [row, box] of this.hides) {
      const name = row.querySelector("[data-part=what]");
      if (name) name.textContent = box ? `${words.blurred} ${++at}` : words.silenced;
    }
    this.draw();
  }

  private async make(): Promise<void> {
    const { played } = this;
    if (!played) return;
    const [from, to] = this.ends;
    const hidden = [...this.hides].map(([row, box]) => {
      const times = [momentOf(this.field("from", row), from - 1000), momentOf(this.field("to", row), from - 1000)];
      return { box, from_wall_ms: times[0] ?? NaN, to_wall_ms: times[1] ?? NaN };
    });
    if (hidden.some((one) => !(one.from_wall_ms < one.to_wall_ms))) return this.say("failed", words.clipOrder);
    const asked = {
      recording: played.recording, rendition: played.rendition, from_wall_ms: Math.round(from), to_wall_ms: Math.round(to),
      viewer: this.field("viewer"), purpose: this.field("purpose"),
      regions: hidden.filter((one) => one.box).map(({ box, ...time }) => ({ ...box, ...time })),
      silences: hidden.filter((one) => !one.box).map(({ from_wall_ms, to_wall_ms }) => ({ from_wall_ms, to_wall_ms })),
    };
    const made = await post<Road & { request: unknown }>("/desk/tickets/derived", asked);
    await this.job(made, "/v1/exports", made.request, () => `${this.dataset.name ?? ""}-${asked.viewer}.zip`);
  }
}
