// What a refusal says: the page brings the sentences of the codes that its scripts may meet.
import { CentreRefusal } from "./centre";

/** The stable code of what went wrong. */
export function codeOf(error: unknown): string {
  return error instanceof CentreRefusal ? error.code : "relay.unreachable";
}

/** A code with its sentence, or alone where the page knows none. */
export function sentenceOf(code: string): string {
  for (const known of document.querySelectorAll<HTMLTemplateElement>("template[data-part=refusals]")) {
    const sentence = known.content.querySelector(`[data-code="${CSS.escape(code)}"]`)?.textContent;
    if (sentence) return `${sentence} · ${code}`;
  }
  return code;
}
