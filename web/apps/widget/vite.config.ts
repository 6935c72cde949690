import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const backend = process.env['HALFMINUTE_BACKEND'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: here,
  base: '/widget/v1/',
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { panel: resolve(here, 'panel.html'), loader: resolve(here, 'src/loader.ts') },
      output: {
        // A site names the loader in its pages; all else is named by its content.
        entryFileNames: (chunk) =>
          chunk.name === 'loader' ? 'loader.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: { '/api': { target: backend, ws: true } } },
});
