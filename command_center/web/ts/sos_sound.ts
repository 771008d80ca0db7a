// The sound of an alarm that nobody took yet: two tones, each second and a half, on every page; and
// the tiles of those who call for help, marked for as long as their alarm stands.
const EVERY_MS = 1_500;
const TONES_HZ = [880, 660];
const TONE_S = 0.22;

export class SosSound extends HTMLElement {
  #audio: AudioContext | undefined;
  #timer = 0;

  connectedCallback(): void {
    this.addEventListener("htmx:afterSwap", () => (this.dataset.heard = ""));
    this.#timer = window.setInterval(() => {
      this.#sound();
      this.#mark();
    }, EVERY_MS);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
    void this.#audio?.close();
    this.#audio = undefined;
  }

  /** Until the bar came the marks stand that the server made. */
  #mark(): void {
    if (this.dataset.heard === undefined) return;
    const calling = [...this.querySelectorAll<HTMLElement>("[data-device]")].map((bar) => bar.dataset.device);
    for (const tile of document.querySelectorAll("live-tile"))
      tile.toggleAttribute("data-sos", calling.includes(tile.getAttribute("device") ?? ""));
  }

  #sound(): void {
    const wanted = this.querySelector("[data-untaken]") !== null;
    this.dataset.sounding = String(wanted);
    if (!wanted) return;
    this.#audio ??= new AudioContext();
    // a browser lets a page sound only after its user touched it: tried again each time
    if (this.#audio.state === "suspended") void this.#audio.resume();
    TONES_HZ.forEach((hertz, index) => this.#tone(hertz, index * TONE_S));
  }

  #tone(hertz: number, after: number): void {
    const audio = this.#audio;
    if (audio === undefined || audio.state !== "running") return;
    const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = hertz;
    loudness.gain.value = 0.3;
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + after);
    tone.stop(audio.currentTime + after + TONE_S);
  }
}
