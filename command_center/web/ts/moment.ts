// A time of day as a person types it, in the court's time zone.
import { COURT_OFFSET_MS } from "./words";

/** `14:21:36` or `14:21` on the day of `fromMs`, or the day after where that lies before; null if it is none. */
export function momentOf(text: string, fromMs: number): number | null {
  const time = /^(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?$/.exec(text.trim());
  if (!time) return null;
  const midnight = Math.floor((fromMs + COURT_OFFSET_MS) / 86_400_000) * 86_400_000 - COURT_OFFSET_MS;
  const at = midnight + ((Number(time[1]) * 60 + Number(time[2])) * 60 + Number(time[3] ?? 0)) * 1000;
  return at < fromMs - 1000 ? at + 86_400_000 : at;
}
