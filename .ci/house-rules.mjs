/**
 * Rules of this house that no published lint rule knows: the direction of imports, and the syntax that a
 * deterministic simulator must do without.
 */
import { dirname, relative, resolve, sep } from 'node:path';

/** A folder may import itself and any folder to its left. */
const FOLDERS = ['model', 'impl', 'reports', 'properties', 'scenarios', 'cli'];

const folderOf = (root, path) => relative(root, path).split(sep)[0];

const importDirection = {
  create(context) {
    const from = FOLDERS.indexOf(folderOf(context.cwd, context.filename));
    const check = (node) => {
      const specifier = node.source?.value;
      if (from < 0 || typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const target = resolve(dirname(context.filename), specifier);
      const to = folderOf(context.cwd, target);
      if (FOLDERS.indexOf(to) <= from && FOLDERS.includes(to)) return;
      context.report({
        node,
        message: `${FOLDERS[from]}/ must not import ${to}: imports point left, ${FOLDERS.join(' <- ')}.`,
      });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

const synchronous = {
  create(context) {
    const check = (node) => {
      if (!node.async) return;
      context.report({ node, message: 'The simulation is synchronous: effects go through the scheduler.' });
    };
    const refuse = (node) =>
      context.report({ node, message: 'The simulation is synchronous: nothing is awaited.' });
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
      AwaitExpression: refuse,
    };
  },
};

const definedOrder = {
  create(context) {
    return {
      ForInStatement: (node) =>
        context.report({
          node,
          message: 'for-in has no order to rely on: iterate a Map, an array or Object.entries.',
        }),
    };
  },
};

export default {
  meta: { name: 'house' },
  rules: {
    'import-direction': importDirection,
    synchronous,
    'defined-order': definedOrder,
  },
};
