// A picture of what is live as a file: made by the relay of what it received, not by the browser.
import { still, stillTicket } from "./centre";
import { codeOf, sentenceOf } from "./refusal";
import { save } from "./save";
import { clockTime, fileTime, words } from "./words";

/** Save the picture of a moment; return what to say of it. */
export async function saveStill(recording: string, rendition: number, wallMs: number): Promise<string> {
  const at = Math.round(wallMs);
  try {
    const ticket = await stillTicket(recording);
    save(await still(ticket, recording, rendition, at), `${recording}-${fileTime(at)}.jpg`);
    return `${words.saved} ${clockTime(at)}`;
  } catch (error) {
    return `${words.failed} · ${sentenceOf(codeOf(error))}`;
  }
}
