/** A page with a widget on it whose settings are not saved yet: the real loader and the real panel.
 * The desk around it tells it what to show; nobody else may show it in a frame. */
import { isTold, type Told } from './told';

const LOADER = '/widget/v1/preview/loader.js';
const PANEL = '/widget/v1/preview/panel';
/** Colours are dragged: the button is drawn anew when they rest. */
const REST_MS = 120;

interface Page {
  Halfminute?: { open: () => void };
  halfminutePreview?: object;
}

const page = window as Page;
let told: Told | null = null;
let drawn = '';
let timer: ReturnType<typeof setTimeout> | undefined;

const frames = (): Window[] =>
  [...document.body.children].flatMap((element) => element.shadowRoot?.querySelector('iframe')?.contentWindow ?? []);

const tellPanel = (): void => {
  for (const frame of frames()) frame.postMessage(told, location.origin);
};

function draw({ launcher, scene, scheme, language }: Told): void {
  for (const element of [...document.body.children]) if (element.shadowRoot !== null) element.remove();
  document.documentElement.lang = language;
  document.documentElement.dataset['scheme'] = scheme;
  delete page.Halfminute;
  localStorage.removeItem('halfminute.preview.invited');
  page.halfminutePreview = { ...launcher, widget: 'preview', panel: PANEL };
  const script = document.createElement('script');
  script.src = LOADER;
  script.addEventListener('load', () => {
    if (scene !== 'button') page.Halfminute?.open();
    script.remove();
  });
  document.body.append(script);
}

addEventListener('message', ({ source, origin, data }) => {
  if (origin !== location.origin) return;
  if ((data as { halfminute?: unknown } | null)?.halfminute === 'previewed') tellPanel();
  if (source !== parent || !isTold(data)) return;
  const next = data;
  told = next;
  const wanted = JSON.stringify([next.launcher, next.scene, next.scheme, next.language]);
  if (wanted === drawn) return tellPanel();
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      drawn = wanted;
      draw(next);
    },
    drawn === '' ? 0 : REST_MS,
  );
});
parent.postMessage({ halfminute: 'previewed' }, location.origin);
