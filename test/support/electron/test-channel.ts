/** This process's end of the channel to the test. */
import type { Command, Report } from './control.ts';

type Handler<Type extends Command['type']> = (command: Extract<Command, { type: Type }>) => void;

const handlers = new Map<Command['type'], (command: Command) => void>();

export function report(message: Report): void {
  if (process.connected) process.send?.(message);
}

export function onCommand<Type extends Command['type']>(type: Type, handler: Handler<Type>): void {
  handlers.set(type, (command) => handler(command as Extract<Command, { type: Type }>));
}

process.on('message', (command: Command) => {
  const handler = handlers.get(command.type);
  if (handler === undefined) throw new Error(`nobody handles ${command.type} yet`);
  handler(command);
});
// A test that was ended leaves nothing behind.
process.on('disconnect', () => process.exit(1));
