/**
 * What the device reports. Errors are caught in scopes, which answer at once; uncaptured ones reach
 * JavaScript only after a read has returned wrong values.
 */
const SCOPES = ["validation", "out-of-memory", "internal"] as const;

export class Faults {
  readonly #device: GPUDevice;
  #first: Error | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
    device.onuncapturederror = ({ error }) => this.#reportOfDevice(error);
    this.#openScopes();
  }

  report(error: Error): void {
    this.#first ??= error;
  }

  /** The first error of all up to now. */
  async first(): Promise<Error | undefined> {
    const closed = SCOPES.map(() => this.#device.popErrorScope());
    this.#openScopes();
    for (const error of await Promise.all(closed)) if (error) this.#reportOfDevice(error);
    return this.#first;
  }

  #openScopes(): void {
    for (const filter of SCOPES) this.#device.pushErrorScope(filter);
  }

  #reportOfDevice({ message }: GPUError): void {
    this.report(new Error(`Cannot run on the GPU: ${message}`));
  }
}
