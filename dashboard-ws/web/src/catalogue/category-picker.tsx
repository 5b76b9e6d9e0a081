import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { problemOf } from '../api.ts';
import { type CategoryChoice, findCategories } from './catalogue-api.ts';

const settleMs = 150;
const shownChoices = 40;
/** What is taken as an id although it was not chosen; the server says when it is none. */
const idForm = /^(\d{4}|iab-content:\S+)$/;

interface CategoryPickerProps {
  /** Id of the category chosen, empty for none. */
  value: string;
  /** Its name, empty when not known. */
  name: string;
  onChange: (id: string, name: string) => void;
}

/** A text field that searches the categories or takes an id: arrow keys and Enter choose, Escape closes, an empty field is no category. */
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
        ({ source, categories }) => {
          if (!current) return;
          setChoices(categories.slice(0, shownChoices));
          setActive(0);
          const none = source === null ? 'Names are not configured: type an id, such as 1551.' : 'No category of this name.';
          setProblem(categories.length === 0 ? none : '');
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
  const putBack = (): void => {
    setOpen(false);
    setText(name === '' ? value : name);
  };
  /** Nothing typed is no category, an id is one; what else was typed and not chosen is forgotten. */
  const leave = (): void => {
    const typed = text.trim();
    if (typed !== '' && !idForm.test(typed)) return putBack();
    setOpen(false);
    if (typed !== value) onChange(typed, choices.find((choice) => choice.id === typed)?.name ?? '');
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
      if (choice === undefined) leave();
      else choose(choice);
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      event.preventDefault();
      putBack();
    }
  };
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
        placeholder="Search categories, or type an id"
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
              {choice.path !== choice.name && <small>{choice.path}</small>}
            </li>
          ))}
          {problem !== '' && choices.length === 0 && <li class="picker__none">{problem}</li>}
        </ul>
      )}
    </div>
  );
}
