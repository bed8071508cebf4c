import { useEffect, useState } from 'react';
import { announce } from '~/app/announce';
import { tryNow, useConnection } from '~/app/connection';
import { useOutbox } from '~/app/waiting';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';

/** A short break is nobody's business. */
const PATIENCE_MS = 3000;

/** Says that the server cannot be reached, since when, and what waits. */
export function ConnectionBanner() {
  const text = useText();
  const { time } = useFormats();
  const { state, heardAt } = useConnection();
  const waiting = useOutbox().filter((it) => it.refusal === undefined).length;
  const [isLong, setLong] = useState(false);
  const offline = state === 'offline';
  const words = text({ id: 'connection.lost', defaultMessage: 'No connection to the server.' });
  useEffect(() => {
    if (!offline) return undefined;
    const timer = setTimeout(() => {
      setLong(true);
      announce(words);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [offline, words]);
  if (!offline || !isLong) return null;
  return (
    <section aria-label={text({ id: 'connection.region', defaultMessage: 'Connection' })} className="p-2">
      <Banner
        tone="warning"
        title={text({ id: 'connection.title', defaultMessage: 'No connection. What you see is as of {time}.' }, { time: time(heardAt) })}
        action={
          <Button size="small" onPress={tryNow}>
            {text({ id: 'connection.retry', defaultMessage: 'Try now' })}
          </Button>
        }
      >
        {text(
          {
            id: 'connection.waiting',
            defaultMessage:
              '{count, plural, =0 {Small changes you make now are kept here and sent later.} one {# change waits and is sent later.} other {# changes wait and are sent later.}}',
          },
          { count: waiting },
        )}
      </Banner>
    </section>
  );
}
