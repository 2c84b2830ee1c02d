/**
 * Tells the system how a call goes. `answered` is posted as in-progress, every way to end under `completed`; callbacks
 * go out without waiting for each other, so they may arrive in any order and carry a number to sort by.
 */
import { rfc2822 } from './call-form.ts';
import type { CallReport } from './report.ts';
import type { CallbackEvent, CallFaults } from './script.ts';
import type { WebhookClient } from './webhook.ts';

export interface StatusCallbackTarget {
  url: string;
  method: 'GET' | 'POST';
  events: readonly CallbackEvent[];
}

export interface StatusCallbacks {
  notify(event: CallbackEvent, form: Record<string, string>): void;
  readonly sent: CallReport['callbacks'];
  /** Everything sent so far was answered or given up. */
  settled(): Promise<void>;
}

export function createStatusCallbacks(
  target: () => StatusCallbackTarget | undefined,
  webhooks: WebhookClient,
  faults: CallFaults,
  onFailure: (code: number, text: string) => void,
): StatusCallbacks {
  const sent: CallReport['callbacks'] = [];
  const pending = new Set<Promise<void>>();
  let sequenceNumber = 0;

  async function post(event: CallbackEvent, to: StatusCallbackTarget, params: Record<string, string>): Promise<void> {
    const entry: CallReport['callbacks'][number] = {
      event,
      sequenceNumber: Number(params.SequenceNumber),
      httpStatus: undefined,
      attempts: 0,
    };
    sent.push(entry);
    const answer = await webhooks.send({ url: to.url, method: to.method, params, faults });
    entry.httpStatus = answer.status;
    entry.attempts = answer.attempts;
    if (!answer.ok) onFailure(answer.code, `${answer.text} from status callback ${to.url}`);
  }

  return {
    sent,
    notify(event, form) {
      const to = target();
      if (to === undefined || !to.events.includes(event)) return;
      const params = {
        ...form,
        CallbackSource: 'call-progress-events',
        SequenceNumber: String(sequenceNumber),
        Timestamp: rfc2822(new Date()),
      };
      sequenceNumber += 1;
      const posting = post(event, to, params).finally(() => pending.delete(posting));
      pending.add(posting);
    },
    settled: async () => {
      await Promise.allSettled(pending);
    },
  };
}
