import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as Base } from 'react-aria-components/Tabs';
import { cx } from './cx';

export interface TabItem<Id extends string = string> {
  id: Id;
  label: string;
  icon?: ReactNode;
  count?: string | undefined;
  content: ReactNode;
}

export interface TabsProps<Id extends string> {
  label: string;
  tabs: readonly TabItem<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  className?: string;
}

/** Several panels, one of them shown. Arrows choose. */
export function Tabs<Id extends string>({ label, tabs, value, onChange, className }: TabsProps<Id>) {
  return (
    <Base
      selectedKey={value}
      onSelectionChange={(key) => onChange(key as Id)}
      className={cx('flex min-h-0 flex-col', className)}
    >
      <TabList aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-1">
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            id={tab.id}
            className="relative flex min-h-control items-center gap-1.5 rounded-t-md px-2.5 font-medium whitespace-nowrap text-muted transition-colors data-focus-visible:-outline-offset-2 data-hovered:text-text data-selected:text-accent-ink data-selected:after:absolute data-selected:after:inset-x-1 data-selected:after:-bottom-px data-selected:after:h-0.5 data-selected:after:rounded-full data-selected:after:bg-accent"
          >
            {tab.icon}
            {tab.label}
            {tab.count !== undefined && (
              <span className="text-small font-normal text-muted tabular-nums">{tab.count}</span>
            )}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className="min-h-0 flex-1 outline-offset-0">
          {tab.content}
        </TabPanel>
      ))}
    </Base>
  );
}
