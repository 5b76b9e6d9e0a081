import type { JSX } from 'preact';

/** A column of a table, by its heading. */
export interface Column {
  name: string;
  /** Figures, set to the right. */
  number?: boolean;
  /** Left out where the screen is narrow. */
  minor?: boolean;
  /** The heading is for screen readers alone. */
  unseen?: boolean;
}

/** The headings of a table; `false` stands for a column that is not needed now. */
export function TableHead({ columns }: { columns: readonly (Column | false)[] }): JSX.Element {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          if (column === false) return null;
          const { name, number = false, minor = false, unseen = false } = column;
          const names = [number ? 'number' : '', minor ? 'cell--minor' : ''].filter((one) => one !== '').join(' ');
          return (
            <th key={name} scope="col" class={names === '' ? undefined : names}>
              {unseen ? <span class="visually-hidden">{name}</span> : name}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
