/**
 * Lets the thread that shrinks run from TypeScript sources, because a thread does not have the loader of its parent.
 * Sources only; the published package starts `shrink-task.js` itself.
 */
import { register } from 'tsx/esm/api';

register();
const { default: shrinkTask } = await import('./shrink-task.ts');

export default shrinkTask;
