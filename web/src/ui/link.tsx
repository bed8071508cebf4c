import { createLink, type LinkComponent } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from './cx';

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  tone?: 'text' | 'quiet' | 'bare';
  children?: ReactNode;
  ref?: Ref<HTMLAnchorElement>;
}

const TONES = {
  text: 'rounded-sm text-accent-ink underline decoration-accent-ink/40 underline-offset-2 hover:decoration-current',
  quiet: 'rounded-sm text-inherit no-underline hover:underline underline-offset-2',
  bare: '',
} as const;

function Anchor({ tone = 'text', className, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={cx(TONES[tone], className)}>
      {children}
    </a>
  );
}

const Routed = createLink(Anchor);

/** A link to an address of the app: typed by the routes, and prepared while the pointer approaches it. */
export const Link: LinkComponent<typeof Anchor> = (props) => <Routed preload="intent" {...props} />;

/** A link out of the app, or one that the router does not know, such as `tel:`. */
export function OutsideLink({ href, ...rest }: AnchorProps & { href: string }) {
  const elsewhere = /^https?:/i.test(href);
  return <Anchor href={href} {...(elsewhere && { target: '_blank', rel: 'noreferrer noopener' })} {...rest} />;
}
