/** Who sits before the browser, as far as the page around us says: it is asked for a token of its user's,
 * which the server takes once. What is kept in this browser is one person's; of another it shows nothing. */
import type { SignInView } from '@halfminute/api';
import { Refusal } from './api';
import type { Keeping } from './keeping';

export interface PersonParts {
  signIn(token: string, person: string | null): Promise<SignInView>;
  /** Nothing of who was here stays. */
  forget(): Promise<void>;
  keepToken(token: string): void;
}

/** Not worth asking again by itself: the page is at fault. */
const NOT_SAID = 400;
/** The page asks its own server first. */
const PATIENCE_MS = 15_000;
/** A token that was on its way too long, or that a lost answer has used up: another one may do. */
const WORN = new Set(['site_token_used', 'site_token_expired']);

export class Person {
  /** Whether the page says who its user is. */
  isTold = false;

  constructor(
    private readonly keeping: Keeping,
    private readonly key: string,
    private readonly parts: PersonParts,
  ) {}

  /** Settles who is here. Throws Refusal: then nobody may be shown anything. */
  async settle(): Promise<void> {
    if (!this.isTold) return;
    const former = await this.keeping.get(this.key);
    const signedIn = await this.signIn(former);
    if (former !== null && former !== signedIn?.person) await this.parts.forget();
    if (signedIn === null) return;
    await this.keeping.set(this.key, signedIn.person);
    this.parts.keepToken(signedIn.token);
  }

  /** Null where the page says that nobody is signed in. */
  private async signIn(former: string | null, isAgain = false): Promise<SignInView | null> {
    const token = await askPage();
    if (token === null) return null;
    try {
      return await this.parts.signIn(token, former);
    } catch (error) {
      const code = error instanceof Refusal ? error.code : '';
      if (!isAgain && WORN.has(code)) return this.signIn(former, true);
      throw error;
    }
  }
}

/** Throws Refusal where the page cannot say. */
function askPage(): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener('message', hear);
    };
    const hear = ({ source, data }: MessageEvent): void => {
      const told = data as { halfminute?: unknown; token?: unknown } | null;
      if (source !== parent || told?.halfminute !== 'identity') return;
      end();
      if (typeof told.token === 'string') resolve(told.token);
      else if (told.token === null) resolve(null);
      else reject(new Refusal(NOT_SAID, 'site_cannot_say'));
    };
    const timer = setTimeout(() => {
      end();
      reject(new Refusal(NOT_SAID, 'site_silent'));
    }, PATIENCE_MS);
    addEventListener('message', hear);
    parent.postMessage({ halfminute: 'identify' }, '*');
  });
}
