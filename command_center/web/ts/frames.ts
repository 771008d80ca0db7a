// Reads the relay's binary frames (schemas/media/fragment.py and opening.py; big-endian).

const FRAGMENT_HEADER_BYTES = 152;
const INIT_HEADER_BYTES = 28;
const FRAGMENT_MAGIC = 0x4d5a4631; // "MZF1"
const INIT_MAGIC = 0x4d5a4931; // "MZI1"

export interface InitFrame {
  kind: "init";
  recording: string;
  payload: Uint8Array<ArrayBuffer>;
}

export interface FragmentFrame {
  kind: "fragment";
  recording: string;
  number: number;
  keyFrame: boolean;
  /** Units of the rendition's timescale. */
  mediaStart: number;
  mediaDuration: number;
  /** The device's wall clock at the first frame, Unix ms. */
  wallMs: number;
  payload: Uint8Array<ArrayBuffer>;
}

function idText(bytes: ArrayBuffer, at: number): string {
  const hex = Array.from(new Uint8Array(bytes, at, 16), (b) => b.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The frame, or null when it is none that this version knows. */
export function readFrame(bytes: ArrayBuffer): InitFrame | FragmentFrame | null {
  if (bytes.byteLength < INIT_HEADER_BYTES) return null;
  const view = new DataView(bytes);
  if (view.getUint32(0) === INIT_MAGIC) {
    const length = view.getUint32(24);
    if (bytes.byteLength !== INIT_HEADER_BYTES + length) return null;
    return { kind: "init", recording: idText(bytes, 8), payload: new Uint8Array(bytes, INIT_HEADER_BYTES, length) };
  }
  if (view.getUint32(0) !== FRAGMENT_MAGIC || bytes.byteLength < FRAGMENT_HEADER_BYTES) return null;
  const length = view.getUint32(84);
  if (bytes.byteLength !== FRAGMENT_HEADER_BYTES + length) return null;
  return {
    kind: "fragment",
    recording: idText(bytes, 8),
    number: view.getUint32(40),
    keyFrame: (view.getUint8(5) & 1) === 1,
    mediaStart: Number(view.getBigUint64(44)),
    mediaDuration: view.getUint32(52),
    wallMs: Number(view.getBigInt64(56)),
    payload: new Uint8Array(bytes, FRAGMENT_HEADER_BYTES, length),
  };
}
