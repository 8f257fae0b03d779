/** The service's settings, for a section that shows and changes some of them. */
import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';
import type { Settings } from '../../protocol/api.ts';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';

export interface KeptSettings {
  /** Null until they were read. */
  readonly settings: Settings | null;
  readonly saving: boolean;
  /** Why the last call was refused, in words for people. */
  readonly problem: string | null;
  change(change: Partial<Settings>): void;
}

/** Read when the section is opened, and again on each connection. */
export function useSettings(): KeptSettings {
  const { client, connection } = useServices();
  const online = useSelector(connection, (snapshot) => snapshot.matches('online'));
  const [settings, setSettings] = useState<Settings | null>(null);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (answer: Promise<Settings>) => {
    try {
      setSettings(await answer);
      setProblem(null);
    } catch (error) {
      setProblem(describeError(error));
    }
  };
  useEffect(() => {
    if (online) void take(client.settings.get.query());
  }, [client, online]);
  return {
    settings,
    saving,
    problem,
    change(change) {
      setSaving(true);
      void take(client.settings.update.mutate(change)).finally(() => setSaving(false));
    },
  };
}
