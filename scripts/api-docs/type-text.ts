/** JSON Schema (as zod 4 writes it) as TypeScript-like text: what a reader of docs/API.md takes in at a glance. */
import { z } from 'zod';

type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The parts of JSON Schema that our schemas use. Anything else fails the generator instead of being left out. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  $schema?: string;
  type?: string | string[];
  const?: JsonValue;
  enum?: JsonValue[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  default?: JsonValue;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  contentEncoding?: string;
}

const SchemaShape: z.ZodType<Schema> = z.lazy(() =>
  z.strictObject({
    $ref: z.string().optional(),
    $defs: z.record(z.string(), SchemaShape).optional(),
    $schema: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.json().optional(),
    enum: z.array(z.json()).optional(),
    anyOf: z.array(SchemaShape).optional(),
    oneOf: z.array(SchemaShape).optional(),
    properties: z.record(z.string(), SchemaShape).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), SchemaShape]).optional(),
    propertyNames: SchemaShape.optional(),
    items: SchemaShape.optional(),
    default: z.json().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    contentEncoding: z.string().optional(),
  }),
) as z.ZodType<Schema>;

export const parseSchema = (schema: unknown): Schema => SchemaShape.parse(schema);

/** A type, over several lines when it is an object; `indent` is what its last line begins with. */
export function typeText(schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return unionText(options, indent);
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  switch (schema.type) {
    case 'array':
      return arrayText(schema.items ?? {}, indent);
    case 'object':
      return objectText(schema, indent);
    case undefined:
      return 'unknown';
    default:
      return schema.type;
  }
}

function unionText(options: readonly Schema[], indent: string): string {
  const texts = options.map((option) => typeText(option, indent));
  const tall = texts.some((text) => text.includes('\n'));
  return tall ? texts.map((text) => `\n${indent}| ${text}`).join('') : texts.join(' | ');
}

function arrayText(items: Schema, indent: string): string {
  const text = typeText(items, indent);
  return /^[A-Za-z]+$/u.test(text) ? `${text}[]` : `Array<${text}>`;
}

function objectText(schema: Schema, indent: string): string {
  if (schema.properties === undefined) {
    const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
    return `Record<${typeText(schema.propertyNames ?? { type: 'string' })}, ${typeText(values, indent)}>`;
  }
  const deeper = `${indent}  `;
  const lines = Object.entries(schema.properties).map(([name, property]) => {
    const optional = schema.required?.includes(name) === true ? '' : '?';
    const limits = limitsText(property);
    return `${deeper}${name}${optional}: ${typeText(property, deeper)};${limits === '' ? '' : ` // ${limits}`}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

/** Limits and the default, in words; empty when there are none. */
export function limitsText(schema: Schema): string {
  return [
    rangeText(schema.minimum, schema.maximum, ''),
    schema.exclusiveMinimum === undefined ? '' : `more than ${schema.exclusiveMinimum}`,
    rangeText(schema.minLength, schema.maxLength, ' characters'),
    rangeText(schema.minItems, schema.maxItems, ' items'),
    schema.format ?? '',
    schema.pattern === undefined || schema.format !== undefined ? '' : `matches ${schema.pattern}`,
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** zod states the safe integers as limits; those say nothing to a reader. */
function rangeText(least: number | undefined, most: number | undefined, unit: string): string {
  const from = least === undefined || least <= Number.MIN_SAFE_INTEGER ? undefined : least;
  const to = most === undefined || most >= Number.MAX_SAFE_INTEGER ? undefined : most;
  if (from === undefined && to === undefined) return '';
  if (to === undefined) return `at least ${from}${unit}`;
  if (from === undefined) return `at most ${to}${unit}`;
  return from === to ? `${to}${unit}` : `${from} to ${to}${unit}`;
}
