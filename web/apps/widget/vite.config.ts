import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const backend = process.env['HALFMINUTE_BACKEND'] ?? 'http://127.0.0.1:8080';

/** The loader carries no more of a language than the names of its buttons and a word for the wait. */
function launcherWords(): Record<string, string[]> {
  const folder = resolve(here, 'src/words');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const read = (name: string): Record<string, string> => JSON.parse(readFileSync(resolve(folder, name), 'utf8'));
  const fallback = read('en.json');
  const keys = ['launcher.open', 'launcher.close', 'launcher.name', 'launcher.dismiss', 'launcher.connecting'];
  return Object.fromEntries(
    files.map((name) => {
      const words = { ...fallback, ...read(name) };
      return [basename(name, '.json'), keys.map((key) => words[key] ?? '')];
    }),
  );
}

/** What a language's file does not say is said in English. */
const englishBehind: Plugin = {
  name: 'english-behind',
  enforce: 'pre',
  transform: (code, id) => {
    if (!/words[\\/](\w+[\\/])?\w+\.json$/.test(id)) return null;
    const english: object = JSON.parse(readFileSync(resolve(id, '../en.json'), 'utf8'));
    return JSON.stringify({ ...english, ...(JSON.parse(code) as object) });
  },
};

/** In a minified script the only line breaks are those of its style sheet, which needs none. */
const joinLines: Plugin = {
  name: 'join-lines',
  generateBundle: (_, bundle) => {
    const loader = bundle['loader.js'];
    if (loader?.type === 'chunk') loader.code = loader.code.replace(/\n\s*/g, '');
  },
};

export default defineConfig({
  root: here,
  plugins: [englishBehind, joinLines],
  base: '/widget/v1/',
  define: { LAUNCHER_WORDS: JSON.stringify(launcherWords()) },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: {
        panel: resolve(here, 'panel.html'),
        preview: resolve(here, 'preview.html'),
        loader: resolve(here, 'src/loader.ts'),
      },
      output: {
        // What the panel always needs in one piece, and not in one for each of its later pieces.
        codeSplitting: {
          groups: [{ name: 'core', test: /preload-helper|preact|thread[\\/]src[\\/]entities|widget[\\/]src[\\/](core[\\/](?!form)|words[\\/]index\.|view[\\/](Text|links|sizes|styles))/ }],
        },
        // A site names the loader in its pages; all else is named by its content.
        entryFileNames: (chunk) =>
          chunk.name === 'loader' ? 'loader.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: { '/api': { target: backend, ws: true } } },
});
