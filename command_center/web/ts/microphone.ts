// The microphone as Opus packets of 20 ms, by WebCodecs: nothing of it is written or kept here.

export type MicrophoneCode = "denied" | "none" | "unsupported" | "failed";

export class MicrophoneRefusal extends Error {
  constructor(readonly code: MicrophoneCode) {
    super(code);
  }
}

// Chromium's; the DOM library does not know it yet.
interface TrackProcessor { readable: ReadableStream<AudioData> }
declare const MediaStreamTrackProcessor: (new (init: { track: MediaStreamTrack }) => TrackProcessor) | undefined;

const BITS_PER_SECOND = 24_000;

export class Microphone {
  private encoder: AudioEncoder | null = null;
  private closed = false;

  private constructor(
    private readonly stream: MediaStream,
    private readonly onPacket: (packet: Uint8Array) => void,
    private readonly onLevel: (level: number) => void,
  ) {}

  /** Ask for the microphone and begin; `MicrophoneRefusal` says why not. */
  static async open(onPacket: (packet: Uint8Array) => void, onLevel: (level: number) => void): Promise<Microphone> {
    const can = typeof AudioEncoder !== "undefined" && typeof MediaStreamTrackProcessor !== "undefined";
    if (!can || !navigator.mediaDevices) throw new MicrophoneRefusal("unsupported");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, sampleRate: 48_000 } });
      const made = new Microphone(stream, onPacket, onLevel);
      void made.run();
      return made;
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      throw new MicrophoneRefusal(name === "NotAllowedError" ? "denied" : name === "NotFoundError" ? "none" : "failed");
    }
  }

  close(): void {
    this.closed = true;
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.encoder?.state === "configured") this.encoder.close();
  }

  private async run(): Promise<void> {
    const [track] = this.stream.getAudioTracks();
    if (!track || typeof MediaStreamTrackProcessor === "undefined") return;
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done || this.closed) {
        value?.close();
        return;
      }
      this.measure(value);
      this.encode(value);
      value.close();
    }
  }

  private encode(sound: AudioData): void {
    if (!this.encoder) {
      this.encoder = new AudioEncoder({
        output: (chunk) => {
          const packet = new Uint8Array(chunk.byteLength);
          chunk.copyTo(packet);
          if (!this.closed) this.onPacket(packet);
        },
        error: () => this.close(),
      });
      this.encoder.configure({
        codec: "opus", sampleRate: sound.sampleRate, numberOfChannels: sound.numberOfChannels, bitrate: BITS_PER_SECOND,
        opus: { frameDuration: 20_000 },
      });
    }
    if (this.encoder.state === "configured") this.encoder.encode(sound);
  }

  private measure(sound: AudioData): void {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    this.onLevel(samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0));
  }
}
