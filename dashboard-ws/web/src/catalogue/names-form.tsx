import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { SpotNames } from './catalogue-api.ts';
import { CategoryPicker } from './category-picker.tsx';

interface NamesFormProps {
  names: SpotNames;
  categoryName: string;
  /** Words of the button that sends the form. */
  submit: string;
  busy: boolean;
  onSubmit: (names: SpotNames) => void;
  /** More buttons beside the first. */
  children?: ComponentChildren;
}

/** Title, brand, product and category of a spot. Starts anew when the spot's own names change. */
export function NamesForm({ names, categoryName, submit, busy, onSubmit, children }: NamesFormProps): JSX.Element {
  const [edited, setEdited] = useState({ ...names, categoryName });
  const key = JSON.stringify([names, categoryName]);
  useEffect(() => setEdited({ ...names, categoryName }), [key]);
  const field = (name: 'title' | 'brand' | 'product', label: string): JSX.Element => (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        value={edited[name]}
        required={name === 'title'}
        maxLength={200}
        autocomplete="off"
        onInput={(event) => setEdited({ ...edited, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form
      class="names"
      onSubmit={(event) => {
        event.preventDefault();
        const { title, brand, product, category } = edited;
        onSubmit({ title: title.trim(), brand: brand.trim(), product: product.trim(), category });
      }}
    >
      {field('title', 'Title')}
      {field('brand', 'Brand')}
      {field('product', 'Product')}
      <div class="field">
        <span aria-hidden="true">Category</span>
        <CategoryPicker
          value={edited.category}
          name={edited.categoryName}
          onChange={(category, name) => setEdited((before) => ({ ...before, category, categoryName: name }))}
        />
      </div>
      <div class="names__actions">
        <button type="submit" class="button button--primary" disabled={busy}>
          {submit}
        </button>
        {children}
      </div>
    </form>
  );
}
