/** How workers get out into the network: proxy and certificate authorities, as set and as the host's environment has them. */
import { z } from 'zod';

/** `environment`: as the host was started. `none`: straight out, whatever the environment says. `own`: the one set here. */
export const ProxyMode = z.enum(['environment', 'none', 'own']);
export type ProxyMode = z.infer<typeof ProxyMode>;

/** A password belongs into a field of its own: a URL is shown, and this one not. */
const ProxyUrl = z
  .url({ protocol: /^https?$/, error: 'a proxy is given as http://host:port or https://host:port' })
  .max(500)
  .refine((text) => {
    const url = URL.parse(text);
    return url === null || (url.username === '' && url.password === '');
  }, 'put user and password into their own fields, not into the address')
  .refine((text) => {
    const url = URL.parse(text);
    return url === null || (['', '/'].includes(url.pathname) && url.search === '' && url.hash === '');
  }, 'a proxy is an address and a port, without a path');

const Bypass = z
  .string()
  .trim()
  .max(2_000)
  .regex(/^[^\s,]*(?:\s*,\s*[^\s,]+)*$/, 'separate the hosts with commas');

export const SetProxy = z
  .object({
    mode: ProxyMode,
    url: ProxyUrl.nullable().optional(),
    user: z.string().max(200).nullable().optional(),
    /** Absent: as before; an empty text removes it. It goes to the host's key storage. */
    password: z.string().max(500).optional(),
    /** Hosts that are reached without it, separated by commas. */
    bypass: Bypass.optional(),
  })
  .refine(({ mode, url }) => mode !== 'own' || (url !== undefined && url !== null), {
    path: ['url'],
    error: 'the address of the proxy is missing',
  });
export type SetProxy = z.infer<typeof SetProxy>;

/** What the settings keep of it. */
export const ProxySettings = z.object({
  mode: ProxyMode,
  url: z.string().nullable(),
  user: z.string().nullable(),
  bypass: z.string(),
});
export type ProxySettings = z.infer<typeof ProxySettings>;

/** One or more certificates in PEM form; null removes what was kept. */
export const SetAuthorities = z.object({ pem: z.string().max(500_000).nullable() });
export type SetAuthorities = z.infer<typeof SetAuthorities>;

export const Certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** Epoch ms. */
  validFrom: z.number(),
  validUntil: z.number(),
});
export type Certificate = z.infer<typeof Certificate>;

export const NetworkView = z.object({
  proxy: ProxySettings.extend({ hasPassword: z.boolean() }),
  /** Trusted in addition to those that Node brings along. */
  authorities: z.array(Certificate),
  /** What the host was started with; a password is left out. */
  environment: z.object({
    proxy: z.string().nullable(),
    bypass: z.string().nullable(),
    authorityFile: z.string().nullable(),
  }),
  /** Workers that were started before the last change and finish what they run. */
  oldWorkers: z.number().int(),
});
export type NetworkView = z.infer<typeof NetworkView>;
