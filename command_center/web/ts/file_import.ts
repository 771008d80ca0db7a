// <file-import>: one file of an offline recorder, from the browser to the relay in pieces. It goes on
// where it stopped, after a broken link as after a closed page; the ticket travels in the
// Authorization header. It is a row of the list, or of a lot that is being brought.
import { CentreRefusal, post, problemCode } from "./centre";
import { isOver, stateOf, type RowState, type Status } from "./import_state";
import { codeOf, sentenceOf } from "./refusal";
import { bytes, words } from "./words";

const PIECE = 8 * 1024 * 1024;
const TAIL = 1024 * 1024;
const AGAIN_MS = [1_000, 2_000, 5_000, 10_000];
const ASK_MS = 1_000;
const WAIT_MS = 5_000; // while nobody sends

export interface Pass {
  recording: string;
  recorder: string;
  ticket: string;
  until_ms: number;
  http_url: string;
}

export class FileImport extends HTMLElement {
  private pass: Pass | null = null;
  private gone = false;
  private turn = 0; // of following: what began last goes on
  private sends = false;
  private cut = false; // the last piece did not come through
  private told = ""; // of the relay, so that what a person has to read stays until something changes

  connectedCallback(): void {
    this.gone = false;
    if (!this.dataset.recording) return; // a row of a lot: the lot sends its file
    const field = this.querySelector<HTMLInputElement>("[data-part=file]");
    field?.addEventListener("change", () => {
      const file = field.files?.[0];
      field.value = "";
      if (file) this.goOn(file).catch((error: unknown) => this.refused(error));
    });
    // the end changes the row, so the page is asked for anew
    const over = (): boolean => !this.gone && this.dispatchEvent(new Event("mz-import-over", { bubbles: true }));
    this.follow().then(over, (error: unknown) => this.refused(error));
  }

  disconnectedCallback(): void {
    this.gone = true;
  }

  get state(): RowState | null {
    return (this.dataset.state as RowState | undefined) ?? null;
  }

  /** Show a state: the page brings the chips with their words. */
  mark(state: RowState): void {
    if (this.state === state) return;
    this.dataset.state = state;
    const chips = document.querySelector<HTMLTemplateElement>("template[data-part=import-states]");
    const chip = chips?.content.querySelector(`[data-chip=${state}]`)?.firstElementChild;
    if (chip) (this.closest("tr") ?? this).querySelector("[data-part=state]")?.replaceChildren(chip.cloneNode(true));
    const again = this.querySelector<HTMLElement>("[data-part=again]");
    if (again) again.hidden = state !== "arriving" && state !== "refused";
  }

  /** Send a file on the terms of its pass; `over` ends with it. Throws what the relay refuses. */
  async begin(pass: Pass, file: File): Promise<{ over: Promise<void> }> {
    this.pass = pass;
    this.dataset.recording = pass.recording;
    const over = this.follow();
    over.catch(() => undefined); // told by whoever waits for it
    await this.send(file);
    return { over };
  }

  refused(error: unknown): void {
    this.mark("refused");
    this.say(sentenceOf(codeOf(error)));
  }

  /** Show what the relay says of it until its end, whoever sends it. */
  private async follow(): Promise<void> {
    const turn = ++this.turn;
    for (let failures = 0; !this.gone; ) {
      let status: Status | null = null;
      try {
        status = await this.status();
        failures = 0;
      } catch (error) {
        if (!passes(error)) throw error;
        this.told = "";
        this.say(`${words.importLost} · ${codeOf(error)}`);
      }
      if (turn !== this.turn) return;
      if (status) this.show(status);
      if (isOver(this.state)) return;
      await pause(!status ? again(failures++) : stateOf(status, this.sends) === "arriving" ? WAIT_MS : ASK_MS);
    }
  }

  private show(status: Status): void {
    const state = stateOf(status, this.sends);
    const held = `${bytes(status.arrived)} / ${bytes(status.size)}`;
    const text = state === "arriving" ? `${words.importHeld} ${held}`
      : state === "uploading" ? (this.cut ? `${words.importWaiting} ${held}` : held)
      : isOver(state) ? sentenceOf(status.code) : `${Math.floor(status.share * 100)}%`;
    if (this.told === state + text) return;
    this.told = state + text;
    this.mark(state);
    this.say(text, isOver(state) ? 1 : status.share);
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

  /** The same file, by name, size and the last bytes that the relay holds of it. */
  private async goOn(file: File): Promise<void> {
    const status = await this.status();
    const tail = await sha256(file.slice(Math.max(0, status.arrived - TAIL), status.arrived));
    const same = file.name === this.dataset.name && file.size === status.size;
    if (!same || (status.tail_sha256 && tail !== status.tail_sha256)) return this.say(words.importOther);
    await this.send(file);
  }

  private async send(file: File): Promise<void> {
    const stop = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", stop);
    this.sends = true;
    this.mark("uploading");
    try {
      let status = await this.status();
      for (let failures = 0; status.arrived < file.size && !this.gone; ) {
        try {
          const { arrived } = status;
          status = await this.ask("PUT", `?offset=${arrived}`, file.slice(arrived, arrived + PIECE));
          this.cut = false;
          failures = 0;
        } catch (error) {
          if (!passes(error)) throw error;
          this.cut = true;
          await pause(again(failures++));
          status = await this.status().catch(() => status);
        }
      }
      this.show(status);
    } finally {
      this.sends = this.cut = false;
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

/** What goes by itself: no link, another piece of it still arrives, an old ticket, a relay that is busy. */
function passes(error: unknown): boolean {
  return !(error instanceof CentreRefusal) || [409, 401, 503].includes(error.status);
}

function again(failures: number): number {
  return AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)] ?? 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => window.setTimeout(done, ms));
}

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
