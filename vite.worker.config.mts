import { defineConfig, type UserConfig } from 'vite';

// The worker process as one file with everything inside: a crashed worker is back in tens of milliseconds. Built for both
// hosts: for the headless one into `out/worker`; for the desktop by Electron Forge, which says so and where it goes.
const chunks = '[name]-[hash].mjs';

const headless: UserConfig = {
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: 'src/worker/main.ts',
    target: 'node24',
    outDir: 'out/worker',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: { output: { format: 'esm', entryFileNames: 'worker.mjs', chunkFileNames: chunks } },
  },
};

const desktop: UserConfig = {
  publicDir: false,
  build: {
    target: 'node24',
    lib: { entry: { worker: 'src/worker/main.ts' }, formats: ['es'], fileName: () => 'worker.mjs' },
    rolldownOptions: { platform: 'node', output: { chunkFileNames: chunks } },
  },
};

export default defineConfig((env) => ('forgeConfigSelf' in env ? desktop : headless));
