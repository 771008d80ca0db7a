// <time-line data-from-ms data-to-ms data-left data-width>: a click seeks, the head follows.
// left and width are the plot's place in percent of the SVG.
export class TimeLine extends HTMLElement {
  private readonly onPlayed = (event: Event): void => this.move((event as CustomEvent<number>).detail);

  connectedCallback(): void {
    document.addEventListener("mz-played", this.onPlayed);
    this.addEventListener("click", (event) => {
      const svg = this.querySelector("svg");
      if (!svg) return;
      const box = svg.getBoundingClientRect();
      const percent = ((event.clientX - box.left) / box.width) * 100;
      const share = Math.min(1, Math.max(0, (percent - this.number("left")) / this.number("width")));
      const wall = this.number("fromMs") + share * (this.number("toMs") - this.number("fromMs"));
      document.dispatchEvent(new CustomEvent("mz-seek", { detail: wall }));
    });
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-played", this.onPlayed);
  }

  private number(name: string): number {
    return Number(this.dataset[name] ?? 0);
  }

  private move(wallMs: number): void {
    const share = (wallMs - this.number("fromMs")) / Math.max(1, this.number("toMs") - this.number("fromMs"));
    const head = this.querySelector("[data-part=head]");
    head?.setAttribute("x", `${this.number("left") + Math.min(1, Math.max(0, share)) * this.number("width")}%`);
    head?.removeAttribute("visibility");
  }
}
