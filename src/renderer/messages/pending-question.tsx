import { useSelector } from '@xstate/react';
import { useServices } from '../services.tsx';
import { Question } from './question.tsx';

/** A message that the service has not acknowledged yet. */
export function PendingQuestion({ text }: { readonly text: string }) {
  const online = useSelector(useServices().connection, (snapshot) => snapshot.matches('online'));
  return (
    <div className="opacity-70">
      <Question
        text={text}
        note={
          <p role="status" className="text-xs text-ink-faint">
            {online ? 'Sending' : 'Kept here; it is sent when the connection is back'}
          </p>
        }
      />
    </div>
  );
}
