// <apart-film>: footage in the quarantine, for those who decide about it. A button names the parts of
// a recording; they are fetched from the relay, each with a ticket of its own, and play one after
// the other.
import { post, type RelayTicket } from "./centre";

export class ApartFilm extends HTMLElement {
  private waiting: string[] = [];

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-plays]") : null;
      if (!button) return;
      this.waiting = (button.dataset.plays ?? "").split(" ");
      void this.next();
    });
    this.film?.addEventListener("ended", () => void this.next());
  }

  disconnectedCallback(): void {
    this.waiting = [];
    this.letGo();
  }

  private get film(): HTMLVideoElement | null {
    return this.querySelector("video");
  }

  private letGo(): void {
    if (this.film?.src) URL.revokeObjectURL(this.film.src);
  }

  private async next(): Promise<void> {
    const [part, sha256] = (this.waiting.shift() ?? "").split(":");
    const film = this.film;
    if (!part || !sha256 || !film) return;
    this.dataset.shown = "loading";
    try {
      const pass = await post<RelayTicket>("/desk/tickets/quarantine", { part });
      const answer = await fetch(`${pass.http_url}/v1/quarantine/${sha256}`, {
        headers: { Authorization: `Bearer ${pass.ticket}` },
      });
      if (answer.status === 404 && this.waiting.length) return await this.next(); // no picture in it
      if (!answer.ok) throw new Error(String(answer.status));
      this.letGo();
      film.src = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: "video/mp4" }));
      film.hidden = false;
      await film.play();
      this.dataset.shown = "playing";
    } catch {
      this.dataset.shown = "failed";
      const status = this.querySelector("[role=status]");
      if (status) status.textContent = this.dataset.failed ?? "";
    }
  }
}
