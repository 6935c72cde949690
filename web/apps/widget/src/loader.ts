/** What a site puts into its pages: a button, and after the first click the chat in a frame.
 *
 *     <script async src="https://chat.example/widget/v1/NUMBER/loader.js"></script>
 *
 * Nothing is asked of the server before the click: what must be known before it is handed in by the
 * server, which puts all of this into one function of the parameter HALFMINUTE_WIDGET. So a page gets
 * no name of ours but `Halfminute`. */
import { invite } from './launcher/invitation';
import { openKeeper, type Wish } from './launcher/keeping';
import { isAmong, onMove } from './launcher/paths';
import type { LauncherSettings } from './launcher/settings';
import { styleOf } from './launcher/style';
import { shareTabs } from './launcher/tabs';

declare const HALFMINUTE_WIDGET: LauncherSettings;
/** By language: to open the chat, to close it, its name, to close the invitation, that it is on its way
 * (`words/*.json`). */
declare const LAUNCHER_WORDS: Record<string, [string, string, string, string, string]>;

(() => {
  const script = document.currentScript as HTMLScriptElement | null;
  const given = HALFMINUTE_WIDGET;
  const { widget } = given;
  const page = window as unknown as Record<string, unknown>;
  if (script === null || page['Halfminute'] !== undefined) return;
  const server = new URL(script.src).origin;
  /** What all that we keep and share is called by. */
  const name = `halfminute.${widget}.`;
  const tag = document.documentElement.lang || navigator.language;
  const catalogues = LAUNCHER_WORDS;
  const words = catalogues[tag.toLowerCase().split(/[-_]/)[0] ?? ''] ?? catalogues['en'] ?? [];

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const style = new CSSStyleSheet();
  style.replaceSync(styleOf(given));
  root.adoptedStyleSheets = [style];

  const button = document.createElement('button');
  button.className = 'launcher';
  const mark = document.createElement('i');
  mark.hidden = true;
  button.append(document.createElement('b'), mark);
  const notice = document.createElement('p');
  notice.setAttribute('role', 'status');
  notice.hidden = true;
  root.append(notice, button);

  const listeners = new Map<string, Set<() => void>>();
  let frame: HTMLIFrameElement | null = null;
  /** Whether the chat's page runs in the frame. */
  let isThere = false;
  let loads = 0;
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
  const keeper = openKeeper(name);
  /** What the page asked for, in the place of what its path says. */
  let wish: boolean | null = null;
  const look = (): void => {
    // An open chat is not taken from who writes in it.
    host.hidden = !isOpen() && !(wish ?? !isAmong(given.hidden, location.pathname));
    invitation.look();
  };
  const reveal = (isWished: boolean): void => {
    wish = isWished;
    if (!isWished) close();
    look();
  };
  const isOpen = (): boolean => frame !== null && !frame.hidden;
  const tell = (event: string): void => {
    for (const listener of listeners.get(event) ?? []) listener();
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
  const tabs = shareTabs(name, keeper.canKeep, post);
  const make = (): HTMLIFrameElement => {
    if (frame !== null) return frame;
    frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = words[2] ?? '';
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
    isSaid();
    const token = keeper.forget();
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
    invitation.end();
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
    if (told === 'keep') void keeper.keep(data as Wish).then(post);
    if (told === 'join') tabs.join((data as { isStealing?: unknown }).isStealing === true);
    if (told === 'tell') tabs.tell((data as { told?: unknown }).told);
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
  addEventListener('pagehide', () => tabs.release());
  addEventListener('pageshow', ({ persisted }) => persisted && post({ halfminute: 'lead', isLeader: false }));
  const invitation = invite(given.invitation, {
    key: `${name}invited`,
    closeLabel: words[3] ?? '',
    mayShow: () => !host.hidden && !isOpen(),
    onAccept: () => open(),
  });
  root.append(invitation.element);
  show();
  look();
  onMove(look);
  page['Halfminute'] = {
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
    on: (event: string, listener: () => void): (() => void) => {
      if (event === 'ready') queueMicrotask(listener);
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return () => known.delete(listener);
    },
  };
  const place = (): void => {
    document.body.append(host);
    // For the page's scripts, which may have come before this one.
    dispatchEvent(new Event('halfminute:ready'));
  };
  if (document.body === null) addEventListener('DOMContentLoaded', place);
  else place();
})();
