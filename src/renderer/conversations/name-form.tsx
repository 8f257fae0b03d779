import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { DialogActions } from '../components/ui/dialog.tsx';
import { Input } from '../components/ui/input.tsx';
import { Problem } from '../components/ui/problem.tsx';
import { useRequest } from './use-request.ts';

interface NameFormProps {
  readonly label: string;
  readonly initial: string;
  readonly placeholder?: string;
  readonly hint?: string;
  /** On the button that saves. */
  readonly action: string;
  readonly save: (name: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** One name, asked for in a dialog. */
export function NameForm({ label, initial, placeholder, hint, action, save, onClose }: NameFormProps) {
  const { t } = useTranslation('common');
  const [name, setName] = useState(initial);
  const request = useRequest();
  return (
    <form
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault();
        request.run(() => save(name.trim()), onClose);
      }}
    >
      <Input
        aria-label={label}
        value={name}
        placeholder={placeholder}
        maxLength={200}
        dir="auto"
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setName(event.target.value)}
      />
      {hint !== undefined && <p className="mt-2 text-[0.8125rem] text-ink-soft">{hint}</p>}
      <Problem text={request.problem} />
      <DialogActions>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="submit" variant="primary" disabled={request.running || name.trim() === ''}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
