import { screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { render } from '../../test/render';
import { Checkbox } from './checkbox';
import { ComboBox } from './combo-box';
import { Progress } from './progress';
import { SearchField } from './search-field';
import { Segmented } from './segmented';
import { Select } from './select';
import { Switch } from './switch';
import { Tabs } from './tabs';
import { TextArea, TextField } from './text-field';

const OPTIONS = [
  { id: 'new', label: 'New' },
  { id: 'won', label: 'Won' },
  { id: 'lost', label: 'Lost' },
];

describe('fields of text', () => {
  it('name themselves, and describe what is wrong', () => {
    render(<TextField label="E-mail" hint="Work address" error="This is no address." />);
    const field = screen.getByRole('textbox', { name: 'E-mail' });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const words = (field.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '');
    expect(words.join(' ')).toContain('This is no address.');
    expect(words.join(' ')).toContain('Work address');
  });

  it('are named where no label is drawn', () => {
    render(<TextArea label="New note" labelHidden />);
    expect(screen.getByRole('textbox', { name: 'New note' })).toBeTruthy();
  });

  it('are emptied by Escape where one searches', async () => {
    function Search() {
      const [value, setValue] = useState('ada');
      return <SearchField label="Search leads" value={value} onChange={setValue} />;
    }
    const { user } = render(<Search />);
    await user.tab();
    await user.keyboard('{Escape}');
    expect(screen.getByRole<HTMLInputElement>('searchbox', { name: 'Search leads' }).value).toBe('');
  });
});

describe('choices', () => {
  it('are made from a list that opens by keyboard', async () => {
    const onChange = vi.fn();
    const { user } = render(<Select label="Stage" options={OPTIONS} value="new" onChange={onChange} />);
    await user.tab();
    expect(screen.getByRole('button', { name: /Stage/ })).toBe(document.activeElement);
    await user.keyboard('{ArrowDown}');
    await user.click(await screen.findByRole('option', { name: 'Won' }));
    expect(onChange).toHaveBeenCalledExactlyOnceWith('won');
  });

  it('are found by typing', async () => {
    const onChange = vi.fn();
    const { user } = render(<ComboBox label="Owner" options={OPTIONS} value={null} onChange={onChange} />);
    await user.type(screen.getByRole('combobox', { name: 'Owner' }), 'lo');
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(1));
    await user.keyboard('{ArrowDown}{Enter}');
    expect(onChange).toHaveBeenLastCalledWith('lost');
  });

  it('of two kinds are switched by Space', async () => {
    const onCheck = vi.fn();
    const onSwitch = vi.fn();
    const { user } = render(
      <>
        <Checkbox isIndeterminate onChange={onCheck}>
          All
        </Checkbox>
        <Switch onChange={onSwitch}>Active</Switch>
      </>,
    );
    await user.tab();
    const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'All' });
    expect(box.indeterminate).toBe(true);
    await user.keyboard(' ');
    await user.tab();
    await user.keyboard(' ');
    expect(onCheck).toHaveBeenCalledOnce();
    expect(onSwitch).toHaveBeenCalledExactlyOnceWith(true);
  });

  it('of a few are walked by arrows', async () => {
    const onChange = vi.fn();
    const { user } = render(<Segmented label="Layout" segments={OPTIONS} value="new" onChange={onChange} />);
    await user.tab();
    await user.keyboard('{ArrowRight} ');
    expect(onChange).toHaveBeenCalledExactlyOnceWith('won');
    expect(screen.getByRole('radio', { name: 'New' }).getAttribute('aria-checked')).toBe('true');
  });

  it('of panels follow the arrows', async () => {
    function Panels() {
      const [value, setValue] = useState('new');
      const tabs = OPTIONS.map((it) => ({ ...it, content: <p>{it.label} panel</p> }));
      return <Tabs label="Stages" tabs={tabs} value={value} onChange={setValue} />;
    }
    const { user } = render(<Panels />);
    await user.tab();
    await user.keyboard('{ArrowRight}');
    expect(screen.getByRole('tab', { name: 'Won' }).getAttribute('aria-selected')).toBe('true');
    expect(screen.getByRole('tabpanel').textContent).toBe('Won panel');
  });
});

describe('progress', () => {
  it('says how far it is in words', () => {
    render(<Progress label="Moving" value={20} max={80} text="20 of 80" />);
    const bar = screen.getByRole('progressbar', { name: 'Moving' });
    expect(bar.getAttribute('aria-valuenow')).toBe('20');
    expect(bar.getAttribute('aria-valuetext')).toBe('20 of 80');
  });
});
