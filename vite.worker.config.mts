import { defineConfig } from 'vite';

// The worker process as one file with everything inside: a crashed worker is back in tens of milliseconds.
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: 'src/worker/main.ts',
    target: 'node24',
    outDir: 'out/worker',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      output: { format: 'esm', entryFileNames: 'worker.mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
