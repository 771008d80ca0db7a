// What every export of the desk has: buttons that rest while it runs, how far it is, a way to end it.
import { ExportJob, type Road } from "./export_job";
import type { ExportState } from "./export_state";
import { codeOf, sentenceOf } from "./refusal";
import { save } from "./save";
import { bytes, words } from "./words";

export class ExportPanel extends HTMLElement {
  private ending: AbortController | null = null;

  connectedCallback(): void {
    this.slotted("cancel")?.addEventListener("click", () => this.ending?.abort());
  }

  disconnectedCallback(): void {
    this.ending?.abort();
  }

  protected slotted(name: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-part="${name}"]`);
  }

  protected say(state: string, text: string, share: number | null = null): void {
    this.dataset.state = state;
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
    const bar = this.querySelector("progress");
    if (!bar) return;
    bar.hidden = share === null;
    bar.value = share ?? 0;
  }

  /** Run one piece of work at a time and say how it ended. */
  protected async busy(work: () => Promise<void>): Promise<void> {
    if (this.ending) return;
    this.ending = new AbortController();
    this.rest(true);
    this.say("packing", words.packing);
    try {
      await work();
    } catch (error) {
      if (this.ending.signal.aborted) this.say("ended", words.exportEnded);
      else this.say("failed", `${words.failed} · ${sentenceOf(codeOf(error))}`);
    } finally {
      this.ending = null;
      this.rest(false);
    }
  }

  /** Let the relay make a file and give it to the browser under this name. */
  protected async job(road: Road, path: string, order: unknown, name: (state: ExportState) => string): Promise<ExportState> {
    const signal = this.ending?.signal ?? new AbortController().signal;
    const told = (stage: string, done: number, total: number): void => {
      const share = total ? done / total : 0;
      const doing = stage === "packing" ? words.packing : words.receiving;
      this.say(stage, `${doing} ${Math.floor(share * 100)}% · ${bytes(done)} / ${bytes(total)}`, share);
    };
    const { file, state } = await new ExportJob(road, told, signal).run(path, order);
    save(file, name(state));
    this.say("saved", `${words.saved} · ${bytes(file.size)}`);
    return state;
  }

  private rest(resting: boolean): void {
    this.setAttribute("aria-busy", String(resting));
    for (const button of this.querySelectorAll("button")) {
      if (button.dataset.part === "cancel") button.hidden = !resting;
      else button.disabled = resting;
    }
  }
}
