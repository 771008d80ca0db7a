// Keyboard of the desk: an element with data-key answers to that key when no field has the focus.

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Say whether the space bar means something to what has the focus; to a picture it does not. */
export function answersToSpace(target: EventTarget | null): boolean {
  return typing(target) || (target instanceof Element && target.closest("button, a, summary, video, [tabindex]:not(live-tile)") !== null);
}

const MORE_MS = 700; // so long a digit waits for a second one, where there is such a number
let digits = "";
let waiting = 0;

function keyed(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

function press(element: HTMLElement): void {
  if (/^(INPUT|TEXTAREA)$/.test(element.tagName)) element.focus();
  else element.click();
}

function longerThan(number: string): boolean {
  return document.querySelector(`[data-key^="${CSS.escape(number)}"]:not([data-key="${CSS.escape(number)}"])`) !== null;
}

/** A number of one digit or two. */
function pressNumber(digit: string): void {
  window.clearTimeout(waiting);
  const both = digits + digit;
  const number = keyed(both) ? both : digit;
  digits = "";
  const go = (): void => {
    digits = "";
    const element = keyed(number);
    if (element) press(element);
  };
  if (!longerThan(number)) return go();
  digits = number;
  waiting = window.setTimeout(go, MORE_MS);
}

export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (event.key === " " && answersToSpace(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (/^\d$/.test(key)) return pressNumber(key);
    const element = keyed(key);
    if (!element) return;
    event.preventDefault();
    press(element);
  });
  document.querySelectorAll<HTMLElement>("[data-opens]").forEach((opener) =>
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.opens ?? "");
      if (!(dialog instanceof HTMLDialogElement)) return;
      event.preventDefault();
      dialog.showModal();
    }),
  );
}
