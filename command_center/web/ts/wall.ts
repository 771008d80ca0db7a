// <live-wall data-most>: a device that comes up while the page is open gets its tile without a reload,
// and the heading says how many are on the air and how many were lost;
// arrow keys go from tile to tile as they are seen, Enter puts one into the spotlight.
import { onPresence } from "./desk_socket";
import { LiveTile } from "./live_tile";
import { words } from "./words";

const COUNT_MS = 1_000;
const STEPS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

export class LiveWall extends HTMLElement {
  private readonly asked = new Set<string>();
  private unsubscribe: () => void = () => undefined;
  private timer = 0;

  connectedCallback(): void {
    this.unsubscribe = onPresence((presence) => {
      if (presence.recording && !this.asked.has(presence.device)) void this.add(presence.device);
    });
    this.timer = window.setInterval(() => this.count(), COUNT_MS);
    document.addEventListener("keydown", this.onKey);
    const spot = document.querySelector<HTMLAnchorElement>("[data-part=spot]");
    spot?.addEventListener("click", () => (spot.href = this.wayTo(this.chosen() ?? this.seen()[0]) ?? spot.href));
  }

  disconnectedCallback(): void {
    this.unsubscribe();
    window.clearInterval(this.timer);
    document.removeEventListener("keydown", this.onKey);
  }

  /** Who planned a silence is neither on the air nor lost. */
  private count(): void {
    const states = [...this.querySelectorAll<LiveTile>("live-tile")].map((tile) => tile.dataset.state);
    const lost = states.filter((state) => state === "off").length;
    const silent = states.filter((state) => state === "silent").length;
    const place = document.querySelector<HTMLElement>("[data-part=on-air]");
    if (!place) return;
    const online = states.length - lost - silent + Number(place.dataset.leftOut);
    const text = `${online} ${words.online}${lost ? ` · ${lost} ${words.lostCount}` : ""}`;
    if (place.textContent !== text) place.textContent = text;
  }

  /** The tiles in the order in which they are seen: who needs somebody stands first. */
  private seen(): LiveTile[] {
    const tiles = [...this.querySelectorAll<LiveTile>("live-tile")];
    return tiles.sort((a, b) => a.offsetTop - b.offsetTop || a.offsetLeft - b.offsetLeft);
  }

  private chosen(): LiveTile | undefined {
    return document.activeElement?.closest<LiveTile>("live-tile") ?? undefined;
  }

  private wayTo(tile: LiveTile | undefined): string | undefined {
    return tile?.querySelector<HTMLAnchorElement>("[data-part=focus]")?.href;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const chosen = this.chosen();
    const free = document.activeElement === document.body || document.activeElement === chosen;
    if (!free || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const way = event.key === "Enter" ? this.wayTo(chosen) : undefined;
    if (way) window.location.assign(way);
    if (!STEPS.includes(event.key)) return;
    event.preventDefault();
    const tiles = this.seen();
    const columns = tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key] ?? 0;
    const next = chosen ? tiles[tiles.indexOf(chosen) + step] : tiles[0];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  private async add(device: string): Promise<void> {
    this.asked.add(device);
    if (this.querySelector(`live-tile[device="${CSS.escape(device)}"]`)) return;
    if (this.querySelectorAll("live-tile").length >= Number(this.dataset.most)) return;
    const answer = await fetch(`/desk/wall/tiles/${encodeURIComponent(device)}`);
    if (!answer.ok) return void this.asked.delete(device);
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    this.querySelector("[data-part=empty]")?.remove();
    this.append(holder.content);
    const count = this.querySelectorAll(".tile").length;
    this.className = `grid ${count === 1 ? "one" : count <= 4 ? "few" : count > 16 ? "crowd" : count > 9 ? "many" : ""}`;
  }
}
