/** The world's model: over real HTTP, in OpenAI's protocol, it says at once what was written for a question. */
import { z } from 'zod';
import { answerWith, goalAnswer } from '../support/goal-model.ts';
import { beginStream, openaiEvents, startModelServer, type ModelServer } from '../support/model-server.ts';
import { delivered, toApprove, underWay } from './goal-words.ts';
import * as words from './words.ts';

const Asked = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

export async function startScriptedModel(): Promise<ModelServer & { readonly env: Readonly<Record<string, string>> }> {
  const retried = new Set<string>();
  const server = await startModelServer(async (exchange) => {
    const { request, response, body } = exchange;
    const refuse = (status: number, message: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message, type: 'error', code: null, param: null } }));
    };
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'gpt-4.1-mini', object: 'model' }] }));
      return;
    }
    const forGoal = await goalAnswer(body, [underWay, toApprove, delivered]);
    if (forGoal !== undefined) return answerWith(exchange, forGoal);
    const { messages } = Asked.parse(body);
    const question = messages.at(-1)?.content ?? '';
    if (question.endsWith(words.failingQuestion)) return refuse(400, words.failure);
    if (question === words.refusedErrand) return refuse(400, 'Invalid image: the file is empty.');
    if (question === words.retriedErrand && !retried.has(question)) {
      retried.add(question);
      return refuse(500, 'The server had an error while processing your request.');
    }
    beginStream(response);
    response.write(openaiEvents.role());
    response.write(openaiEvents.text(answerTo(question, messages[0]?.content ?? '')));
    // The one that streams is never ended.
    if (question === words.streamingQuestion) return;
    response.write(openaiEvents.finish());
    response.write(openaiEvents.usage(1_280, 412));
    response.end(openaiEvents.done());
  });
  return { ...server, env: { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: `${server.url}/v1` } };
}

function answerTo(question: string, system: string): string {
  if (question === words.richQuestion) return words.richAnswer;
  if (question === words.streamingQuestion) return words.streamingWords;
  if (question === words.retriedErrand) return words.retriedAnswer;
  if (question.endsWith(words.channelQuestion)) {
    return system.includes('engineer') ? words.channelAnswers.Ada : words.channelAnswers.Miro;
  }
  return words.talks.find(([, asked]) => asked === question)?.[2] ?? 'Done.';
}
