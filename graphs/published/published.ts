/** What is known of a published data set before it is fetched. */
export interface PublishedDataset {
  /** Where its file stands at its publisher's. */
  readonly url: string;
  /** The file's length, where it is known to the byte. */
  readonly bytes?: number;
  /** Of the file, as it was measured: no publisher lists any. */
  readonly sha256: string;
  readonly nodes: number;
  /** As the file lists them. */
  readonly edges: number;
}
