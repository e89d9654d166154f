/** How much packed bytes may unpack to: a few of them must not fill the memory. */

/** Deflate's highest ratio, and so gzip's. */
const LARGEST_RATIO = 1032;
/** Beyond so many bytes of one member a ratio must be one that data of numbers have. */
const ANY_RATIO = 2 ** 28;
const USUAL_RATIO = 200;

/** The most bytes that may come of so many packed ones. */
export function mostUnpacked(packed: number): number {
  return Math.min(LARGEST_RATIO * packed, Math.max(ANY_RATIO, USUAL_RATIO * packed));
}

/** Throws a clause if `size` bytes are more than may come of the packed ones. */
export function checkUnpacked(size: number, packed: number): void {
  if (size <= mostUnpacked(packed)) return;
  if (size > LARGEST_RATIO * packed) {
    throw new Error(`${size} bytes are announced, ${packed} packed ones cannot hold them`);
  }
  throw new Error(
    `its ${packed} bytes unpack to more than ${ANY_RATIO / 2 ** 20} MiB, and to more than ` +
      `${USUAL_RATIO} times as many: expected numbers, which pack less, save it unpacked`,
  );
}
