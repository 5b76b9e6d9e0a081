import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { problemOf } from '../api.ts';
import { type CategoryChoice, findCategories } from './catalogue-api.ts';

const settleMs = 150;
const shownChoices = 40;

interface CategoryPickerProps {
  /** Id of the category chosen, empty for none. */
  value: string;
  /** Its name, empty when not known. */
  name: string;
  onChange: (id: string, name: string) => void;
}

/** A text field that searches the categories: arrow keys and Enter choose, Escape closes, an empty field is no category. */
export function CategoryPicker({ value, name, onChange }: CategoryPickerProps): JSX.Element {
  const [text, setText] = useState(name === '' ? value : name);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const [choices, setChoices] = useState<CategoryChoice[]>([]);
  const [problem, setProblem] = useState('');
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => setText(name === '' ? value : name), [value, name]);
  useEffect(() => {
    if (!open) return undefined;
    let current = true;
    const timer = setTimeout(() => {
      const asked = text === name ? '' : text.trim();
      findCategories(asked).then(
        (found) => {
          if (!current) return;
          setChoices(found.slice(0, shownChoices));
          setActive(0);
          setProblem(found.length === 0 ? 'No category of this name.' : '');
        },
        (error: unknown) => current && setProblem(problemOf(error)),
      );
    }, settleMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [open, text]);
  useEffect(() => list.current?.children[active]?.scrollIntoView({ block: 'nearest' }), [active, choices]);

  const choose = (choice: CategoryChoice): void => {
    onChange(choice.id, choice.name);
    setText(choice.name);
    setOpen(false);
  };
  /** What was typed and not chosen is no category; nothing typed is none. */
  const leave = (): void => {
    setOpen(false);
    if (text.trim() === '') onChange('', '');
    else setText(name === '' ? value : name);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (!open) setOpen(true);
      else setActive((active + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      const choice = choices[active];
      if (choice !== undefined) choose(choice);
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      event.preventDefault();
      leave();
    }
  };
  const parentName = (choice: CategoryChoice): string => choices.find(({ id: candidate }) => candidate === choice.parentId)?.name ?? '';
  return (
    <div class="picker">
      <input
        id={`${id}-input`}
        role="combobox"
        aria-label="Category"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(open && choices[active] !== undefined ? { 'aria-activedescendant': `${id}-${active}` } : {})}
        autocomplete="off"
        placeholder="Search categories"
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => setOpen(true)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={onKey}
        onBlur={leave}
      />
      {open && (
        <ul class="picker__list" role="listbox" id={`${id}-list`} aria-label="Categories" ref={list}>
          {choices.map((choice, index) => (
            <li
              key={choice.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              // Before the field loses the focus, which closes the list.
              onMouseDown={(event) => {
                event.preventDefault();
                choose(choice);
              }}
            >
              {choice.name}
              <small>{parentName(choice)}</small>
            </li>
          ))}
          {problem !== '' && choices.length === 0 && <li class="picker__none">{problem}</li>}
        </ul>
      )}
    </div>
  );
}
