import type { ErrorComponentProps } from '@tanstack/react-router';
import { asProblem } from '~/api/client';
import { useText } from '~/i18n';
import { Link } from '~/ui/link';
import { AuthFrame } from './auth-frame';

/** A link that was used, has run out or never was one. */
export function LinkGone({ error }: ErrorComponentProps) {
  const text = useText();
  const problem = asProblem(error);
  const gone = problem.status === 404;
  return (
    <AuthFrame
      title={
        gone
          ? text({ id: 'link.gone', defaultMessage: 'This link does not work any more' })
          : text({ id: 'link.failed', defaultMessage: 'This link cannot be opened right now' })
      }
      lead={
        gone
          ? text({ id: 'link.gone.why', defaultMessage: 'It was used already, was taken back or has run out. Ask whoever sent it for a new one.' })
          : problem.detail
      }
    >
      <Link to="/sign-in">{text({ id: 'link.sign-in', defaultMessage: 'Go to sign in' })}</Link>
    </AuthFrame>
  );
}
