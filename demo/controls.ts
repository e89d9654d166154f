/** The page's sliders and buttons. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { CHOICES, type Plan } from "./plan.ts";

const NAMES = Object.keys(CHOICES) as (keyof Plan)[];

/** The sliders, each over a list of values. */
export class Sliders {
  readonly #inputs: Readonly<Record<keyof Plan, HTMLInputElement>>;

  /** Takes the page's; `onChange` is called whenever a reader moves one. */
  constructor(onChange: () => void) {
    this.#inputs = Object.fromEntries(
      NAMES.map((name) => [name, document.querySelector<HTMLInputElement>(`#${name}`)!]),
    ) as Record<keyof Plan, HTMLInputElement>;
    for (const name of NAMES) {
      const input = this.#inputs[name];
      input.max = String(CHOICES[name].values.length - 1);
      input.addEventListener("input", () => {
        this.#tell(name);
        onChange();
      });
    }
    this.reset();
  }

  /** What they say. */
  get plan(): Plan {
    const [layers, channels, epochs] = NAMES.map((name) => this.#value(name));
    return { layers: layers!, channels: channels!, epochs: epochs! };
  }

  /** Puts all where they stood at first. */
  reset(): void {
    for (const name of NAMES) {
      const { values, first } = CHOICES[name];
      this.#inputs[name].value = String((values as readonly number[]).indexOf(first));
      this.#tell(name);
    }
  }

  /** Whether they can be moved. */
  set enabled(enabled: boolean) {
    for (const name of NAMES) this.#inputs[name].disabled = !enabled;
  }

  #value(name: keyof Plan): number {
    return CHOICES[name].values[Number(this.#inputs[name].value)]!;
  }

  /** Beside the slider stands its value, which a screen reader says in place of the position. */
  #tell(name: keyof Plan): void {
    const value = String(this.#value(name));
    this.#inputs[name].setAttribute("aria-valuetext", `${value} ${name}`);
    d3.select(`output[for=${name}]`).text(value);
  }
}

/** What a reader may do now. */
export interface Allowed {
  readonly start: boolean;
  readonly stop: boolean;
  readonly reset: boolean;
}

/** Lets the buttons be pressed, or not; the focus goes on to one that can. */
export function allow(allowed: Allowed): void {
  const focused = document.activeElement;
  for (const [name, enabled] of Object.entries(allowed)) {
    d3.select<HTMLButtonElement, unknown>(`#${name}`).property("disabled", !enabled);
  }
  if (focused instanceof HTMLButtonElement && focused.disabled) {
    document.querySelector<HTMLButtonElement>("button:enabled")?.focus();
  }
}
