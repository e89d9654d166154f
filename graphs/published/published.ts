/** What is known of a published data set before it is fetched. */
export interface PublishedDataset {
  /** The publisher's address of its file. */
  readonly url: string;
  /** The file's length, if known to the byte. */
  readonly bytes?: number;
  /** SHA-256 of the file, as measured: no publisher lists any. */
  readonly sha256?: string;
  readonly nodes: number;
  /** Edges, as the file lists them. */
  readonly edges: number;
}
