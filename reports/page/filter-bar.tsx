import { MAX_NAME, brief } from '../text/visible-text.ts';
import { type Filter, GROUPS, NO_FILTER, toggled } from './filter.ts';
import type { ViewModel } from './view-model.ts';

interface Props {
  readonly model: ViewModel;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

/** Which hosts and which kinds of events are shown. */
export function FilterBar({ model, filter, onChange }: Props) {
  const { hiddenGroups, hiddenHosts } = filter;
  return (
    <div class="filter-bar">
      <fieldset>
        <legend>Events</legend>
        {GROUPS.map((group) => (
          <Box
            key={group}
            label={group}
            checked={!hiddenGroups.has(group)}
            onChange={() => onChange({ ...filter, hiddenGroups: toggled(hiddenGroups, group) })}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>Hosts</legend>
        {model.data.trace.nodes.map(({ name }) => (
          <Box
            key={name}
            label={brief(name, MAX_NAME)}
            checked={!hiddenHosts.has(name)}
            onChange={() => onChange({ ...filter, hiddenHosts: toggled(hiddenHosts, name) })}
          />
        ))}
      </fieldset>
      <button type="button" disabled={filter === NO_FILTER} onClick={() => onChange(NO_FILTER)}>
        Show all
      </button>
    </div>
  );
}

interface BoxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: () => void;
}

function Box({ label, checked, onChange }: BoxProps) {
  return (
    <label>
      <input type="checkbox" checked={checked} onChange={onChange} />
      <bdi>{label}</bdi>
    </label>
  );
}
