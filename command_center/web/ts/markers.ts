// <marker-list>: a click on a marker seeks the player of the page.
// <marker-moment>: holds the moment that the player shows, for the form around it.
import type { Played } from "./archive_player";

export class MarkerList extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const marker = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-at-ms]") : null;
      if (marker) document.dispatchEvent(new CustomEvent("mz-seek", { detail: Number(marker.dataset.atMs) }));
    });
  }
}

export class MarkerMoment extends HTMLElement {
  private readonly onPlayed = (event: Event): void => {
    const field = this.querySelector<HTMLInputElement>("input[name=at_ms]");
    if (field) field.value = String(Math.round((event as CustomEvent<Played>).detail.wallMs));
  };

  connectedCallback(): void {
    document.addEventListener("mz-played", this.onPlayed);
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-played", this.onPlayed);
  }
}
