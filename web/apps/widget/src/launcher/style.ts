/** How the button looks, the frame and what covers it until the chat is there. */
import { INVITATION_STYLE } from './invitation';
import type { LauncherSettings } from './settings';

export const styleOf = ({ accent, ink, side }: LauncherSettings): string => `
  :host { all: initial; position: fixed; z-index: 2147483000; }
  :host([hidden]) { display: none; }
  .launcher { all: unset; box-sizing: border-box; position: fixed;
    bottom: max(20px, env(safe-area-inset-bottom)); width: 60px; height: 60px; border-radius: 50%;
    background: ${accent}; box-shadow: 0 4px 16px rgb(0 0 0 / 28%), inset 0 0 0 1px rgb(255 255 255 / 30%);
    cursor: pointer; display: grid; place-items: center; forced-color-adjust: none; }
  .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #111; }
  b { width: 28px; height: 28px; background: ${ink}; clip-path: path('M2 3h24v18H14l-8 6v-6H2z'); }
  i { position: absolute; top: 2px; right: 2px; width: 16px; height: 16px; border-radius: 50%;
    background: #c62828; border: 2px solid #fff; }
  iframe, p { all: unset; position: fixed; bottom: 92px;
    width: 380px; height: min(620px, calc(100dvh - 116px)); border-radius: 16px;
    box-shadow: 0 12px 48px rgb(0 0 0 / 30%); background: Canvas; }
  p { color-scheme: light dark; background: Canvas; color: CanvasText; font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; }
  .launcher, iframe, p, .invitation { ${side}: max(20px, env(safe-area-inset-${side})); }
  [hidden] { display: none; }
  @media (max-width: 480px) {
    iframe, p { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
    iframe:not([hidden]) ~ p[hidden] ~ .launcher { display: none; }
  }${INVITATION_STYLE}
`;
