/** Pictures of this computer, shown from here: before they are uploaded, and without waiting for them
 * to come back from the server. */

/** More are not kept in memory; the server has them. */
const MOST_KEPT = 60;

interface SentFile {
  readonly conversationId: string;
  readonly file: Blob;
}

export class OwnFiles {
  private readonly urls = new WeakMap<Blob, string>();
  private readonly sent = new Map<string, SentFile>();

  /** For `img`, `video` and `audio` alone: what it leads to would be of our own origin. */
  urlOf(file: Blob): string {
    const known = this.urls.get(file);
    if (known !== undefined) return known;
    const url = URL.createObjectURL(file);
    this.urls.set(file, url);
    return url;
  }

  /** It is the server's file of this id from now on. */
  keep(fileId: string, conversationId: string, file: Blob): void {
    this.sent.set(fileId, { conversationId, file });
    const [oldest] = this.sent.keys();
    if (this.sent.size > MOST_KEPT && oldest !== undefined) this.drop(oldest);
  }

  /** Null for what this tab has not sent. */
  find(fileId: string): string | null {
    const kept = this.sent.get(fileId);
    return kept === undefined ? null : this.urlOf(kept.file);
  }

  /** Nobody shows it any more. */
  forget(file: Blob): void {
    const url = this.urls.get(file);
    if (url !== undefined) URL.revokeObjectURL(url);
    this.urls.delete(file);
  }

  /** The words of a conversation were erased; `waiting` had not been sent in it yet. */
  forgetConversation(conversationId: string, waiting: readonly Blob[]): void {
    for (const file of waiting) this.forget(file);
    for (const [fileId, kept] of [...this.sent]) {
      if (kept.conversationId === conversationId) this.drop(fileId);
    }
  }

  private drop(fileId: string): void {
    const kept = this.sent.get(fileId);
    this.sent.delete(fileId);
    if (kept !== undefined) this.forget(kept.file);
  }
}

export const ownFiles = new OwnFiles();
