/** The visit by which this browser is known: its token, whom it is of, and how it ends. All tabs share it. */
import type { Api } from './api';
import type { Keeping } from './keeping';
import type { Item, Outbox } from './outbox';
import { Person } from './person';

export interface VisitParts {
  api: Api;
  keeping: Keeping;
  outbox: Outbox;
  /** Before every key of this widget's. */
  prefix: string;
  /** Whether the page says who its user is. */
  isTold: boolean;
  /** What is on the screen is no longer anybody's. */
  onLeft(): void;
  /** Nor is anything that was kept. */
  onForgotten(): void;
}

export class Visit {
  /** Counts who was here: an answer that was meant for somebody before is nobody's. */
  count = 0;

  private readonly key: string;
  private readonly person: Person;
  private kept: Promise<void> = Promise.resolve();
  /** Whether the page is to say who is here, and since when: nothing older is shown until it has. */
  private isDue: boolean;
  private dueSince = '';
  private settling: Promise<void> | null = null;

  constructor(private readonly parts: VisitParts) {
    this.key = `${parts.prefix}visit`;
    this.person = new Person(parts.keeping, `${parts.prefix}person`, {
      signIn: (token, person) => parts.api.signIn(token, person),
      forget: () => this.forget(),
      keepToken: (token) => this.keep(token),
    });
    this.person.isTold = this.isDue = parts.isTold;
    this.dueSince = new Date().toISOString();
  }

  /** Whether it is known that whoever is here has written it. */
  owns(item: Item): boolean {
    return !this.isDue || item.created_at >= this.dueSince;
  }

  keep(token: string | null): void {
    const { api, keeping } = this.parts;
    api.token = token;
    this.kept = token === null ? keeping.remove(this.key) : keeping.set(this.key, token);
  }

  /** Takes the token that this browser has, if any; true if it is another than before. */
  async take(): Promise<boolean> {
    await this.kept;
    const token = await this.parts.keeping.get(this.key);
    const isOther = token !== this.parts.api.token;
    this.parts.api.token = token;
    return isOther;
  }

  /** A visit of nobody in particular, unless another tab was quicker. */
  async begin(): Promise<void> {
    const { count } = this;
    const { token } = await this.parts.api.beginVisit();
    await this.take();
    if (this.parts.api.token === null && count === this.count) this.keep(token);
  }

  /** Who is here, as the page says it. Throws Refusal: then nobody may be shown anything. */
  async settle(): Promise<void> {
    if (!this.isDue) return;
    this.settling ??= this.askPerson().finally(() => (this.settling = null));
    await this.settling;
  }

  /** The token of a request is none any more: another tab may have a newer one, or the page says anew who
   * is here; if not, the visit is over, and what is said next begins another. Throws Refusal. */
  async renew(): Promise<void> {
    if (await this.take()) return;
    this.keep(null);
    if (this.person.isTold) this.expect();
    await this.settle();
  }

  /** The page has something to say of its user. */
  ask(): void {
    this.person.isTold = true;
    this.expect();
    this.leave();
  }

  /** The user has left the site; `kept` is the token that the page had for us. */
  async end(kept: string | null): Promise<void> {
    const { api } = this.parts;
    this.person.isTold = this.isDue = false;
    this.dueSince = new Date().toISOString();
    api.token ??= kept;
    const ended = api.token === null ? null : api.endVisit().catch(() => undefined);
    await this.forget();
    await ended;
  }

  leave(): void {
    this.count += 1;
    this.parts.onLeft();
  }

  private expect(): void {
    this.isDue = true;
    this.dueSince = new Date().toISOString();
  }

  private async askPerson(): Promise<void> {
    let since;
    do {
      since = this.dueSince;
      await this.person.settle();
      // The page may have had something newer to say meanwhile.
    } while (since !== this.dueSince);
    this.isDue = false;
  }

  /** Nothing of who was here stays; what was written while we asked is of who is here now. */
  private async forget(): Promise<void> {
    const { api, keeping, outbox, prefix } = this.parts;
    this.leave();
    api.token = null;
    const fresh = (await outbox.list()).filter((item) => item.created_at >= this.dueSince);
    await keeping.clear(prefix);
    for (const item of fresh) await outbox.put(item);
    this.parts.onForgotten();
  }
}
