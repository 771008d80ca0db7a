// <import-lot>: the files of a recorder's card, chosen one by one or as a folder, in the order of the
// recorder's clock. Each is brought by a row of its own; one that is refused does not stop the others.
import { post } from "./centre";
import { FileImport, type Pass } from "./file_import";
import { isHeld, isOver } from "./import_state";
import { bytes, COURT_OFFSET_MS, words } from "./words";

const FILMS = /\.(mp4|mov|avi|ts|m2ts|mts|ps|mpg|mpeg|vob)$/i;
const MOST = 200;
const NAMED = 5; // of the files that are left out

interface Film {
  file: File;
  started: string; // by the recorder's clock, as an <input type=datetime-local> has it
  named: boolean; // whether the name says so
}

export class ImportLot extends HTMLElement {
  private readonly films = new Map<FileImport, File>();

  connectedCallback(): void {
    this.querySelectorAll<HTMLInputElement>("[data-part=files]").forEach((field) => {
      field.addEventListener("change", () => {
        this.choose([...(field.files ?? [])], field.webkitdirectory);
        field.value = "";
      });
    });
    this.field("recorder")?.addEventListener("change", () => this.chosen());
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.bring();
    });
    document.addEventListener("mz-import-over", () => this.renew());
    this.chosen();
    this.count();
  }

  private slotted<T extends HTMLElement>(name: string): T | null {
    return this.querySelector<T>(`[data-part="${name}"]`);
  }

  private field(name: string): HTMLInputElement | HTMLSelectElement | null {
    return this.querySelector(`[name="${name}"]`);
  }

  private value(name: string): string {
    return this.field(name)?.value ?? "";
  }

  /** The recorder's officer is the likely one; a new recorder wants a name. */
  private chosen(): void {
    const select = this.field("recorder") as HTMLSelectElement | null;
    const fresh = this.slotted("new-recorder");
    if (fresh) fresh.hidden = select?.value !== "";
    const officer = select?.selectedOptions[0]?.dataset.officer;
    const whom = this.field("officer");
    if (officer && whom) whom.value = officer;
  }

  /** Take the place of what was chosen before; what of a folder is no film is left out and named. */
  private choose(files: File[], folder: boolean): void {
    const found = folder ? files.filter((file) => FILMS.test(file.name)) : files;
    const films = found.map(guess).sort((a, b) => a.started.localeCompare(b.started));
    this.films.clear();
    this.slotted("rows")?.replaceChildren(...films.slice(0, MOST).map((film) => this.row(film)));
    const out = [...files.filter((file) => !found.includes(file)), ...films.slice(MOST).map((film) => film.file)];
    const left = this.slotted("left-out");
    if (left) {
      left.hidden = !out.length;
      left.textContent = `${words.importLeftOut} ${out.length}: ${out.slice(0, NAMED).map((file) => file.name).join(", ")}${out.length > NAMED ? "…" : ""}`;
    }
    this.count();
  }

  private row({ file, started, named }: Film): Node {
    const made = this.querySelector("template")?.content.cloneNode(true) as DocumentFragment;
    const row = made.querySelector("file-import") as FileImport;
    const write = (name: string, text: string): void => {
      const part = row.querySelector(`[data-part="${name}"]`);
      if (part) part.textContent = text;
    };
    write("name", file.name.replace(/[\p{Cc}\p{Cf}]/gu, "")); // what would turn it around
    write("size", bytes(file.size));
    write("guess", named ? words.importFromName : words.importFromDate);
    const field = row.querySelector<HTMLInputElement>("[name=started]");
    if (field) field.value = started;
    row.querySelector("[data-part=drop]")?.addEventListener("click", () => {
      this.films.delete(row);
      row.remove();
      this.count();
    });
    this.films.set(row, file);
    return made;
  }

  /** Send one after the other; what the relay has whole it reads while the next one comes. */
  private async bring(): Promise<void> {
    this.dataset.state = "busy";
    this.lock(true);
    const followed: Promise<void>[] = [];
    for (const [row, file] of this.films) {
      if (isHeld(row.state)) continue;
      row.mark("uploading");
      row.scrollIntoView({ block: "nearest" });
      try {
        const { over } = await row.begin(await this.announce(row, file), file);
        followed.push(over.catch((error: unknown) => row.refused(error)).finally(() => this.count()));
      } catch (error) {
        row.refused(error);
        row.scrollIntoView({ block: "nearest" });
      }
      this.count();
    }
    await Promise.all(followed);
    this.dataset.state = "over";
    this.lock(false);
    this.count();
    this.renew();
  }

  private async announce(row: FileImport, file: File): Promise<Pass> {
    const started = row.querySelector<HTMLInputElement>("[name=started]")?.value ?? "";
    const pass = await post<Pass>("/desk/imports", {
      name: file.name, size: file.size, started_wall_ms: Date.parse(`${started}Z`) - COURT_OFFSET_MS,
      clock_ahead_ms: Math.round(Number(this.value("ahead")) * 1000),
      officer: this.value("officer"), recorder: this.value("recorder"),
      recorder_name: this.value("recorder_name"), operation: this.value("operation") || null,
    });
    const select = this.field("recorder") as HTMLSelectElement | null;
    if (select && !select.value) { // the new recorder is known now: the next file is of the same one
      select.prepend(new Option(this.value("recorder_name"), pass.recorder, false, true));
      this.chosen();
    }
    return pass;
  }

  private lock(busy: boolean): void {
    this.querySelectorAll<HTMLInputElement>("form input, form select, form button").forEach((one) => (one.disabled = busy));
  }

  private count(): void {
    const rows = [...this.films.keys()];
    const taken = rows.filter((row) => isHeld(row.state)).length;
    const failed = rows.filter((row) => row.state === "refused" || row.state === "failed").length;
    const size = [...this.films.values()].reduce((sum, file) => sum + file.size, 0);
    const said = this.slotted("said");
    if (said) {
      said.textContent = !rows.length ? ""
        : this.dataset.state ? `${words.importLot} ${rows.length} · ${words.importSent} ${taken} · ${words.failed} ${failed}`
        : `${words.importLot} ${rows.length} · ${bytes(size)}`;
    }
    const button = this.querySelector<HTMLButtonElement>("form button.p");
    if (button && this.dataset.state !== "busy") button.disabled = taken === rows.length;
  }

  /** Ask for the list anew, but not while files are on their way, nor over what was refused. */
  private renew(): void {
    const kept = this.dataset.state === "busy" || [...this.films.keys()].some((row) => !isOver(row.state));
    if (!kept) window.setTimeout(() => window.location.reload(), 1_500);
  }
}

/** Recorders write their clock into the name; else the file's own date is its end, at best. */
function guess(file: File): Film {
  const found = /(20\d\d)-?([01]\d)-?([0-3]\d)[-_T ]?([0-2]\d)-?:?([0-5]\d)-?:?([0-5]\d)/.exec(file.name);
  const started = found ? `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}`
    : new Date(file.lastModified + COURT_OFFSET_MS).toISOString().slice(0, 19);
  return { file, started, named: found !== null };
}
