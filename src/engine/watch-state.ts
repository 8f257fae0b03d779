/** Watches as `service.ts` describes them, of a state that one topic tells of. */
import type { Topic, Topics } from './topics.ts';

/** What `look` returns now, and again whenever the topic was rung. Listens from the first `next` on, until `signal` aborts. */
export async function* watchState<State>(
  topics: Topics,
  topic: Topic,
  signal: AbortSignal,
  look: () => State,
): AsyncGenerator<State> {
  const bell = topics.listen([topic], signal);
  try {
    do yield look();
    while (await bell.next());
  } finally {
    bell.close();
  }
}

/** The same for a topic that is rung for other things too: a state that reads as the last one is passed over. */
export async function* watchChanges<State>(
  topics: Topics,
  topic: Topic,
  signal: AbortSignal,
  look: () => State,
): AsyncGenerator<State> {
  let shown = '';
  for await (const state of watchState(topics, topic, signal, look)) {
    const text = JSON.stringify(state);
    if (text !== shown) yield state;
    shown = text;
  }
}
