/** What a worker is given to reach a provider: address, key and headers. Secrets go to workers, and to nobody else. */
import type { ProviderRow } from '../../db/settings.model.ts';
import type { ProviderId } from '../protocol/ids.ts';
import type { ProviderConnection } from '../protocol/provider.ts';
import type { SecretStore } from './ports.ts';

/** The name under which the value of a header is kept among the secrets. */
export function secretOfHeader(id: ProviderId, header: string): string {
  return `${id}/header/${header}`;
}

/** `baseUrl`: null where the kind of provider has one of its own. */
export function connectionOf(row: ProviderRow, baseUrl: string | null, secrets: SecretStore): ProviderConnection {
  const apiKey = secrets.get(row.id);
  const headers: Record<string, string> = {};
  for (const name of row.headerNames) {
    const value = secrets.get(secretOfHeader(row.id, name));
    if (value !== undefined) headers[name] = value;
  }
  return {
    id: row.id,
    kind: row.kind,
    timeouts: row.timeouts,
    ...(baseUrl === null ? {} : { baseUrl }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(row.headerNames.length === 0 ? {} : { headers }),
  };
}
