/** The keyboard: one letter an action, wherever one is on the page and not typing. */
import { useLayoutEffect } from 'preact/hooks';

/** What each key does, as the help shows it. */
export const KEYS = {
  j: 'next event',
  k: 'previous event',
  J: 'next sentence of the story',
  K: 'previous sentence of the story',
  n: 'next violation',
  p: 'previous violation',
  '/': 'search',
  f: 'filter by host and kind of event',
  a: 'everything, or what led to the violation',
  s: 'the story alone, or what led to the violation',
  x: 'axis: order, virtual time, cause and effect',
  ' ': 'play, pause',
  d: 'difference to a plan that passes',
  t: 'the events as a table',
  '?': 'this help',
} as const;
export type Key = keyof typeof KEYS;
export type KeyActions = Readonly<Record<Key, () => void>>;

export function useKeys(actions: KeyActions, enabled: boolean): void {
  // Not a mere effect: what can be seen can be typed at, also on a machine that is slow.
  useLayoutEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (!isKey(event.key) || (event.key === ' ' && isPressed(event.target))) return;
      event.preventDefault();
      actions[event.key]();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [actions, enabled]);
}

function isKey(key: string): key is Key {
  return Object.hasOwn(KEYS, key);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('textarea, select, input:not([type=range])');
}

/** The space bar presses what has the focus. */
function isPressed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('button, a, summary, input');
}
