/** Makes `electron` mean the stand-in, in this process: `node --import register.ts main.mjs`. */
import { registerHooks } from 'node:module';

const standIn = new URL('electron.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron' || specifier === 'electron/main') return { url: standIn, shortCircuit: true };
    return next(specifier, context);
  },
});
