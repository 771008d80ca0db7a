// <event-feed>: the newest events first; `data-operation` or `data-case` narrows it.
import { onEvent, type DeskEvent } from "./desk_socket";
import { clockTime } from "./words";

const KEEP = 60;
const LEVELS: Record<string, string> = { warn: "warn", alarm: "bad" };
const ICONS: [RegExp, string][] = [
  [/^Measure/, "lock"], [/^(Notice|Attempt|Receipt)/, "send"], [/^Order/, "message-2"],
  [/^Task/, "list-check"], [/^Relay/, "access-point-off"], [/^(Recording|Fragment|Footage|Part)/, "video"], [/^Device/, "device-mobile"],
  [/^(Conflict|Chain|Alarm)/, "alert-triangle"], [/^Exhibit/, "camera"], [/^(Operation|Step|Crew|Act)/, "broadcast"], [/^Import/, "upload"],
  [/^Talk/, "microphone"],
];

export function eventIcon(type: string): string {
  return ICONS.find(([pattern]) => pattern.test(type))?.[1] ?? "activity";
}

export class EventFeed extends HTMLElement {
  private unsubscribe: () => void = () => undefined;

  connectedCallback(): void {
    this.unsubscribe = onEvent((event) => this.mine(event) && this.show(event));
  }

  disconnectedCallback(): void {
    this.unsubscribe();
  }

  private mine(event: DeskEvent): boolean {
    const { operation, case: caseId } = this.dataset;
    return (!operation || event.operation === operation) && (!caseId || event.case === caseId);
  }

  private show(event: DeskEvent): void {
    const template = this.querySelector<HTMLTemplateElement>("template");
    const row = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!row) return;
    row.classList.add(LEVELS[event.level] ?? "info");
    row.dataset.seq = String(event.seq);
    row.dataset.type = event.type;
    const time = row.querySelector("time");
    if (time) time.textContent = clockTime(event.at_ms);
    const use = row.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*$/, `#${eventIcon(event.type)}`));
    const text = row.querySelector("p");
    if (text) text.textContent = document.documentElement.lang.startsWith("en") ? event.text_en : event.text_zh;
    this.querySelector(".empty")?.remove();
    const rows = this.querySelector("[data-part=rows]") ?? this;
    rows.prepend(row);
    while (rows.children.length > KEEP) rows.lastElementChild?.remove();
  }
}
