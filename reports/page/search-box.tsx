import type { RefObject } from 'preact';

interface Props {
  readonly query: string;
  /** Seqs, ascending. */
  readonly found: readonly number[];
  readonly onQuery: (query: string) => void;
  readonly onGo: (seqs: readonly number[], forward: boolean) => void;
  readonly input: RefObject<HTMLInputElement | null>;
}

/** Finds events by their sentences; Enter leads to the next one, with Shift to the one before. */
export function SearchBox({ query, found, onQuery, onGo, input }: Props) {
  return (
    <span class="search">
      <input
        ref={input}
        type="search"
        placeholder="Search events"
        aria-label="Search events"
        value={query}
        onInput={({ currentTarget }) => onQuery(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onGo(found, !event.shiftKey);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <span class="quiet" role="status">
        {query.trim() === '' ? '' : `${found.length} found`}
      </span>
    </span>
  );
}
