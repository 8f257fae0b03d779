import { defineConfig } from 'vite';

// The desktop's preload, for Electron Forge: one CommonJS file, which is all that a sandboxed window loads.
export default defineConfig((env) => ({
  publicDir: false,
  build: { target: 'chrome140', sourcemap: env.command === 'serve' ? 'inline' : false },
}));
