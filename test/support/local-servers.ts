/** Ollama and LM Studio as far as Nightshift speaks to them, on free ports. They answer every question with "OK." */
import { beginStream, openaiEvents, startModelServer, type Exchange, type ModelServer } from './model-server.ts';

export function startOllama(models: readonly string[]): Promise<ModelServer> {
  return startModelServer((exchange) => {
    switch (exchange.request.url) {
      case '/api/version':
        return json(exchange, { version: '0.12.3' });
      case '/api/tags':
        return json(exchange, { models: models.map((name) => ({ name, model: name, size: 1 })) });
      default:
        return compatible(exchange, models);
    }
  });
}

export function startLmStudio(): Promise<ModelServer> {
  return startModelServer((exchange) => {
    if (exchange.request.url !== '/api/v0/models') return compatible(exchange, ['loaded', 'seeing', 'vectors']);
    return json(exchange, {
      object: 'list',
      data: [
        { id: 'loaded', type: 'llm', state: 'loaded', max_context_length: 131_072, loaded_context_length: 16_384 },
        { id: 'seeing', type: 'vlm', state: 'not-loaded', max_context_length: 32_768 },
        { id: 'vectors', type: 'embeddings', state: 'not-loaded', max_context_length: 2_048 },
      ],
    });
  });
}

function compatible(exchange: Exchange, models: readonly string[]): void {
  const { request, response } = exchange;
  if (request.url === '/v1/models') {
    json(exchange, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
  } else if (request.url === '/v1/chat/completions') {
    beginStream(response);
    response.end(openaiEvents.text('OK.') + openaiEvents.finish() + openaiEvents.done());
  } else {
    response.writeHead(404).end('404 page not found');
  }
}

function json({ response }: Exchange, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
