// <wording-editor>: the text of a template beside its print, which follows what is typed. Buttons put
// names of facts and parts where the cursor is; what is wrong is said with its line, which is chosen.

const PAUSE_MS = 400;

interface Wrong {
  code: string;
  sentence: string;
  line: string;
}

export class WordingEditor extends HTMLElement {
  private timer = 0;
  private asked: AbortController | null = null;
  private least = "";

  connectedCallback(): void {
    this.body.addEventListener("input", () => this.later());
    this.addEventListener("click", (event) => this.clicked(event.target));
    void this.look();
  }

  private get body(): HTMLTextAreaElement {
    return this.querySelector("textarea")!;
  }

  private get sheet(): HTMLImageElement {
    return this.querySelector("[data-part=sheet]")!;
  }

  private clicked(target: EventTarget | null): void {
    const button = target instanceof Element ? target.closest<HTMLElement>("button") : null;
    const { put, shipped, least } = button?.dataset ?? {};
    if (put !== undefined) this.put(put, button?.dataset.line !== undefined);
    else if (shipped !== undefined) this.write(0, this.body.value.length, shipped, shipped.length);
    else if (least !== undefined) {
      this.least = least;
      this.querySelectorAll<HTMLElement>("[data-least]").forEach((one) => {
        one.setAttribute("aria-pressed", String(one === button));
      });
      void this.look();
    }
  }

  /** Puts a text at the cursor; `line`: on a line of its own, below the cursor's. */
  private put(text: string, line: boolean): void {
    const { value, selectionStart, selectionEnd } = this.body;
    if (text === "[]") {
      const chosen = value.slice(selectionStart, selectionEnd);
      this.write(selectionStart, selectionEnd, `[${chosen}]`, chosen ? chosen.length + 2 : 1);
      return;
    }
    if (!line) {
      // what a record may lack comes in [ ], unless it is put into such already
      const before = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
      const inside = before.lastIndexOf("[") > before.lastIndexOf("]");
      const fact = inside ? text.replace(/^\[|\]$/g, "") : text;
      return this.write(selectionStart, selectionEnd, fact, fact.length);
    }
    const end = value.indexOf("\n", selectionEnd);
    const at = end < 0 ? value.length : end;
    const open = text.endsWith("：】"); // its words are typed before the bracket
    this.write(at, at, `\n${text}`, text.length + (open ? 0 : 1));
  }

  /** As typed, so that the browser can undo it. */
  private write(from: number, to: number, text: string, cursor: number): void {
    this.body.focus();
    this.body.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) this.body.setRangeText(text, from, to);
    this.body.setSelectionRange(from + cursor, from + cursor);
    this.later();
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), PAUSE_MS);
  }

  private async look(): Promise<void> {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    this.sheet.dataset.old = "";
    const form = new FormData(this.querySelector("form")!);
    form.set("least", this.least);
    try {
      const answer = await fetch(this.dataset.preview!, {
        method: "POST",
        body: new URLSearchParams([...form].map(([name, value]) => [name, String(value)])),
        headers: { "X-Requested-With": "wording-editor" },
        signal: asked.signal,
      });
      if (answer.ok) this.show(await answer.blob());
      else this.say((await answer.json()) as Wrong);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    }
  }

  private show(picture: Blob): void {
    const former = this.sheet.src;
    this.sheet.src = URL.createObjectURL(picture);
    this.sheet.hidden = false;
    delete this.sheet.dataset.old;
    if (former.startsWith("blob:")) URL.revokeObjectURL(former);
    this.querySelector("[data-part=problem]")!.replaceChildren();
    this.body.removeAttribute("aria-invalid");
  }

  private say(wrong: Wrong): void {
    const said = document.createElement("p");
    said.className = "err";
    said.setAttribute("role", "alert");
    const code = document.createElement("code");
    code.textContent = wrong.code;
    said.append(`${wrong.sentence ?? ""} `, code);
    if (wrong.line) said.append(" ", this.finder(Number(wrong.line)));
    this.querySelector("[data-part=problem]")!.replaceChildren(said);
    this.body.setAttribute("aria-invalid", "true");
  }

  /** A button that chooses the line; the cursor is not taken away from who types. */
  private finder(line: number): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn sm";
    button.textContent = "→";
    button.title = this.dataset.find!;
    button.setAttribute("aria-label", this.dataset.find!);
    button.addEventListener("click", () => {
      const lines = this.body.value.split("\n");
      const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      this.body.focus();
      this.body.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
    });
    return button;
  }
}
