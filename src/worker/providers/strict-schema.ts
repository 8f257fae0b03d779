/**
 * Brings a JSON Schema into the form that structured output takes. OpenAI and Anthropic each know a part of JSON Schema and
 * refuse a request with more; this is what both know: types, properties, items, enums, constants, alternatives, references and
 * descriptions. All properties are required and no others allowed. Lengths, counts and patterns are left out: the answer is
 * checked against the whole schema by the one who asked.
 */

type Schema = Readonly<Record<string, unknown>>;

/** Kept as they are. */
const plain = ['type', 'enum', 'const', 'description', '$ref'];

export function strictSchema(schema: Schema): Record<string, unknown> {
  const strict: Record<string, unknown> = {};
  for (const key of plain) if (schema[key] !== undefined) strict[key] = schema[key];
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) strict['anyOf'] = alternatives.filter(isSchema).map(strictSchema);
  if (isSchema(schema['items'])) strict['items'] = strictSchema(schema['items']);
  if (isSchema(schema['$defs'])) strict['$defs'] = each(schema['$defs']);
  if (schema['type'] !== 'object') return strict;
  const properties = isSchema(schema['properties']) ? each(schema['properties']) : {};
  return { ...strict, properties, required: Object.keys(properties), additionalProperties: false };
}

function each(schemas: Schema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schemas).flatMap(([name, schema]) => (isSchema(schema) ? [[name, strictSchema(schema)]] : [])),
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
