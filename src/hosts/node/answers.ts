/** What the server says itself, outside the router: the headers of every answer, and refusals. */
import { createHash } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { contentSecurityPolicy } from '../common/content-security-policy.ts';
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';

/** Of the small pages below, which have no file for it. */
const smallPageStyle = 'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:20vh auto;padding:0 1rem}';
const smallPagePolicy = contentSecurityPolicy.replace(
  "style-src 'self'",
  `style-src 'sha256-${createHash('sha256').update(smallPageStyle).digest('base64')}'`,
);

const headersOfAll: readonly (readonly [string, string])[] = [
  ['Content-Security-Policy', contentSecurityPolicy],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=()'],
  ['Cache-Control', 'no-store'],
];

/** Before anything else is said; a page's files change `Cache-Control` afterwards. */
export function setCommonHeaders(response: ServerResponse): void {
  for (const [name, value] of headersOfAll) response.setHeader(name, value);
}

export interface Refusal {
  status: number;
  code: TRPC_ERROR_CODE_KEY;
  /** For people. */
  message: string;
}

/** The same shape as the router's errors, so a client has one way to read both. */
function refusalBody({ status, code, message }: Refusal): string {
  const data = { code, httpStatus: status, jobId: null };
  return JSON.stringify({ error: { message, code: TRPC_ERROR_CODES_BY_KEY[code], data } });
}

/** A whole answer, for a connection that has no `ServerResponse`: upgrades, and what Node could not read as HTTP. */
export function rawRefusal(refusal: Refusal): string {
  const body = refusalBody(refusal);
  const headers = [
    ...headersOfAll,
    ['Connection', 'close'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines}\r\n${body}`;
}

/** A small page for a browser that shows it, JSON for everybody else. */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  response.statusCode = refusal.status;
  if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Nightshift"');
  if (request.headers['sec-fetch-dest'] === 'document' || request.headers.accept?.includes('text/html') === true) {
    sendPage(response, refusal.message);
  } else {
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(refusalBody(refusal));
  }
}

/** A page of one sentence; `next`: an address of ours that the browser goes to by itself. */
export function sendPage(response: ServerResponse, sentence: string, next?: string): void {
  const goOn = next === undefined ? '' : `<meta http-equiv="refresh" content="0;url=${escapeHtml(next)}">`;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Security-Policy', smallPagePolicy);
  response.end(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Nightshift</title>${goOn}` +
      '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">' +
      `<style>${smallPageStyle}</style></head>` +
      `<body><h1>Nightshift</h1><p>${escapeHtml(sentence)}</p></body></html>`,
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
