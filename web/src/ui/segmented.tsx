import type { ReactNode } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { cx } from './cx';

export interface Segment<Id extends string = string> {
  id: Id;
  label: string;
  icon?: ReactNode;
  /** Draws only the icon. */
  isIconOnly?: boolean;
}

export interface SegmentedProps<Id extends string> {
  label: string;
  segments: readonly Segment<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  className?: string;
}

/** One of two to five, all in sight. */
export function Segmented<Id extends string>({ label, segments, value, onChange, className }: SegmentedProps<Id>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [chosen] = keys;
        if (chosen !== undefined) onChange(chosen as Id);
      }}
      className={cx('inline-flex rounded-md border border-line bg-sunken p-0.5', className)}
    >
      {segments.map((segment) => (
        <ToggleButton
          key={segment.id}
          id={segment.id}
          {...(segment.isIconOnly && { 'aria-label': segment.label })}
          className="flex min-h-[calc(var(--control)-6px)] min-w-6 flex-auto items-center justify-center gap-1.5 rounded-sm border border-transparent px-2 font-medium whitespace-nowrap text-muted transition-colors data-hovered:text-text data-selected:border-line data-selected:bg-surface data-selected:text-text data-selected:shadow-card"
        >
          {segment.icon}
          {!segment.isIconOnly && segment.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
