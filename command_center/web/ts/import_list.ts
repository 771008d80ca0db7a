// <import-list>: the table of imports; a file that another page announces gets its row without a reload.
import { onEvent } from "./desk_socket";

const ANSWERED_MS = 1_000; // a page that announced a file itself knows by then which it is

export class ImportList extends HTMLElement {
  private forget: () => void = () => undefined;

  connectedCallback(): void {
    this.forget = onEvent((event) => {
      const { type, subject } = event;
      if (type === "ImportBegun" && subject) window.setTimeout(() => void this.add(subject), ANSWERED_MS);
    });
  }

  disconnectedCallback(): void {
    this.forget();
  }

  /** A file that is brought on this page has its row in the lot. */
  private isShown(recording: string): boolean {
    const id = CSS.escape(recording);
    return document.querySelector(`tr[data-import="${id}"], file-import[data-recording="${id}"]`) !== null;
  }

  private async add(recording: string): Promise<void> {
    if (this.isShown(recording)) return;
    const answer = await fetch(`/desk/imports/${encodeURIComponent(recording)}`);
    if (!answer.ok || this.isShown(recording)) return;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    this.querySelector("[data-part=empty]")?.remove();
    this.querySelector("tbody")?.prepend(holder.content);
  }
}
