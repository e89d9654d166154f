/** What is recorded and not yet sent; it is sent in pieces, the first ones while others are recorded. */
import type { Pieces } from "./pieces.ts";
import { type Dispatch, Recording, type Transfer } from "./recording.ts";

export class Commands {
  readonly #device: GPUDevice;
  readonly #pieces: Pieces;
  #open = new Recording();
  /** How many of its commands are sent. */
  #sent = 0;
  #keeps = false;

  constructor(device: GPUDevice, pieces: Pieces) {
    this.#device = device;
    this.#pieces = pieces;
  }

  /** Records a launch after all before it. */
  launch(dispatch: Dispatch): void {
    this.#open.launch(dispatch);
    this.#count(dispatch.bytes);
  }

  /** Records a copy, or zeros, of so many bytes. */
  transfer(transfer: Transfer, bytes: number): void {
    this.#open.transfer(transfer, bytes);
    this.#count(bytes);
  }

  /** Sends all that is recorded. */
  submit(): void {
    this.#send(this.#open, this.#sent, this.#open.length);
    this.#sent = this.#open.length;
    if (!this.#keeps) this.#forget();
  }

  /** Keeps what is recorded from now on. */
  keep(): void {
    this.submit();
    this.#keeps = true;
  }

  /** Sends what is recorded, and keeps no more; returns what was kept. */
  kept(): Recording {
    this.submit();
    const kept = this.#open;
    this.#keeps = false;
    this.#open = new Recording();
    this.#forget();
    return kept;
  }

  /** Sends what was kept once more, after all that is recorded. */
  resend(kept: Recording): void {
    this.submit();
    let first = 0;
    for (let command = 0; command < kept.length; command++) {
      if (!this.#pieces.add(kept.bytesOf(command))) continue;
      this.#send(kept, first, command + 1);
      first = command + 1;
    }
    this.#send(kept, first, kept.length);
  }

  #count(bytes: number): void {
    if (this.#pieces.add(bytes)) this.submit();
  }

  #send(recording: Recording, first: number, end: number): void {
    if (first === end) return;
    this.#device.queue.submit([recording.encoded(this.#device, first, end)]);
    this.#pieces.submitted();
  }

  #forget(): void {
    this.#open.clear();
    this.#sent = 0;
  }
}
