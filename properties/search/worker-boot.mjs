/**
 * Lets a worker run from TypeScript sources: neither a thread nor a process of a pool has the loader of its parent.
 * Sources only; the published package starts `worker.js` itself.
 */
import { register } from 'tsx/esm/api';

register();
const worker = await import('./worker.ts');

export const { shrink } = worker;
export default worker.default;
