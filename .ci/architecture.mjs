/**
 * Rules of this project's architecture that no published lint rule knows: layers, fixtures that must not ship, and the
 * syntax that a deterministic simulator must do without.
 */
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * The layers of a folder, lowest first: an entry may import itself and the entries before it. An entry is a folder or
 * a file; `a/b` is a layer of its own, apart from `a`. Every folder must be listed.
 */
export const LAYERS = {
  '': ['model', 'impl', 'reports', 'properties', 'scenarios', 'cli'],
  model: [
    'history/history.ts',
    'guarantee.ts',
    'history',
    'configuration',
    'contract',
    'ledger',
    'contract/in-force.ts',
    'guarantees',
    'reference-model.ts',
  ],
  // A plan names probes and historical bugs of the simulated Kafka, so that their catalogues lie below it.
  impl: [
    'assert.ts',
    'kafka',
    'trace',
    'simulated/kernel',
    'simulated/catalogue',
    'simulated/protocol',
    'simulated/rules',
    'simulated/defects',
    'plan',
    'result',
    'trial',
    'simulated',
  ],
  'impl/simulated': [
    'kernel',
    'catalogue',
    'protocol',
    'net',
    'rules',
    'defects',
    'log',
    'metadata',
    'observe',
    'cluster',
    'controller',
    'client',
    'coordinator',
    'broker',
    'run',
  ],
  reports: [
    'text',
    'analysis',
    'prose',
    'export',
    'html/markup.ts',
    'diagram',
    'terminal',
    'html',
    'campaign',
    'page',
  ],
  properties: [
    'arbitraries',
    'guidance',
    'search',
    'minimiser',
    'explain',
    'cases',
    'corpus',
    'exhaustive',
    'detection',
    'night',
  ],
  cli: ['options', 'shell', 'commands', 'main.ts'],
};

/** Folders that import nothing but themselves and the files and folders listed, whatever lies to their left. */
export const SELF_CONTAINED = {
  'impl/simulated/kernel': ['impl/assert.ts'],
  // A trial runs on any target.
  'impl/trial': ['model', 'impl/assert.ts', 'impl/kafka', 'impl/trace', 'impl/plan', 'impl/result'],
};

const isTest = (path) => path.endsWith('.test.ts') || path.endsWith('.test.tsx');
const isFixture = (path) => path.includes('/testing/');

/** The position of a path among the layers of a folder; -1: it is in none of them. */
function layerOf(layers, path) {
  let best = -1;
  for (const [index, layer] of layers.entries()) {
    if (path !== layer && !path.startsWith(`${layer}/`)) continue;
    if (best < 0 || layer.length > layers[best].length) best = index;
  }
  return best;
}

const isAmong = (path, entries) => entries.some((entry) => path === entry || path.startsWith(`${entry}/`));

/** The sentence about an import that points up, or into no layer; null for one that is allowed. */
export function wrongImport(from, to) {
  for (const [folder, layers] of Object.entries(LAYERS)) {
    // A test stands beside what it tests and may use anything in its top-level folder and below.
    if (folder !== '' && (isTest(from) || isFixture(from))) continue;
    const prefix = folder === '' ? '' : `${folder}/`;
    if (!from.startsWith(prefix)) continue;
    const fromLayer = layerOf(layers, from.slice(prefix.length));
    if (folder === '' && fromLayer < 0) return null;
    if (fromLayer < 0)
      return `${from} is in no layer of ${folder}/: add it to LAYERS in .ci/architecture.mjs.`;
    if (!to.startsWith(prefix)) continue;
    const toLayer = layerOf(layers, to.slice(prefix.length));
    if (toLayer >= 0 && toLayer <= fromLayer) continue;
    return `${prefix}${layers[fromLayer]} must not import ${to}: imports point left, ${layers.join(' <- ')}.`;
  }
  for (const [folder, others] of Object.entries(SELF_CONTAINED)) {
    if (!from.startsWith(`${folder}/`) || to.startsWith(`${folder}/`) || isAmong(to, others)) continue;
    if (isTest(from) || isFixture(from)) continue;
    return `${folder} must not import ${to}: it knows only itself and ${others.join(', ')}.`;
  }
  return null;
}

/** Calls `check` with the file and the target of each import or re-export, both relative to the root. */
function onImports(context, check) {
  const root = context.cwd;
  const from = relative(root, context.filename).split(sep).join('/');
  const visit = (node) => {
    const specifier = node.source?.value;
    if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
    const to = relative(root, resolve(dirname(context.filename), specifier))
      .split(sep)
      .join('/');
    const message = check(from, to);
    if (message !== null) context.report({ node, message });
  };
  return {
    ImportDeclaration: visit,
    ImportExpression: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    TSImportType: visit,
  };
}

const importDirection = {
  create(context) {
    return onImports(context, wrongImport);
  },
};

const noFixtureInProduct = {
  create(context) {
    return onImports(context, (from, to) => {
      if (!isFixture(to) || isTest(from) || isFixture(from)) return null;
      return `${to} is a fixture and does not ship: only tests and other fixtures may import it.`;
    });
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
  meta: { name: 'architecture' },
  rules: {
    'import-direction': importDirection,
    'no-fixture-in-product': noFixtureInProduct,
    synchronous,
    'defined-order': definedOrder,
  },
};
