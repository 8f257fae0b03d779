/**
 * The environment of a worker process. Only what Node needs to reach the network and to find its files: the host's
 * environment may hold API keys, and keys travel in the message of the job that needs them, nowhere else.
 */

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
  // Proxies and certificates; Node 24 uses the proxy variables when NODE_USE_ENV_PROXY is set.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'NODE_USE_ENV_PROXY',
  'NODE_USE_SYSTEM_CA',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]);

/** Names are compared without case: Windows has `Path`, and proxies are often set in lower case. */
export function workerEnvironment(host: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(host).filter(([name]) => passedOn.has(name.toUpperCase())));
}
