/** This process's end of the channel to the test. */
import { settings, type Command, type Report } from './control.ts';

type Handler<Type extends Command['type']> = (command: Extract<Command, { type: Type }>) => void;

const isDriven = process.env[settings.driven] === '1';
const handlers = new Map<Command['type'], (command: Command) => void>();

export function report(message: Report): void {
  if (isDriven && process.connected) process.send?.(message);
}

export function onCommand<Type extends Command['type']>(type: Type, handler: Handler<Type>): void {
  handlers.set(type, (command) => handler(command as Extract<Command, { type: Type }>));
}

if (isDriven) {
  process.on('message', (command: Command) => {
    const handler = handlers.get(command.type);
    if (handler === undefined) throw new Error(`nobody handles ${command.type} yet`);
    // Each in a turn of the event loop of its own, as what a user does one after the other is.
    setImmediate(() => handler(command));
  });
  // A test that was ended leaves nothing behind.
  process.on('disconnect', () => process.exit(1));
}
