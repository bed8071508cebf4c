import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Autocomplete } from 'react-aria-components/Autocomplete';
import { Dialog } from 'react-aria-components/Dialog';
import { Header } from 'react-aria-components/Header';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { SearchField } from 'react-aria-components/SearchField';
import { Kbd } from '../kbd';
import type { PaletteGroup, PaletteItem, PaletteProps } from '../palette';

/** The floating part of the palette; see `ui/palette`. */
export default function FloatingPalette(props: PaletteProps) {
  const { isOpen, onClose, label, placeholder, query, onQuery, groups, isLooking = false, empty, footer } = props;
  const { list, onKeyDown, forget } = useQuickEnter(groups, isLooking, onClose);
  const type = (next: string) => {
    forget();
    onQuery(next);
  };
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(next) => !next && onClose()}
      isDismissable
      className="modal-scrim flex items-start justify-center p-3 sm:pt-[12vh]"
    >
      <Modal className="modal-panel w-full max-w-152 overflow-hidden rounded-2xl border border-line bg-surface shadow-dialog">
        <Dialog aria-label={label} className="flex max-h-[min(30rem,80dvh)] flex-col outline-none">
          <Autocomplete inputValue={query} onInputChange={type}>
            <SearchField
              aria-label={label}
              autoFocus
              className="flex items-center gap-2 border-b border-line px-4 py-3"
            >
              <Search size={16} className="shrink-0 text-muted" />
              <Input
                placeholder={placeholder}
                onKeyDownCapture={onKeyDown}
                className="w-full bg-transparent text-input outline-none [&::-webkit-search-cancel-button]:hidden"
              />
            </SearchField>
            {/* The field keeps the focus while the arrows walk the list; whoever scrolls by keyboard alone can go in. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <div ref={list} className="min-h-0 flex-1 overflow-auto" tabIndex={0}>
              <Menu
                aria-label={label}
                className="p-1.5 outline-none"
                renderEmptyState={() => <p className="px-2 py-6 text-center text-muted">{empty}</p>}
              >
                {groups.map((group) => (
                  <MenuSection key={group.id} id={group.id} aria-label={group.title}>
                    <Header className="px-2 pt-2 pb-1 text-micro font-medium text-muted">{group.title}</Header>
                    {group.items.map((item) => (
                      <Row key={item.id} item={item} onClose={onClose} />
                    ))}
                  </MenuSection>
                ))}
              </Menu>
            </div>
          </Autocomplete>
          {footer !== undefined && (
            <footer className="border-t border-line px-4 py-2 text-small text-muted">{footer}</footer>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/**
 * Enter is for what was typed, however quickly it came: the list follows the field a moment later, and what is found
 * on the server later still. Until then the mark may stand on a row that is not meant any more.
 */
function useQuickEnter(groups: readonly PaletteGroup[], isLooking: boolean, onClose: () => void) {
  const list = useRef<HTMLDivElement>(null);
  const isWaiting = useRef(false);
  const first = groups[0]?.items[0];
  useEffect(() => {
    if (!isWaiting.current || isLooking) return;
    isWaiting.current = false;
    if (first) choose(first, onClose);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    const marked = list.current?.querySelector('[data-focused]')?.getAttribute('data-key');
    const isMeant = groups.some((group) => group.items.some((it) => it.id === marked));
    if (isMeant && !isLooking) return;
    event.preventDefault();
    event.stopPropagation();
    if (isLooking) isWaiting.current = true;
    else if (first) choose(first, onClose);
  };
  const forget = () => {
    isWaiting.current = false;
  };
  return { list, onKeyDown, forget };
}

function choose(item: PaletteItem, onClose: () => void): void {
  onClose();
  // What is chosen may open something of its own, which must come after this one has closed.
  requestAnimationFrame(item.onChoose);
}

function Row({ item, onClose }: { item: PaletteItem; onClose: () => void }) {
  return (
    <MenuItem id={item.id} textValue={item.label} onAction={() => choose(item, onClose)} className="float-item">
      {item.icon !== undefined && <span className="grid w-4 shrink-0 place-items-center text-muted">{item.icon}</span>}
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {item.hint !== undefined && <span className="max-w-[45%] truncate text-small text-muted">{item.hint}</span>}
      {item.keys !== undefined && <Kbd keys={item.keys} />}
    </MenuItem>
  );
}
