/** All mutants of one source file, from its syntax tree. Words for people, types and imports are left alone. */
import { parseSync, Visitor, type ESTree } from 'vite';
import type { Mutant } from './mutant.ts';
import { sqlFaults } from './sql-mutants.ts';

interface Span {
  start: number;
  end: number;
}

const binary: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
};
const logical: Readonly<Record<string, string>> = { '&&': '||', '||': '&&', '??': '&&' };
/** No object: any name is asked for, and each object has a `toString`. */
const methods: ReadonlyMap<string, string> = new Map([
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
  ['some', 'every'],
  ['every', 'some'],
]);
/** Properties whose values are read by people only, or name a machine to its tools. */
const wording = new Set(['description', 'message', 'id', 'types']);
/** Properties of a machine's configuration that mean something by being there. */
const steps = new Set([
  'guard',
  'target',
  'actions',
  'entry',
  'exit',
  'always',
  'reenter',
  'after',
  'onDone',
  'onError',
]);

/** @throws Error naming the file, when it does not parse */
export function mutantsOf(file: string, source: string): Mutant[] {
  const { program, errors } = parseSync(file, source);
  const error = errors[0];
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`);

  const found: Mutant[] = [];
  const untouched: Span[] = [];
  const leave = ({ start, end }: Span): void => void untouched.push({ start, end });
  const add = (operator: string, { start, end }: Span, replacement: string): void => {
    found.push({ file, start, end, replacement, operator });
  };
  const text = ({ start, end }: Span): string => source.slice(start, end);
  /** The operator between two operands. */
  const between = (left: Span, right: Span, sign: string): Span => {
    const start = left.end + source.slice(left.end, right.start).indexOf(sign);
    return { start, end: start + sign.length };
  };
  /** With the comma that follows. */
  const withComma = ({ start, end }: Span): Span => ({
    start,
    end: end + (/^\s*,/u.exec(source.slice(end))?.[0].length ?? 0),
  });
  const addSql = (span: Span, behindWhere: boolean): void => {
    for (const { start, end, replacement, operator } of sqlFaults(text(span), behindWhere)) {
      add(operator, { start: span.start + start, end: span.start + end }, replacement);
    }
  };

  new Visitor({
    TSTypeAnnotation: leave,
    TSTypeAliasDeclaration: leave,
    TSInterfaceDeclaration: leave,
    TSTypeParameterInstantiation: leave,
    ImportDeclaration: leave,
    ExportAllDeclaration: leave,
    TSAsExpression: ({ typeAnnotation }) => leave(typeAnnotation),
    TSSatisfiesExpression: ({ typeAnnotation }) => leave(typeAnnotation),
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name.endsWith('Error')) leave(node);
    },
    BinaryExpression({ left, right, operator }) {
      if (operator === '+' && (isText(left) || isText(right))) return;
      for (const other of binary[operator] ?? []) add('comparison or sum', between(left, right, operator), other);
    },
    LogicalExpression({ left, right, operator }) {
      const other = logical[operator];
      if (other !== undefined) add('logic', between(left, right, operator), other);
    },
    UnaryExpression(node) {
      if (node.operator === '!') add('negation', node, text(node.argument));
    },
    ConditionalExpression({ test }) {
      add('condition', test, `!(${text(test)})`);
    },
    IfStatement({ test }) {
      add('condition', test, 'true');
      add('condition', test, 'false');
    },
    Literal(node) {
      if (typeof node.value === 'boolean') add('boolean', node, String(!node.value));
      if (typeof node.value === 'number') add('number', node, `(${text(node)} + 1)`);
      if ('regex' in node)
        for (const one of alternatives(node.regex.pattern)) {
          add('alternative removed', { start: node.start + 1 + one.start, end: node.start + 1 + one.end }, '');
        }
      if (typeof node.value !== 'string') return;
      const inside = { start: node.start + 1, end: node.end - 1 };
      if (isSql(node.value)) addSql(inside, false);
      else if (!file.startsWith('db/') && node.value !== '') add('string', inside, `${node.value}?`);
    },
    TemplateLiteral({ quasis }) {
      if (!quasis.some(({ value }) => isSql(value.raw))) return;
      let behindWhere = false;
      for (const quasi of quasis) {
        const start = source.indexOf(quasi.value.raw, quasi.start);
        addSql({ start, end: start + quasi.value.raw.length }, behindWhere);
        behindWhere ||= quasi.value.raw.includes('WHERE');
      }
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'Super') return leave(node);
      if (callee.type === 'Identifier' && callee.name === 'and') {
        for (const argument of node.arguments) add('condition dropped', withComma(argument), '');
      }
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const { name } = callee.property;
      const other = methods.get(name);
      if (other !== undefined) add('method', callee.property, other);
      if (['limit', 'where', 'orderBy', 'slice', 'filter', 'sort'].includes(name))
        add('call dropped', node, text(callee.object));
    },
    ArrayExpression({ elements }) {
      for (const element of elements) if (element !== null) add('element removed', withComma(element), '');
    },
    Property(node) {
      const key = node.key.type === 'Identifier' ? node.key.name : '';
      if (wording.has(key)) return leave(node);
      if (steps.has(key) && file.endsWith('machine.ts')) add(`${key} removed`, withComma(node), '');
    },
    ExpressionStatement(node) {
      add('statement removed', node, '');
    },
    ThrowStatement(node) {
      add('statement removed', node, '');
    },
    ReturnStatement(node) {
      if (node.argument !== null) add('return value', node.argument, returned(node.argument));
    },
    ArrowFunctionExpression({ body }) {
      if (isTruth(body)) for (const value of ['true', 'false']) add('return value', body, value);
    },
  }).visit(program);

  const touches = ({ start, end }: Mutant): boolean => untouched.some((span) => start >= span.start && end <= span.end);
  const changes = (mutant: Mutant): boolean => text(mutant) !== mutant.replacement;
  return found
    .filter((mutant) => changes(mutant) && !touches(mutant))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);

  function returned(value: ESTree.Expression): string {
    return isTruth(value) ? `!(${text(value)})` : 'undefined';
  }
}

/** A value that is true or false, as far as its form tells. */
function isTruth(node: ESTree.Node): boolean {
  return (
    (node.type === 'BinaryExpression' && /^[=!<>]/u.test(node.operator)) ||
    (node.type === 'LogicalExpression' && node.operator !== '??') ||
    (node.type === 'UnaryExpression' && node.operator === '!')
  );
}

function isText(node: ESTree.Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');
}

const isSql = (text: string): boolean => /\b(?:SELECT|UPDATE|INSERT|DELETE|WHERE|AND|LIMIT)\b/u.test(text);

/** Each `a|` of `a|b|c` outside of parentheses and classes; none where there is no choice. */
function alternatives(pattern: string): Span[] {
  const bars: number[] = [];
  let depth = 0;
  for (let n = 0; n < pattern.length; n += 1) {
    const sign = pattern[n];
    if (sign === '\\') n += 1;
    else if (sign === '(' || sign === '[') depth += 1;
    else if (sign === ')' || sign === ']') depth -= 1;
    else if (sign === '|' && depth === 0) bars.push(n);
  }
  if (bars.length === 0) return [];
  const parts = bars.map((bar, n) => ({ start: (bars[n - 1] ?? -1) + 1, end: bar + 1 }));
  return [...parts, { start: bars.at(-1) ?? 0, end: pattern.length }];
}
