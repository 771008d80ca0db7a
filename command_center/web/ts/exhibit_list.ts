// <exhibit-list data-act>: the exhibits of a record, fetched from the relay with a ticket. Their
// digest is reckoned here, so that what is shown is what the officer signed for.
import { CentreRefusal, post, type RelayTicket } from "./centre";
import { save } from "./save";

async function digest(bytes: ArrayBuffer): Promise<string | null> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined; // missing on plain http
  if (!subtle) return null;
  const sum = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class ExhibitList extends HTMLElement {
  private readonly audio = new Audio();

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      const line = button?.closest<HTMLElement>("[data-exhibit]");
      if (button?.dataset.part === "close") this.dialog?.close();
      else if (line) void this.open(line);
    });
    this.dialog?.addEventListener("close", () => URL.revokeObjectURL(this.picture?.src ?? ""));
  }

  disconnectedCallback(): void {
    this.audio.pause();
    URL.revokeObjectURL(this.audio.src);
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private get picture(): HTMLImageElement | null {
    return this.querySelector("dialog img");
  }

  private async open(line: HTMLElement): Promise<void> {
    const sha256 = line.dataset.exhibit ?? "";
    line.dataset.shown = "loading";
    this.say("");
    try {
      const pass = await post<RelayTicket>("/desk/tickets/exhibit", { act: this.dataset.act, sha256 });
      const answer = await fetch(`${pass.http_url}/v1/exhibits/${sha256}`, {
        headers: { Authorization: `Bearer ${pass.ticket}` },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const bytes = await answer.arrayBuffer();
      const found = await digest(bytes);
      const word = found === null ? this.dataset.unchecked : found === sha256 ? this.dataset.true : this.dataset.false;
      await this.show(new Blob([bytes], { type: line.dataset.type }), sha256, word ?? "");
      line.dataset.shown = found === null || found === sha256 ? "open" : "false";
    } catch (refusal) {
      line.dataset.shown = "failed";
      const closed = refusal instanceof CentreRefusal && refusal.code === "playback.private";
      this.say((closed ? this.dataset.private : this.dataset.failed) ?? "");
    }
  }

  private async show(blob: Blob, sha256: string, word: string): Promise<void> {
    if (blob.type.startsWith("image/") && this.picture && this.dialog) {
      this.picture.src = URL.createObjectURL(blob);
      const check = this.dialog.querySelector("[data-part=check]");
      if (check) check.textContent = word;
      this.dialog.showModal();
      return;
    }
    this.say(word);
    if (blob.type.startsWith("audio/")) {
      URL.revokeObjectURL(this.audio.src);
      this.audio.src = URL.createObjectURL(blob);
      await this.audio.play();
    } else save(blob, `${sha256.slice(0, 16)}.${blob.type === "application/pdf" ? "pdf" : "json"}`);
  }

  private say(text: string): void {
    const status = this.querySelector<HTMLElement>("[role=status]");
    if (!status) return;
    status.textContent = text;
    status.hidden = !text;
  }
}
