/** Says when the line to the service is cut, and what happens next. Silent while all is well. */
import { KeyRound, Unplug } from 'lucide-react';
import { useSelector } from '@xstate/react';
import { Banner } from '../components/ui/banner.tsx';
import { Button } from '../components/ui/button.tsx';
import { useNow } from '../remote/use-now.ts';
import { formatWait } from '../messages/job-words.ts';
import { useServices } from '../services.tsx';

export function ConnectionBanner() {
  const { connection } = useServices();
  const snapshot = useSelector(connection, (current) => current);
  const { attempt, retryAt, hasBeenOnline } = snapshot.context;
  const now = useNow(snapshot.matches('lost'));
  const retry = () => connection.send({ type: 'RETRY_NOW' });

  if (snapshot.matches('refused')) {
    return (
      <Banner label="Connection" icon={<KeyRound size={16} aria-hidden />}>
        <p className="min-w-0 flex-1">
          <strong className="font-semibold">This browser is not signed in.</strong> Open the link that Nightshift
          printed when it started; it carries the token. Then come back to this tab.
        </p>
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      </Banner>
    );
  }
  // A cut that heals at the first attempt is not worth a word.
  const quiet = snapshot.matches('online') || attempt < (hasBeenOnline ? 2 : 1);
  if (quiet) return null;
  const left = retryAt === null ? 0 : retryAt - now;
  return (
    <Banner label="Connection" icon={<Unplug size={16} aria-hidden />}>
      <p className="min-w-0 flex-1">
        <strong className="font-semibold">{hasBeenOnline ? 'Connection lost.' : 'Nightshift does not answer.'}</strong>{' '}
        {hasBeenOnline ? 'You see the last state that is known. ' : 'Is it running? '}
        <span className="tabular-nums" aria-live="off">
          {snapshot.matches('lost') && left > 0 ? `Next try in ${formatWait(left)}.` : 'Trying now.'}
        </span>
      </p>
      <Button size="small" onClick={retry} disabled={!snapshot.can({ type: 'RETRY_NOW' })}>
        Try now
      </Button>
    </Banner>
  );
}
