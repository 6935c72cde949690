/** Sends what is kept, one after another in the order of writing, until the server has it. */
import type { MessageView, Part } from '@halfminute/api';
import { Refusal, type Api } from './api';
import { pauseMs } from './backoff';
import type { Item, Outbox } from './outbox';
import { namesOf, type Parcels } from './parcels';
import type { Visit } from './visit';

export interface SendingParts {
  api: Api;
  outbox: Outbox;
  parcels: Parcels;
  visit: Visit;
  language: string;
  /** What is still to be said. */
  onItems(items: readonly Item[]): void;
  onSaid(message: MessageView): void;
  /** Whether the server answers. */
  onUnheard(isUnheard: boolean): unknown;
  /** The token was not known, and no tab has another. */
  onVisitLost(): void;
  /** Has the tab that leads begin the visit; false if that is this one. */
  askForVisit(): boolean;
}

/** After so many failures a tab no longer waits for another one to begin the visit. */
const FAILURES_BEFORE_ALONE = 4;
/** How long another tab is left to send its words itself. */
const HELP_MS = 3000;

/** Another tab begins the visit. */
class NotYet extends Error {}

export class Sending {
  private items: readonly Item[] = [];
  /** What the server has, though the browser may not have let it go yet. */
  private readonly received = new Set<string>();
  /** What stands in the thread, though its answer has not come: it is sent on, and not shown twice. */
  private readonly seen = new Set<string>();
  private failures = 0;
  private isSending = false;
  private resend: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: SendingParts) {}

  /** Kept before it is sent: from here on it cannot be lost. */
  async put(item: Item): Promise<void> {
    await this.parts.outbox.put(item);
    await this.readItems();
    void this.flush();
  }

  async drop(item: Item): Promise<void> {
    await this.parts.outbox.remove(item.client_id);
    await this.readItems();
  }

  async readItems(): Promise<void> {
    this.setItems(await this.parts.outbox.list());
  }

  /** Words of ours have come over the connection, which may be quicker than the answer to us. */
  see(said: Part | undefined): void {
    const words = said?.type === 'media' ? said.caption : said;
    const text = words?.type === 'text' ? words.text : '';
    const file = said?.type === 'sticker' ? said.file_id : null;
    const isTwin = (item: Item): boolean =>
      item.text === text && (item.sticker?.part.file_id ?? null) === file && item.refused === null && !this.seen.has(item.client_id);
    const twin = this.items.find(isTwin);
    if (twin === undefined) return;
    this.seen.add(twin.client_id);
    this.setItems(this.items);
  }

  /** Another tab may be closed before it has sent what it kept. */
  help(): void {
    if (this.items.length > 0) setTimeout(() => void this.flush(), HELP_MS);
  }

  async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.resend);
    try {
      let next: Item | undefined;
      while ((next = await this.next()) !== undefined) {
        await this.send(next);
        this.failures = 0;
        this.parts.onUnheard(false);
      }
    } catch (error) {
      this.postpone(error);
    } finally {
      this.isSending = false;
    }
  }

  private setItems(items: readonly Item[]): void {
    const { visit } = this.parts;
    this.items = items.filter((item) => !this.received.has(item.client_id) && visit.owns(item));
    this.parts.onItems(this.items.filter((item) => !this.seen.has(item.client_id)));
  }

  private async next(): Promise<Item | undefined> {
    await this.readItems();
    return this.items.find((item) => item.refused === null && !this.parts.parcels.isLost(item));
  }

  /** Throws what makes it wait; what the server will never take is kept beside its reason. */
  private async send(item: Item): Promise<void> {
    const { api, outbox, parcels, visit, language } = this.parts;
    const { count } = visit;
    // Nothing is sent before it is known who is here, nor for another than who wrote it.
    await visit.settle();
    if (api.token === null) await this.findVisit();
    if (count !== visit.count) return;
    try {
      const isWhole = await parcels.handIn(item, async (changed) => {
        if (count === visit.count) await outbox.put(changed);
      });
      if (!isWhole || count !== visit.count) return;
      const { client_id, text, form } = item;
      const said = await api.say({ client_id, text, language, ...(form && { form }), ...namesOf(item) });
      // Said is said, whoever is here by now.
      this.received.add(client_id);
      this.setItems(this.items);
      if (count === visit.count) this.parts.onSaid(said.message);
      await outbox.remove(client_id);
      parcels.letGo(item);
    } catch (error) {
      if (count !== visit.count) return;
      if (!(error instanceof Refusal) || error.isTransient) throw error;
      if (error.status === 401) {
        await visit.renew();
        if (api.token === null) this.parts.onVisitLost();
        throw new NotYet();
      }
      this.seen.delete(item.client_id);
      await outbox.put(parcels.judge({ ...item, refused: error.code }));
    }
  }

  /** One tab begins it, so that words which all of them see are not said in two visits. */
  private async findVisit(): Promise<void> {
    const { api, visit } = this.parts;
    await visit.take();
    if (api.token !== null) return;
    if (this.failures < FAILURES_BEFORE_ALONE && this.parts.askForVisit()) throw new NotYet();
    await visit.begin();
  }

  private postpone(error: unknown): void {
    const refusal = error instanceof Refusal ? error : null;
    if (!(error instanceof NotYet) && refusal?.status !== 429) this.parts.onUnheard(true);
    this.resend = setTimeout(() => void this.flush(), pauseMs(this.failures, refusal?.retryAfterSeconds));
    this.failures += 1;
  }
}
