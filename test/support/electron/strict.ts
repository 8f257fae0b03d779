/**
 * A stand-in throws on anything that it does not know: a test that passes because something was silently not there would
 * say nothing about Electron.
 */

/** Names that the language, and what awaits or prints a value, ask every object for. */
const asked = new Set(['then', 'toJSON', 'constructor', 'inspect', 'default', '__esModule']);

export function strict<Value extends object>(name: string, value: Value): Value {
  return new Proxy(value, {
    get(target, key, receiver) {
      if (typeof key === 'symbol' || key in target || asked.has(key)) {
        const found: unknown = Reflect.get(target, key, target);
        return isMethod(found) ? bound(found, target, receiver) : found;
      }
      throw new Error(`the stand-in does not know ${name}.${key}: add it as Electron has it, or do without`);
    },
  });
}

/** Private fields are those of the target; what returns the target returns the strict one. */
function bound(method: Method, target: object, receiver: unknown): unknown {
  return (...args: unknown[]): unknown => {
    const result: unknown = Reflect.apply(method, target, args);
    return result === target ? receiver : result;
  };
}

type Method = (...args: unknown[]) => unknown;

/** A class is left as it is: it is there to be made an instance of. */
function isMethod(value: unknown): value is Method {
  return typeof value === 'function' && !/^class\b/u.test(Function.prototype.toString.call(value));
}
