/** What the built-in demo says. It never pretends to be a model. */
import { imagesOf, textOf, type LlmRequest } from '../../protocol/request.ts';

/** Longest part of the user's message that is shown back. */
const quoteChars = 280;

/** The demo's answer to a conversation, as markdown. */
export function demoAnswer(request: LlmRequest): string {
  const last = request.messages.findLast((message) => message.role === 'user');
  const lastMessage = last === undefined ? '' : textOf(last).trim();
  const images = last === undefined ? 0 : imagesOf(last).length;
  const words = lastMessage === '' ? 0 : lastMessage.split(/\s+/u).length;
  const characters = [...lastMessage];
  const shown = characters.length > quoteChars ? `${characters.slice(0, quoteChars).join('')}…` : lastMessage;
  const quote = shown
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
  return [
    '**This is the built-in demo of Nightshift, not a language model.** No request has left this computer.',
    `You wrote (${words} ${words === 1 ? 'word' : 'words'}, message ${request.messages.length} of the request):`,
    quote,
    ...(images === 0 ? [] : [`${images === 1 ? 'One picture came' : `${images} pictures came`} with it.`]),
    'Your message still took the whole way that a real one takes: it was stored as a durable job, claimed by a worker ' +
      'process, answered here, and streamed back to you. If the worker or the app dies in the middle, the job runs again ' +
      'and you get one answer. You can write the next message, or start another conversation, while this one streams.',
    'To get answers from a real model, open **Settings → Providers** and choose one:',
    [
      '- **OpenAI** or **Anthropic**: add a key there, or start Nightshift with it: `OPENAI_API_KEY=… npm start`, ' +
        '`ANTHROPIC_API_KEY=… npm start`',
      '- **Ollama** or **LM Studio** on this machine: they are found by themselves, without a key',
      '- **anything that speaks the OpenAI protocol** (vLLM, OpenRouter, …): add an *OpenAI-compatible* provider with its ' +
        'base URL',
    ].join('\n'),
  ].join('\n\n');
}

/** Cuts a text into words, each with the white space before it: the demo's tokens. Joined they are the text again. */
export function demoTokens(text: string): string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? [];
}

const filler = [
  'This ',
  'is ',
  'the ',
  'built-in ',
  'demo ',
  'of ',
  'Nightshift, ',
  'not ',
  'a ',
  'language ',
  'model. ',
];

/** A demo answer of an exact number of tokens, for tests and benchmarks. */
export function fillerTokens(count: number): string[] {
  return Array.from({ length: count }, (_, index) => filler[index % filler.length] ?? '');
}
