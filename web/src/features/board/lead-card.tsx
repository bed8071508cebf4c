import { Flame } from 'lucide-react';
import { createContext, useContext } from 'react';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Avatar } from '~/ui/avatar';
import { CardMenuButton } from '~/ui/board/card-menu-button';
import type { CardProps } from '~/ui/board/row-view';
import { cx } from '~/ui/cx';
import { type Card, HOT, daysInStage } from './card-data';
import { SourceIcon } from './source-icon';
import type { Screen } from './screen';

export const ScreenContext = createContext<Screen | undefined>(undefined);

export function useScreen(): Screen {
  const screen = useContext(ScreenContext);
  if (!screen) throw new Error('a part of the board stands outside of it');
  return screen;
}

export type BoardDensity = 'compact' | 'comfortable';
export const ROW_HEIGHT: Record<BoardDensity, number> = { compact: 64, comfortable: 92 };
export const DensityContext = createContext<BoardDensity>('comfortable');

/** What is seen of a lead at a glance. The row around it says the same in words. */
export function LeadCard({ card }: CardProps<Card>) {
  const { ownerName, host } = useScreen();
  const density = useContext(DensityContext);
  const formats = useFormats();
  const owner = ownerName(card.assignedTo);
  const worth = card.value != null && card.currency != null ? formats.money(card.value, card.currency) : undefined;
  const isCompact = density === 'compact';
  const meta = (
    <>
      <SourceIcon source={card.source} />
      {owner !== undefined && <Avatar name={owner} size="small" />}
      <Age card={card} />
      <CardMenuButton name={card.name} onOpen={() => host().onCardMenu(card.id)} />
    </>
  );
  return (
    <div className={cx('flex h-full flex-col bg-inherit px-3', isCompact ? 'justify-center' : 'py-2.5')}>
      <div className="flex min-w-0 items-center gap-1.5">
        <span dir="auto" className="min-w-0 truncate font-semibold">
          {card.name}
        </span>
        {card.score >= HOT && <Flame size={14} className="shrink-0 text-amber-solid" aria-hidden="true" />}
        <span className="min-w-3 flex-1" />
        {worth !== undefined && <span className="shrink-0 text-small font-medium tabular-nums">{worth}</span>}
      </div>
      <div className="flex min-w-0 items-center gap-1.5 bg-inherit text-small text-muted">
        <span className="min-w-0 flex-1 truncate">{card.company}</span>
        {isCompact && meta}
      </div>
      {!isCompact && (
        <div className="mt-auto flex min-w-0 items-center gap-1.5 bg-inherit text-small text-muted">
          <Tags tags={card.tags} />
          {meta}
        </div>
      )}
    </div>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  const [first, second] = tags;
  const more = tags.length - 2;
  return (
    <span className="flex min-w-0 flex-1 gap-1 overflow-hidden">
      {[first, second].map((tag) => tag !== undefined && <Tag key={tag}>{tag}</Tag>)}
      {more > 0 && <span className="shrink-0 text-micro leading-5">+{more}</span>}
    </span>
  );
}

function Tag({ children }: { children: string }) {
  return (
    <span dir="auto" className="min-w-0 truncate rounded-sm bg-hover px-1.5 text-micro leading-5 text-muted">
      {children}
    </span>
  );
}

/** How long the lead has stood in its stage. */
function Age({ card }: { card: Card }) {
  const text = useText();
  const days = daysInStage(card);
  return (
    <span className="shrink-0 tabular-nums pointer-fine:group-hover/row:invisible pointer-fine:group-focus/row:invisible">
      {days === 0
        ? text({ id: 'board.card.today', defaultMessage: 'today' })
        : text({ id: 'board.card.age', defaultMessage: '{days}d' }, { days })}
    </span>
  );
}
