/** What every worker host must do, whatever it starts its processes with. Run on each implementation. */
import { describe, expect, it } from 'vitest';
import type { Log, WorkerHost } from '../../src/engine/ports.ts';
import { isRunning, processGone } from '../support/process-gone.ts';
import { demoRun, jobIdOf, startProbe } from '../support/worker-probe.ts';

export interface WorkerHostSubject {
  /**
   * A host of real workers. `entry` replaces the worker's module; `preload` is a module that the process imports before
   * it, to make a healthy worker misbehave.
   */
  make(options?: { entry?: string; preload?: string; log?: Log }): WorkerHost;
  /** Starts a process of its own that runs this kind of host with one worker, and says both ids. */
  startParent(): Promise<{ parentPid: number; workerPid: number }>;
}

/** A module that makes its process reject or throw when a heartbeat with a certain number comes. */
const failing = new URL('../worker/fixtures/fails-on-heartbeat.ts', import.meta.url).href;
const babbling = new URL('../worker/fixtures/babbling-worker.ts', import.meta.url).pathname;

export function describeWorkerHost(name: string, { make, startParent }: WorkerHostSubject): void {
  describe(`worker host: ${name}`, () => {
    it('says ready with its process id and slots', async () => {
      await using worker = startProbe(make(), { slots: 3 });
      expect(await worker.said('ready')).toEqual({ type: 'ready', pid: worker.process.pid, slots: 3 });
    });

    it('streams a job and reports the whole answer', async () => {
      await using worker = startProbe(make());
      worker.send(demoRun(1, { tokens: 40, tokenMs: 5 }));
      const done = await worker.said('done');
      const streamed = worker.streamed(jobIdOf(1));
      expect(streamed).not.toBe('');
      expect(done.result.text.startsWith(streamed)).toBe(true);
      expect(done).toMatchObject({
        jobId: jobIdOf(1),
        attempt: 1,
        result: { finishReason: 'stop', model: 'demo', usage: { estimated: true } },
      });
      const { receivedAt, sentAt, firstContentAt = 0, endedAt } = done.result.timings;
      expect([receivedAt, sentAt, firstContentAt, endedAt]).toEqual(
        [receivedAt, sentAt, firstContentAt, endedAt].toSorted((a, b) => a - b),
      );
    });

    it('runs as many jobs at once as it has slots, and keeps their texts apart', async () => {
      await using worker = startProbe(make(), { slots: 32 });
      const numbers = Array.from({ length: 32 }, (_, index) => index + 1);
      worker.send(...numbers.map((number) => demoRun(number, { tokens: number, tokenMs: 2 })));
      const answers = await Promise.all(
        numbers.map((number) => worker.said('done', (message) => message.jobId === jobIdOf(number))),
      );
      for (const [index, answer] of answers.entries()) {
        expect(answer.result.text.trim().split(' ')).toHaveLength(index + 1);
        expect(answer.result.text.startsWith(worker.streamed(jobIdOf(index + 1)))).toBe(true);
      }
    });

    it('refuses a job that it has no slot for, as a defect', async () => {
      await using worker = startProbe(make(), { slots: 1 });
      worker.send(demoRun(1, { tokens: 1_000 }), demoRun(2, { tokens: 1, tokenMs: 0 }));
      const refused = await worker.said('failed');
      expect(refused).toMatchObject({ jobId: jobIdOf(2), failure: { class: 'bug', code: 'internal' } });
    });

    it('cancels a job within 100 ms, and sends what had arrived before it', async () => {
      await using worker = startProbe(make());
      worker.send(demoRun(1, { tokens: 10_000, tokenMs: 5 }));
      await worker.said('delta', (message) => message.parts.length > 0);
      const before = performance.now();
      worker.send({ type: 'cancel', jobId: jobIdOf(1), attempt: 1 });
      const failed = await worker.said('failed');
      expect(performance.now() - before).toBeLessThan(100);
      expect(failed).toMatchObject({ attempt: 1, failure: { class: 'cancelled', code: 'cancelled-by-user' } });
      expect(worker.messages.at(-1)).toBe(failed);
      // The slot is free again, and nothing more is said of the cancelled job.
      worker.send(demoRun(2, { tokens: 1, tokenMs: 0 }));
      await worker.said('done', (message) => message.jobId === jobIdOf(2));
      expect(worker.messages.filter((message) => 'jobId' in message && message.jobId === jobIdOf(1)).at(-1)).toBe(
        failed,
      );
    });

    it('ignores a cancel of an attempt that does not run', async () => {
      await using worker = startProbe(make());
      worker.send(demoRun(1, { tokens: 1, tokenMs: 0 }), { type: 'cancel', jobId: jobIdOf(1), attempt: 1 });
      await worker.said('done');
      worker.send({ type: 'cancel', jobId: jobIdOf(1), attempt: 2 }, { type: 'heartbeat', seq: 1 });
      await worker.said('heartbeat');
      expect(worker.messages.map((message) => message.type)).toEqual(['ready', 'done', 'heartbeat']);
    });

    it('answers heartbeats with its figures', async () => {
      await using worker = startProbe(make());
      worker.send(demoRun(1, { tokens: 1_000 }), { type: 'heartbeat', seq: 7 });
      const { seq, stats } = await worker.said('heartbeat');
      expect(seq).toBe(7);
      expect(stats.slotsUsed).toBe(1);
      expect(stats.rssBytes).toBeGreaterThan(10_000_000);
      expect(stats.cpuMs).toBeGreaterThan(1);
      expect(stats.eventLoopDelayMs).toBeGreaterThanOrEqual(0);
      expect(stats.eventLoopDelayMs).toBeLessThan(5_000);
    });

    it('drains: finishes what runs, says so last, and exits', async () => {
      await using worker = startProbe(make());
      worker.send(demoRun(1, { tokens: 20, tokenMs: 5 }), { type: 'drain' });
      expect(await worker.exit).toEqual({ kind: 'exited' });
      expect(worker.messages.slice(-2).map((message) => message.type)).toEqual(['done', 'drained']);
    });

    it('drains at once when nothing runs', async () => {
      await using worker = startProbe(make());
      worker.send({ type: 'drain' }, { type: 'drain' });
      expect(await worker.exit).toEqual({ kind: 'exited' });
      expect(worker.messages.filter((message) => message.type === 'drained')).toHaveLength(1);
    });

    it('reports a killed process once, and takes no harm from what is sent to it later', async () => {
      await using worker = startProbe(make());
      await worker.said('ready');
      worker.process.kill();
      worker.send(demoRun(1, { tokens: 1 }));
      expect(await worker.exit).toMatchObject({ kind: 'crashed', signal: 'SIGKILL' });
      worker.process.kill();
      worker.send(demoRun(2, { tokens: 1 }));
      await using other = startProbe(make());
      await other.said('ready');
      expect(worker.exits).toBe(1);
    });

    it('loses nothing that was said before the end', async () => {
      await using worker = startProbe(make(), { slots: 64 });
      const runs = Array.from({ length: 64 }, (_, index) => demoRun(index + 1, { tokens: 20_000, tokenMs: 0 }));
      worker.send(...runs, { type: 'drain' });
      expect(await worker.exit).toEqual({ kind: 'exited' });
      expect(worker.messages.filter((message) => message.type === 'done')).toHaveLength(64);
      expect(worker.messages.at(-1)).toEqual({ type: 'drained' });
    });

    it('reports a worker that cannot be started as crashed, with the reason', async () => {
      await using worker = startProbe(make({ entry: '/nowhere/worker.mjs' }));
      expect(await worker.exit).toMatchObject({
        kind: 'crashed',
        reason: expect.stringContaining('/nowhere/worker.mjs'),
      });
      expect(worker.messages).toEqual([]);
    });

    it.each([
      { seq: 666, what: 'unhandled rejection' },
      { seq: 667, what: 'uncaught exception' },
    ])('ends on an $what, with a reason', async ({ seq, what }) => {
      const lines: string[] = [];
      await using worker = startProbe(make({ preload: failing, log: (_level, line) => lines.push(line) }));
      await worker.said('ready');
      worker.send({ type: 'heartbeat', seq });
      expect(await worker.exit).toMatchObject({
        kind: 'crashed',
        reason: expect.stringContaining('made to fail by a test'),
      });
      expect(lines.join('\n')).toContain(what);
    });

    it('ends a worker that says what the protocol does not know', async () => {
      await using worker = startProbe(make({ entry: babbling }));
      expect(await worker.exit).toMatchObject({ kind: 'crashed', reason: expect.stringContaining('protocol') });
      expect(worker.messages).toEqual([]);
    });

    it('passes on what a worker prints, line by line, naming the worker', async () => {
      const lines: { line: string; worker: unknown }[] = [];
      const log: Log = (_level, line, fields) => lines.push({ line, worker: fields?.['worker'] });
      await using worker = startProbe(make({ entry: babbling, log }), { id: 'worker:5' });
      await worker.exit;
      expect(lines).toContainEqual({ line: 'first line', worker: 'worker:5' });
      expect(lines).toContainEqual({ line: 'second line', worker: 'worker:5' });
    });

    it('hands no key of its own environment to a worker', async () => {
      const lines: string[] = [];
      process.env['OPENAI_API_KEY'] = 'sk-from-the-environment';
      try {
        await using worker = startProbe(make({ entry: babbling, log: (_level, line) => lines.push(line) }));
        await worker.exit;
      } finally {
        delete process.env['OPENAI_API_KEY'];
      }
      expect(lines.join('\n')).toMatch(/environment of .*PATH/u);
      expect(lines.join('\n')).not.toContain('sk-from-the-environment');
    });

    it('leaves no worker behind when its own process is killed', async () => {
      const { parentPid, workerPid } = await startParent();
      expect(isRunning(workerPid)).toBe(true);
      process.kill(parentPid, 'SIGKILL');
      await processGone(workerPid, 5_000);
    });
  });
}
