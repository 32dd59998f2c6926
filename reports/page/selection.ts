/** The event that is looked at; it is part of the page's address: `#e=104`. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export function seqInHash(hash: string): number | null {
  const found = /^#e=([0-9]{1,9})$/.exec(hash);
  return found?.[1] === undefined ? null : Number(found[1]);
}

export interface Selection {
  readonly seq: number;
  /** The same, also before what was just selected is on the screen: keys repeat faster than a page is drawn. */
  readonly latest: () => number;
  /** Changes the address without adding to the browser's history. */
  readonly step: (seq: number) => void;
  /** Counts the jumps by link, so that the diagram can be brought into view. */
  readonly jumps: number;
}

export function useSelection(exists: (seq: number) => boolean, otherwise: number): Selection {
  const [state, setState] = useState(() => {
    const linked = seqInHash(location.hash);
    const valid = linked !== null && exists(linked);
    return { seq: valid ? linked : otherwise, jumps: valid ? 1 : 0 };
  });

  const latest = useRef(state.seq);

  useEffect(() => {
    const follow = (): void => {
      const linked = seqInHash(location.hash);
      if (linked === null || !exists(linked)) return;
      latest.current = linked;
      setState(({ jumps }) => ({ seq: linked, jumps: jumps + 1 }));
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [exists]);

  const step = useCallback((seq: number) => {
    latest.current = seq;
    history.replaceState(null, '', `#e=${seq}`);
    setState(({ jumps }) => ({ seq, jumps }));
  }, []);
  return { ...state, latest: useCallback(() => latest.current, []), step };
}
