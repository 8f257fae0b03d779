/** What every carrier of the API has to do, whatever it is made of. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTRPCClient, createWSClient, TRPCClientError, wsLink, type WebSocketClientOptions } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Speak } from '../../src/api/carriers/serve-transport.ts';
import { floodItem, Probe, speakFor, type CarrierRouter } from './carrier-router.ts';

/** A connection below tRPC's client that reads nothing until it is told to. */
export interface SlowReader {
  send(text: string): void;
  read(onText: (text: string) => void): void;
  close(): void;
}

/** A server that speaks over the carrier, and ways to reach it. */
export interface CarrierBench {
  readonly client: Pick<WebSocketClientOptions, 'url' | 'WebSocket'>;
  /** Breaks every open connection from outside, without a farewell. */
  cut(): void;
  slowReader(): Promise<SlowReader>;
  close(): Promise<void>;
}

/** A connected client; `next` of `follow` resolves with what came so far once `enough` of it is there. */
function connect(bench: CarrierBench) {
  const socket = createWSClient({ ...bench.client, retryDelayMs: () => 5 });
  return { socket, api: createTRPCClient<CarrierRouter>({ links: [wsLink({ client: socket })] }) };
}

export function describeCarrier(name: string, open: (speak: Speak) => Promise<CarrierBench>): void {
  describe(`the ${name} carrier`, () => {
    let probe: Probe;
    let bench: CarrierBench;
    let connection: ReturnType<typeof connect>;
    let api: ReturnType<typeof connect>['api'];

    beforeEach(async () => {
      probe = new Probe();
      bench = await open(speakFor(probe));
      connection = connect(bench);
      ({ api } = connection);
    });
    afterEach(async () => {
      // `hang` is never answered, and closing waits for it: cut it.
      const closed = connection.socket.close();
      bench.cut();
      await closed;
      await bench.close();
    });

    /** Subscribes to `count` and resolves with all it gave. */
    function count(to: number, onItem: (n: number) => void = () => undefined): Promise<number[]> {
      const seen: number[] = [];
      return new Promise((resolve, reject) => {
        api.count.subscribe(
          { to },
          {
            onData: ({ data }) => {
              seen.push(data);
              onItem(data);
            },
            onError: reject,
            onComplete: () => resolve(seen),
          },
        );
      });
    }

    /** Opens `hold` and resolves when the server side is up; the returned function ends it. */
    function hold(): Promise<() => void> {
      return new Promise((resolve, reject) => {
        const subscription = api.hold.subscribe(undefined, {
          onData: () => resolve(() => subscription.unsubscribe()),
          onError: reject,
        });
      });
    }

    test('carries queries and mutations, in any alphabet and of any size', async () => {
      expect(await api.echo.query('“Grüße” 你好 👩‍👩‍👧 \u0000 \u2028')).toBe('“Grüße” 你好 👩‍👩‍👧 \u0000 \u2028');
      expect(await api.add.mutate({ a: 2, b: 40 })).toBe(42);
      const large = 'ä'.repeat(1_000_000);
      expect(await api.echo.query(large)).toBe(large);
    });

    test('answers many calls that are under way at once, each with its own answer', async () => {
      const sums = await Promise.all(Array.from({ length: 500 }, (_, n) => api.add.mutate({ a: n, b: 1 })));
      expect(sums).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
    });

    test('carries errors with their code, words and data, and not their inner words', async () => {
      const error = await api.refuse.mutate().catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(TRPCClientError);
      expect(error).toMatchObject({ message: 'it runs already', data: { code: 'CONFLICT', jobId: 'job_1' } });
      expect(JSON.stringify(error)).not.toContain('inner words');
      await expect(api.echo.query(7 as never)).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } });
    });

    test('carries an error in the middle of a subscription, after what came before it', async () => {
      const seen: number[] = [];
      const error = await new Promise((resolve) => {
        api.breaksAfterTwo.subscribe(undefined, { onData: (n) => seen.push(n), onError: resolve });
      });
      expect(seen).toEqual([1, 2]);
      expect(error).toMatchObject({ message: 'it runs already', data: { code: 'CONFLICT', jobId: 'job_1' } });
    });

    test('carries many subscriptions at once, each whole and in order', async () => {
      const all = await Promise.all(Array.from({ length: 300 }, () => count(30)));
      expect(all).toEqual(Array.from({ length: 300 }, () => Array.from({ length: 30 }, (_, n) => n + 1)));
    });

    test('resumes subscriptions after cuts without a gap or a repeat', async () => {
      const cuts = new Set([1, 300, 301, 1_200]);
      const seen = await count(2_000, (n) => {
        if (cuts.delete(n)) bench.cut();
      });
      expect(cuts.size).toBe(0);
      expect(seen).toEqual(Array.from({ length: 2_000 }, (_, n) => n + 1));
    });

    test('fails a mutation that a cut left without an answer, and carries the next one', async () => {
      await hold();
      const hanging = api.hang.mutate();
      await api.echo.query('the server has read it');
      bench.cut();
      await expect(hanging).rejects.toBeInstanceOf(TRPCClientError);
      expect(await api.add.mutate({ a: 1, b: 1 })).toBe(2);
    });

    test('ends the iterator of a subscription that is given up, and only that', async () => {
      const ends = await Promise.all([hold(), hold(), hold()]);
      expect(probe.live).toBe(3);
      ends[0]?.();
      await probe.until(() => probe.live === 2);
      expect(await api.echo.query('still there')).toBe('still there');
      expect(probe.live).toBe(2);
    });

    test('ends all iterators of a client that goes away', async () => {
      await Promise.all(Array.from({ length: 50 }, hold));
      expect(probe.live).toBe(50);
      await connection.socket.close();
      await probe.until(() => probe.live === 0);
    });

    test('ends all iterators of a client that is cut off', async () => {
      const reader = await bench.slowReader();
      for (let id = 1; id <= 20; id += 1) reader.send(request(id, 'hold'));
      await probe.until(() => probe.live === 20);
      bench.cut();
      await probe.until(() => probe.live === 0);
    });

    test('asks for nothing while a reader does not read, and goes on when it does', async () => {
      const reader = await bench.slowReader();
      reader.send(request(1, 'flood'));
      await probe.until(() => probe.stalls > 0);
      for (let turn = 0; turn < 200; turn += 1) await nextTurn();
      const heldCharacters = probe.pulled * floodItem;
      // The mark, and what the kernel's own socket buffers take on top of it.
      expect(heldCharacters).toBeLessThan(20_000_000);

      let readCharacters = 0;
      const enough = Promise.withResolvers<void>();
      reader.read((text) => {
        readCharacters += text.length;
        if (readCharacters > heldCharacters + 10 * floodItem) enough.resolve();
      });
      await enough.promise;
      expect(probe.pulled * floodItem).toBeGreaterThan(heldCharacters);
      reader.close();
      await probe.until(() => probe.live === 0);
    });

    test('ends the iterator of a reader that never reads and goes away', async () => {
      const reader = await bench.slowReader();
      reader.send(request(1, 'flood'));
      await probe.until(() => probe.stalls > 0);
      bench.cut();
      await probe.until(() => probe.live === 0);
    });
  });
}

/** A subscription in tRPC's wire format. */
function request(id: number, path: string): string {
  return JSON.stringify({ id, method: 'subscription', params: { path } });
}
