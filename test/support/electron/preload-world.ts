/**
 * What a window runs before its page: in an isolated world the bundle's own preload, with an `electron` of its own; in the
 * page's world the other end of `contextBridge`. The two share nothing but the document's events. Source texts, run by
 * Chromium; `standInSend` is a binding of the DevTools protocol that only the isolated world has.
 */

/** The page's world. */
export const mainWorld = `(() => {
  addEventListener('stand-in:expose', ({ detail }) => {
    const { name, values, functions } = JSON.parse(detail);
    const api = { ...values };
    for (const key of functions) {
      api[key] = (...args) => {
        dispatchEvent(new CustomEvent('stand-in:call', { detail: JSON.stringify({ name, key, args }) }));
      };
    }
    Object.defineProperty(window, name, { value: Object.freeze(api), enumerable: true });
  });
})();`;

/** The isolated world; \`preload\`: the bundle's. */
export function isolatedWorld(preload: string, platform: string): string {
  return `(() => {
  const exposed = new Map();
  const listeners = new Map();
  const ports = new Map();
  const send = (message) => standInSend(JSON.stringify(message));
  addEventListener('stand-in:call', ({ detail }) => {
    const { name, key, args } = JSON.parse(detail);
    exposed.get(name)[key](...args);
  });
  const known = (module, members) => new Proxy(members, {
    get(target, key) {
      if (!(key in target)) throw new Error('the stand-in does not know ' + module + '.' + String(key));
      return target[key];
    },
  });
  const electron = known('electron', {
    contextBridge: known('contextBridge', {
      exposeInMainWorld(name, api) {
        exposed.set(name, api);
        const entries = Object.entries(api);
        const isFunction = ([, value]) => typeof value === 'function';
        const detail = JSON.stringify({
          name,
          values: Object.fromEntries(entries.filter((entry) => !isFunction(entry))),
          functions: entries.filter(isFunction).map(([key]) => key),
        });
        dispatchEvent(new CustomEvent('stand-in:expose', { detail }));
      },
    }),
    ipcRenderer: known('ipcRenderer', {
      send: (channel, ...args) => send({ type: 'ipc', channel, args }),
      on: (channel, listener) => listeners.set(channel, listener),
    }),
  });
  globalThis.standIn = {
    receive(channel, args, portId) {
      const transferred = [];
      if (portId !== null) {
        const { port1, port2 } = new MessageChannel();
        ports.set(portId, port1);
        port1.onmessage = ({ data }) => send({ type: 'port', id: portId, data });
        port1.addEventListener('close', () => send({ type: 'port-closed', id: portId }));
        transferred.push(port2);
      }
      listeners.get(channel)?.({ ports: transferred }, ...args);
    },
    post: (portId, data) => ports.get(portId)?.postMessage(data),
    closePort(portId) {
      ports.get(portId)?.close();
      ports.delete(portId);
    },
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name);
    return electron;
  };
  const process = known('process', { platform: ${JSON.stringify(platform)} });
  ((require, process, module, exports) => {
${preload}
  })(require, process, { exports: {} }, {});
})();`;
}
