/** Reads what a source file imports, from its syntax tree: nothing in a comment or a string counts. */
import { parseSync, Visitor } from 'vite';

export interface Import {
  /** As written: `./x.ts`, `node:fs`, `zod`; undefined for an `import(...)` whose argument is computed. */
  specifier: string | undefined;
  /** True when nothing of it is left at run time: `import type`, `export type`, `{ type A }`, `typeof import('x')`. */
  typeOnly: boolean;
  /** Counted from 1. */
  line: number;
}

/**
 * Every static, re-exporting, dynamic and type-position import of a TypeScript or JavaScript source.
 * @throws Error naming the file, when it does not parse
 */
export function importsOf(file: string, source: string): Import[] {
  const { program, errors } = parseSync(file, source);
  const error = errors[0];
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`);

  const found: Import[] = [];
  const add = (specifier: string | undefined, typeOnly: boolean, start: number) => {
    found.push({ specifier, typeOnly, line: source.slice(0, start).split('\n').length });
  };
  new Visitor({
    ImportDeclaration(node) {
      // `import {} from 'x'` and `import 'x'` both run the module.
      const typesOnly =
        node.specifiers.length > 0 &&
        node.specifiers.every((one) => one.type === 'ImportSpecifier' && one.importKind === 'type');
      add(node.source.value, node.importKind === 'type' || typesOnly, node.start);
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      const typesOnly = node.specifiers.length > 0 && node.specifiers.every((one) => one.exportKind === 'type');
      add(node.source.value, node.exportKind === 'type' || typesOnly, node.start);
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.exportKind === 'type', node.start);
    },
    ImportExpression(node) {
      const { source: argument } = node;
      const literal = argument.type === 'Literal' && typeof argument.value === 'string' ? argument.value : undefined;
      add(literal, false, node.start);
    },
    TSImportType(node) {
      add(node.source.value, true, node.start);
    },
    TSImportEqualsDeclaration(node) {
      const { moduleReference } = node;
      if (moduleReference.type !== 'TSExternalModuleReference') return;
      add(moduleReference.expression.value, node.importKind === 'type', node.start);
    },
    CallExpression(node) {
      // In these modules `require` is no builtin: without a literal it is a function of the file's own.
      const [argument] = node.arguments;
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'require') return;
      if (argument?.type === 'Literal' && typeof argument.value === 'string') add(argument.value, false, node.start);
    },
  }).visit(program);
  return found;
}
