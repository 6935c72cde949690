/** The visit: the token by which the server knows the visitor. All tabs share it. */
import type { Api } from './api';
import type { Keeping } from './keeping';

export class Visit {
  constructor(
    private readonly api: Api,
    private readonly keeping: Keeping,
    private readonly key: string,
  ) {}

  /** Whether there is one by now: another tab may have begun it, or been given a new token. */
  async find(): Promise<boolean> {
    // What cannot be kept is known to this tab alone.
    this.api.token = (await this.keeping.get(this.key)) ?? this.api.token;
    return this.api.token !== null;
  }

  keep(token: string | null): void {
    this.api.token = token;
    void (token === null ? this.keeping.remove(this.key) : this.keeping.set(this.key, token));
  }

  async begin(): Promise<void> {
    const { token } = await this.api.beginVisit();
    if ((await this.keeping.get(this.key)) === null) this.keep(token);
    else await this.find();
  }

  /** The server does not know our token; whether another tab has a newer one. If none has, the visit is
   * over, and what is said next begins another. */
  async lose(): Promise<boolean> {
    const unknown = this.api.token;
    await this.find();
    if (this.api.token !== unknown) return true;
    this.keep(null);
    return false;
  }
}
