// <live-wall>: a device that comes up while the page is open gets its tile without a reload.
import { onPresence } from "./desk_socket";

const MAX_TILES = 16;

export class LiveWall extends HTMLElement {
  private readonly asked = new Set<string>();
  private unsubscribe: () => void = () => undefined;

  connectedCallback(): void {
    this.unsubscribe = onPresence((presence) => {
      if (presence.recording && !this.asked.has(presence.device)) void this.add(presence.device);
    });
  }

  disconnectedCallback(): void {
    this.unsubscribe();
  }

  private async add(device: string): Promise<void> {
    this.asked.add(device);
    if (this.querySelector(`live-tile[device="${CSS.escape(device)}"]`)) return;
    if (this.querySelectorAll("live-tile").length >= MAX_TILES) return;
    const answer = await fetch(`/desk/wall/tiles/${encodeURIComponent(device)}`);
    if (!answer.ok) return void this.asked.delete(device);
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    this.querySelector("[data-part=empty]")?.remove();
    this.append(holder.content);
    const count = this.querySelectorAll(".tile").length;
    this.className = `grid ${count === 1 ? "one" : count <= 4 ? "few" : count > 9 ? "many" : ""}`;
  }
}
