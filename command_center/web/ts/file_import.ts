// <file-import>: one file of an offline recorder, from the browser to the relay in pieces. It goes on
// where it stopped, after a broken link as after a closed page; the ticket travels in the
// Authorization header. It is a row of the list, or of a lot that is being brought.
import { CentreRefusal, post, problemCode } from "./centre";
import { bytes, words } from "./words";

const PIECE = 8 * 1024 * 1024;
const TAIL = 1024 * 1024;
const AGAIN_MS = [1_000, 2_000, 5_000, 10_000];
const ASK_MS = 1_000;

export interface Pass {
  recording: string;
  recorder: string;
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
    if (!this.dataset.recording) return; // a row of a lot: the lot sends its file
    const file = this.querySelector<HTMLInputElement>("[data-part=file]");
    file?.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen) void this.listed(() => this.goOn(chosen));
    });
    void this.listed(() => this.follow());
  }

  disconnectedCallback(): void {
    this.gone = true;
  }

  /** Send a file on the terms of its pass; throws what the relay refuses. */
  async begin(pass: Pass, file: File): Promise<void> {
    this.pass = pass;
    this.dataset.recording = pass.recording;
    await this.send(file);
  }

  /** Ask the relay how far it is until the end, or until it waits for the rest of the file. */
  async follow(): Promise<void> {
    while (!this.gone) {
      const status = await this.status();
      if (status.stage === "arriving") {
        this.say(`${words.importHeld} ${bytes(status.arrived)} / ${bytes(status.size)}`, status.share);
        return;
      }
      this.querySelector("[data-part=again]")?.remove();
      if (status.stage === "done" || status.stage === "failed") {
        this.dataset.state = status.stage;
        this.say(status.stage === "done" ? words.importDone : `${words.importFailed} · ${status.code}`, 1);
        return;
      }
      this.say(`${words.importStages[status.stage]} ${Math.floor(status.share * 100)}%`, status.share);
      await pause(ASK_MS);
    }
  }

  say(text: string, share: number | null = null): void {
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
    const bar = this.querySelector("progress");
    if (bar && share !== null) {
      bar.hidden = false;
      bar.value = share;
    }
  }

  refused(error: unknown): void {
    this.dataset.state = "refused";
    this.say(`${words.failed} · ${error instanceof CentreRefusal ? error.code : "relay.unreachable"}`);
  }

  /** Work of a row of the list; its end changes the row, so the page is asked for anew. */
  private async listed(work: () => Promise<void>): Promise<void> {
    this.dataset.state = "busy";
    try {
      await work();
    } catch (error) {
      return this.refused(error);
    }
    if (this.dataset.state === "done" || this.dataset.state === "failed") this.dispatchEvent(new Event("mz-import-over", { bubbles: true }));
  }

  /** The same file, by name, size and the last bytes that the relay holds of it. */
  private async goOn(file: File): Promise<void> {
    const status = await this.status();
    const tail = await sha256(file.slice(Math.max(0, status.arrived - TAIL), status.arrived));
    const same = file.name === this.dataset.name && file.size === status.size;
    if (!same || (status.tail_sha256 && tail !== status.tail_sha256)) return this.say(words.importOther);
    await this.send(file);
    await this.follow();
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
