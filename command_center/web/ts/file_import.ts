// <file-import>: the file of an offline recorder, from the browser to the relay in pieces. It goes
// on where it stopped, after a broken link as after a closed page; the ticket travels in the
// Authorization header. With `data-new` it is the form, else one import of the list.
import { CentreRefusal, post, problemCode } from "./centre";
import { bytes, COURT_OFFSET_MS, words } from "./words";

const PIECE = 8 * 1024 * 1024;
const TAIL = 1024 * 1024;
const AGAIN_MS = [1_000, 2_000, 5_000, 10_000];
const ASK_MS = 1_000;

interface Pass {
  recording: string;
  ticket: string;
  until_ms: number;
  http_url: string;
}

interface Status {
  stage: "arriving" | "keeping" | "reading" | "signing" | "done" | "failed";
  size: number;
  arrived: number;
  tail_sha256: string;
  share: number;
  sha256: string;
  code: string;
}

export class FileImport extends HTMLElement {
  private pass: Pass | null = null;
  private gone = false;

  connectedCallback(): void {
    this.gone = false;
    const file = this.slotted<HTMLInputElement>("file");
    if ("new" in this.dataset) {
      this.querySelector("form")?.addEventListener("submit", (event) => {
        event.preventDefault();
        void this.guarded(() => this.begin());
      });
      file?.addEventListener("change", () => this.guess());
      this.field("recorder")?.addEventListener("change", () => this.chosen());
      this.chosen();
    } else {
      file?.addEventListener("change", () => {
        const chosen = file.files?.[0];
        if (chosen) void this.guarded(() => this.goOn(chosen));
      });
      void this.guarded(() => this.follow());
    }
  }

  disconnectedCallback(): void {
    this.gone = true;
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

  private say(text: string, share: number | null = null): void {
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
    const bar = this.querySelector("progress");
    if (bar && share !== null) {
      bar.hidden = false;
      bar.value = share;
    }
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    this.dataset.state = "busy";
    const button = this.querySelector<HTMLButtonElement>("form button");
    if (button) button.disabled = true;
    try {
      await work();
    } catch (error) {
      this.dataset.state = "failed";
      this.say(`${words.failed} · ${error instanceof CentreRefusal ? error.code : "relay.unreachable"}`);
      if (button) button.disabled = false;
    }
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

  /** Recorders write their clock into the name; else the file's own date is its end, at best. */
  private guess(): void {
    const file = this.slotted<HTMLInputElement>("file")?.files?.[0];
    const started = this.field("started");
    const hint = this.slotted("guess");
    if (!file || !started || !hint) return;
    const found = /(20\d\d)-?([01]\d)-?([0-3]\d)[-_T ]?([0-2]\d)-?:?([0-5]\d)-?:?([0-5]\d)/.exec(file.name);
    if (found) started.value = `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}`;
    else started.value = new Date(file.lastModified + COURT_OFFSET_MS).toISOString().slice(0, 19);
    hint.textContent = found ? words.importFromName : words.importFromDate;
  }

  private async begin(): Promise<void> {
    const file = this.slotted<HTMLInputElement>("file")?.files?.[0];
    if (!file) return;
    const started = Date.parse(`${this.value("started")}Z`) - COURT_OFFSET_MS;
    this.pass = await post<Pass>("/desk/imports", {
      name: file.name, size: file.size, started_wall_ms: started,
      clock_ahead_ms: Math.round(Number(this.value("ahead")) * 1000),
      officer: this.value("officer"), recorder: this.value("recorder"),
      recorder_name: this.value("recorder_name"), operation: this.value("operation") || null,
    });
    this.dataset.recording = this.pass.recording;
    await this.send(file);
  }

  /** The same file, by name, size and the last bytes that the relay holds of it. */
  private async goOn(file: File): Promise<void> {
    const status = await this.status();
    const tail = await sha256(file.slice(Math.max(0, status.arrived - TAIL), status.arrived));
    const same = file.name === this.dataset.name && file.size === status.size;
    if (same && (!status.tail_sha256 || tail === status.tail_sha256)) return this.send(file);
    this.dataset.state = "failed";
    this.say(words.importOther);
  }

  private async send(file: File): Promise<void> {
    const stop = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", stop);
    try {
      let { arrived } = await this.status();
      for (let failures = 0; arrived < file.size && !this.gone; ) {
        try {
          const piece = file.slice(arrived, arrived + PIECE);
          ({ arrived } = await this.ask("PUT", `?offset=${arrived}`, piece));
          failures = 0;
          this.say(`${words.importSending} ${bytes(arrived)} / ${bytes(file.size)}`, arrived / file.size);
        } catch (error) {
          if (error instanceof CentreRefusal && ![409, 401, 503].includes(error.status)) throw error;
          this.say(`${words.importWaiting} ${bytes(arrived)} / ${bytes(file.size)}`, arrived / file.size);
          await pause(AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)] ?? 0);
          arrived = await this.status().then((status) => status.arrived, () => arrived);
        }
      }
    } finally {
      window.removeEventListener("beforeunload", stop);
    }
    await this.follow();
  }

  /** Ask the relay how far it is until the end; then the page shows the rest. */
  private async follow(): Promise<void> {
    while (!this.gone) {
      const status = await this.status();
      const share = `${Math.floor(status.share * 100)}%`;
      if (status.stage === "arriving") {
        this.say(`${words.importHeld} ${bytes(status.arrived)} / ${bytes(status.size)}`, status.share);
        return;
      }
      this.slotted("again")?.remove();
      if (status.stage === "done" || status.stage === "failed") {
        this.dataset.state = status.stage;
        this.say(status.stage === "done" ? words.importDone : `${words.importFailed} · ${status.code}`, 1);
        window.setTimeout(() => window.location.reload(), 1_500);
        return;
      }
      this.say(`${words.importStages[status.stage]} ${share}`, status.share);
      await pause(ASK_MS);
    }
  }

  private status(): Promise<Status> {
    return this.ask("GET", "");
  }

  private async ask(method: string, query: string, body?: Blob): Promise<Status> {
    const { recording } = this.dataset;
    if (!this.pass || this.pass.until_ms < Date.now() + 60_000) {
      this.pass = await post<Pass>(`/desk/imports/${recording}/ticket`, {});
    }
    const { http_url, ticket } = this.pass;
    const answer = await fetch(`${http_url}/v1/imports/${recording}${query}`, {
      method, headers: { Authorization: `Bearer ${ticket}` }, ...(body ? { body } : {}),
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text) as Status;
    if (answer.status === 401) this.pass = null;
    throw new CentreRefusal(answer.status, problemCode(text) ?? `http.${answer.status}`);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => window.setTimeout(done, ms));
}

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
