// <bundle-export data-url="…" data-name="…">: the centre writes the request, the relay packs the
// bytes, the browser saves the file. The centre never carries footage.
import { CentreRefusal, post, problemCode } from "./centre";
import { save } from "./save";
import { bytes, words } from "./words";

interface Export {
  ticket: string;
  http_url: string;
  request: unknown;
}

export class BundleExport extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("button")?.addEventListener("click", (event) => {
      void this.run(event.currentTarget as HTMLButtonElement);
    });
  }

  private say(state: string, text: string): void {
    this.dataset.state = state;
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
  }

  private async run(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    this.say("packing", words.packing);
    try {
      const made = await this.request();
      const answer = await fetch(`${made.http_url}/v1/bundles`, {
        method: "POST",
        headers: { Authorization: `Bearer ${made.ticket}`, "Content-Type": "application/json" },
        body: JSON.stringify(made.request),
      });
      if (!answer.ok) throw new CentreRefusal(answer.status, problemCode(await answer.text()) ?? `http.${answer.status}`);
      const blob = await answer.blob();
      save(blob, this.dataset.name ?? "bundle.zip");
      this.say("saved", `${words.saved} · ${bytes(blob.size)}`);
    } catch (error) {
      this.say("failed", `${words.failed} · ${error instanceof CentreRefusal ? error.code : "relay.unreachable"}`);
    } finally {
      button.disabled = false;
    }
  }

  /** The newest facts get their ledger index within a second: ask again until they have it. */
  private async request(): Promise<Export> {
    for (let tries = 1; ; tries++) {
      try {
        return await post<Export>(this.dataset.url ?? "", {});
      } catch (error) {
        const waits = error instanceof CentreRefusal && error.code === "ledger.not_sequenced";
        if (!waits || tries === 5) throw error;
        await new Promise((resolve) => window.setTimeout(resolve, 1_000));
      }
    }
  }
}
