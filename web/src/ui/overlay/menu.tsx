import { Check, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Autocomplete, useFilter } from 'react-aria-components/Autocomplete';
import { Header } from 'react-aria-components/Header';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem as BaseItem, MenuSection as BaseSection, SubmenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { SearchField } from 'react-aria-components/SearchField';
import { useText } from '~/i18n';
import { cx } from '../cx';
import { Kbd } from '../kbd';
import type { FloatingMenuProps, MenuEntries, MenuItem } from '../menu';

/** The floating part of a menu; see `ui/menu`. */
export default function FloatingMenu(props: FloatingMenuProps) {
  const { label, items, anchor, isOpen, onOpenChange, placement = 'bottom start', filter, focusAfter } = props;
  const close = (next: boolean) => {
    onOpenChange(next);
    // The overlay gives focus back itself first; a wish for another place comes after that.
    if (!next && focusAfter) requestAnimationFrame(() => requestAnimationFrame(focusAfter));
  };
  const menu = <Entries label={label} items={items} onClose={() => close(false)} filtered={filter !== undefined} />;
  return (
    <Popover
      triggerRef={anchor}
      isOpen={isOpen}
      onOpenChange={close}
      placement={placement}
      aria-label={label}
      className="float-panel flex max-h-[min(28rem,80dvh)] max-w-80 min-w-44 flex-col overflow-hidden"
    >
      {filter === undefined ? menu : <Filtered text={filter}>{menu}</Filtered>}
    </Popover>
  );
}

function Filtered({ text, children }: { text: string; children: ReactNode }) {
  const { contains } = useFilter({ sensitivity: 'base' });
  return (
    <Autocomplete filter={contains}>
      <SearchField aria-label={text} autoFocus className="border-b border-line px-3 py-2">
        <Input
          placeholder={text}
          className="w-full bg-transparent text-input outline-none [&::-webkit-search-cancel-button]:hidden"
        />
      </SearchField>
      {/* The field keeps the focus while the arrows walk the list; whoever scrolls by keyboard alone can go in. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="flex min-h-0 flex-1 flex-col overflow-auto -outline-offset-2" tabIndex={0}>
        {children}
      </div>
    </Autocomplete>
  );
}

interface EntriesProps {
  label: string;
  items: MenuEntries;
  onClose: () => void;
  filtered?: boolean;
}

function Entries({ label, items, onClose, filtered }: EntriesProps) {
  const text = useText();
  const menu = (
    <Menu
      aria-label={label}
      autoFocus={filtered ? false : 'first'}
      onClose={onClose}
      className={cx('p-1 outline-none', !filtered && 'min-h-0 flex-1 overflow-auto')}
      renderEmptyState={() => (
        <p className="p-2 text-small text-muted">{text({ id: 'ui.menu.none', defaultMessage: 'Nothing matches' })}</p>
      )}
    >
      {items.map((entry) =>
        'section' in entry ? (
          <BaseSection
            key={entry.section}
            aria-label={entry.section}
            className="not-first:mt-1 not-first:border-t not-first:border-line not-first:pt-1"
          >
            {entry.isNamed && (
              <Header className="px-2 pt-1 pb-0.5 text-micro font-medium text-muted">{entry.section}</Header>
            )}
            {entry.items.map((item) => row(item))}
          </BaseSection>
        ) : (
          row(entry)
        ),
      )}
    </Menu>
  );
  if (!filtered) return menu;
  return (
    // The field keeps the focus while the arrows walk the list; whoever scrolls by keyboard alone can go in.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="min-h-0 flex-1 overflow-auto outline-none" tabIndex={0}>
      {menu}
    </div>
  );
}

function row(item: MenuItem) {
  if (!item.items) return <Row key={item.id} item={item} />;
  return (
    <SubmenuTrigger key={item.id}>
      <Row item={item} />
      <Popover className="float-panel max-h-[min(28rem,80dvh)] max-w-80 min-w-44 overflow-auto">
        <Entries label={item.label} items={item.items} onClose={() => undefined} />
      </Popover>
    </SubmenuTrigger>
  );
}

function Row({ item }: { item: MenuItem }) {
  return (
    <BaseItem
      id={item.id}
      textValue={item.label}
      isDisabled={item.reason !== undefined}
      {...(item.onAction && { onAction: item.onAction })}
      {...(item.href !== undefined && { href: item.href })}
      {...(item.tone && { 'data-tone': item.tone })}
      className="float-item"
    >
      {item.isChosen !== undefined && (
        <Check size={15} className={cx('shrink-0 text-accent-ink', !item.isChosen && 'invisible')} />
      )}
      {item.icon !== undefined && <span className="grid w-4 shrink-0 place-items-center">{item.icon}</span>}
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate">{item.label}</span>
        {item.reason !== undefined && <span className="text-small text-muted">{item.reason}</span>}
      </span>
      {item.hint !== undefined && <span className="text-small text-muted tabular-nums">{item.hint}</span>}
      {item.keys !== undefined && <Kbd keys={item.keys} />}
      {item.items && <ChevronRight size={15} className="shrink-0 text-muted rtl:-scale-x-100" />}
    </BaseItem>
  );
}
