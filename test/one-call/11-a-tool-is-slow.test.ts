// Pins: a caller who listens to nothing while a service takes its time.
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { callTo, conversationOf, openBusiness } from './another-business.ts';
import './provided.ts';

const { stack } = inject('oneCall');
/** Longer than the tool's own deadline: it is asked again, under the same key, and finds the first one's answer. */
const SLOW_SECONDS = 1.4;

/** This business's callers take long to save. */
async function saveSlowly(businessId: string): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: stack.postgres.url });
  await client.connect();
  await client.query(`
    create function caller_profile.slowly() returns trigger language plpgsql as
      $$ begin perform pg_sleep(${SLOW_SECONDS}); return new; end $$;
    create trigger slowly before insert on caller_profile.callers for each row
      when (new.business_id = '${businessId}' and new.name is not null) execute function caller_profile.slowly()`);
  return {
    async [Symbol.asyncDispose]() {
      await client.query('drop function caller_profile.slowly cascade');
      await client.end();
    },
  };
}

test('while a tool works the caller hears that it does, and never two seconds of nothing', async () => {
  const business = await openBusiness('Egret Heating', 82, {});
  await using _ = await saveSlowly(business.id);
  const report = await callTo(business.number, '+17735550182', [
    { say: 'Hello, my name is Ada Park. Goodbye.', after: 'silence' },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  const conversation = conversationOf(report);
  expect(conversation.at(-1)?.text).toBe('One moment, please. Thank you for calling. Goodbye!');
  for (const { silenceBeforeMs, text } of conversation.slice(1)) expect(silenceBeforeMs, text).toBeLessThan(2_000);
});
