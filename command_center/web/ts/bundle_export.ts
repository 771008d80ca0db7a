// <bundle-export data-url="…" data-name="…">: the centre writes the request, the relay packs the
// bytes, the browser saves the file. The centre never carries footage.
import { CentreRefusal, post } from "./centre";
import type { Road } from "./export_job";
import { ExportPanel } from "./export_panel";

interface Export extends Road {
  request: unknown;
}

export class BundleExport extends ExportPanel {
  override connectedCallback(): void {
    super.connectedCallback();
    this.querySelector("button")?.addEventListener("click", () => void this.busy(() => this.run()));
  }

  private async run(): Promise<void> {
    const made = await this.request();
    await this.job(made, "/v1/exports/bundle", made.request, () => this.dataset.name ?? "bundle.zip");
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
