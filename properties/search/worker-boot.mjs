/**
 * Lets a worker run from TypeScript sources, because a process of a pool does not have the loader of its parent.
 * Sources only; the published package starts `worker.js` itself.
 */
import { register } from 'tsx/esm/api';

register();
const worker = await import('./worker.ts');

export default worker.default;
