// <marker-list>: a click on a marker seeks the player of the page.
// <marker-moment>: the moment for which the form around it sets a marker: what the page's player or
// live picture shows, said beside the button. The form is sent without leaving what is looked at.
import type { Played } from "./archive_player";
import type { Sight } from "./live_picture";
import { clockTime, words } from "./words";

export class MarkerList extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const marker = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-at-ms]") : null;
      if (marker) document.dispatchEvent(new CustomEvent("mz-seek", { detail: Number(marker.dataset.atMs) }));
    });
  }
}

export class MarkerMoment extends HTMLElement {
  private sends = false;
  private readonly onPlayed = (event: Event): void => {
    const { wallMs, recording, number, fromMs, toMs } = (event as CustomEvent<Played>).detail;
    const inside = number !== null || (fromMs <= wallMs && wallMs <= toMs); // else nobody recorded then
    this.take(Math.round(wallMs), inside ? recording : "", clockTime(wallMs));
  };
  private readonly onSight = (event: Event): void => {
    const sight = (event as CustomEvent<Sight | null>).detail;
    if (sight) this.take(Math.round(sight.wallMs), sight.recording, `${clockTime(sight.wallMs)} · ${words.inSight}`);
    else this.take("", "", words.now);
  };
  private readonly onSubmit = (event: Event): void => {
    event.preventDefault();
    document.dispatchEvent(new Event("mz-marking")); // whoever shows a picture says which, once more
    if (!this.sends) void this.send(event.target as HTMLFormElement);
  };

  connectedCallback(): void {
    document.addEventListener("mz-played", this.onPlayed);
    document.addEventListener("mz-sight", this.onSight);
    this.closest("form")?.addEventListener("submit", this.onSubmit);
  }

  disconnectedCallback(): void {
    document.removeEventListener("mz-played", this.onPlayed);
    document.removeEventListener("mz-sight", this.onSight);
    this.closest("form")?.removeEventListener("submit", this.onSubmit);
  }

  private field(name: string): HTMLInputElement | null {
    return this.querySelector(`input[name=${name}]`);
  }

  private take(atMs: number | "", recording: string, said: string): void {
    if (this.sends) return;
    const at = this.field("at_ms");
    const of = this.field("recording");
    if (at) at.value = String(atMs);
    if (of) of.value = recording;
    this.write("moment", `${words.willMark} ${said}`);
  }

  private write(name: string, text: string): void {
    const part = this.querySelector(`[data-part="${name}"]`);
    if (part && part.textContent !== text) part.textContent = text;
  }

  /** A marker that is set shows in the page's own lists; one that is refused comes back on its page. */
  private async send(form: HTMLFormElement): Promise<void> {
    this.sends = true;
    const at = Number(this.field("at_ms")?.value || Date.now());
    const body = new FormData(form);
    this.write("said", words.marking); // of a recording that has just begun it takes a moment
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.type !== "opaqueredirect") return form.submit();
    this.sends = false;
    this.write("said", `${words.marked} ${clockTime(at)}`);
    form.querySelectorAll<HTMLInputElement>("input[name=text]").forEach((text) => {
      if (text.value !== body.get("text")) return; // the next one is typed already
      text.value = "";
      text.blur(); // the keys are the page's again
    });
  }
}
