/**
 * Runs inside `diagram.html`, in an origin of its own: draws what it is sent, and answers with the picture. Built into that
 * one file (vite.renderer.config.mts), because its origin may load nothing.
 */
import { createMermaidPlugin } from '@streamdown/mermaid';
import type { DrawRequest, FrameMessage } from './protocol.ts';

const maxTextSize = 20_000;
const maxEdges = 300;

const mermaid = createMermaidPlugin();

function say(message: FrameMessage): void {
  // Its own origin has no name that the page could be addressed by; what is said is a picture, and no secret.
  window.parent.postMessage(message, '*');
}

async function draw({ id, source, theme }: DrawRequest): Promise<void> {
  try {
    const { render } = mermaid.getMermaid({
      startOnLoad: false,
      securityLevel: 'strict',
      suppressErrorRendering: true,
      theme: theme === 'dark' ? 'dark' : 'neutral',
      fontFamily: 'ui-sans-serif, system-ui, sans-serif',
      // Text of the picture itself: a picture shows no HTML.
      htmlLabels: false,
      maxTextSize,
      maxEdges,
    });
    const { svg } = await render(`diagram-${id}`, source);
    say({ type: 'drawn', id, ...asPicture(svg) });
  } catch (error) {
    say({ type: 'failed', id, reason: error instanceof Error ? error.message : String(error) });
  } finally {
    document.body.replaceChildren();
  }
}

/** With a size of its own, which a picture needs and a drawing in a page has not; written as XML. */
function asPicture(text: string): { svg: string; width: number; height: number } {
  const holder = document.createElement('div');
  holder.innerHTML = text;
  const svg = holder.querySelector('svg');
  if (svg === null) throw new Error('nothing was drawn');
  const { width, height } = svg.viewBox.baseVal;
  if (!(width > 0 && height > 0)) throw new Error('the drawing is empty');
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.style.removeProperty('max-width');
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}

window.addEventListener('message', ({ data, source }: MessageEvent<DrawRequest>) => {
  if (source === window.parent) void draw(data);
});
say({ type: 'ready' });
