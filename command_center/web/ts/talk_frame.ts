// A talk frame (docs/adr/0007-talk.md): magic, burst id, number, then one Opus packet.

const HEADER_BYTES = 24;
const MAGIC = 0x4d5a5431; // "MZT1"

export interface TalkFrame {
  burst: string;
  number: number;
  packet: Uint8Array;
}

export function encodeTalk(burst: string, number: number, packet: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + packet.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, MAGIC);
  burst.replace(/-/g, "").match(/../g)?.forEach((hex, at) => view.setUint8(4 + at, parseInt(hex, 16)));
  view.setUint32(20, number);
  frame.set(packet, HEADER_BYTES);
  return frame;
}

/** Return what a frame holds, or null where it is none. */
export function decodeTalk(raw: ArrayBuffer): TalkFrame | null {
  if (raw.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(raw);
  if (view.getUint32(0) !== MAGIC) return null;
  const hex = Array.from(new Uint8Array(raw, 4, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const burst = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { burst, number: view.getUint32(20), packet: new Uint8Array(raw, HEADER_BYTES) };
}
