/** Words on their way to the server: kept from the key press until the server has them. All tabs share
 * what is kept. Each sends in the order of writing and only what the one before it has let through, and
 * the server takes a client id in once: so two tabs at once neither double nor turn anything round. */
import type { GivenForm } from '@halfminute/api';
import type { Keeping } from './keeping';

export interface Item {
  client_id: string;
  text: string;
  created_at: string;
  /** The code of the server's no; null while it is still to be sent. */
  refused: string | null;
  /** What was filled in before it, if it is the first. */
  form?: GivenForm;
}

const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && typeof (value as Item).client_id === 'string' && typeof (value as Item).text === 'string';

export class Outbox {
  constructor(
    private readonly keeping: Keeping,
    private readonly prefix: string,
  ) {}

  /** In the order in which they were written. */
  async list(): Promise<Item[]> {
    const items = (await this.keeping.list(this.prefix)).map(parse).filter(isItem);
    return items.sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }

  put(item: Item): Promise<void> {
    return this.keeping.set(this.prefix + item.client_id, JSON.stringify(item));
  }

  remove(clientId: string): Promise<void> {
    return this.keeping.remove(this.prefix + clientId);
  }
}

/** Another program on the site may have written there. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
