// What officers say, sounded as it arrives. A browser sounds nothing before a person touched the page.
import { decodeTalk } from "./talk_frame";

const RATE = 48_000;
const LEAD_S = 0.08; // what a jittery link may be late without a gap
const MOST_AHEAD_S = 1.5;
const GESTURES = ["pointerdown", "keydown"] as const;

export class Ear {
  private readonly context = new AudioContext({ sampleRate: RATE });
  private readonly decoders = new Map<string, AudioDecoder>();
  private next = 0;
  private soundedMs = 0;

  /** `onChange`: whether it hears changed; `onSounded`: how much it sounded, in milliseconds. */
  constructor(onChange: () => void, private readonly onSounded: (ms: number) => void) {
    this.context.onstatechange = onChange;
    GESTURES.forEach((name) => document.addEventListener(name, this.wake));
    this.wake();
  }

  /** Whether a person would hear what is sounded. */
  get hears(): boolean {
    return typeof AudioDecoder !== "undefined" && this.context.state === "running";
  }

  frame(raw: ArrayBuffer): void {
    const frame = decodeTalk(raw);
    if (!frame || !this.hears) return;
    const decoder = this.decoders.get(frame.burst) ?? this.begin(frame.burst);
    if (decoder.state !== "configured") return;
    decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: frame.number * 20_000, data: frame.packet }));
  }

  end(burst: string): void {
    const decoder = this.decoders.get(burst);
    this.decoders.delete(burst);
    if (decoder?.state === "configured") void decoder.flush().finally(() => decoder.close());
  }

  close(): void {
    GESTURES.forEach((name) => document.removeEventListener(name, this.wake));
    this.context.onstatechange = null;
    this.decoders.forEach((_, burst) => this.end(burst));
    void this.context.close();
  }

  private readonly wake = (): void => {
    if (this.context.state === "suspended") void this.context.resume();
  };

  private begin(burst: string): AudioDecoder {
    const decoder = new AudioDecoder({ output: (sound) => this.sound(sound), error: () => this.decoders.delete(burst) });
    decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 1 });
    this.decoders.set(burst, decoder);
    return decoder;
  }

  private sound(sound: AudioData): void {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    const buffer = this.context.createBuffer(1, samples.length, sound.sampleRate);
    buffer.copyToChannel(samples, 0);
    sound.close();
    const now = this.context.currentTime;
    if (this.context.state === "closed" || this.next - now > MOST_AHEAD_S) return;
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    this.next = Math.max(this.next, now + LEAD_S);
    source.start(this.next);
    this.next += buffer.duration;
    this.soundedMs += Math.round(buffer.duration * 1000);
    this.onSounded(this.soundedMs);
  }
}
