import type { ReactNode } from 'react';
import type { FormState } from '~/app/form';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';

export interface AuthFrameProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** What stands around a form for somebody who is not in yet. */
export function AuthFrame({ title, lead, children }: AuthFrameProps) {
  useTitle(title);
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas px-4 py-10">
      <div className="w-full max-w-96">
        <p className="mb-6 flex items-center justify-center gap-2 text-heading">
          <img src="/favicon.svg" alt="" className="size-6" />
          Leadline
        </p>
        <section className="rounded-xl border border-line bg-surface p-6 shadow-card">
          <h1 className="text-title">{title}</h1>
          {lead !== undefined && <div className="mt-1 text-muted">{lead}</div>}
          <div className="mt-5">{children}</div>
        </section>
      </div>
    </main>
  );
}

export interface AuthFormProps {
  form: FormState;
  submit: string;
  children: ReactNode;
}

/** Fields, what is wrong with them, and the one button. */
export function AuthForm({ form, submit, children }: AuthFormProps) {
  const text = useText();
  const { problem } = form;
  return (
    <form noValidate onSubmit={form.onSubmit} className="flex flex-col gap-4">
      {problem && (
        <Banner tone="danger">
          {problem.unreachable
            ? text({ id: 'auth.unreachable', defaultMessage: 'The server does not answer. Check that it is running, then try again.' })
            : problem.detail}
          {problem.status === 429 && problem.retryAfter
            ? ` ${text({ id: 'auth.wait', defaultMessage: 'Try again in {seconds, plural, one {# second} other {# seconds}}.' }, { seconds: problem.retryAfter })}`
            : null}
        </Banner>
      )}
      {children}
      <Button tone="primary" type="submit" isPending={form.pending} className="w-full">
        {submit}
      </Button>
    </form>
  );
}
