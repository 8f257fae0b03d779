/**
 * Proxy and certificate authorities of the workers. What is set counts for processes that are started afterwards, so each
 * change sends the present ones away: they take no more jobs, finish what they run, and others take their places at once.
 */
import { X509Certificate } from 'node:crypto';
import type { Store } from '../../db/store.ts';
import {
  ProxySettings,
  type Certificate,
  type NetworkView,
  type SetAuthorities,
  type SetProxy,
} from '../protocol/network.ts';
import { EngineError } from './errors.ts';
import type { Pool } from './pool.ts';
import type { SecretStore, WorkerNetwork } from './ports.ts';
import type { EngineService } from './service.ts';
import type { TurnLoop } from './turn.ts';

export interface NetworkOptions {
  store: Store;
  turns: TurnLoop;
  secrets: SecretStore;
  pool: Pool;
  /** Undefined: this host's workers have the network they have. */
  workers: WorkerNetwork | undefined;
}

const settingsKey = 'proxy';
const passwordName = 'network/proxy-password';
const asStarted: ProxySettings = { mode: 'environment', url: null, user: null, bypass: '' };
const maxCertificates = 200;

export class Network {
  readonly #options: NetworkOptions;
  #proxy: ProxySettings = asStarted;
  /** Workers that were there at the last change. */
  #old: ReadonlySet<string> = new Set();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get service(): EngineService['network'] {
    return {
      get: () => this.#view(),
      setProxy: (change) => this.#setProxy(change),
      setAuthorities: (change) => this.#setAuthorities(change),
    };
  }

  /** Before the first worker is started. What this version does not understand counts as not set. */
  load(): void {
    const stored = ProxySettings.safeParse(this.#options.store.settings.settings()[settingsKey]);
    this.#proxy = stored.success ? stored.data : asStarted;
    this.#use();
  }

  async #setProxy({ mode, url, user, password, bypass }: SetProxy): Promise<NetworkView> {
    this.#workers();
    const { turns, store, secrets } = this.#options;
    const proxy: ProxySettings = {
      mode,
      url: url === undefined ? this.#proxy.url : url,
      user: user === undefined ? this.#proxy.user : user === '' ? null : user,
      bypass: bypass ?? this.#proxy.bypass,
    };
    try {
      if (password === '') secrets.delete(passwordName);
      else if (password !== undefined) await secrets.set(passwordName, password);
    } catch (error) {
      throw new EngineError('UNAVAILABLE', `The password could not be kept: ${textOf(error)}`, { cause: error });
    }
    await turns.call('network.setProxy', (turn) => {
      store.settings.set(settingsKey, proxy);
      turn.after(() => {
        this.#proxy = proxy;
        this.#use();
        this.#renewWorkers();
      });
    });
    return this.#view();
  }

  async #setAuthorities({ pem }: SetAuthorities): Promise<NetworkView> {
    const workers = this.#workers();
    const kept = pem === null || pem.trim() === '' ? undefined : pem.trim();
    if (kept !== undefined) readCertificates(kept);
    try {
      workers.keepAuthorities(kept === undefined ? undefined : `${kept}\n`);
    } catch (error) {
      throw new EngineError('UNAVAILABLE', `The certificates could not be kept: ${textOf(error)}`, { cause: error });
    }
    this.#renewWorkers();
    return this.#view();
  }

  #view(): NetworkView {
    const { secrets, pool } = this.#options;
    const workers = this.#workers();
    const { proxy, bypass, authorityFile } = workers.environment;
    const pem = workers.authorities();
    return {
      proxy: { ...this.#proxy, hasPassword: secrets.source(passwordName) !== undefined },
      authorities: pem === undefined ? [] : readCertificates(pem),
      environment: {
        proxy: proxy === undefined ? null : withoutPassword(proxy),
        bypass: bypass ?? null,
        authorityFile: authorityFile ?? null,
      },
      oldWorkers: pool.workers.filter(({ id, state }) => this.#old.has(id) && state !== 'stopped').length,
    };
  }

  #use(): void {
    const { workers, secrets } = this.#options;
    const { mode, url, user, bypass } = this.#proxy;
    if (mode === 'own' && url !== null) {
      const address = new URL(url);
      address.username = user ?? '';
      address.password = user === null ? '' : (secrets.get(passwordName) ?? '');
      workers?.useProxy({ url: address.href, bypass });
    } else {
      workers?.useProxy(mode === 'none' ? 'none' : 'as-started');
    }
  }

  /** Draining ones do not count for the pool's size, so their successors are started at once. */
  #renewWorkers(): void {
    const { pool } = this.#options;
    const present = pool.workers.filter(({ state }) => state !== 'stopped');
    this.#old = new Set(present.map(({ id }) => id));
    for (const { id, state } of present) if (state !== 'draining') pool.drain(id);
    pool.demandChanged();
  }

  #workers(): WorkerNetwork {
    const { workers } = this.#options;
    if (workers !== undefined) return workers;
    throw new EngineError('UNAVAILABLE', 'How the workers of this host reach the network cannot be set here.');
  }
}

/** Throws `BAD_REQUEST` with the place of the first part that is no certificate. */
function readCertificates(pem: string): Certificate[] {
  const blocks = pem.match(/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/gu) ?? [];
  const rest = blocks.reduce((text, block) => text.replace(block, ''), pem);
  if (/-----(?:BEGIN|END) /u.test(rest)) throw refused('One of the certificates is cut off: its END line is missing.');
  if (blocks.length === 0) {
    throw refused('There is no certificate in it. A PEM file has lines such as -----BEGIN CERTIFICATE-----.');
  }
  if (blocks.length > maxCertificates) throw refused(`There are more than ${maxCertificates} certificates in it.`);
  return blocks.map((block, index) => readCertificate(block, index + 1));
}

function readCertificate(block: string, number: number): Certificate {
  if (/BEGIN [^-]*PRIVATE KEY/u.test(block)) {
    throw refused(
      `Part ${number} is a private key. Only certificates belong here: take the key out, and keep it secret.`,
    );
  }
  try {
    const certificate = new X509Certificate(block);
    return {
      subject: nameOf(certificate.subject),
      issuer: nameOf(certificate.issuer),
      validFrom: certificate.validFromDate.getTime(),
      validUntil: certificate.validToDate.getTime(),
    };
  } catch (error) {
    throw refused(`Certificate ${number} cannot be read: ${textOf(error)}. Export it again, as PEM (Base64).`);
  }
}

/** The common name where there is one; all of it, on one line, where there is none. */
function nameOf(distinguished: string): string {
  return /^CN=(.+)$/mu.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ');
}

function withoutPassword(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address.replace(/^.*@/u, '');
  return `${url.protocol}//${url.username === '' ? '' : `${url.username}@`}${url.host}`;
}

function refused(message: string): EngineError {
  return new EngineError('BAD_REQUEST', message);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
