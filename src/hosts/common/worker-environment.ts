/**
 * The environment of a worker process. Only what Node needs to reach the network and to find its files: the host's
 * environment may hold API keys, and keys travel in the message of the job that needs them, nowhere else.
 */

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'];

const passedOn = new Set([
  'PATH',
  'HOME',
  'USERPROFILE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'TMPDIR',
  'TZ',
  'LANG',
  'LC_ALL',
  ...proxies,
  'NO_PROXY',
  'NODE_USE_ENV_PROXY',
  'NODE_USE_SYSTEM_CA',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]);

/**
 * Names are compared without case: Windows has `Path`, and proxies are often set in lower case. Where a proxy is named,
 * workers use it: Node's fetch does so only when it is told to. Set `NODE_USE_ENV_PROXY=0` to go without.
 */
export function workerEnvironment(host: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment = Object.fromEntries(Object.entries(host).filter(([name]) => passedOn.has(name.toUpperCase())));
  const namesProxy = Object.entries(environment).some(
    ([name, value]) => proxies.includes(name.toUpperCase()) && value !== undefined && value !== '',
  );
  return namesProxy ? { NODE_USE_ENV_PROXY: '1', ...environment, ...aroundProxy(environment) } : environment;
}

/** A model on this machine, such as Ollama's, is not reached through a proxy: there, `localhost` is the proxy itself. */
const thisMachine = 'localhost,127.0.0.1,[::1]';

function aroundProxy(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // The lower-case one wins in Node, too.
  const name = ['no_proxy', 'NO_PROXY'].find((candidate) => environment[candidate] !== undefined) ?? 'NO_PROXY';
  const given = environment[name] ?? '';
  if (given.trim() === '*') return {};
  return { [name]: given === '' ? thisMachine : `${given},${thisMachine}` };
}
