/** What is looked at, kept in step with the page's address. */
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { type Address, readAddress, writeAddress } from './address.ts';

export interface Selection {
  readonly address: Address;
  readonly seq: number;
  /** The same, also before what was just selected is on the screen: keys repeat faster than a page is drawn. */
  readonly latest: () => number;
  /** Changes the address without adding to the browser's history; listeners of the present address are notified. */
  readonly change: (fields: Partial<Address> | ((now: Address) => Partial<Address>)) => void;
  readonly step: (seq: number) => void;
  /** Counts the jumps by link, so that what they lead to can be brought into view. */
  readonly jumps: number;
}

export function useSelection(exists: (seq: number) => boolean, otherwise: number): Selection {
  const sound = useCallback(
    (address: Address): Address =>
      address.event !== null && !exists(address.event) ? { ...address, event: null } : address,
    [exists],
  );
  const [state, setState] = useState(() => {
    const address = sound(readAddress(location.hash));
    return { address, jumps: address.event === null && address.view === null ? 0 : 1 };
  });
  const current = useRef(state.address);

  useLayoutEffect(() => {
    const follow = (): void => {
      const linked = sound(readAddress(location.hash));
      // A link to an event leaves the way of looking as it is.
      const show = linked.show === 'past' ? current.current.show : linked.show;
      const axis = linked.axis === 'order' ? current.current.axis : linked.axis;
      current.current = { ...linked, show, axis };
      setState(({ jumps }) => ({ address: current.current, jumps: jumps + 1 }));
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [sound]);

  const change = useCallback((fields: Partial<Address> | ((now: Address) => Partial<Address>)) => {
    const changed = typeof fields === 'function' ? fields(current.current) : fields;
    current.current = { ...current.current, view: null, ...changed };
    history.replaceState(null, '', writeAddress(current.current));
    setState(({ jumps }) => ({ address: current.current, jumps }));
  }, []);
  const step = useCallback((seq: number) => change({ event: seq }), [change]);
  const latest = useCallback(() => current.current.event ?? otherwise, [otherwise]);
  return {
    address: state.address,
    seq: state.address.event ?? otherwise,
    latest,
    change,
    step,
    jumps: state.jumps,
  };
}
