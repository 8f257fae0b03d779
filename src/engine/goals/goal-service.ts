/** Goals as the API offers them. */
import { EngineError } from '../errors.ts';
import type { EngineService } from '../service.ts';

export function createGoalService(): EngineService['goals'] {
  const refuse = (): never => {
    throw new EngineError('UNAVAILABLE', 'This version cannot carry out goals yet.');
  };
  const later = async (): Promise<never> => refuse();
  return {
    start: later,
    list: () => [],
    get: refuse,
    watch: refuse,
    watchAll: refuse,
    watchConversation: refuse,
    timeline: refuse,
    approve: later,
    replan: later,
    editTask: later,
    addTask: later,
    removeTask: later,
    pause: later,
    resume: later,
    cancel: later,
    setOptions: later,
    retryTask: later,
    skipTask: later,
    answerTask: later,
    download: refuse,
  };
}
