// <talk-list>: a click on a burst plays its sound, fetched from the relay with a ticket.
import { post, type RelayTicket } from "./centre";

export class TalkList extends HTMLElement {
  private readonly audio = new Audio();

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const line = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-burst]") : null;
      if (line) void this.play(line);
    });
  }

  disconnectedCallback(): void {
    this.audio.pause();
    URL.revokeObjectURL(this.audio.src);
  }

  private async play(line: HTMLElement): Promise<void> {
    line.dataset.played = "loading";
    try {
      const pass = await post<RelayTicket>("/desk/tickets/sound", { burst: line.dataset.burst });
      const answer = await fetch(`${pass.http_url}/v1/exhibits/${line.dataset.sha256}`, {
        headers: { Authorization: `Bearer ${pass.ticket}` },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      URL.revokeObjectURL(this.audio.src);
      this.audio.src = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: "audio/ogg" }));
      await this.audio.play();
      line.dataset.played = "playing";
    } catch {
      line.dataset.played = "failed";
    }
  }
}
