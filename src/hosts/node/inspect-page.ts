/** The page that hands the events to Stately's inspector: a frame with it, and the few lines between the two. */

/** Where Stately serves it. Loaded by the browser of who opens this page, and by nobody else. */
const statelyInspector = 'https://stately.ai/inspect';

/** The page with the headers that let it do this and nothing else. `nonce`: for its script, new for every answer. */
export function inspectPage(
  host: string,
  path: string,
  nonce: string,
): { headers: Record<string, string>; html: string } {
  const socket = `ws://${host}`;
  const { origin } = new URL(statelyInspector);
  return {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        `default-src 'none'; frame-src ${origin}; connect-src ${socket}; script-src 'nonce-${nonce}'; ` +
        `style-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
    html: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Nightshift: Stately Inspector</title>
<style nonce="${nonce}">html, body { height: 100%; margin: 0 } iframe { width: 100%; height: 100%; border: 0 }</style>
<iframe src="${statelyInspector}" title="Stately Inspector"></iframe>
<script nonce="${nonce}">
  const frame = document.querySelector('iframe');
  const early = [];
  let ready = false;
  const hand = (event) => frame.contentWindow.postMessage(event, '${origin}');
  addEventListener('message', ({ origin, data }) => {
    if (origin !== '${origin}' || data?.type !== '@statelyai.connected') return;
    ready = true;
    early.splice(0).forEach(hand);
  });
  new WebSocket('${socket}${path}').onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (ready) hand(event);
    else if (early.push(event) > 2000) early.shift();
  };
</script>
</html>
`,
  };
}
