/**
 * Lets a worker thread run from TypeScript sources: a thread does not inherit the loader of its parent.
 * Sources only; the published package starts `worker.js` itself.
 */
import { register } from 'tsx/esm/api';

register();
const worker = await import('./worker.ts');

export const { shrink } = worker;
export default worker.default;
