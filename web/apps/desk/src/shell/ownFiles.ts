/** Pictures of this computer, shown from here: before they are uploaded, and without waiting for them
 * to come back from the server. */

/** More are not kept in memory; the server has them. */
const MOST_KEPT = 60;

class OwnFiles {
  private readonly urls = new WeakMap<Blob, string>();
  private readonly sent = new Map<string, Blob>();

  /** For `img`, `video` and `audio` alone: what it leads to would be of our own origin. */
  urlOf(file: Blob): string {
    const known = this.urls.get(file);
    if (known !== undefined) return known;
    const url = URL.createObjectURL(file);
    this.urls.set(file, url);
    return url;
  }

  /** It is the server's file of this id from now on. */
  keep(fileId: string, file: Blob): void {
    this.sent.set(fileId, file);
    const [oldest] = this.sent.keys();
    if (this.sent.size > MOST_KEPT && oldest !== undefined) this.drop(oldest);
  }

  /** Null for what this tab has not sent. */
  find(fileId: string): string | null {
    const file = this.sent.get(fileId);
    return file === undefined ? null : this.urlOf(file);
  }

  /** Nobody shows it any more. */
  forget(file: Blob): void {
    const url = this.urls.get(file);
    if (url !== undefined) URL.revokeObjectURL(url);
    this.urls.delete(file);
  }

  private drop(fileId: string): void {
    const file = this.sent.get(fileId);
    this.sent.delete(fileId);
    if (file !== undefined) this.forget(file);
  }
}

export const ownFiles = new OwnFiles();
