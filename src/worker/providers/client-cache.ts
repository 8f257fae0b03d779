/** One SDK client for each different connection, so that requests share its state; the least recently used one goes first. */
import type { ProviderConnection } from '../../protocol/provider.ts';

/** More providers than anybody has at once; old keys and addresses of a provider fall out. */
const maxClients = 16;

/** `create` is called for a connection whose address, key and headers have not been seen lately. */
export function createClientCache<Client>(
  create: (connection: ProviderConnection) => Client,
): (connection: ProviderConnection) => Client {
  const clients = new Map<string, Client>();
  return (connection) => {
    const { kind, baseUrl, apiKey, headers } = connection;
    const key = JSON.stringify([kind, baseUrl, apiKey, headers]);
    const client = clients.get(key) ?? create(connection);
    clients.delete(key);
    clients.set(key, client);
    if (clients.size > maxClients) {
      const [oldest] = clients.keys();
      if (oldest !== undefined) clients.delete(oldest);
    }
    return client;
  };
}
