/**
 * What the device reports. Errors are caught in scopes, which answer at once; uncaptured ones reach
 * JavaScript only after a read has returned wrong values.
 */
const SCOPES = ["validation", "out-of-memory", "internal"] as const;
/** Milliseconds in which a device that fails a read says that it is lost. */
const LAST_WORDS = 200;

/** Thrown where the device is gone, with all that it held: another one has to be opened. */
export class DeviceLostError extends Error {
  /** What the error is called. */
  override name = "DeviceLostError";
}

export class Faults {
  readonly #device: GPUDevice;
  readonly #lost: Promise<void>;
  #first: Error | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
    device.onuncapturederror = ({ error }) => this.#reportOfDevice(error);
    this.#lost = Promise.resolve(device.lost).then(({ reason, message }) =>
      // It tells more than whatever has failed for that.
      void (this.#first = new DeviceLostError(
        `Cannot run on the GPU: its device was lost (${
          [reason, message].join(": ")
        }), as after a ` +
          "fault of its driver; run the same call again",
      ))
    );
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

  /** Why a read has failed, of which the device itself says little. */
  async ofRead(error: unknown): Promise<Error> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((over) => timer = setTimeout(over, LAST_WORDS));
    await Promise.race([this.#lost, late]);
    clearTimeout(timer);
    const { message } = error as Error;
    return this.#first ?? new Error(`Cannot read from the GPU: ${message}`);
  }

  #openScopes(): void {
    for (const filter of SCOPES) this.#device.pushErrorScope(filter);
  }

  #reportOfDevice(error: GPUError): void {
    const why = error instanceof GPUOutOfMemoryError
      ? `it is out of memory (${error.message}), use fewer layers, fewer channels or more parts`
      : error.message;
    this.report(new Error(`Cannot run on the GPU: ${why}`));
  }
}
