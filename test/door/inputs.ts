/**
 * Arbitrary inputs for the API, made from the router's own zod schemas: ones that fit, ones that nearly fit, and ones
 * that no client would send. A kind of schema that is not known here throws, so a new one cannot go untested.
 */
import fc from 'fast-check';
import { z } from 'zod';
import type { $ZodType, $ZodTypes } from 'zod/v4/core';

/** Strings that have broken programs before. */
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\uD800',
    'x\uDFFFy',
    '\u202Egpj',
    '\uFEFF',
    '__proto__',
    'constructor',
    'toString',
    "'; DROP TABLE messages; --",
    '%00',
    '../../etc/passwd',
    '$' + '{jndi:ldap://x}',
    '<script>alert(1)</script>',
    '\r\nX-Injected: 1',
    '👩‍👩‍👧‍👦'.repeat(50),
    'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!'.repeat(10),
    'x'.repeat(250_000),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const oddNumber = fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 5e-324, Number.MAX_SAFE_INTEGER);

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { id: value };
  return value;
}

/** What JSON can say, of the wrong type, size or shape. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  oddNumber,
  fc.constantFrom<unknown>(null, true, false, [], {}, [null], { id: {} }, { requestId: [] }),
  fc.constant(nested(2_000)),
  fc.constant(Array.from({ length: 20_000 }, (_, index) => index)),
  fc.constant(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"hasOwnProperty":1}')),
  fc.json({ maxDepth: 4 }).map((text): unknown => JSON.parse(text)),
);

/** Mostly fits the schema; `ids` are things that exist. */
export function fitting(schema: $ZodType, ids: readonly string[]): fc.Arbitrary<unknown> {
  const { def } = (schema as $ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const entries = Object.entries(def.shape).map(([key, part]) => [key, fitting(part, ids)] as const);
      const required = Object.entries(def.shape).filter(([, part]) => part._zod.optin !== 'optional');
      return fc.record(Object.fromEntries(entries), { requiredKeys: required.map(([key]) => key) });
    }
    case 'optional':
    case 'default':
      return fitting(def.innerType, ids);
    case 'nullable':
      return fc.option(fitting(def.innerType, ids), { freq: 3 });
    case 'array':
      return fc.array(fitting(def.element, ids), {
        minLength: limitsOf(schema).minItems ?? 0,
        maxLength: 4,
      });
    case 'record':
      return fc.dictionary(
        fitting(def.keyType, ids).map((key) => String(key)),
        fitting(def.valueType, ids),
        { maxKeys: 4 },
      );
    case 'enum':
      return fc.constantFrom<unknown>(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom<unknown>(...def.values);
    case 'boolean':
      return fc.boolean();
    case 'union':
      return fc.oneof(...def.options.map((option) => fitting(option, ids)));
    case 'pipe':
      return fitting(def.in, ids);
    case 'number': {
      const { minimum: low = 0, maximum: high = low + 1_000 } = limitsOf(schema);
      return fc.oneof(fc.constantFrom(low, high), fc.integer({ min: Math.ceil(low), max: Math.floor(high) }));
    }
    case 'string':
      return text(schema, ids);
    case 'unknown':
      return fc.json({ maxDepth: 3 }).map((json): unknown => JSON.parse(json));
    default:
      throw new Error(`inputs.ts does not know how to make a "${def.type}"`);
  }
}

const Limits = z.object({ minimum: z.number(), maximum: z.number(), minItems: z.number() }).partial();

function limitsOf(schema: $ZodType): z.infer<typeof Limits> {
  return Limits.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

/** Of what exists, of what the schema's pattern allows, or anything. */
function text(schema: $ZodType, ids: readonly string[]): fc.Arbitrary<string> {
  const known = [
    ...ids,
    'demo',
    'demo/demo',
    'worker:1',
    'nightshift-20260101-000000-000.db',
    'http://127.0.0.1:9/',
    'YSBwaWVjZQ==',
    'job:x',
    '12',
    '1:12',
    'a fine text',
  ];
  const usable = known.filter((candidate) => z.safeParse(schema, candidate).success);
  if (usable.length === 0) return oddText;
  const chosen = fc.constantFrom(...usable);
  if (!usable.includes('a fine text')) return chosen;
  return fc.oneof({ weight: 3, arbitrary: chosen }, fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }));
}

/** An input with one of its parts, at any depth, put in the place of something hostile. */
export function nearly(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(valid, hostile, fc.nat(), fc.boolean()).map(([input, wrong, where, extra]) => {
    const copy = structuredClone(input);
    const places = placesIn(copy);
    const place = places[where % Math.max(1, places.length)];
    if (place === undefined) return wrong;
    place(wrong);
    return extra && typeof copy === 'object' && copy !== null ? { ...copy, unexpected: wrong } : copy;
  });
}

function placesIn(value: unknown): ((wrong: unknown) => void)[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    (wrong: unknown) => {
      Reflect.set(value, key, wrong);
    },
    ...placesIn(part),
  ]);
}
