import { createContext, useContext, useId, type ReactNode } from 'react';

/** How deep the headings under the name of the lead stand: the name is the first of its page, or the second of a list. */
export const SectionLevel = createContext<2 | 3>(3);

const DEEPER = { 2: 'h3', 3: 'h4' } as const;

/** The element of the heading of a section, and of what stands in it. */
export function useHeadings() {
  const level = useContext(SectionLevel);
  return { Title: `h${level}` as const, Subtitle: DEEPER[level] };
}

/** A part of the lead under its own heading. */
export function Section({ title, children, count }: { title: string; children: ReactNode; count?: number }) {
  const id = useId();
  const { Title } = useHeadings();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <Title id={id} className="flex items-center gap-2 text-heading">
        {title}
        {count !== undefined && count > 0 && (
          <span className="text-small font-normal text-muted tabular-nums">{count}</span>
        )}
      </Title>
      {children}
    </section>
  );
}
