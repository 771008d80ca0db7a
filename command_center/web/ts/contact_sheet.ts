// <contact-sheet data-title>: pictures of the played recording at equal distances, each with its time and
// fragment; what has no picture says why. A click seeks; the sheet is saved as one JPEG.
import type { Played } from "./archive_player";
import { tickets } from "./archive_source";
import { CentreRefusal, problemCode } from "./centre";
import { codeOf, sentenceOf } from "./refusal";
import { save } from "./save";
import { clockTime, dateTime, fileTime, words } from "./words";

const COUNT = 20;
const [GAP, HEAD, FOOT] = [8, 54, 24];

interface Cell {
  wall_ms: number;
  place: number | null;
  number: number | null;
  shown_wall_ms: number | null;
  closed: boolean;
}

interface Sheet {
  columns: number;
  width: number;
  height: number;
  cells: Cell[];
}

export class ContactSheet extends HTMLElement {
  private played: Played | null = null;
  private sheet: Sheet | null = null;
  private readonly onPlayed = (event: Event): void => {
    this.played = (event as CustomEvent<Played>).detail;
  };

  connectedCallback(): void {
    document.addEventListener("mz-played", this.onPlayed);
    this.querySelector("[data-part=open]")?.addEventListener("click", () => void this.open());
    this.querySelector("[data-part=save]")?.addEventListener("click", () => this.save());
    this.canvas.addEventListener("click", (event) => this.seek(event));
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-played", this.onPlayed);
  }

  private get canvas(): HTMLCanvasElement {
    return this.querySelector("canvas") as HTMLCanvasElement;
  }

  private get dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }

  private say(state: string, text: string): void {
    this.dataset.state = state;
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
  }

  private async open(): Promise<void> {
    const { played } = this;
    if (!played?.recording) return;
    this.dialog.showModal();
    this.canvas.hidden = true;
    this.say("asking", words.packing);
    try {
      const { recording, rendition, fromMs, toMs } = played;
      const ticket = await tickets.of(recording);
      const query = new URLSearchParams({ from_wall_ms: String(fromMs), to_wall_ms: String(toMs), count: String(COUNT) });
      const answer = await fetch(`${ticket.http_url}/v1/recordings/${recording}/${rendition}/sheet?${query}`, {
        headers: { Authorization: `Bearer ${ticket.ticket}` },
      });
      if (!answer.ok) throw new CentreRefusal(answer.status, problemCode(await answer.text()) ?? `http.${answer.status}`);
      this.sheet = JSON.parse(answer.headers.get("X-Mz-Sheet") ?? "") as Sheet;
      this.draw(this.sheet, await createImageBitmap(await answer.blob()), played);
      this.say("ready", "");
    } catch (error) {
      this.say("failed", `${words.failed} · ${sentenceOf(codeOf(error))}`);
    }
  }

  /** Where a cell begins on the canvas. */
  private corner(sheet: Sheet, at: number): [number, number] {
    const [column, row] = [at % sheet.columns, Math.floor(at / sheet.columns)];
    return [GAP + column * (sheet.width + GAP), HEAD + row * (sheet.height + FOOT + GAP)];
  }

  private draw(sheet: Sheet, pictures: ImageBitmap, played: Played): void {
    const { columns, width, height, cells } = sheet;
    const { canvas } = this;
    canvas.width = GAP + columns * (width + GAP);
    canvas.height = HEAD + Math.ceil(cells.length / columns) * (height + FOOT + GAP);
    canvas.hidden = false;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    const font = getComputedStyle(document.body).fontFamily;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.textBaseline = "middle";
    const write = (text: string, x: number, y: number, colour: string, size: number): void => {
      pen.fillStyle = colour;
      pen.font = `${size}px ${font}`;
      pen.fillText(text, x, y);
    };
    write(`${this.dataset.title ?? ""}  ${dateTime(played.fromMs)} — ${clockTime(played.toMs)}`, GAP, 18, "#17212b", 18);
    write(`${words.recording} ${played.recording}`, GAP, 40, "#5e6b76", 13);
    cells.forEach((cell, at) => {
      const [x, y] = this.corner(sheet, at);
      if (cell.place === null) {
        pen.fillStyle = "#e2e6e0";
        pen.fillRect(x, y, width, height);
        pen.textAlign = "center";
        write(cell.closed ? words.privateHere : words.gapHere, x + width / 2, y + height / 2, cell.closed ? "#5b3fa8" : "#b3261e", 16);
        pen.textAlign = "start";
      } else {
        const [left, top] = [(cell.place % columns) * width, Math.floor(cell.place / columns) * height];
        pen.drawImage(pictures, left, top, width, height, x, y, width, height);
      }
      const number = cell.number === null ? "" : ` · ${words.fragment} ${String(cell.number).padStart(4, "0")}`;
      write(`${clockTime(cell.shown_wall_ms ?? cell.wall_ms)}${number}`, x, y + height + FOOT / 2, "#44515d", 14);
    });
  }

  private seek(event: MouseEvent): void {
    const { canvas, sheet } = this;
    if (!sheet) return;
    const scale = canvas.width / canvas.clientWidth;
    const [left, top] = [event.offsetX * scale, event.offsetY * scale];
    const found = sheet.cells.find((_, at) => {
      const [x, y] = this.corner(sheet, at);
      return left >= x && left < x + sheet.width && top >= y && top < y + sheet.height + FOOT;
    });
    if (!found) return;
    this.dialog.close();
    document.dispatchEvent(new CustomEvent("mz-seek", { detail: found.shown_wall_ms ?? found.wall_ms }));
  }

  private save(): void {
    const name = `${this.dataset.title ?? ""}-${fileTime(this.played?.fromMs ?? 0)}.jpg`;
    this.canvas.toBlob((blob) => blob && save(blob, name), "image/jpeg", 0.9);
  }
}
