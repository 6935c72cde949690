/** What a site puts into its pages: a button, and after the first click the chat in a frame.
 *
 *     <script async src="https://chat.example/widget/v1/NUMBER/loader.js"></script>
 *
 * Nothing is asked of the server before the click: what must be known before it is handed in by the
 * server, which puts all of this into one function of the parameter HALFMINUTE_WIDGET. So a page gets
 * no name of ours but `Halfminute`. */
import { invite, INVITATION_STYLE } from './launcher/invitation';
import { isAmong, onMove } from './launcher/paths';
import type { LauncherSettings } from './launcher/settings';

declare const HALFMINUTE_WIDGET: LauncherSettings;
/** By language: to open the chat, to close it, its name, to close the invitation, that it is on its way
 * (`words/*.json`). */
declare const LAUNCHER_WORDS: Record<string, [string, string, string, string, string]>;

(() => {
  interface Wish {
    id: number;
    wish: 'get' | 'set' | 'remove' | 'list' | 'clear';
    key: string;
    value?: string;
  }
  const script = document.currentScript as HTMLScriptElement | null;
  const given = HALFMINUTE_WIDGET;
  const widget = given.widget ?? script?.dataset['widget'];
  const page = window as unknown as Record<string, unknown>;
  if (script === null || widget === undefined || page['Halfminute'] !== undefined) return;
  const server = new URL(script.src).origin;
  /** What all that we keep and share is called by. */
  const name = `halfminute.${widget}.`;
  const tag = document.documentElement.lang || navigator.language;
  const words = LAUNCHER_WORDS[tag.toLowerCase().split(/[-_]/)[0] ?? ''] ?? LAUNCHER_WORDS['en'] ?? [];
  const own = script.dataset['accent'] ?? '';
  const accent = given.accent ?? (/^#[0-9a-f]{6}$/i.test(own) ? own : '#1a6b54');
  const ink = given.ink ?? '#fff';
  const side = given.side ?? 'right';

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483000; inset: auto 0 0 auto; }
    :host([hidden]) { display: none; }
    .launcher { all: unset; box-sizing: border-box; position: fixed;
      bottom: max(20px, env(safe-area-inset-bottom)); width: 60px; height: 60px; border-radius: 50%;
      background: ${accent}; box-shadow: 0 4px 16px rgb(0 0 0 / 28%), inset 0 0 0 1px rgb(255 255 255 / 30%);
      cursor: pointer; display: grid; place-items: center; }
    .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #111; }
    svg { width: 28px; height: 28px; fill: none; stroke: ${ink}; stroke-width: 2; stroke-linejoin: round; }
    i { position: absolute; top: 2px; right: 2px; width: 16px; height: 16px; border-radius: 50%;
      background: #c62828; border: 2px solid #fff; }
    iframe, .connecting { all: unset; position: fixed; bottom: 92px;
      width: 380px; height: min(620px, calc(100dvh - 116px)); border-radius: 16px;
      box-shadow: 0 12px 48px rgb(0 0 0 / 30%); background: Canvas; }
    .connecting { background: Canvas; color: CanvasText; font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; }
    .launcher, iframe, .connecting, .invitation { ${side}: max(20px, env(safe-area-inset-${side})); }
    [hidden] { display: none; }
    @media (max-width: 480px) {
      iframe, .connecting { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
      iframe:not([hidden]) ~ .connecting[hidden] ~ .launcher { display: none; }
    }${INVITATION_STYLE}
  `);
  root.adoptedStyleSheets = [style];

  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'launcher';
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', 'M4 5h16v11H9l-5 4z');
  svg.append(path);
  const mark = document.createElement('i');
  mark.hidden = true;
  button.append(svg, mark);
  const notice = document.createElement('p');
  notice.className = 'connecting';
  notice.setAttribute('role', 'status');
  notice.hidden = true;
  root.append(notice, button);

  const listeners = new Map<string, Set<(detail: unknown) => void>>();
  let frame: HTMLIFrameElement | null = null;
  /** Whether the chat's page runs in the frame. */
  let isThere = false;
  let loads = 0;
  let channel: BroadcastChannel | undefined;
  let wait = new AbortController();
  let release = (): void => undefined;
  /** What the frame is told once it is there. */
  const waiting: object[] = [];
  let identify: (() => string | null | Promise<string | null>) | null = null;
  const forgotten: (() => void)[] = [];
  /** With `data-sign-in` the page will say who its user is: the chat shows nothing before. */
  const willSay = script.dataset['signIn'] !== undefined;
  let isSaid = (): void => undefined;
  const said = new Promise<void>((resolve) => {
    isSaid = resolve;
    if (!willSay) resolve();
  });
  const clear = (prefix: string): void => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  };

  /** A frame of another site is given no storage: what the chat must not lose is kept here. */
  const keep = ({ id, wish, key, value }: Wish) => {
    let answer: unknown;
    try {
      if (!String(key).startsWith(name)) throw new RangeError();
      if (wish === 'get') answer = localStorage.getItem(key);
      else if (wish === 'list') {
        const keys = Object.keys(localStorage).filter((each) => each.startsWith(key));
        answer = keys.map((each) => localStorage.getItem(each));
      } else {
        if (wish === 'set') localStorage.setItem(key, String(value));
        else if (wish === 'clear') clear(key);
        else localStorage.removeItem(key);
        answer = true;
      }
    } catch {
      // Forbidden or full: the chat then holds it as long as the tab is open.
    }
    return { halfminute: 'kept', id, answer };
  };
  /** What the page asked for, in the place of what its path says. */
  let wish: boolean | null = null;
  const look = (): void => {
    // An open chat is not taken from who writes in it.
    host.hidden = !isOpen() && !(wish ?? !isAmong(given.hidden ?? [], location.pathname));
    invitation?.look();
  };
  const reveal = (isWished: boolean): void => {
    wish = isWished;
    if (!isWished) close();
    look();
  };
  const canKeep = (): boolean => keep({ id: 0, wish: 'set', key: `${name}try`, value: '' }).answer === true;
  const isOpen = (): boolean => frame !== null && !frame.hidden;
  const tell = (event: string, detail?: unknown): void => {
    for (const listener of listeners.get(event) ?? []) listener(detail);
  };
  const show = (): void => {
    button.setAttribute('aria-label', words[isOpen() ? 1 : 0] ?? '');
    button.setAttribute('aria-expanded', String(isOpen()));
  };
  const post = (message: object): void => {
    if (isThere) frame?.contentWindow?.postMessage(message, server);
  };
  /** A hidden frame cannot know that it is. */
  const tellFrame = (): void => post({ halfminute: 'shown', isShown: isOpen() });
  /** A frame whose server is down shows the browser's own page: it stays covered, and is loaded again. */
  const cover = (): void => {
    notice.hidden = isThere || !isOpen();
    notice.textContent = notice.hidden ? '' : (words[4] ?? '');
  };
  const load = (): void => {
    isThere = false;
    const told = identify !== null || willSay ? '&identify=1' : '';
    const panel = given.panel ?? `/widget/v1/${widget}`;
    if (frame !== null) frame.src = `${server}${panel}?language=${encodeURIComponent(tag)}${told}`;
    cover();
  };
  const arrive = (): void => {
    isThere = true;
    loads = 0;
    waiting.splice(0).forEach(post);
    cover();
    tellFrame();
  };
  /** Who holds the lock holds the connection for all tabs; where tabs cannot share, each does. */
  const join = (isStealing: boolean): void => {
    const lead = (isLeader: boolean): void => post({ halfminute: 'lead', isLeader });
    const locks = navigator.locks as LockManager | undefined;
    wait.abort();
    release();
    if (locks === undefined || !('BroadcastChannel' in window) || !canKeep()) return lead(true);
    if (channel === undefined) {
      channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => post({ halfminute: 'told', told: data as unknown });
    }
    post({ halfminute: 'joined' });
    const mine = (wait = new AbortController());
    const options = isStealing ? { steal: true } : { signal: mine.signal };
    const hold = (): Promise<void> => {
      lead(true);
      return new Promise((resolve) => (release = resolve));
    };
    // Refused to us, or stolen from us; a wait that we have given up ourselves is none of the frame's.
    locks.request(name, options, hold).catch(() => mine === wait && lead(false));
  };
  const make = (): HTMLIFrameElement => {
    if (frame !== null) return frame;
    frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = words[2] ?? '';
    frame.allow = 'clipboard-write';
    frame.addEventListener('load', () => {
      setTimeout(() => !isThere && load(), Math.min(30_000, 1000 * 2 ** (loads += 1)) * (0.5 + Math.random()));
    });
    root.prepend(frame);
    load();
    return frame;
  };
  const send = (message: object): void => {
    if (isThere) post(message);
    else waiting.push(message);
  };
  /** The panel asks who the page's user is. Without a token the page could not say. */
  const tellIdentity = async (): Promise<void> => {
    await said;
    try {
      send({ halfminute: 'identity', token: (await identify?.()) ?? null });
    } catch {
      send({ halfminute: 'identity' });
    }
  };
  const logout = (): Promise<void> => {
    identify = null;
    let token: string | null = null;
    try {
      token = localStorage.getItem(`${name}visit`);
      clear(name);
    } catch {
      // Then nothing is kept here.
    }
    if (frame === null && token === null) return Promise.resolve();
    make();
    send({ halfminute: 'logout', token });
    return new Promise((resolve) => {
      forgotten.push(resolve);
      setTimeout(resolve, 5000);
    });
  };
  const open = (): void => {
    if (isOpen()) return;
    invitation?.end();
    const frame = make();
    frame.hidden = false;
    look();
    mark.hidden = true;
    show();
    cover();
    tellFrame();
    frame.focus();
    tell('open');
  };
  const close = (): void => {
    if (!isOpen() || frame === null) return;
    frame.hidden = true;
    look();
    show();
    cover();
    tellFrame();
    button.focus();
    tell('close');
  };

  button.addEventListener('click', () => (isOpen() ? close() : open()));
  addEventListener('message', ({ source, origin, data }) => {
    if (frame === null || source !== frame.contentWindow || origin !== server) return;
    const told = (data as { halfminute?: unknown } | null)?.halfminute;
    if (!isThere) arrive();
    if (told === 'keep') post(keep(data as Wish));
    if (told === 'join') join((data as { isStealing?: unknown }).isStealing === true);
    if (told === 'tell') channel?.postMessage((data as { told?: unknown }).told);
    if (told === 'close') close();
    if (told === 'read') mark.hidden = true;
    if (told === 'identify') void tellIdentity();
    if (told === 'forgotten') forgotten.splice(0).forEach((resolve) => resolve());
    if (told === 'unread') {
      mark.hidden = isOpen();
      tell('message');
    }
  });
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith(name)) post({ halfminute: 'changed' });
  });
  addEventListener('online', () => frame !== null && !isThere && load());
  // A page that the browser puts aside must let the others lead.
  addEventListener('pagehide', () => release());
  addEventListener('pageshow', ({ persisted }) => persisted && post({ halfminute: 'lead', isLeader: false }));
  const invitation =
    given.invitation &&
    invite(given.invitation, {
      key: `${name}invited`,
      closeLabel: words[3] ?? '',
      mayShow: () => !host.hidden && !isOpen(),
      onAccept: () => open(),
    });
  if (invitation) root.append(invitation.element);
  show();
  look();
  onMove(look);
  page['Halfminute'] = Object.freeze({
    open,
    close,
    /** The button, whatever the path says, or none; `hide` also closes the chat. */
    show: () => reveal(true),
    hide: () => reveal(false),
    /** Who the page's user is: called whenever a token is needed; null where nobody is signed in. */
    identify: (callback: () => string | null | Promise<string | null>): void => {
      identify = callback;
      isSaid();
      if (frame !== null) send({ halfminute: 'identify' });
    },
    /** Nothing of the user stays in this browser; done when the server knows. */
    logout,
    /** Listens to `ready`, `open`, `close` or `message`; returns what ends the listening. */
    on: (event: string, listener: (detail: unknown) => void): (() => void) => {
      if (event === 'ready') queueMicrotask(() => listener(undefined));
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return () => known.delete(listener);
    },
  });
  const place = (): void => {
    document.body.append(host);
    // For the page's scripts, which may have come before this one.
    dispatchEvent(new Event('halfminute:ready'));
  };
  if (document.body === null) addEventListener('DOMContentLoaded', place);
  else place();
})();
